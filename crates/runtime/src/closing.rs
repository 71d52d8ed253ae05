//! How long a driver waits for the other end, once its machine has nothing more to hear.

use core::time::Duration;

/// The end of a transport: what a driver waits for once the machine reads no more, and how long.
///
/// * **The last of the output** leaves before the transport is closed, as long as it makes progress.
///   A peer that has vanished takes nothing and says nothing: [`leaves_by`](Self::leaves_by).
/// * **The last of the input** is read and dropped once the output is closed, unless it has ended, or
///   the connection was aborted. To close a socket on unread input destroys what its peer has not
///   read yet: [`lingers_until`](Self::lingers_until).
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// How much output was left, and when less must be.
    output: Option<(u64, Duration)>,
    /// Until when input is dropped.
    input: Option<Duration>,
}

impl Closing {
    /// How long the last of the output may make no progress.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// How long the other end gets to take the last of the output, and to close its own.
    pub const LINGER: Duration = Duration::from_secs(1);

    /// Makes one of a transport that is in use.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            output: None,
            input: None,
        }
    }

    /// Takes note of how far the output has come, by any count that changes when some of it leaves;
    /// says when it must have changed. A driver that finds that time passed closes the output with
    /// what is left of it.
    pub fn leaves_by(&mut self, count: u64, now: Duration) -> Duration {
        let end = match self.output {
            Some((before, end)) if before == count => end,
            _ => now.saturating_add(Self::PATIENCE),
        };
        self.output = Some((count, end));
        end
    }

    /// Says until when input is read and dropped, counted from when this was asked first.
    pub fn lingers_until(&mut self, now: Duration) -> Duration {
        *self.input.get_or_insert(now.saturating_add(Self::LINGER))
    }
}
