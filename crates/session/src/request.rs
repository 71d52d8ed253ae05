//! Requests of a client (RFC 9113 §8.1).
//!
//! The machine takes a request at once, and opens its stream as soon as the server lets it, in the
//! order in which they came, whether anybody polls for it or not: nobody depends on another's poll.
//! Dropped before that, it is taken back, and nothing of it is sent.

use core::mem;
use core::task::{Context, Poll, Waker};

use proto::{Bytes, Client as Role, ErrorCode, Request, StreamId, UserError};

use crate::entries::Interest;
use crate::error::Error;
use crate::locked::Locked;
use crate::recv_half::RecvHalf;
use crate::send_half::SendHalf;
use crate::session::Session;
use crate::stream_handle::StreamHandle;

/// A request whose stream is opened, or will be without anybody's doing.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "it is the two halves of a stream"
)]
pub struct Opened {
    /// The half that sends; `None` where the content was there from the beginning.
    pub send: Option<SendHalf<Role>>,
    /// The half that receives.
    pub recv: RecvHalf<Role>,
}

/// A request that waits to be sent.
#[derive(Debug)]
#[must_use = "nothing is sent unless it is polled"]
pub struct PendingRequest {
    session: Session<Role>,
    course: Course,
}

/// How far a request has come.
#[derive(Debug)]
enum Course {
    /// The machine does not have it; with all of its content, where that is known.
    Requested(Request, Option<Bytes>),
    /// The machine has it, and has not opened its stream.
    Waiting(Opened),
    Done,
}

impl Session<Role> {
    /// Makes a request, with all of its content, or with `None` where that follows. It is handed over at
    /// the first poll.
    pub fn open(&self, request: Request, content: Option<Bytes>) -> PendingRequest {
        PendingRequest {
            session: self.clone(),
            course: Course::Requested(request, content),
        }
    }

    /// Hands a request over at once, however many wait to be opened before it.
    ///
    /// # Errors
    ///
    /// That the request is malformed, that the content has not the length that `content-length` says,
    /// that the connection is closed or going away, [`is_reentrant`](Error::is_reentrant).
    pub fn request(&self, request: Request, content: Option<Bytes>) -> Result<Opened, Error> {
        let has_send = content.is_none();
        let (id, _) = self.act(|locked| locked.hand_over(request, content))?;
        Ok(self.opened(id, has_send))
    }

    /// Takes the response of a stream that the machine has opened before anything moved.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn adopt(&self, id: StreamId) -> Result<RecvHalf<Role>, Error> {
        self.act(|locked| {
            if let Some(entry) = locked.open(id) {
                entry.holders.begin();
                entry.holders.hold();
            }
            Ok(())
        })?;
        Ok(self.opened(id, false).recv)
    }

    /// How many more streams the server lets us open at once (RFC 9113 §5.1.2).
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn available(&self) -> Result<usize, Error> {
        self.act(|locked| Ok(locked.machine.connection().available()))
    }

    /// The halves of a stream whose holders are counted.
    fn opened(&self, id: StreamId, has_send: bool) -> Opened {
        let handle = || StreamHandle::new(self.clone(), id);
        Opened {
            send: has_send.then(|| SendHalf::new(handle())),
            recv: RecvHalf::new(handle(), None),
        }
    }
}

impl PendingRequest {
    /// Waits until the server lets the stream be opened.
    ///
    /// # Errors
    ///
    /// Those of [`request`](Session::request), and what ended the connection first.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Opened, Error>> {
        match mem::replace(&mut self.course, Course::Done) {
            Course::Requested(request, content) => self.hand_over(request, content, cx.waker()),
            Course::Waiting(opened) => {
                let id = opened.recv.handle().id();
                let polled = self
                    .session
                    .poll(|locked| locked.poll_opened(id, cx.waker()));
                match polled {
                    Poll::Ready(outcome) => Poll::Ready(outcome.map(|()| opened)),
                    Poll::Pending => {
                        self.course = Course::Waiting(opened);
                        Poll::Pending
                    }
                }
            }
            Course::Done => Poll::Ready(Err(Error::closed())),
        }
    }

    /// Hands the request over, once it may be judged.
    fn hand_over(
        &mut self,
        request: Request,
        content: Option<Bytes>,
        waker: &Waker,
    ) -> Poll<Result<Opened, Error>> {
        let has_send = content.is_none();
        let mut requested = Some((request, content));
        let polled = self.session.poll(|locked| {
            // RFC 8441 §3: no extended CONNECT before the server has said that it takes them.
            let is_extended = |(request, _): &(Request, _)| request.protocol().is_some();
            if requested.as_ref().is_some_and(is_extended)
                && locked.poll_settings(waker).is_pending()
            {
                return Poll::Pending;
            }
            let Some((request, content)) = requested.take() else {
                return Poll::Pending;
            };
            let handed = locked.hand_over(request, content);
            if let Ok((id, true)) = handed {
                locked.park(id, Interest::Send, waker);
            }
            Poll::Ready(handed)
        });
        let Poll::Ready(handed) = polled else {
            self.course = requested.map_or(Course::Done, |(request, content)| {
                Course::Requested(request, content)
            });
            return Poll::Pending;
        };
        let (id, is_waiting) = handed?;
        let opened = self.session.opened(id, has_send);
        if is_waiting {
            self.course = Course::Waiting(opened);
            return Poll::Pending;
        }
        Poll::Ready(Ok(opened))
    }
}

/// Requests of one of those who use a connection, of which one at a time waits to be opened: who makes
/// more is asked to wait.
#[derive(Debug)]
pub struct Requests {
    session: Session<Role>,
    /// The last request that was made, while it may wait.
    last: Option<StreamId>,
}

impl Requests {
    /// Makes requests on a connection.
    #[must_use]
    pub const fn new(session: Session<Role>) -> Self {
        Self {
            session,
            last: None,
        }
    }

    /// The connection.
    #[must_use]
    pub const fn session(&self) -> &Session<Role> {
        &self.session
    }

    /// Is ready when none of these requests waits to be opened.
    ///
    /// # Errors
    ///
    /// That the connection is closed or going away: it takes no more requests.
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let last = self.last;
        let polled = self.session.poll(|locked| {
            if let Some(error) = locked.ending() {
                return Poll::Ready(Err(error));
            }
            // One for which there was a place has left the queue, although nothing of it was sent yet.
            let waits = last.is_some_and(|id| {
                locked.is_waiting(id) && locked.waiting.park(id, cx.waker(), &mut locked.spent)
            });
            if waits {
                Poll::Pending
            } else {
                Poll::Ready(Ok(()))
            }
        });
        if polled.is_ready() {
            self.last = None;
        }
        polled
    }

    /// Hands a request over at once: see [`Session::request`].
    ///
    /// # Errors
    ///
    /// Those of [`Session::request`].
    pub fn request(&mut self, request: Request, content: Option<Bytes>) -> Result<Opened, Error> {
        let opened = self.session.request(request, content)?;
        self.last = Some(opened.recv.handle().id());
        Ok(opened)
    }
}

impl Clone for Requests {
    /// Makes another, of which none waits.
    fn clone(&self) -> Self {
        Self::new(self.session.clone())
    }
}

impl Locked<Role> {
    /// Hands a request to the machine; says whether it waits to be opened. Without content its stream has
    /// two holders, with all of it one.
    fn hand_over(
        &mut self,
        request: Request,
        content: Option<Bytes>,
    ) -> Result<(StreamId, bool), Error> {
        let is_waiting = self.machine.connection().available() == 0;
        let id = match self.machine.connection().request(request) {
            Ok(id) => id,
            Err(UserError::ConnectionClosed) => return Err(self.too_late()),
            Err(error) => return Err(self.user_error(error)),
        };
        if let Some(entry) = self.open(id) {
            entry.holders.begin();
            entry.holders.hold();
            if content.is_none() {
                entry.holders.hold();
            }
        }
        if let Some(content) = content {
            self.send_whole(id, content)?;
        }
        if is_waiting {
            self.waiting.push(id);
        }
        Ok((id, is_waiting))
    }

    /// Queues all of a request's content, and its end.
    fn send_whole(&mut self, id: StreamId, content: Bytes) -> Result<(), Error> {
        let said = self.with(id, |stream| {
            if !content.is_empty() {
                stream.send_data(content)?;
            }
            stream.end()
        });
        if said.is_err() {
            // What was never whole is taken back; nothing of it has been sent.
            self.reset(id, ErrorCode::CANCEL);
            self.holder_dropped(id);
        }
        said
    }

    /// Waits until a request is opened.
    fn poll_opened(&mut self, id: StreamId, waker: &Waker) -> Poll<Result<(), Error>> {
        if self.is_waiting(id) {
            self.park(id, Interest::Send, waker);
            return Poll::Pending;
        }
        match self.result(id) {
            Some(Err(error)) => Poll::Ready(Err(self.stream_error(id, error))),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Why no more streams are opened, if so.
    fn ending(&self) -> Option<Error> {
        if self.closed.is_some() {
            Some(self.too_late())
        } else {
            self.is_going_away.then(|| UserError::GoingAway.into())
        }
    }
}
