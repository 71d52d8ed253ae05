//! One connection of a server: a future that drives it, and polls its handlers itself.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use proto::{ErrorCode, Part, Response, Server as Role, StreamId};

use crate::engine::{Engine, News, Work};
use crate::error::Error;
use crate::exchange::{Exchange, Responder};
use crate::flavor::{Flavor, Threads};
use crate::handle::{Handle, SendHalf};
use crate::io::AsyncIo;
use crate::local::Machine as _;
use crate::machine::Machine;
use crate::recv_body::{Parts, RecvBody};
#[cfg(feature = "tokio")]
use crate::server::shed::Standing;
use crate::shared::Link;
use crate::state::{Octets, State};
use crate::tasks::{Tasks, caught};
use crate::timer::Timer;

/// Serves one connection: the future drives it, and calls the handler for every request.
///
/// The handlers' futures are polled by the connection's own task, which spares a switch of tasks,
/// and puts the answers to all requests that came together into one write. One that computes for
/// long should be spawned. A handler that panics ends its stream only. Handlers are dropped when
/// their connection ends, and when their stream does, by a reset of the client's before all: see
/// [`keep_canceled`](Serving::keep_canceled).
pub fn serve_connection<Io, H, Fut>(
    machine: impl Machine<Role> + 'static,
    io: Io,
    handler: H,
) -> Serving<Io, H, Fut>
where
    Io: AsyncIo,
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    serve_boxed::<_, _, _, Threads>(Box::new(machine), io, handler)
}

pub(crate) fn serve_boxed<Io, H, Fut, F>(
    machine: Box<F::Machine<Role>>,
    io: Io,
    handler: H,
) -> Serving<Io, H, Fut, F>
where
    Io: AsyncIo,
    H: FnMut(Exchange<F>) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
    F: Flavor,
{
    let shared = Link::new(machine);
    let tasks = Tasks::new(Arc::clone(&shared.bell));
    Serving {
        engine: Engine::new(shared, io),
        handlers: Handlers {
            handler,
            tasks,
            waiting: VecDeque::new(),
            keeps_canceled: false,
        },
    }
}

/// A connection that is being served. It is finished when the connection is.
#[must_use = "nothing moves unless it is polled"]
pub struct Serving<Io, H, Fut, F: Flavor = Threads> {
    engine: Engine<Role, F, Io>,
    handlers: Handlers<H, Fut>,
}

/// A handle that ends a connection that is being served.
#[derive(Debug)]
pub struct ConnectionHandle<F: Flavor = Threads>(Link<Role, F>);

struct Handlers<H, Fut> {
    handler: H,
    tasks: Tasks<Fut>,
    /// Requests that wait until other handlers have ended. The connection tells of no more than may
    /// run, but a handler may go on when its stream is over.
    waiting: VecDeque<StreamId>,
    keeps_canceled: bool,
}

impl<Io, H, Fut> Serving<Io, H, Fut> {
    /// Sets what wakes it when a deadline of the connection's has come.
    ///
    /// Without one no clock runs that nothing else wakes it for: content that waits for the peer's
    /// credit, output that the transport does not take, a request that waits for the server to take
    /// another stream, a preface and settings that do not come wait for ever.
    pub fn with_timer(self, timer: impl Timer + Send + 'static) -> Self {
        self.with_boxed_timer(Box::new(timer))
    }
}

impl<Io, H, Fut, F: Flavor> Serving<Io, H, Fut, F> {
    pub(crate) fn with_boxed_timer(mut self, timer: Box<F::Timer>) -> Self {
        self.engine.set_timer(timer);
        self
    }

    /// Lets handlers go on whose streams have ended.
    ///
    /// Without it, the future of a handler is dropped when its stream ends before the answer is
    /// whole: because the client reset it (RFC 9113 §6.4), broke a rule, or took nothing for too long. If
    /// it waits for the stream at that time, it is polled a last time, so that a handler which waits
    /// for [`canceled`](crate::Responder::canceled) among other things can tidy up. A handler that
    /// let go of its stream goes on.
    ///
    /// Until its handler has ended, a stream counts as one that runs, whatever became of it: handlers
    /// that go on take the place of the client's next requests (RFC 9113 §10.5).
    pub fn keep_canceled(mut self) -> Self {
        self.handlers.keeps_canceled = true;
        self
    }

    /// Makes a handle that ends the connection.
    #[must_use]
    pub fn handle(&self) -> ConnectionHandle<F> {
        ConnectionHandle(self.engine.shared().clone())
    }
}

impl<Io, H, Fut, F> Future for Serving<Io, H, Fut, F>
where
    Io: AsyncIo,
    H: FnMut(Exchange<F>) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
    F: Flavor,
{
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.engine.poll(cx, &mut this.handlers);
        if polled.is_ready() {
            this.handlers.tasks.clear();
        }
        polled.map(|()| this.engine.shared().look(|state| state.outcome()))
    }
}

// Nothing in it is pinned in place: the transport and the handlers' futures have boxes.
impl<Io, H, Fut, F: Flavor> Unpin for Serving<Io, H, Fut, F> {}

impl<H, Fut, F> Work<Role, F> for Handlers<H, Fut>
where
    H: FnMut(Exchange<F>) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
    F: Flavor,
{
    fn work(&mut self, shared: &Link<Role, F>, news: News<F>) {
        self.waiting.extend(news.opened);
        let mut ended = self.begin_waiting(shared);
        self.tasks.poll_ready();
        if !self.keeps_canceled {
            self.tasks.cancel(news.canceled);
        }
        // Those that have ended made place.
        ended.append(&mut self.begin_waiting(shared));
        ended.append(&mut self.tasks.take_ended());
        if !ended.is_empty() {
            shared.turn(|state| ended.into_iter().for_each(|id| state.end_handler(id)));
        }
    }

    fn is_idle(&self) -> bool {
        self.tasks.is_idle()
    }

    fn rest(&mut self) {
        self.tasks.rest();
    }
}

impl<H, Fut> Handlers<H, Fut>
where
    Fut: Future<Output = Result<(), Error>>,
{
    /// Begins with as many requests that wait as there may be handlers; returns those that have none.
    fn begin_waiting<F>(&mut self, shared: &Link<Role, F>) -> Vec<StreamId>
    where
        H: FnMut(Exchange<F>) -> Fut,
        F: Flavor,
    {
        let mut ended = Vec::new();
        for (id, parts) in begin(shared, &mut self.waiting, self.tasks.count()) {
            let future = exchange(shared, id, parts)
                .and_then(|exchange| caught(|| (self.handler)(exchange)));
            match future {
                Some(future) => self.tasks.begin(Some(id), future),
                None => ended.push(id),
            }
        }
        ended
    }
}

/// Takes the heads of requests that have begun, with one turn for all; as many as there may be
/// handlers, of which so many run.
fn begin<F: Flavor>(
    shared: &Link<Role, F>,
    waiting: &mut VecDeque<StreamId>,
    running: usize,
) -> Vec<(StreamId, Parts<Role>)> {
    if waiting.is_empty() {
        return Vec::new();
    }
    shared.act(|state| {
        let most = state.machine.connection().max_started();
        let begin = |id| state.begin(id).map(|parts| (id, parts));
        let waiting = core::iter::from_fn(|| waiting.pop_front());
        let begun = waiting.filter_map(begin);
        begun.take(most.saturating_sub(running)).collect()
    })
}

/// Makes one request of what was taken; `None` if it has no head, which drops what is held of it.
fn exchange<F: Flavor>(
    shared: &Link<Role, F>,
    id: StreamId,
    (head, next): Parts<Role>,
) -> Option<Exchange<F>> {
    let handle = || Handle::new(shared.clone(), id);
    let body = RecvBody::new(handle(), next);
    let responder = Responder::new(SendHalf::new(handle()));
    match head {
        Part::Head(request) => Some(Exchange {
            request,
            body,
            responder,
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

impl<F: Flavor> State<Role, F> {
    /// Takes the head of a request, with two holders and a handler; `None` if the stream is gone
    /// already.
    fn begin(&mut self, id: StreamId) -> Option<Parts<Role>> {
        self.slots.hold(id);
        match self.take_parts(id) {
            Ok(Some(parts)) => {
                self.slots.hold(id);
                self.slots.handle(id);
                Some(parts)
            }
            _ => {
                self.let_go(id);
                None
            }
        }
    }
}

impl<F: Flavor> ConnectionHandle<F> {
    /// Tells the client to open no more streams, and lets the running ones finish
    /// (RFC 9113 §6.8).
    pub fn go_away(&self) {
        self.0.go_away();
    }

    /// Ends the connection at once.
    pub fn abort(&self, code: ErrorCode) {
        self.0.abort(code);
    }

    /// How many octets went through the transport.
    #[must_use]
    pub fn octets(&self) -> Octets {
        self.0.look(|state| state.octets)
    }

    /// How the connection stands.
    #[cfg(feature = "tokio")]
    pub(crate) fn standing(&self) -> Standing {
        self.0.look(|state| {
            let now = state.epoch.elapsed();
            Standing::of(state.machine.connection(), now)
        })
    }
}

impl<F: Flavor> Clone for ConnectionHandle<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Io, H, Fut, F: Flavor> fmt::Debug for Serving<Io, H, Fut, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serving")
            .field("tasks", &self.handlers.tasks)
            .finish_non_exhaustive()
    }
}
