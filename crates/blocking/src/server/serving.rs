//! Serving one connection: from streams that were opened to calls of the handler.

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use proto::{Part, Response, Server as Role, StreamId};

use super::THREADS;
use crate::error::Error;
use crate::exchange::{Exchange, Responder};
use crate::handle::{Handle, SendHalf};
use crate::machine::Machine;
use crate::pool::{Pool, Share, run_caught};
use crate::recv_body::{Parts, RecvBody};
use crate::shared::Shared;
use crate::socket::{Rx, Socket, Tx};
use crate::state::State;
use crate::tcp_options::TcpOptions;
use crate::writing::{Lane, Outlet, PATIENCE};

/// Where handlers begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    /// On a thread of the pool.
    Pooled,
    /// On the connection's thread.
    Inline,
}

/// What answers requests.
#[derive(Debug)]
pub(crate) struct Service<H> {
    pub(crate) mode: Mode,
    pub(crate) handler: Arc<H>,
    pub(crate) pool: Arc<Pool>,
    /// How long an exchange may take.
    pub(crate) limit: Option<Duration>,
    pub(crate) tcp: TcpOptions,
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
    };
    let result = serve(Box::new(machine), Arc::new(socket), &service, |_| ());
    pool.close();
    result
}

pub(crate) fn serve<H>(
    machine: Box<dyn Machine<Role>>,
    socket: Arc<dyn Socket>,
    service: &Service<H>,
    announce: impl FnOnce(&Arc<Shared<Role>>),
) -> Result<(), Error>
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    socket.set_nodelay()?;
    socket.set_options(service.tcp);
    socket.set_write_timeout(Some(PATIENCE))?;
    let lane = Lane::open(Outlet::new(Tx::Socket(Arc::clone(&socket))));
    let shared = Arc::new(Shared::new(machine, Some(Arc::clone(&socket)), lane));
    announce(&shared);
    let share = service.pool.share();
    let elsewhere = (service.clone(), share.clone());
    shared.set_handler(Box::new(move |shared, opened| {
        let (service, share) = &elsewhere;
        service.take(shared, opened, Mode::Pooled, share);
    }));
    shared.run(Rx::Socket(socket), |opened| {
        service.take(&shared, opened, service.mode, &share);
    });
    shared.prepare(|state| match state.closed {
        Some(Err(_)) => Err(state.connection_error()),
        _ => Ok(()),
    })
}

impl<H> Service<H>
where
    H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
{
    /// Takes the requests that have begun, and has them handled.
    fn take(&self, shared: &Arc<Shared<Role>>, opened: Vec<StreamId>, mode: Mode, share: &Share) {
        let begun: Vec<_> = shared.prepare(|state| {
            let begin = |id| state.begin(id).map(|parts| (id, parts));
            opened.into_iter().filter_map(begin).collect()
        });
        let until = self
            .limit
            .and_then(|limit| Instant::now().checked_add(limit));
        for (id, parts) in begun {
            let handle = || Handle::new(Arc::clone(shared), id, until);
            let hold = handle();
            if let Some(exchange) = exchange(handle, parts, share) {
                self.dispatch(exchange, hold, mode);
            }
        }
    }

    /// Has a request handled; it is held until its handler has ended.
    fn dispatch(&self, exchange: Exchange, hold: Handle<Role>, mode: Mode) {
        let handler = Arc::clone(&self.handler);
        let share = exchange.share.clone();
        let work = move || {
            // The stream knows already: what was held of it is dropped with the error.
            let _ = handler(exchange);
        };
        match mode {
            Mode::Inline => run_caught(work),
            Mode::Pooled => {
                // Without a thread the exchange is dropped, which ends its stream.
                let _ = share.submit(move || {
                    run_caught(work);
                    drop(hold);
                });
            }
        }
    }
}

/// Makes one request of what was taken; `None` if it has no head, which drops what is held of it.
fn exchange(
    handle: impl Fn() -> Handle<Role>,
    (head, next): Parts<Role>,
    share: &Share,
) -> Option<Exchange> {
    let body = RecvBody::new(handle(), next);
    let responder = Responder::new(SendHalf::new(handle()));
    match head {
        Part::Head(request) => Some(Exchange {
            request,
            body,
            responder,
            share: share.clone(),
        }),
        // Whoever has it told of malformed requests wants them answered, not reset.
        Part::Malformed(violation) => {
            // A stream that has ended needs no answer.
            let _ = responder.reply(Response::new(violation.status()), "");
            None
        }
        _ => None,
    }
}

impl State<Role> {
    /// Takes the head of a request, with three holders: its halves and its handler. `None` if the
    /// stream is gone already.
    fn begin(&mut self, id: StreamId) -> Option<Parts<Role>> {
        self.slots.hold(id);
        match self.take_parts(id) {
            Ok(Some(parts)) => {
                self.slots.hold(id);
                self.slots.hold(id);
                Some(parts)
            }
            _ => {
                self.let_go(id);
                None
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
        }
    }
}
