//! What the clients do, in what shares, and what the servers answer.

use core::time::Duration;

/// The length of a large download, in octets.
pub(super) const LARGE: usize = 10 * 1024 * 1024;

/// The length of an upload, in octets.
pub(super) const UPLOAD: usize = 2 * 1024 * 1024;

/// The length of a download that is read slowly, in octets.
pub(super) const SLOW: usize = 1024 * 1024;

/// The length of a download over a slow link, in octets.
pub(super) const MODEST: usize = 100_000;

/// How many requests are given up at once, as when a page is left.
pub(super) const LEFT: usize = 10;

/// How fast a slow link is towards the client, in octets in a second.
pub(super) const SLOW_LINK: u32 = 128 * 1024;

/// How long a slow reader waits before it takes the next piece.
pub(super) const NAP: Duration = Duration::from_millis(10);

/// The pieces that content is sent in, in octets.
pub(super) const PIECE: usize = 32 * 1024;

/// How many connections a load process has at once.
pub(super) const CONNECTIONS: usize = 3;

/// How many exchanges a connection has at once.
pub(super) const WORKERS: usize = 6;

/// How many exchanges a worker does on a connection before it ends.
pub(super) const EXCHANGES: usize = 150;

/// How long one exchange may take.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// One exchange.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    Small,
    Download,
    Upload,
    /// Content there and back, with trailers.
    Echo,
    /// A download that is read slowly.
    Slow,
    /// A download that a slow link has time for.
    Modest,
    /// Downloads that are dropped all at once, most before they are answered.
    Leave,
    /// A download that is dropped after its first piece.
    CancelDownload,
    /// An upload that is dropped after its first piece.
    CancelUpload,
    Ping,
}

/// What the clients reach the server over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Loopback,
    SlowLink,
}

/// Draws tasks in their shares, always the same for the same seed.
#[derive(Debug)]
pub(super) struct Plan {
    state: u64,
    way: Way,
}

impl Plan {
    pub(super) fn new(seed: usize, way: Way) -> Self {
        let state = seed as u64;
        Self { state, way }
    }

    pub(super) fn next(&mut self) -> Task {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let share = (mixed >> 32) % 100;
        match self.way {
            Way::Loopback => Self::task(share),
            Way::SlowLink => Self::task_of_slow_link(share),
        }
    }

    fn task_of_slow_link(share: u64) -> Task {
        match share {
            0..20 => Task::Modest,
            20..30 => Task::CancelDownload,
            30..40 => Task::Leave,
            40..45 => Task::Ping,
            _ => Task::Small,
        }
    }

    fn task(share: u64) -> Task {
        match share {
            0..2 => Task::Download,
            2..7 => Task::Upload,
            7..13 => Task::Echo,
            13..15 => Task::Slow,
            15..21 => Task::CancelDownload,
            21..25 => Task::CancelUpload,
            25..28 => Task::Ping,
            28 => Task::Leave,
            _ => Task::Small,
        }
    }
}

/// The length that a path `/OCTETS` asks for.
pub(super) fn length(path: Option<&[u8]>) -> usize {
    let digits = core::str::from_utf8(path.unwrap_or_default()).unwrap_or_default();
    digits.trim_start_matches('/').parse().unwrap_or(0)
}
