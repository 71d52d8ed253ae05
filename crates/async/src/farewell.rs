//! How long the last of the output may take to leave.

use core::time::Duration;

/// How long the last of our output may make no progress, once the connection is over. A peer that
/// has vanished takes nothing, and says nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of the last of our output was left, and when less must be.
#[derive(Debug, Default)]
pub(crate) struct Farewell(Option<(usize, Duration)>);

impl Farewell {
    /// Takes note of how much is left; says when it must be less.
    pub(crate) fn end(&mut self, left: usize, now: Duration) -> Duration {
        let end = match self.0 {
            Some((before, end)) if before == left => end,
            _ => now + PATIENCE,
        };
        self.0 = Some((left, end));
        end
    }
}
