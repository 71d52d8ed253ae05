//! The task of a connection.

use alloc::sync::Arc;
use core::future::Future;
use std::sync::{Mutex, PoisonError};

use proto::Server as Role;
use session::{Error, Machine, Security};
use tokio::io::{AsyncRead, AsyncWrite};

use super::hub::Membership;
use crate::compat::tokio::{TokioIo, TokioTimer};
use crate::exchange::Exchange;
use crate::serving::serve_boxed;

/// Makes the task of a connection of what was accepted.
pub(super) trait Begin<S>: Send + Sync + 'static {
    fn begin(
        self: Arc<Self>,
        stream: S,
        membership: Membership,
    ) -> impl Future<Output = ()> + Send + 'static;
}

/// How the connections of a server begin.
pub(super) struct Begins<P, M> {
    pub(super) prepare: P,
    /// Makes the handler of a connection; several accept loops may ask.
    pub(super) make: Mutex<M>,
    pub(super) keeps_canceled: bool,
    pub(super) security: Security<Role>,
}

impl<S, P, PF, Io, M, H, F> Begin<S> for Begins<P, M>
where
    S: Send + 'static,
    P: Fn(S) -> PF + Send + Sync + 'static,
    PF: Future<Output = Result<(Box<dyn Machine<Role>>, Io), Error>> + Send + 'static,
    Io: AsyncRead + AsyncWrite + Send + 'static,
    M: Fn() -> H + Send + 'static,
    H: FnMut(Exchange) -> F + Send + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    fn begin(
        self: Arc<Self>,
        stream: S,
        membership: Membership,
    ) -> impl Future<Output = ()> + Send + 'static {
        let handler = (self.make.lock().unwrap_or_else(PoisonError::into_inner))();
        async move {
            let prepared = (self.prepare)(stream).await;
            let secured =
                prepared.and_then(|(machine, io)| Ok((self.security.around(machine)?, io)));
            let keeps = self.keeps_canceled;
            drop(self);
            match secured {
                // One that ends badly ends alone, and its streams were told.
                Ok((machine, io)) => {
                    let _ = serve(machine, io, handler, &membership, keeps).await;
                }
                Err(_) => drop(handler),
            }
            drop(membership);
        }
    }
}

/// Makes the future that is the connection's task from then on. A function of its own, so that the
/// task has room for what it is made of or for the future, but not for both.
fn serve<Io, H, F>(
    machine: Box<dyn Machine<Role>>,
    io: Io,
    handler: H,
    membership: &Membership,
    keeps_canceled: bool,
) -> impl Future<Output = Result<(), Error>> + use<Io, H, F>
where
    Io: AsyncRead + AsyncWrite + Send + 'static,
    H: FnMut(Exchange) -> F + Send + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut serving = serve_boxed(machine, TokioIo::pinned(io), handler);
    if keeps_canceled {
        serving = serving.keep_canceled();
    }
    let serving = serving.with_timer(TokioTimer::new());
    membership.run(serving.handle());
    serving
}
