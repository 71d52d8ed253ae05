//! Taking responses, informational ones among them (RFC 9113 §8.3.2).

use core::task::{Poll, Waker};

use http::Response;
use proto::{Client, Part};

use super::Turn;
use super::recv::Next;
use crate::convert;
use crate::error::Error;
use crate::user_error::UserError;

/// How many informational responses wait to be taken; the last ones count.
const INFORMATIONAL: usize = 8;

impl Turn<'_, Client> {
    /// Takes the response, with another handle on its stream; says whether it has no content. Informational
    /// ones are kept for whoever asks for them.
    pub(crate) fn poll_response(
        &mut self,
        place: usize,
        waker: &Waker,
        is_ended: &mut bool,
    ) -> Poll<Result<proto::Response, Error>> {
        loop {
            match self.next(place) {
                Next::Part => {}
                Next::Nothing => return self.park_recv(place, waker),
                Next::Failed(failure) => return Poll::Ready(Err(Error::failure(&failure))),
            }
            let Some(slot) = self.table.slot(place) else {
                return Poll::Ready(Err(Error::user(UserError::InactiveStreamId)));
            };
            match slot.next.take() {
                Some(Part::Informational(response)) => {
                    let kept = &mut slot.rare().informational;
                    if kept.len() == INFORMATIONAL {
                        kept.pop_front();
                    }
                    kept.push_back(response);
                }
                Some(Part::Head(head)) => {
                    self.hold(place);
                    *is_ended = self.has_ended(place);
                    return Poll::Ready(Ok(head));
                }
                next => {
                    // It was taken before.
                    slot.next = next;
                    return Poll::Ready(Err(Error::user(UserError::UnexpectedFrameType)));
                }
            }
        }
    }

    /// The response that was taken cannot be said in the types of `http`: its stream ends for it.
    pub(crate) fn refuse_response(&mut self, place: usize) -> Error {
        let error = self.unsayable(place);
        self.release(place, false);
        error
    }

    /// Takes an informational response; `None` where the final one, or nothing more, comes.
    pub(crate) fn poll_informational(
        &mut self,
        place: usize,
        waker: &Waker,
    ) -> Poll<Option<Result<Response<()>, Error>>> {
        let kept = self.table.slot(place);
        let kept = kept.and_then(|slot| slot.look_rare()?.informational.pop_front());
        let response = match (kept, self.next_of_head(place)) {
            (Some(response), _) | (None, Ok(Some(response))) => response,
            (None, Ok(None)) => return self.park_recv(place, waker),
            (None, Err(end)) => return Poll::Ready(end.map(Err)),
        };
        let response = convert::response_in(response);
        Poll::Ready(Some(response.map_err(|_| self.unsayable(place))))
    }

    /// The next informational response, or nothing yet; an error where none will come, with why.
    fn next_of_head(&mut self, place: usize) -> Result<Option<proto::Response>, Option<Error>> {
        match self.next(place) {
            Next::Part => {}
            Next::Nothing => return Ok(None),
            Next::Failed(failure) => return Err(Some(Error::failure(&failure))),
        }
        let Some(slot) = self.table.slot(place) else {
            return Err(None);
        };
        match slot.next.take() {
            Some(Part::Informational(response)) => Ok(Some(response)),
            next => {
                slot.next = next;
                Err(None)
            }
        }
    }
}
