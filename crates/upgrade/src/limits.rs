//! What a peer that speaks HTTP/1.1 may cost us.

use core::time::Duration;

/// What a peer that speaks HTTP/1.1 may cost us. What it may cost once it speaks HTTP/2, its
/// [`Config`](proto::Config) says.
///
/// ```
/// use tress_upgrade::Limits;
///
/// let limits = Limits::default().content(64 * 1024);
/// # let _ = limits;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    pub(crate) head: usize,
    pub(crate) fields: usize,
    pub(crate) content: usize,
    pub(crate) timeout: Duration,
}

impl Limits {
    /// Sets how many octets a head may have, from its first line to the empty one; what goes with
    /// chunks beside the content is held to it, too. 16 KiB unless told.
    #[must_use]
    pub const fn head(mut self, octets: usize) -> Self {
        self.head = octets;
        self
    }

    /// Sets how many fields a head may have. 100 unless told.
    #[must_use]
    pub const fn fields(mut self, count: usize) -> Self {
        self.fields = count;
        self
    }

    /// Sets how many octets of content are kept. 1 MiB unless told.
    #[must_use]
    pub const fn content(mut self, octets: usize) -> Self {
        self.content = octets;
        self
    }

    /// Sets how long each step may take: the coming of a head, that of its content, and the leaving
    /// of an answer. Ten seconds unless told. Without ticks nothing times out.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: 16 * 1024,
            fields: 100,
            content: 1024 * 1024,
            timeout: Duration::from_secs(10),
        }
    }
}
