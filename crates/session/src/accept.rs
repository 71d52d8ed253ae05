//! Requests that a server takes (RFC 9113 §8.1).

use core::task::{Context, Poll};

use proto::{Part, Request, Response, Server as Role, StreamId};

use crate::error::Error;
use crate::locked::Locked;
use crate::recv_half::{Parts, RecvHalf};
use crate::report::Report;
use crate::send_half::SendHalf;
use crate::session::Session;
use crate::spent::park;
use crate::stream_handle::StreamHandle;

/// A request that was taken, and both halves of its stream.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// The control data and the fields.
    pub request: Request,
    /// The half that receives the content.
    pub recv: RecvHalf<Role>,
    /// The half that answers.
    pub send: SendHalf<Role>,
}

impl Accepted {
    /// Which stream it is.
    #[must_use]
    pub const fn id(&self) -> StreamId {
        self.recv.handle().id()
    }
}

impl Session<Role> {
    /// Takes the next request, if one is there; `None` when no more will come.
    ///
    /// # Errors
    ///
    /// What ended the connection, [`is_reentrant`](Error::is_reentrant).
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Accepted, Error>>> {
        loop {
            let polled = self.poll(|locked| {
                if let Some(begun) = locked.begin_next(false) {
                    return Poll::Ready(Ok(Some(begun)));
                }
                locked.has_new = false;
                if locked.closed.is_some() {
                    return Poll::Ready(locked.outcome().map(|()| None));
                }
                park(&mut locked.acceptor, cx.waker(), &mut locked.spent);
                Poll::Pending
            });
            match core::task::ready!(polled) {
                Ok(Some(begun)) => {
                    if let Some(accepted) = self.accepted(begun) {
                        return Poll::Ready(Some(Ok(accepted)));
                    }
                }
                Ok(None) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Takes as many of the requests that wait as there may be handlers, of which so many run, with one
    /// turn for all. Each is said to have ended by [`end_handlers`](Self::end_handlers).
    ///
    /// A malformed request that the configuration has us notified of is answered with the status that says
    /// so (RFC 9113 §8.1.1), and one whose stream has ended is passed over: their identifiers are added to
    /// `ended`.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn accept(
        &self,
        running: usize,
        ended: &mut Vec<StreamId>,
    ) -> Result<Vec<Accepted>, Error> {
        let begun: Vec<Begun> = self.act(|locked| {
            let most = locked.machine.connection().max_started();
            let most = most.saturating_sub(running).min(locked.opened.len());
            // Of its size at once: each is large to move.
            let mut begun = Vec::with_capacity(most);
            let begin = core::iter::from_fn(|| locked.begin_next(true));
            begun.extend(begin.take(most));
            locked.has_new = false;
            locked.status.set_behind(!locked.opened.is_empty());
            Ok(begun)
        })?;
        let mut accepted = Vec::with_capacity(begun.len());
        for begun in begun {
            let id = begun.id;
            match self.accepted(begun) {
                Some(one) => accepted.push(one),
                None => ended.push(id),
            }
        }
        Ok(accepted)
    }

    /// Says whether requests wait that were not [accepted](Self::accept), because as many handlers run as
    /// there may be.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.status().is_behind()
    }

    /// Notes that handlers have ended: only now may other requests be begun for them, whatever became of
    /// their streams (RFC 9113 §10.5).
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn end_handlers(&self, ids: impl IntoIterator<Item = StreamId>) -> Result<(), Error> {
        self.act(|locked| {
            ids.into_iter().for_each(|id| locked.end_handler(id));
            Ok(())
        })
    }

    /// Makes one request of what was taken; `None` if it has no head.
    fn accepted(&self, begun: Begun) -> Option<Accepted> {
        let Begun {
            id,
            parts: (head, next),
            holds_recv,
        } = begun;
        let handle = || StreamHandle::new(self.clone(), id);
        let mut recv = RecvHalf::new(handle(), next);
        if !holds_recv {
            recv.hold_nothing();
        }
        let mut send = SendHalf::new(handle());
        match head {
            Part::Head(request) => {
                send.report_to(Report::new(self, id, &request));
                if !recv.is_ended() && request.expects_continue() {
                    recv.await_word();
                }
                Some(Accepted {
                    request,
                    recv,
                    send,
                })
            }
            // Whoever has it notified of malformed requests wants them answered, not reset.
            Part::Malformed(violation) => {
                let response = Response::new(violation.status());
                // A stream that has ended needs no answer.
                let _ = send.reply(None, response, Default::default(), None);
                None
            }
            _ => None,
        }
    }
}

/// What was taken of a request.
struct Begun {
    id: StreamId,
    parts: Parts<Role>,
    /// The half that receives holds the stream, too.
    holds_recv: bool,
}

impl Locked<Role> {
    /// Takes the head of the next request that has one, with a holder for each of its halves, and a handler
    /// where one is to run. Of a handler's request without content, the half that receives holds nothing:
    /// it would take a turn of its own to let go of what is of no use.
    fn begin_next(&mut self, is_handled: bool) -> Option<Begun> {
        loop {
            let id = self.opened.pop_front()?;
            let parts = self.take_parts(id);
            let Some(entry) = self.entry(id) else {
                continue;
            };
            entry.holders.begin();
            let Ok(Some(parts)) = parts else {
                // It is gone already.
                if entry.is_free() {
                    self.release(id);
                }
                continue;
            };
            let holds_recv = !(is_handled && matches!(parts.1, Some(Part::End)));
            entry.holders.hold();
            if holds_recv {
                entry.holders.hold();
            }
            entry.holders.set_handled(is_handled);
            return Some(Begun {
                id,
                parts,
                holds_recv,
            });
        }
    }
}
