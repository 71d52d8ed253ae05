//! How a connection ends: in good order, at a limit, or at once (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::fmt;
use core::task::{Context, Poll};

use proto::{ErrorCode, Role, StreamId};
use runtime::Exn;
use runtime::Runtime as _;

use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;
use crate::spent::note;

/// Those who use a connection, however many: when the last of its clones is dropped, the connection
/// goes away, as under [`go_away`](Session::go_away).
pub struct Users<R: Role>(Arc<Last<R>>);

struct Last<R: Role>(Session<R>);

impl<R: Role> Session<R> {
    /// Begins to count those who use the connection.
    #[must_use]
    pub fn users(&self) -> Users<R> {
        Users(Arc::new(Last(self.clone())))
    }

    /// Opens no more streams, and tells the peer so; what runs finishes (RFC 9113 §6.8).
    pub fn go_away(&self) {
        self.act_soon(|locked| {
            locked.machine.connection().go_away();
            locked.end_requests();
        });
    }

    /// Ends the connection at once.
    pub fn abort(&self, code: ErrorCode) {
        self.act_soon(move |locked| {
            locked.is_aborted = true;
            locked.machine.connection().abort(code);
            // Whoever drives it may wait for a transport that takes nothing.
            locked.driver.flag();
        });
    }

    /// Ends a connection that goes away and has taken long enough: requests that nobody has begun with
    /// are refused, so that they can be sent elsewhere, and those that run are canceled; the last GOAWAY
    /// names the last stream (RFC 9113 §6.8, RFC 9113 §8.7).
    pub fn shut_down(&self) {
        self.act_soon(|locked| {
            let ids: Vec<StreamId> = {
                let streams = locked.machine.connection().streams();
                let running = streams.filter(|stream| stream.result().is_none());
                running.map(|stream| stream.id()).collect()
            };
            for id in ids {
                let is_begun = locked
                    .entry(id)
                    .is_some_and(|entry| entry.holders.is_begun());
                locked.reset(
                    id,
                    match is_begun {
                        true => ErrorCode::CANCEL,
                        false => ErrorCode::REFUSED_STREAM,
                    },
                );
            }
            locked.is_aborted = true;
            locked.machine.connection().abort(ErrorCode::NO_ERROR);
            locked.driver.flag();
        });
    }

    /// Waits until whoever drives the connection is at its end.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order.
    pub fn poll_closed(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll(|locked| {
            if locked.is_done {
                return Poll::Ready(locked.outcome());
            }
            note(&mut locked.closers, cx.waker());
            Poll::Pending
        })
    }

    /// Says whether one of the ends opens no more streams.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn is_going_away(&self) -> Result<bool, Error> {
        self.act(|locked| Ok(locked.is_going_away))
    }

    /// How the connection has ended, if it has.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order, [`is_reentrant`](Error::is_reentrant).
    pub fn outcome(&self) -> Result<(), Error> {
        self.turn(|locked| locked.outcome())?.0
    }

    /// What ended the connection, or that it is closed.
    #[must_use]
    pub fn cause(&self) -> Error {
        match self.turn(|locked| locked.connection_error()) {
            Ok((error, _)) | Err(error) => error,
        }
    }

    /// Gives up a connection that nobody drives any more.
    pub fn lose(&self, exn: Exn) {
        self.act_soon(|locked| {
            if !locked.is_done {
                locked.machine.report_exn(exn);
                locked.absorb();
                locked.finish();
            }
        });
    }
}

impl<R: Role> Locked<R> {
    /// How the connection ended.
    pub(crate) fn outcome(&self) -> Result<(), Error> {
        match &self.closed {
            Some(Err(_)) => Err(self.connection_error()),
            _ => Ok(()),
        }
    }
}

impl<R: Role> Users<R> {
    /// The connection.
    #[must_use]
    pub fn session(&self) -> &Session<R> {
        &self.0.0
    }
}

impl<R: Role> Drop for Last<R> {
    fn drop(&mut self) {
        self.0.go_away();
    }
}

impl<R: Role> Clone for Users<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Role> fmt::Debug for Users<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.fmt(f)
    }
}
