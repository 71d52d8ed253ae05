//! What we are ready to tolerate, and what we are not (RFC 9113 §10.5).
//!
//! Budgets refill by useful work (and, where the driver tells the time, by time): an absolute count
//! over the life of a connection would end honest ones.
//!
//! This is responsible for the numbers, for how they fit each other, and for what is left of each budget. What is
//! counted, and what becomes of a peer that has spent a budget, is said by whoever counts. The pace is apart from
//! the budgets, for it ends nobody: a peer that goes faster is read later.

mod bucket;
mod budget;
mod check;
mod held;
mod ledger;
mod pace;
mod presets;
mod suspicious_frame;
#[cfg(test)]
mod tests;
mod unaccepted;

use core::time::Duration;

use self::bucket::Bucket;
pub(crate) use self::budget::Budget;
pub(crate) use self::held::{Cost, Held};
pub(crate) use self::ledger::Ledger;
pub(crate) use self::pace::{Pace, SMALL};
pub(crate) use self::suspicious_frame::SuspiciousFrame;
pub use self::table::Limits;
use crate::message::most_memory;
use crate::violation::Limit;

/// Writes the limits: for each the text of its setter, the setter's arguments, its kind, and its
/// value for a server and, where that is another, for a client.
macro_rules! limits {
    ($(
        $(#[$doc:meta])+
        $name:ident($($arg:ident),+): $kind:ident = $server:expr $(, client $client:expr)?;
    )+) => {
        /// Every limit on what a peer may cost us. All are counted, whether or not the time is told.
        ///
        /// The defaults differ by role: [`Limits::server`] and [`Limits::client`]. A connection takes
        /// those of its role, unless [`Config::limits`](crate::Config::limits) says otherwise. Two more
        /// presets are made of either: [`strict`](Self::strict) and [`gateway`](Self::gateway).
        ///
        /// ```
        /// use tress_proto::{Config, ConfigError, Limits};
        ///
        /// let limits = Limits::server().gateway().concurrent_streams(250);
        /// let config = Config::default().limits(limits)?;
        /// # Ok::<(), ConfigError>(())
        /// ```
        #[doc(alias("nghttp2_option_set_max_outbound_ack"))]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Limits {
            $(pub(crate) $name: $kind,)+
        }

        impl Limits {
            /// What a server tolerates by default.
            #[must_use]
            pub const fn server() -> Self {
                Self { $($name: $server,)+ }
            }

            /// What a client tolerates by default: longer field sections, for it chose whom to ask,
            /// and a server that is slower to take a request.
            #[must_use]
            pub const fn client() -> Self {
                Self { $($($name: $client,)?)+ ..Self::server() }
            }

            $(limits! {
                @setter $(#[$doc])+
                #[doc = concat!("\n\nUnless told: `", stringify!($server), "`" $(
                    , ", for a client `", stringify!($client), "`"
                )?, ".")]
                $name $kind $($arg)+
            })+

            /// The same, every limit changed by the scale.
            pub(super) fn scaled(self, scale: super::budget::Scale) -> Self {
                use super::budget::Scaled;
                Self { $($name: self.$name.scaled(scale),)+ }
            }
        }
    };
    (@setter $(#[$meta:meta])+ $name:ident Streams $value:ident) => {
        $(#[$meta])+
        #[must_use]
        pub const fn $name(mut self, $value: u32) -> Self {
            self.$name = Some($value);
            self
        }
    };
    (@setter $(#[$meta:meta])+ $name:ident Most $value:ident) => {
        limits! { @setter $(#[$meta])+ $name Streams $value }
    };
    (@setter $(#[$meta:meta])+ $name:ident Sections $value:ident) => {
        $(#[$meta])+
        #[must_use]
        pub const fn $name(mut self, $value: usize) -> Self {
            self.$name = Some($value);
            self
        }
    };
    (@setter $(#[$meta:meta])+ $name:ident Least $value:ident) => {
        $(#[$meta])+
        #[must_use]
        pub const fn $name(mut self, $value: u32) -> Self {
            self.$name = Least($value);
            self
        }
    };
    (@setter $(#[$meta:meta])+ $name:ident $kind:ident $depth:ident $per_second:ident) => {
        $(#[$meta])+
        #[must_use]
        pub const fn $name(mut self, $depth: u32, $per_second: u32) -> Self {
            self.$name = $kind::new($depth, $per_second);
            self
        }
    };
    (@setter $(#[$meta:meta])+ $name:ident $kind:ident $value:ident) => {
        $(#[$meta])+
        #[must_use]
        pub const fn $name(mut self, $value: $kind) -> Self {
            self.$name = $value;
            self
        }
    };
}

mod table;

/// The field sections that may wait where fewer streams are announced, or no limit on them.
const SECTIONS: u32 = 100;

impl Limits {
    /// Announces no limit on the streams that the peer may have open (RFC 9113 §6.5.2).
    ///
    /// Then [`assumed_streams`](Self::assumed_streams) bounds what the application is notified of at
    /// once, and stands for N in the budgets.
    #[must_use]
    pub const fn unlimited_streams(mut self) -> Self {
        self.concurrent_streams = None;
        self
    }

    /// The streams that the peer may have open at once.
    pub(crate) const fn max_streams(&self) -> u32 {
        match self.concurrent_streams {
            Some(streams) => streams,
            None => u32::MAX,
        }
    }

    /// The streams that the peer may have open at once, or what stands for that: N.
    pub(crate) const fn streams(&self) -> u32 {
        match self.concurrent_streams {
            Some(streams) => streams,
            None => self.assumed_streams,
        }
    }

    /// The octets of memory of all field sections that may wait to be taken.
    pub(crate) const fn waiting_sections(&self) -> usize {
        let sections = match (self.decoded_octets, self.concurrent_streams) {
            (Some(octets), _) => return octets,
            (None, Some(streams)) if streams > SECTIONS => streams,
            // A client has responses, whatever streams it lets the server promise.
            (None, _) => SECTIONS,
        };
        most_memory(self.field_section_octets as usize).saturating_mul(sections as usize)
    }

    /// The octets that a compressed field block may have: those of a section that ends the connection,
    /// so that one that is too long and no more than that ends its stream alone, however little of it
    /// was compressed.
    pub(crate) const fn field_block_octets(&self) -> u32 {
        self.field_section_hard()
    }

    /// The CONTINUATION frames that a field block may come in.
    pub(crate) fn most_continuations(&self) -> u32 {
        (1 + self.field_block_octets() / frame::DEFAULT_MAX_FRAME_SIZE).max(self.continuations)
    }

    /// The octets, 32 more for each field, with which a section ends the connection.
    pub(crate) const fn field_section_hard(&self) -> u32 {
        self.field_section_octets.saturating_mul(4)
    }

    /// How much of it the peer may do, as an observer is shown; a time in milliseconds.
    pub(crate) fn allowed(&self, limit: Limit) -> u64 {
        match limit {
            Limit::ConcurrentStreams => self.max_streams().into(),
            Limit::FieldSection => self.field_section_octets.into(),
            Limit::FieldSectionHard => self.field_section_hard().into(),
            Limit::Fields => self.fields.into(),
            Limit::FieldsHard => self.fields_hard.into(),
            Limit::FieldBlock => self.field_block_octets().into(),
            Limit::Continuations => self.most_continuations().into(),
            Limit::EmptyContinuations => 1,
            Limit::SlowFieldBlock => milliseconds(self.field_block),
            Limit::StreamCredit => milliseconds(self.stream_credit),
            Limit::AnsweredCredit => milliseconds(self.answered_credit),
            Limit::ConnectionCredit | Limit::Unanswered => milliseconds(self.connection_credit),
            Limit::TransportIdle => milliseconds(self.transport_idle),
            Limit::TransportProgress => milliseconds(self.transport_progress),
            Limit::DecodedFields => self.waiting_sections() as u64,
            Limit::SettingsEntries => self.settings_entries as u64,
            Limit::Replies => self.replies.into(),
            Limit::NotStarted => milliseconds(self.start),
            Limit::ResetsReceived => self.resets.of(self.streams()).depth.into(),
            Limit::ResetsUnaccepted => most(self.resets_unaccepted),
            Limit::Untaken => self.max_streams().into(),
            Limit::ResetsSent => self.resets_sent.depth.into(),
            Limit::ResetsSentInAll => most(self.resets_sent_in_all),
            Limit::SmallDataHeld => most(self.small_data_held),
            Limit::Informational => self.informational.into(),
            Limit::SuspiciousFrames => self.suspicious_frames.depth.into(),
        }
    }
}

fn most(limit: Option<u32>) -> u64 {
    limit.map_or(u64::MAX, u64::from)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
