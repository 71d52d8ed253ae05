//! Which identifier is next (RFC 9113 §5.1.1).

use frame::StreamId;

use crate::error::UserError;
use crate::role::Side;
use crate::violation::ConnectionRule;

/// The identifiers that one side gives out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids {
    /// The next one that is not used or skipped yet; above [`StreamId::MAX`] when all are used up.
    next: u32,
}

impl Ids {
    /// RFC 9113 §5.1.1: a client uses odd identifiers, a server even ones other than 0.
    pub(crate) const fn of(side: Side) -> Self {
        Self {
            next: match side {
                Side::Client => 1,
                Side::Server => 2,
            },
        }
    }

    /// Gives out the next identifier.
    ///
    /// RFC 9113 §5.1.1: identifiers are not reused; when they are used up, neither are they wrapped.
    pub(crate) fn take(&mut self) -> Result<StreamId, UserError> {
        let id = StreamId::new(self.next).ok_or(UserError::StreamIdsExhausted)?;
        self.next += 2;
        Ok(id)
    }

    /// The next identifier, unless all are used up.
    pub(crate) fn upcoming(&self) -> Option<StreamId> {
        StreamId::new(self.next)
    }

    /// Takes note that the other side used `id`.
    pub(crate) fn open(&mut self, id: StreamId) -> Result<(), ConnectionRule> {
        if id.value() % 2 != self.next % 2 {
            return Err(ConnectionRule::IdParity);
        }
        // RFC 9113 §5.1.1: the identifier of a new stream is greater than all before it.
        if id.value() < self.next {
            return Err(ConnectionRule::IdNotIncreasing);
        }
        self.next = id.value() + 2;
        Ok(())
    }

    /// Says whether this side uses identifiers like this one.
    pub(crate) const fn is_own(&self, id: StreamId) -> bool {
        id.value() % 2 == self.next % 2
    }

    /// Says whether nothing has been heard of `id`, which is of this side.
    pub(crate) const fn is_idle(&self, id: StreamId) -> bool {
        id.value() >= self.next
    }

    /// The highest identifier in use, or 0.
    pub(crate) fn highest(&self) -> StreamId {
        self.next
            .checked_sub(2)
            .map_or(StreamId::CONNECTION, StreamId::from_wire)
    }
}
