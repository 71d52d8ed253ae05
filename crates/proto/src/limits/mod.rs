//! What we are ready to bear, and what we are not (RFC 9113 §10.5).
//!
//! Budgets refill by useful work (and, where the driver tells the time, by time): an absolute count
//! over the life of a connection would end honest ones.

mod bucket;
mod glitch;
mod ledger;
mod presets;
#[cfg(test)]
mod tests;

use core::time::Duration;

use self::bucket::Bucket;
pub(crate) use self::glitch::Glitch;
pub(crate) use self::ledger::Ledger;
use crate::violation::Limit;

/// Every limit on what a peer may cost us. All are counted, whether or not the time is told.
///
/// The defaults differ by role: [`Limits::server`] and [`Limits::client`]. A connection takes those
/// of its role, unless [`Config::limits`](crate::Config::limits) says otherwise. Two more presets
/// are made of either: [`strict`](Self::strict) and [`gateway`](Self::gateway).
///
/// ```
/// use tress_proto::{Config, ConfigError, Limits};
///
/// let mut limits = Limits::server().gateway();
/// limits.resets_received = 2000;
/// let config = Config::default().limits(limits)?;
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The streams that the peer may have open at once; announced to it (RFC 9113 §5.1.2). Of a
    /// client's, only those that the server promised count.
    pub concurrent_streams: u32,
    /// The octets of a field section, 32 more for each field; announced to the peer
    /// (RFC 9113 §6.5.2). A server answers a longer request with the status 431, and the application
    /// never hears of it unless it [asks to](crate::Config::receive_malformed); any other message ends
    /// its stream. Four times as many end the connection.
    pub field_section_octets: u32,
    /// The fields of a section, adjacent cookie crumbs counted as one. More have the same
    /// consequences as more octets.
    pub fields: u32,
    /// The fields of a section, every crumb counted. More end the connection.
    pub fields_hard: u32,
    /// The CONTINUATION frames that a field block may come in, if its octets need no more.
    pub continuations: u32,
    /// The octets of memory of all field sections that the application has not taken.
    pub decoded_octets: usize,
    /// The octets of the dynamic table that our encoder uses, if the peer allows as many
    /// (RFC 7541 §4.2).
    pub encoder_table_octets: u32,
    /// The octets of unread replies above which we stop reading until the peer reads.
    pub replies_octets: usize,
    /// The frames of unread replies at which the connection ends. At half of them we stop reading.
    pub replies: u32,
    /// The settings in one frame (RFC 9113 §6.5).
    pub settings_entries: usize,
    /// The streams that the peer may reset in a burst; refilled by finished exchanges and within 30
    /// seconds.
    pub resets_received: u32,
    /// The same for those of a client's that have not got an octet of the response; refilled by
    /// finished exchanges and within a second.
    pub resets_early: u32,
    /// The streams that the peer has reset, and whose end the application has not taken. Above it,
    /// new ones are refused.
    pub resets_held: u32,
    /// The streams that the peer may make us reset in a burst, those that we refuse included;
    /// refilled by finished exchanges and within 30 seconds.
    pub resets_sent: u32,
    /// The DATA frames without content that may follow each other on a stream.
    pub empty_data: u32,
    /// What DATA frames of a few octets may cost in a burst, 256 a frame less its octets; END_STREAM
    /// makes one free. Each octet of content makes up for 64, each part that the application takes
    /// for 256, and all comes back within 10 seconds.
    pub small_data: u32,
    /// The WINDOW_UPDATE frames of less than a hundredth of a window that pass for each DATA frame
    /// that we send; one more passes for each 8 octets in it. All others are suspicious.
    pub window_updates: u32,
    /// The informational responses before a final one. Together they have no more octets than one
    /// field section.
    pub informational: u32,
    /// The suspicious frames in a burst: PRIORITY, unknown types, DATA without content, frames that
    /// come late, and the like. Refilled by useful work and within 10 seconds.
    pub glitches: u32,
    /// The octets that are kept of the debug data in GOAWAY (RFC 9113 §6.8).
    pub debug_data: usize,
    /// The time for the peer's preface (RFC 9113 §3.4).
    pub handshake: Duration,
    /// The time for the peer to acknowledge our settings (RFC 9113 §6.5.3).
    pub settings_ack: Duration,
    /// The time for a field block to be completed (RFC 9113 §4.3).
    pub field_block: Duration,
    /// The time for which content of ours may wait on a stream without 16 KiB of it leaving.
    pub stall: Duration,
}

impl Limits {
    /// The octets that a compressed field block may have: twice what its section may.
    #[must_use]
    pub const fn field_block_octets(&self) -> u32 {
        self.field_section_octets.saturating_mul(2)
    }

    /// The CONTINUATION frames that a field block may come in.
    pub(crate) fn continuations(&self) -> u32 {
        (1 + self.field_block_octets() / frame::DEFAULT_MAX_FRAME_SIZE).max(self.continuations)
    }

    /// The octets, 32 more for each field, with which a section ends the connection.
    pub(crate) const fn field_section_hard(&self) -> u32 {
        self.field_section_octets.saturating_mul(4)
    }

    /// How much of it the peer may do, as an observer is shown; a time in milliseconds.
    pub(crate) fn allowed(&self, limit: Limit) -> u64 {
        match limit {
            Limit::ConcurrentStreams => self.concurrent_streams.into(),
            Limit::FieldSection => self.field_section_octets.into(),
            Limit::FieldSectionHard => self.field_section_hard().into(),
            Limit::Fields => self.fields.into(),
            Limit::FieldsHard => self.fields_hard.into(),
            Limit::FieldBlock => self.field_block_octets().into(),
            Limit::Continuations => self.continuations().into(),
            Limit::EmptyContinuations => 1,
            Limit::SlowFieldBlock => {
                u64::try_from(self.field_block.as_millis()).unwrap_or(u64::MAX)
            }
            Limit::DecodedFields => self.decoded_octets as u64,
            Limit::SettingsEntries => self.settings_entries as u64,
            Limit::Replies => self.replies.into(),
            Limit::ResetsReceived => self.resets_received.into(),
            Limit::ResetsEarly => self.resets_early.into(),
            Limit::ResetsHeld => self.resets_held.into(),
            Limit::Untaken => 0,
            Limit::ResetsSent => self.resets_sent.into(),
            Limit::EmptyData => self.empty_data.into(),
            Limit::SmallData => self.small_data.into(),
            Limit::Informational => self.informational.into(),
            Limit::Glitches => self.glitches.into(),
        }
    }

    /// The name of a limit that is zero and may not be.
    pub(crate) const fn zero(&self) -> Option<&'static str> {
        if self.field_section_octets == 0 {
            Some("field_section_octets")
        } else if self.fields == 0 {
            Some("fields")
        } else if self.fields_hard == 0 {
            Some("fields_hard")
        } else if self.decoded_octets == 0 {
            Some("decoded_octets")
        } else if self.replies_octets == 0 {
            Some("replies_octets")
        } else if self.replies == 0 {
            Some("replies")
        } else if self.settings_entries == 0 {
            Some("settings_entries")
        } else if self.resets_held == 0 {
            Some("resets_held")
        } else {
            None
        }
    }
}
