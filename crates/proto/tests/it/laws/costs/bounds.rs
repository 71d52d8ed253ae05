//! What a peer may cost, by formula of what is configured; the formulas are those of SECURITY.md.

use core::time::Duration;

use tress_proto::{Config, Connection, Limits, Server};

/// An end as it is configured: the numbers that the formulas need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint {
    /// N: the streams that a client may have open.
    streams: u32,
    field_section: u32,
    decoded: usize,
    replies: (u32, usize),
    encoder_table: u32,
    header_table: u32,
    /// The window of a stream, and what all of them together may grow by, in octets.
    initial_window: u32,
    growth: u32,
    send_buffer: usize,
    /// The streams that the peer may make this end reset: at once, and in a second.
    resets_sent: (u32, u32),
    /// How long output may be stuck.
    stuck: Duration,
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
            streams: 100,
            field_section: 32 * 1024,
            decoded: 100 * (2 * 32 * 1024 + 512),
            replies: (1000, 64 * 1024),
            encoder_table: 4096,
            header_table: 4096,
            initial_window: 64 * 1024,
            growth: 16 * 1024 * 1024,
            send_buffer: 128 * 1024,
            resets_sent: (200, 33),
            stuck: STUCK,
        }
    }

    /// A client with what it has by default; it opens as many streams as a server announces by default.
    pub(crate) fn client() -> Self {
        Self {
            field_section: 64 * 1024,
            decoded: 100 * (2 * 64 * 1024 + 512),
            initial_window: 256 * 1024,
            growth: 24 * 1024 * 1024,
            ..Self::server()
        }
    }

    /// An end with little of everything, so that few octets reach its bounds.
    pub(crate) fn small() -> Self {
        Self {
            streams: 4,
            field_section: 1000,
            decoded: 8000,
            replies: (40, 400),
            initial_window: 20_000,
            growth: 0,
            send_buffer: 20_000,
            resets_sent: (8, 4),
            ..Self::server()
        }
    }

    pub(crate) fn config(&self) -> Config {
        if self.growth > 0 {
            return Config::default();
        }
        let limits = Limits::server()
            .concurrent_streams(self.streams)
            .field_section_octets(self.field_section)
            .decoded_octets(self.decoded)
            .replies(self.replies.0)
            .replies_octets(self.replies.1)
            .resets_sent(self.resets_sent.0, self.resets_sent.1);
        let config = Config::default()
            .limits(limits)
            .and_then(|config| config.initial_window(self.initial_window))
            .and_then(|config| config.window_growth(0))
            .and_then(|config| config.send_buffer(self.send_buffer));
        config.expect("what is small can be announced, too")
    }

    /// The handlers that run at once: N.
    pub(crate) fn live(&self) -> usize {
        self.streams as usize
    }

    /// The handlers that were ever begun, after so long and so many exchanges that were completed: N that
    /// run, 2 N that were reset in a burst, N more each second, and one for each exchange; and those
    /// whose streams the peer made us reset.
    pub(crate) fn started(&self, time: Duration, completed: usize) -> usize {
        let streams = self.live();
        let seconds = usize::try_from(time.as_secs() + 1).unwrap_or(usize::MAX);
        let (burst, rate) = (self.resets_sent.0 as usize, self.resets_sent.1 as usize);
        3 * streams + streams * seconds + completed + burst + rate * seconds
    }

    /// The octets that wait to be sent: those that the application makes, as far as there is capacity,
    /// and frames.
    pub(crate) fn queued(&self) -> usize {
        2 * self.live() * (self.send_buffer + PIECE) + FRAMES + self.replies.1
    }

    /// The octets of memory.
    pub(crate) fn memory(&self) -> usize {
        // A peer that does not acknowledge a smaller window has the first one (RFC 9113 §6.9.2).
        let window = self.initial_window.max(65_535) as usize;
        let windows = self.live() * window + self.growth as usize;
        let block = 4 * self.field_section as usize;
        let tables = (self.header_table + self.encoder_table) as usize;
        size_of::<Connection<Server>>()
            + 3 * self.live() * STREAM
            + windows
            + self.decoded
            + block
            + tables
            + self.queued()
    }

    /// How long output may be stuck.
    pub(crate) fn stuck(&self) -> Duration {
        self.stuck
    }

    /// The same, as a client.
    pub(crate) fn of_client(self) -> Self {
        Self {
            stuck: STUCK_OF_CLIENT,
            ..self
        }
    }

    /// The work for so many octets of input, so many of output, and so many ticks.
    pub(crate) fn work(&self, input: u64, output: u64, ticks: u64) -> u64 {
        8 * input + output + 64 * ticks + 4096
    }
}

/// A peer that takes nothing, or grants nothing, is left within so long: 300 s until it has answered a
/// PING, and as long again without credit; and what rounds take.
const STUCK: Duration = Duration::from_secs(2 * 300 + 60);

/// A client sends such a PING once in 300 s at most.
const STUCK_OF_CLIENT: Duration = Duration::from_secs(3 * 300 + 60);
