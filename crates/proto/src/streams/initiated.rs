//! The streams that one side opened: which identifiers are used, how many count, and what is known
//! of those that left (RFC 9113 §5.1.1, RFC 9113 §5.1.2).

use alloc::boxed::Box;

use frame::StreamId;

use super::Streams;
use crate::error::UserError;
use crate::role::Side;
use crate::stream::{ClosedBy, Ids, Past, Recent, Stream};
use crate::violation::ConnectionRule;

/// The streams that one side opened.
#[derive(Debug)]
pub(super) struct Initiated {
    ids: Ids,
    /// None while none has left.
    recent: Option<Box<Recent>>,
    /// Those that count towards SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §5.1.2).
    active: u32,
    /// How many have counted, in all.
    opened: u64,
}

/// What is known of a stream that is not in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// Nothing was ever heard of it.
    Idle,
    /// It is over.
    Past(Past),
}

impl Initiated {
    pub(super) const fn new(side: Side) -> Self {
        Self {
            ids: Ids::of(side),
            recent: None,
            active: 0,
            opened: 0,
        }
    }

    /// Keeps how a stream was closed.
    pub(super) fn note(&mut self, id: StreamId, how: ClosedBy) {
        let recent = self.recent.get_or_insert_with(remember);
        recent.note(id, how);
    }

    /// A stream counts no more, if it did.
    fn past(&self, id: StreamId) -> Past {
        let recent = self.recent.as_ref();
        recent.map_or(Past::Skipped, |recent| recent.past(id))
    }

    pub(super) fn uncount(&mut self, stream: &mut Stream) {
        self.active -= u32::from(stream.uncount());
    }
}

/// Memory for how streams ended.
#[cold]
fn remember() -> Box<Recent> {
    Box::new(Recent::new())
}

impl Streams {
    /// Says whether we open streams with identifiers like this one.
    pub(crate) fn is_local(&self, id: StreamId) -> bool {
        self.local.ids.is_own(id)
    }

    /// The side that opens streams with identifiers like this one.
    pub(super) fn initiated(&mut self, id: StreamId) -> &mut Initiated {
        if self.is_local(id) {
            &mut self.local
        } else {
            &mut self.peer
        }
    }

    /// What is known of a stream that is not in the store.
    pub(crate) fn absent(&self, id: StreamId) -> Absent {
        let initiated = if self.is_local(id) {
            &self.local
        } else {
            &self.peer
        };
        if initiated.ids.is_idle(id) {
            Absent::Idle
        } else {
            Absent::Past(initiated.past(id))
        }
    }

    /// Gives out the next identifier of ours.
    pub(crate) fn take_id(&mut self) -> Result<StreamId, UserError> {
        self.local.ids.take()
    }

    /// The stream that we open next, as far as is known.
    pub(crate) fn next_to_open(&self) -> Option<StreamId> {
        let pending = self.pending_requests.as_ref();
        let first = pending.and_then(|pending| pending.first());
        first.or(self.local.ids.upcoming())
    }

    /// The peer uses an identifier.
    pub(crate) fn peer_opens(&mut self, id: StreamId) -> Result<(), ConnectionRule> {
        self.peer.ids.open(id)
    }

    /// The highest identifier that the peer has used, or 0.
    pub(crate) fn highest_of_peer(&self) -> StreamId {
        self.peer.ids.highest()
    }

    /// A stream counts from now on, if it did not.
    pub(crate) fn count(&mut self, stream: &mut Stream) {
        let initiated = self.initiated(stream.id());
        let counts = stream.count();
        initiated.active += u32::from(counts);
        initiated.opened += u64::from(counts);
    }

    /// How many of ours have counted, in all, and how many of the peer's.
    pub(crate) const fn opened_in_all(&self) -> (u64, u64) {
        (self.local.opened, self.peer.opened)
    }

    /// How many of ours count.
    pub(crate) const fn active_local(&self) -> u32 {
        self.local.active
    }

    /// How many of the peer's count.
    pub(crate) const fn active_peer(&self) -> u32 {
        self.peer.active
    }

    /// A stream is ignored, or given up without a word: as if we had reset it.
    pub(crate) fn ignore(&mut self, id: StreamId) {
        self.initiated(id).note(id, ClosedBy::ResetSent);
    }

    /// Says whether RST_STREAM answers a frame on a stream that is over; it is one that we reset from
    /// now on. `false` if nothing is said on it any more (RFC 9113 §5.1).
    pub(crate) fn reset_absent(&mut self, id: StreamId) -> bool {
        let initiated = self.initiated(id);
        let may_say = matches!(
            initiated.past(id),
            Past::Skipped | Past::Closed(ClosedBy::ResetReceived)
        );
        if may_say {
            initiated.note(id, ClosedBy::ResetSent);
        }
        may_say
    }
}
