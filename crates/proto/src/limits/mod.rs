//! What we are ready to bear, and what we are not (RFC 9113 §10.5).
//!
//! Budgets refill by useful work (and, where the driver tells the time, by time): an absolute count
//! over the life of a connection would end honest ones.

mod bucket;
mod ledger;
#[cfg(test)]
mod tests;

use core::time::Duration;

use self::bucket::Bucket;
pub(crate) use self::ledger::Ledger;

/// Every limit on what a peer may cost us. All are counted, whether or not the time is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The streams that the peer may have open at once; announced to it (RFC 9113 §5.1.2).
    pub concurrent_streams: u32,
    /// The octets of a field section, 32 more for each field; announced to the peer
    /// (RFC 9113 §6.5.2). Four times as many end the connection.
    pub field_section_octets: u32,
    /// The fields of a section, adjacent cookie crumbs counted as one.
    pub fields: u32,
    /// The fields of a section, every crumb counted. More end the connection.
    pub fields_hard: u32,
    /// The octets of unread replies above which we stop reading until the peer reads.
    pub replies_octets: usize,
    /// The frames of unread replies at which the connection ends.
    pub replies: u32,
    /// The settings in one frame (RFC 9113 §6.5).
    pub settings_entries: usize,
    /// The streams that the peer may reset in a burst; refilled by finished exchanges and by time.
    pub resets_received: u32,
    /// The streams that the peer may make us reset in a burst; refilled likewise.
    pub resets_sent: u32,
    /// The DATA frames without content that may follow each other on a stream.
    pub empty_data: u32,
    /// The informational responses before a final one.
    pub informational: u32,
    /// The suspicious frames in a burst; refilled by time.
    pub glitches: u32,
    /// The time for the peer's preface (RFC 9113 §3.4).
    pub handshake: Duration,
    /// The time for the peer to acknowledge our settings (RFC 9113 §6.5.3).
    pub settings_ack: Duration,
    /// The time for a field block to be completed (RFC 9113 §4.3).
    pub field_block: Duration,
    /// The time for which content of ours may wait on a stream without 16 KiB of it leaving.
    pub stall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrent_streams: 100,
            field_section_octets: 32 * 1024,
            fields: 256,
            fields_hard: 1000,
            replies_octets: 64 * 1024,
            replies: 1000,
            settings_entries: 32,
            resets_received: 200,
            resets_sent: 200,
            empty_data: 100,
            informational: 16,
            glitches: 1000,
            handshake: Duration::from_secs(10),
            settings_ack: Duration::from_secs(10),
            field_block: Duration::from_secs(10),
            stall: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// The octets that a compressed field block may have.
    pub(crate) fn field_block_octets(&self) -> u32 {
        self.field_section_octets.saturating_mul(2)
    }

    /// The CONTINUATION frames that a field block may come in.
    pub(crate) fn continuations(&self) -> u32 {
        (1 + self.field_block_octets() / frame::DEFAULT_MAX_FRAME_SIZE).max(8)
    }
}

impl Limits {
    /// The name of a limit that is zero and may not be.
    pub(crate) const fn zero(&self) -> Option<&'static str> {
        if self.field_section_octets == 0 {
            Some("field_section_octets")
        } else if self.fields == 0 {
            Some("fields")
        } else if self.fields_hard == 0 {
            Some("fields_hard")
        } else if self.replies_octets == 0 {
            Some("replies_octets")
        } else if self.replies == 0 {
            Some("replies")
        } else if self.settings_entries == 0 {
            Some("settings_entries")
        } else {
            None
        }
    }
}
