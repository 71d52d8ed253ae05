//! What a peer may cost, by formula of what is configured; the formulas are those of SECURITY.md.

use core::time::Duration;

use tress_proto::{Config, Connection, Limits, Server};

/// An end as it is configured: the numbers that the formulas need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint {
    pub(crate) limits: Limits,
    /// The window of a stream, and what all of them together may grow by, in octets.
    pub(crate) initial_window: u32,
    pub(crate) growth: u32,
    pub(crate) send_buffer: usize,
    pub(crate) header_table: u32,
}

/// An application makes no larger pieces.
const PIECE: usize = 16_384;
/// Everything that a stream needs besides its content: itself, its places in lists, its last events.
const STREAM: usize = 2048;
/// Frames that are made and wait for the driver, besides replies.
const FRAMES: usize = 64 * 1024 + 16_393;

impl Endpoint {
    /// A server with what it has by default.
    pub(crate) fn server() -> Self {
        Self {
            limits: Limits::server(),
            initial_window: 256 * 1024,
            growth: 24 * 1024 * 1024,
            send_buffer: 128 * 1024,
            header_table: 4096,
        }
    }

    /// A server with little of everything, so that few octets reach its bounds.
    pub(crate) fn small() -> Self {
        let mut limits = Limits::server();
        limits.concurrent_streams = 4;
        limits.field_section_octets = 1000;
        limits.decoded_octets = 8000;
        (limits.replies, limits.replies_octets) = (40, 400);
        Self {
            limits,
            initial_window: 20_000,
            growth: 0,
            send_buffer: 20_000,
            header_table: 4096,
        }
    }

    pub(crate) fn config(&self) -> Config {
        let config = Config::default()
            .limits(self.limits)
            .and_then(|config| config.initial_window(self.initial_window))
            .and_then(|config| config.send_buffer(self.send_buffer))
            .map(|config| config.header_table_size(self.header_table));
        let config = match self.growth {
            0 => config
                .and_then(|config| config.window_growth(0, 0))
                .and_then(|config| config.connection_window(self.connection_window())),
            _ => config,
        };
        config.expect("what is small can be announced, too")
    }

    /// The window of the connection, in octets: what all streams need.
    fn connection_window(&self) -> u32 {
        (self.streams() * self.initial_window).max(65_535)
    }

    fn streams(&self) -> u32 {
        self.limits.concurrent_streams
    }

    /// The handlers that run at once: N.
    pub(crate) fn live(&self) -> usize {
        self.streams() as usize
    }

    /// The handlers that were ever begun, after so long and so many exchanges that were completed: N that
    /// run, 2 N that were reset in a burst, N more each second, and one for each exchange.
    pub(crate) fn started(&self, time: Duration, completed: usize) -> usize {
        let streams = self.live();
        let seconds = usize::try_from(time.as_secs() + 1).unwrap_or(usize::MAX);
        3 * streams + streams * seconds + completed
    }

    /// The octets that wait to be sent: those that the application makes, as far as there is capacity,
    /// and frames.
    pub(crate) fn queued(&self) -> usize {
        2 * self.live() * (self.send_buffer + PIECE) + FRAMES + self.limits.replies_octets
    }

    /// The octets of memory.
    pub(crate) fn memory(&self) -> usize {
        let limits = &self.limits;
        let windows = self.live() * self.initial_window as usize + self.growth as usize;
        let block = 4 * limits.field_section_octets as usize;
        let tables = (self.header_table + limits.encoder_table_octets) as usize;
        size_of::<Connection<Server>>()
            + 3 * self.live() * STREAM
            + windows.max(65_535)
            + limits.decoded_octets
            + block
            + tables
            + self.queued()
    }

    /// The work for so many octets of input, so many of output, and so many ticks.
    pub(crate) fn work(&self, input: u64, output: u64, ticks: u64) -> u64 {
        8 * input + output + 64 * ticks + 4096
    }
}

/// A peer that takes nothing, or grants nothing, is left within so long: the clock of the windows is
/// the longest, and starts when a PING is answered.
pub(crate) const STUCK: Duration = Duration::from_secs(2 * 300 + 60);
