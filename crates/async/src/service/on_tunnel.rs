//! Where the handler of a CONNECT meets its tunnel (RFC 9113 §8.5, RFC 8441 §4).

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use alloc::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proto::Role;
use session::Error;

use crate::tunnel::Tunnel;

/// A tunnel that is yet to be granted: an extension of a CONNECT request at a server, and of the
/// response to one at a client.
///
/// A server's handler keeps a clone, answers with a status of 2xx, and awaits the clone in a task of
/// its own: the tunnel begins when the response has. The body of that response is not used. A
/// handler that keeps none gives its answer like any other. The first clone that asks gets the
/// tunnel; it is an error if none was granted.
pub struct OnTunnel<R: Role>(Arc<Mutex<Meeting<R>>>);

enum Meeting<R: Role> {
    Waiting(Option<Waker>),
    Granted(Tunnel<R>),
    Over,
}

/// The end that grants. Dropped before it did, there is no tunnel.
#[derive(Debug)]
pub(super) struct Grant<R: Role>(OnTunnel<R>);

impl<R: Role> OnTunnel<R> {
    /// A tunnel for whoever holds this.
    pub(super) fn new() -> (Grant<R>, Self) {
        let on_tunnel = Self(Arc::new(Mutex::new(Meeting::Waiting(None))));
        (Grant(on_tunnel.clone()), on_tunnel)
    }

    /// How it stands. Nothing of anybody else's is called, or dropped, while it is looked at.
    fn lock(&self) -> MutexGuard<'_, Meeting<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how it ends, to who waits.
    fn settle(&self, meeting: Meeting<R>) {
        let before = core::mem::replace(&mut *self.lock(), meeting);
        if let Meeting::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl<R: Role> Grant<R> {
    /// Says whether anybody waits.
    #[cfg(feature = "tower")]
    pub(super) fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.0.0) > 1
    }

    pub(super) fn grant(self, tunnel: Tunnel<R>) {
        self.0.settle(Meeting::Granted(tunnel));
    }
}

impl<R: Role> Drop for Grant<R> {
    fn drop(&mut self) {
        let is_waiting = matches!(*self.0.lock(), Meeting::Waiting(_));
        if is_waiting {
            self.0.settle(Meeting::Over);
        }
    }
}

impl<R: Role> Future for OnTunnel<R> {
    type Output = Result<Tunnel<R>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waiting = Meeting::Waiting(Some(cx.waker().clone()));
        let before = {
            let mut meeting = self.lock();
            let next = match &*meeting {
                Meeting::Waiting(_) => waiting,
                Meeting::Granted(_) | Meeting::Over => Meeting::Over,
            };
            core::mem::replace(&mut *meeting, next)
        };
        match before {
            Meeting::Granted(tunnel) => Poll::Ready(Ok(tunnel)),
            Meeting::Over => Poll::Ready(Err(Error::no_tunnel())),
            Meeting::Waiting(_) => Poll::Pending,
        }
    }
}

impl<R: Role> Clone for OnTunnel<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Role> fmt::Debug for OnTunnel<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnTunnel").finish_non_exhaustive()
    }
}
