//! What ended a stream or the connection, as whoever asks is told.

use bytes::Bytes;
use proto::{Role, Side, StreamError};

use super::{Slot, Table};
use crate::error::Error;
use crate::failure::{Failure, Initiator};
use crate::reason::Reason;
use crate::stream_id::StreamId;

impl<R: Role> Table<R> {
    /// Why no more requests can be made, if so: the connection has ended, or the peer goes away.
    pub(crate) fn connection_failure(&self) -> Option<Failure> {
        match &self.ended {
            Some(Err(failure)) => Some(failure.clone()),
            Some(Ok(())) => Some(self.going_away.clone().unwrap_or(Failure::Closed)),
            None => self.going_away.clone(),
        }
    }

    /// How the connection ended, once it has, as whoever drives it is told.
    ///
    /// The transport's end is one in good order here, whatever ran: each stream tells of its own.
    pub(crate) fn outcome(&self, is_flushed: bool) -> Result<(), Error> {
        let said = match &self.going_away {
            Some(failure) if failure.reason() != Some(Reason::NO_ERROR) => Some(failure),
            _ => None,
        };
        let failure = match &self.ended {
            Some(Err(failure)) if !self.is_in_order(failure, is_flushed) => Some(failure),
            _ => None,
        };
        match said.or(failure) {
            Some(failure) => Err(Error::failure(failure)),
            None => Ok(()),
        }
    }

    fn is_in_order(&self, failure: &Failure, is_flushed: bool) -> bool {
        match failure {
            Failure::Closed => true,
            // RFC 9113 §9.2: a peer of TLS may close without saying so.
            Failure::Io(std::io::ErrorKind::UnexpectedEof, _) => {
                is_flushed && (R::SIDE == Side::Server || self.going_away.is_some())
            }
            Failure::GoAway(_, _, initiator) => *initiator == Initiator::User,
            _ => false,
        }
    }

    /// What ended a stream other than well.
    pub(super) fn stream_failure(&self, slot: &Slot<R>) -> Option<Failure> {
        let id = StreamId::of(slot.id);
        if let (Some((reason, initiator)), None | Some(Ok(()) | Err(StreamError::Canceled))) =
            (slot.reset, slot.result)
        {
            return Some(Failure::Reset(id, reason, initiator));
        }
        let error = slot.result?.err()?;
        let reset = |code, initiator| Failure::Reset(id, Reason::of(code), initiator);
        Some(match (error, error.code()) {
            (StreamError::Reset(code), _) => reset(code, Initiator::Remote),
            (StreamError::Unprocessed(code), _) => self
                .going_away
                .clone()
                .unwrap_or_else(|| go_away(Reason::of(code))),
            (StreamError::Answered, _) => return None,
            // Extended CONNECT, which the peer turned out not to know.
            (StreamError::Unsent, _) if self.connection_failure().is_none() => {
                reset(proto::ErrorCode::REFUSED_STREAM, Initiator::Library)
            }
            (StreamError::Canceled, _) => reset(proto::ErrorCode::CANCEL, Initiator::User),
            (_, Some(code)) => reset(code, Initiator::Library),
            (_, None) => self.connection_failure().unwrap_or(Failure::Closed),
        })
    }
}

fn go_away(reason: Reason) -> Failure {
    Failure::GoAway(Bytes::new(), reason, Initiator::Remote)
}
