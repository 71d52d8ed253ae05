//! The task of a connection.

use alloc::sync::Arc;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use proto::Server as Role;
use session::{Addresses, Error, ErrorHook, Machine, Security};
use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(feature = "tls-fallback")]
use super::fallback::Fallback;
use super::registry::Membership;
use super::secured::Secured;
use crate::compat::tokio::{TokioIo, TokioTimer};
use crate::exchange::Exchange;
use crate::serving::{Handler, serve_boxed};

/// Makes the task of a connection of what was accepted.
pub(super) trait Begin<S>: Send + Sync + 'static {
    fn begin(
        self: Arc<Self>,
        stream: S,
        addresses: Addresses,
        membership: Membership,
    ) -> impl Future<Output = ()> + Send + 'static;
}

/// How the connections of a server begin.
pub(super) struct Begins<P, M> {
    pub(super) prepare: P,
    /// Makes the handler of a connection; several accept loops may ask.
    pub(super) make: Mutex<M>,
    pub(super) rules: Handling,
    pub(super) security: Security<Role>,
    #[cfg(feature = "tls-fallback")]
    pub(super) fallback: Option<Fallback>,
}

/// What holds for the handlers of a server.
#[derive(Clone)]
pub(super) struct Handling {
    pub(super) keeps_canceled: bool,
    pub(super) limit: Option<Duration>,
    pub(super) error_hook: Option<ErrorHook>,
}

impl<P, M> Begins<P, M> {
    /// Puts a machine inside TLS, where that was asked for.
    #[cfg_attr(
        not(feature = "tls-fallback"),
        expect(clippy::unused_async, reason = "there is no handshake before")
    )]
    async fn secure<Io: AsyncRead + AsyncWrite + Send + 'static>(
        &self,
        (machine, io): (Box<dyn Machine<Role>>, Io),
        addresses: Addresses,
    ) -> Result<Secured<Io>, Error> {
        #[cfg(feature = "tls-fallback")]
        if let Some(fallback) = &self.fallback {
            // In memory of its own: the task need not have space for it.
            return Box::pin(fallback.shake_hands(machine, io, addresses)).await;
        }
        #[cfg(not(feature = "tls-fallback"))]
        let _ = addresses;
        let machine = self.security.around(machine)?;
        Ok(Secured::Http2(machine, Box::pin(io)))
    }
}

impl<S, P, PF, Io, M, MF, H, F> Begin<S> for Begins<P, M>
where
    S: Send + 'static,
    P: Fn(S) -> PF + Send + Sync + 'static,
    PF: Future<Output = Result<(Box<dyn Machine<Role>>, Io), Error>> + Send + 'static,
    Io: AsyncRead + AsyncWrite + Send + 'static,
    M: Fn(Addresses) -> MF + Send + 'static,
    MF: Future<Output = Result<Handler<H, F>, Error>> + Send + 'static,
    H: FnMut(Exchange) -> F + Send + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    fn begin(
        self: Arc<Self>,
        stream: S,
        addresses: Addresses,
        membership: Membership,
    ) -> impl Future<Output = ()> + Send + 'static {
        let making = (self.make.lock().unwrap_or_else(PoisonError::into_inner))(addresses);
        async move {
            if let Ok(handler) = making.await {
                let prepared = (self.prepare)(stream).await;
                let secured = match prepared {
                    Ok(prepared) => self.secure(prepared, addresses).await,
                    Err(error) => Err(error),
                };
                let rules = self.rules.clone();
                drop(self);
                match secured {
                    // One that ends badly ends alone, and its streams were told.
                    Ok(Secured::Http2(machine, io)) => {
                        let member = (&membership, addresses);
                        let _ = serve(machine, io, handler, member, rules).await;
                    }
                    #[cfg(feature = "tls-fallback")]
                    Ok(Secured::Other(other)) => {
                        drop(handler);
                        other.await;
                    }
                    Err(_) => drop(handler),
                }
            }
            drop(membership);
        }
    }
}

/// Makes the future that is the connection's task from then on. A function of its own, so that the
/// task has space for what it is made of or for the future, but not for both.
fn serve<Io, H, F>(
    machine: Box<dyn Machine<Role>>,
    io: Pin<Box<Io>>,
    handler: Handler<H, F>,
    (membership, addresses): (&Membership, Addresses),
    rules: Handling,
) -> impl Future<Output = Result<(), Error>> + use<Io, H, F>
where
    Io: AsyncRead + AsyncWrite + Send + 'static,
    H: FnMut(Exchange) -> F + Send + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let serving = serve_boxed(machine, TokioIo(io), handler);
    let mut serving = serving.addresses(addresses);
    if rules.keeps_canceled {
        serving = serving.keep_canceled();
    }
    if let Some(limit) = rules.limit {
        serving = serving.exchange_limit(limit);
    }
    if let Some(hook) = rules.error_hook {
        serving.hear(hook);
    }
    let serving = serving.with_timer(TokioTimer::new());
    membership.run(serving.handle());
    serving
}
