//! Where the handler of a CONNECT meets its tunnel (RFC 9113 §8.5, RFC 8441 §4).

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use proto::Role;

use crate::error::{Error, Kind};
use crate::flavor::{Flavor, Threads};
use crate::tunnel::Tunnel;

/// A tunnel that is yet to be granted: an extension of a CONNECT request at a server, and of the
/// response to one at a client. On one thread it is had of the request's content, by
/// `local::Incoming::on_tunnel`.
///
/// A server's handler keeps a clone, answers with a status of 2xx, and awaits the clone in a task of
/// its own: the tunnel begins when the response has. The body of that response is not used. A
/// handler that keeps none gives its answer like any other. The first clone that asks gets the
/// tunnel; it is an error if none was granted.
pub struct OnTunnel<R: Role, F: Flavor = Threads>(F::Pointer<F::Cell<Meeting<R, F>>>);

enum Meeting<R: Role, F: Flavor> {
    /// It could be had of the content, and nobody took it.
    Offered,
    Waiting(Option<Waker>),
    Granted(Tunnel<R, F>),
    Over,
}

/// The end that grants. Dropped before it did, there is no tunnel.
#[derive(Debug)]
#[expect(unnameable_types, reason = "it is a part of what a flavor does")]
pub struct Grant<R: Role, F: Flavor = Threads>(OnTunnel<R, F>);

impl<R: Role, F: Flavor> OnTunnel<R, F> {
    /// A tunnel for whoever holds this.
    pub(super) fn new() -> (Grant<R, F>, Self) {
        Self::begin(Meeting::Waiting(None))
    }

    /// A tunnel for whoever takes this, which is not so yet.
    pub(super) fn offered() -> (Grant<R, F>, Self) {
        Self::begin(Meeting::Offered)
    }

    fn begin(meeting: Meeting<R, F>) -> (Grant<R, F>, Self) {
        let on_tunnel = Self(F::share(F::cell(meeting)));
        (Grant(on_tunnel.clone()), on_tunnel)
    }

    /// Notes that somebody has taken it.
    pub(super) fn taken(self) -> Self {
        self.with(|meeting| {
            if matches!(meeting, Meeting::Offered) {
                *meeting = Meeting::Waiting(None);
            }
        });
        self
    }

    /// Looks at how it stands. Nothing of anybody else's is called, or dropped, meanwhile.
    fn with<T>(&self, look: impl FnOnce(&mut Meeting<R, F>) -> T) -> Option<T> {
        F::try_with(&self.0, look)
    }

    /// Says how it ends, to who waits.
    fn settle(&self, meeting: Meeting<R, F>) {
        let before = self.with(|place| core::mem::replace(place, meeting));
        if let Some(Meeting::Waiting(Some(waker))) = before {
            waker.wake();
        }
    }
}

impl<R: Role, F: Flavor> Grant<R, F> {
    /// Says whether anybody waits.
    #[cfg(feature = "tower")]
    pub(super) fn is_wanted(&self) -> bool {
        let on_tunnel = &self.0;
        let is_taken = on_tunnel.with(|meeting| !matches!(meeting, Meeting::Offered));
        is_taken == Some(true) && F::is_shared(&on_tunnel.0)
    }

    pub(super) fn grant(self, tunnel: Tunnel<R, F>) {
        self.0.settle(Meeting::Granted(tunnel));
    }
}

impl<R: Role, F: Flavor> Drop for Grant<R, F> {
    fn drop(&mut self) {
        let is_waiting =
            |meeting: &mut _| matches!(meeting, Meeting::Waiting(_) | Meeting::Offered);
        if self.0.with(is_waiting) == Some(true) {
            self.0.settle(Meeting::Over);
        }
    }
}

impl<R: Role, F: Flavor> Future for OnTunnel<R, F> {
    type Output = Result<Tunnel<R, F>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waiting = Meeting::Waiting(Some(cx.waker().clone()));
        let before = self.with(|meeting| match meeting {
            Meeting::Granted(_) => core::mem::replace(meeting, Meeting::Over),
            Meeting::Over => Meeting::Over,
            Meeting::Offered | Meeting::Waiting(_) => core::mem::replace(meeting, waiting),
        });
        match before {
            Some(Meeting::Granted(tunnel)) => Poll::Ready(Ok(tunnel)),
            Some(Meeting::Over) | None => Poll::Ready(Err(Kind::NoTunnel.into())),
            Some(Meeting::Offered | Meeting::Waiting(_)) => Poll::Pending,
        }
    }
}

impl<R: Role, F: Flavor> Clone for OnTunnel<R, F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Role, F: Flavor> fmt::Debug for OnTunnel<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnTunnel").finish_non_exhaustive()
    }
}
