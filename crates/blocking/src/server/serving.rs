//! Serving one connection: from streams that were opened to calls of the handler.

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use proto::{ErrorCode, Server as Role, StreamId};
use session::{Accepted, Error, ErrorHook, Machine, Session, TcpOptions};

use super::THREADS;
use crate::client::join;
use crate::current::Number;
use crate::exchange::{Exchange, Responder};
use crate::link::Link;
use crate::pool::{Call, Pool, Share, watched};
use crate::recv_body::RecvBody;
use crate::socket::Socket;

/// Where handlers begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    /// On a thread of the pool.
    Pooled,
    /// On the connection's thread.
    Inline,
}

/// What answers requests.
pub(crate) struct Service<H> {
    pub(crate) mode: Mode,
    pub(crate) handler: Arc<H>,
    pub(crate) pool: Arc<Pool>,
    /// How long an exchange may take.
    pub(crate) limit: Option<Duration>,
    pub(crate) tcp: TcpOptions,
    /// Who hears of what handlers get wrong.
    pub(crate) error_hook: Option<ErrorHook>,
}

/// Serves one connection on the calling thread, until it ends. Each exchange has a thread of a
/// pool, and may block.
///
/// # Errors
///
/// What ended the connection other than in good order.
pub fn serve_connection<H>(
    machine: impl Machine<Role> + 'static,
    socket: impl Socket,
    handler: H,
) -> Result<(), Error>
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    let pool = Arc::new(Pool::new(THREADS));
    let service = Service {
        mode: Mode::Pooled,
        handler: Arc::new(handler),
        pool: Arc::clone(&pool),
        limit: None,
        tcp: TcpOptions::default(),
        error_hook: None,
    };
    let result = serve(Box::new(machine), Arc::new(socket), &service, |_| ());
    pool.close();
    result
}

pub(crate) fn serve<H>(
    machine: Box<dyn Machine<Role>>,
    socket: Arc<dyn Socket>,
    service: &Service<H>,
    announce: impl FnOnce(&Link<Role>),
) -> Result<(), Error>
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    let addresses = socket.addresses();
    let (link, rx) = join(machine, socket, service.tcp.into())?;
    link.session.set_addresses(addresses);
    if let Some(hook) = &service.error_hook {
        link.session.set_error_hook(Arc::clone(hook));
    }
    announce(&link);
    let (share, number) = (service.pool.share(), link.io.number);
    link.io.set_share(share.clone());
    let elsewhere = (service.clone(), share.clone());
    link.io.set_acceptor(Box::new(move |session| {
        let (service, share) = &elsewhere;
        service.take(session, number, Mode::Pooled, share);
    }));
    link.run(rx, |session| {
        service.take(session, number, service.mode, &share);
    });
    link.session.outcome()
}

/// A handler that runs: until it has ended, its stream counts as one that does (RFC 9113 §10.5).
struct Handled {
    session: Session<Role>,
    id: StreamId,
}

impl Drop for Handled {
    fn drop(&mut self) {
        // Not in the middle of a turn.
        let _ = self.session.end_handlers([self.id]);
    }
}

impl<H> Service<H>
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    /// Takes the requests that have begun, and has them handled.
    fn take(&self, session: &Session<Role>, number: Number, mode: Mode, share: &Share) {
        let until = self
            .limit
            .and_then(|limit| Instant::now().checked_add(limit));
        let mut ended = Vec::new();
        let next = || session.accept(0, &mut ended).ok();
        // Until none is left, whatever comes meanwhile.
        let accepted = core::iter::from_fn(next).take_while(|accepted| !accepted.is_empty());
        for accepted in accepted.flatten() {
            let handled = Handled {
                session: session.clone(),
                id: accepted.id(),
            };
            let Accepted {
                request,
                recv,
                send,
                ..
            } = accepted;
            let exchange = Exchange {
                request,
                body: RecvBody::new(recv, number, until),
                responder: Responder::new(send, number, until),
                share: share.clone(),
            };
            self.dispatch(exchange, handled, mode);
        }
        if !ended.is_empty() {
            let _ = session.end_handlers(ended);
        }
    }

    /// Has a request handled; it is held until its handler has ended.
    fn dispatch(&self, exchange: Exchange, handled: Handled, mode: Mode) {
        let handler = Arc::clone(&self.handler);
        let share = exchange.share.clone();
        let report = exchange.responder.report();
        let work = move |exchange| watched(&report, || handler(exchange));
        match mode {
            Mode::Inline => work(exchange),
            Mode::Pooled => {
                // Without a thread the exchange is dropped, which ends its stream.
                let _ = share.submit(move |call| {
                    match call {
                        Call::Begin => work(exchange),
                        // RFC 9113 §8.7: nobody has begun with it, so that it can be sent again.
                        Call::GiveUp => exchange.responder.reset(ErrorCode::REFUSED_STREAM),
                    }
                    drop(handled);
                });
            }
        }
    }
}

impl<H> Clone for Service<H> {
    fn clone(&self) -> Self {
        Self {
            mode: self.mode,
            handler: Arc::clone(&self.handler),
            pool: Arc::clone(&self.pool),
            limit: self.limit,
            tcp: self.tcp,
            error_hook: self.error_hook.clone(),
        }
    }
}
