//! Servers over loopback, beside other people's: what a request costs, and what waiting costs.

pub mod account;
pub mod bulk;
pub mod clients;
pub mod figures;
pub mod idle;
pub mod load;
pub mod peer;
pub mod rating;
pub mod servers;
pub mod syscalls;

use std::error::Error;

/// Whatever goes wrong ends the measurement, and is shown.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The core that servers run on, as `taskset` names it.
pub const SERVER_CORE: &str = "1";

/// The core that clients run on.
pub const CLIENT_CORE: &str = "0";

/// The content of small answers, in octets.
pub const SMALL: usize = 100;

/// The content of large transfers, in octets.
pub const LARGE: usize = 256 * 1024 * 1024;

/// The pieces in which large content is sent, in octets.
pub const PIECE: usize = 64 * 1024;

/// The windows of large transfers that are not to wait for credit, in octets.
pub const WINDOW: u32 = 1 << 30;

/// The fields of every answer of ours and of the servers that are written here.
pub const FIELDS: [(&str, &str); 6] = [
    ("content-type", "text/plain; charset=utf-8"),
    ("content-length", "100"),
    ("cache-control", "max-age=3600"),
    ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ("etag", "\"5f3a-64\""),
    ("server", "measured"),
];

/// Whose windows a connection has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Windows {
    /// Those that the library chooses.
    Default,
    /// As large as [`WINDOW`], and they stay so.
    Large,
}

impl Windows {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Large => "large",
        }
    }

    /// Reads the word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Default, Self::Large]
            .into_iter()
            .find(|windows| windows.word() == word)
    }
}
