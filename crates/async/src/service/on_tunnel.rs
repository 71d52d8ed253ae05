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

/// A tunnel that is yet to be established: an extension of a CONNECT request at a server, and of the
/// response to one at a client.
///
/// A server's handler keeps a clone, answers with a status of 2xx, and awaits the clone in a task of
/// its own: the tunnel begins when the response has. The body of that response is not used. A
/// handler that keeps none gives its answer like any other. The first clone that asks gets the
/// tunnel; it is an error if none was established.
pub struct OnTunnel<R: Role>(Arc<Mutex<Rendezvous<R>>>);

enum Rendezvous<R: Role> {
    Waiting(Option<Waker>),
    Established(Tunnel<R>),
    Over,
}

/// The end that gives the tunnel. Dropped before it did, there is none.
#[derive(Debug)]
pub(super) struct TunnelSender<R: Role>(OnTunnel<R>);

impl<R: Role> OnTunnel<R> {
    /// A tunnel for whoever holds this.
    pub(super) fn new() -> (TunnelSender<R>, Self) {
        let on_tunnel = Self(Arc::new(Mutex::new(Rendezvous::Waiting(None))));
        (TunnelSender(on_tunnel.clone()), on_tunnel)
    }

    /// How it stands. Nothing of anybody else's is called, or dropped, while it is looked at.
    fn lock(&self) -> MutexGuard<'_, Rendezvous<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how it ends, to who waits.
    fn settle(&self, rendezvous: Rendezvous<R>) {
        let before = core::mem::replace(&mut *self.lock(), rendezvous);
        if let Rendezvous::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl<R: Role> TunnelSender<R> {
    /// Says whether anybody waits.
    #[cfg(feature = "tower")]
    pub(super) fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.0.0) > 1
    }

    pub(super) fn complete(self, tunnel: Tunnel<R>) {
        self.0.settle(Rendezvous::Established(tunnel));
    }
}

impl<R: Role> Drop for TunnelSender<R> {
    fn drop(&mut self) {
        let is_waiting = matches!(*self.0.lock(), Rendezvous::Waiting(_));
        if is_waiting {
            self.0.settle(Rendezvous::Over);
        }
    }
}

impl<R: Role> Future for OnTunnel<R> {
    type Output = Result<Tunnel<R>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waiting = Rendezvous::Waiting(Some(cx.waker().clone()));
        let before = {
            let mut rendezvous = self.lock();
            let next = match &*rendezvous {
                Rendezvous::Waiting(_) => waiting,
                Rendezvous::Established(_) | Rendezvous::Over => Rendezvous::Over,
            };
            core::mem::replace(&mut *rendezvous, next)
        };
        match before {
            Rendezvous::Established(tunnel) => Poll::Ready(Ok(tunnel)),
            Rendezvous::Over => Poll::Ready(Err(Error::no_tunnel())),
            Rendezvous::Waiting(_) => Poll::Pending,
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
