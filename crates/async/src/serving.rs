//! One connection of a server: a future that drives it, and polls its handlers itself.

use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
#[cfg(feature = "tokio")]
use std::time::Instant;

use proto::{ErrorCode, Server as Role, Stats, StreamId};
use session::transport::Transport;
use session::{
    Accepted, Addresses, Due, Error, ErrorHook, Failure, Locked, Machine, Octets, Options, Session,
};

use crate::engine::{Engine, Work};
use crate::exchange::Exchange;
use crate::tasks::{FirstStep, Handled, Tasks, caught};
use crate::timer::{Clock, NoTimer, Timer};

/// How many requests take a step together.
const BATCH: usize = 16;

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
    Io: Transport,
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    serve_boxed(Box::new(machine), io, Handler::from(handler))
}

pub(crate) fn serve_boxed<Io, H, Fut>(
    machine: Box<dyn Machine<Role>>,
    io: Io,
    handler: Handler<H, Fut>,
) -> Serving<Io, H, Fut>
where
    Io: Transport,
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    let session = Session::new(machine, Options::default());
    let tasks = Tasks::new(Arc::clone(session.driver()));
    let (engine, clock) = Engine::new(session, io);
    Serving {
        engine,
        clock,
        handlers: Handlers {
            handler,
            tasks,
            keeps_canceled: false,
            limit: None,
        },
    }
}

/// A connection that is being served. It is finished when the connection is.
#[must_use = "nothing moves unless it is polled"]
pub struct Serving<Io, H, Fut, T = NoTimer> {
    engine: Engine<Role, Io>,
    clock: Clock<T>,
    handlers: Handlers<H, Fut>,
}

/// A handle that ends a connection that is being served.
#[derive(Clone, Debug)]
pub struct ConnectionHandle(Session<Role>);

/// What makes the future that handles a request, and how that begins.
pub(crate) struct Handler<H, Fut> {
    call: H,
    /// None is polled as it begins.
    first_step: Option<FirstStep<Fut>>,
}

struct Handlers<H, Fut> {
    handler: Handler<H, Fut>,
    tasks: Tasks<Fut>,
    keeps_canceled: bool,
    /// How long an exchange may take.
    limit: Option<Duration>,
}

impl<Io, H, Fut, T> Serving<Io, H, Fut, T> {
    /// Sets what wakes it when a deadline of the connection's has come.
    ///
    /// Without one no clock runs that nothing else wakes it for: content that waits for the peer's
    /// credit, output that the transport does not take, a request that waits for the server to take
    /// another stream, a preface and settings that do not come wait for ever.
    pub fn with_timer<U: Timer>(self, timer: U) -> Serving<Io, H, Fut, U> {
        self.engine.enable_alarms();
        Serving {
            engine: self.engine,
            clock: self.clock.with_timer(timer),
            handlers: self.handlers,
        }
    }

    /// Lets handlers go on whose streams have ended.
    ///
    /// Without it, the future of a handler is dropped when its stream ends before the answer is
    /// whole: because the client reset it (RFC 9113 §6.4), broke a rule, or took nothing for too long. If
    /// it waits for the stream at that time, it is polled a last time, so that a handler which waits
    /// for [`canceled`](crate::Responder::canceled) among other things can tidy up. A handler that
    /// released its stream goes on.
    ///
    /// Until its handler has ended, a stream counts as one that runs, whatever became of it: handlers
    /// that go on take the place of the client's next requests (RFC 9113 §10.5).
    pub fn keep_canceled(mut self) -> Self {
        self.handlers.keeps_canceled = true;
        self
    }

    /// Sets how long an exchange may take, from its request to the end of its handler: see
    /// [`Server::exchange_limit`](crate::Server::exchange_limit). It needs a [timer](Self::with_timer).
    pub const fn exchange_limit(mut self, limit: Duration) -> Self {
        self.handlers.limit = Some(limit);
        self
    }

    /// Sets who hears of everything that handlers and their answers get wrong: see
    /// [`Server::on_error`](crate::Server::on_error). The first word counts.
    pub fn on_error(self, hook: impl Fn(&Failure<'_>) + Send + Sync + 'static) -> Self {
        self.hear(Arc::new(hook));
        self
    }

    pub(crate) fn hear(&self, hook: ErrorHook) {
        self.engine.session().set_error_hook(hook);
    }

    /// Says where the ends of the connection are, which handlers may ask for
    /// ([`Exchange::connection`]). The first word counts.
    pub fn addresses(self, addresses: Addresses) -> Self {
        self.engine.session().set_addresses(addresses);
        self
    }

    /// Makes a handle that ends the connection.
    #[must_use]
    pub fn handle(&self) -> ConnectionHandle {
        ConnectionHandle(self.engine.session().clone())
    }
}

impl<Io, H, Fut, T> Future for Serving<Io, H, Fut, T>
where
    Io: Transport,
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
    T: Timer,
{
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.engine.poll(cx, &mut this.clock, &mut this.handlers);
        if polled.is_ready() {
            this.handlers.tasks.clear();
        }
        polled.map(|()| this.engine.session().outcome())
    }
}

// Nothing in it is pinned in place: the transport and the handlers' futures have boxes.
impl<Io, H, Fut, T> Unpin for Serving<Io, H, Fut, T> {}

impl<H, Fut> Work<Role> for Handlers<H, Fut>
where
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    fn work(&mut self, session: &Session<Role>, due: Due) {
        let mut ended = Vec::new();
        if due.opened || session.is_behind() {
            self.begin(session, &mut ended);
        }
        self.tasks.poll_ready();
        if due.canceled {
            self.cancel(session);
        }
        // Those that have ended made place.
        if session.is_behind() {
            self.begin(session, &mut ended);
        }
        ended.append(&mut self.tasks.take_ended());
        if !ended.is_empty() {
            // No task is polled in a turn of the very connection.
            let _ = session.end_handlers(ended);
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
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    /// Begins with as many of the requests that wait as there may be handlers; adds those that have none.
    fn begin(&mut self, session: &Session<Role>, ended: &mut Vec<StreamId>) {
        let accepted = session.accept(self.tasks.count(), ended);
        let mut accepted = accepted.unwrap_or_default().into_iter();
        // One alone has nothing to share a step with.
        let Some(step) = self.handler.first_step.filter(|_| accepted.len() > 1) else {
            for accepted in accepted {
                if let Some((handled, future)) = self.call(session, accepted, ended) {
                    self.tasks.begin(Some(handled), future);
                }
            }
            return;
        };
        while accepted.len() > 0 {
            for accepted in accepted.by_ref().take(BATCH) {
                if let Some((handled, future)) = self.call(session, accepted, ended) {
                    self.tasks.begin_with(step, handled, future);
                }
            }
            self.tasks.go_on();
        }
    }

    /// Has the handler begin with a request; adds one whose handler panics to those that have none.
    #[inline]
    fn call(
        &mut self,
        session: &Session<Role>,
        accepted: Accepted,
        ended: &mut Vec<StreamId>,
    ) -> Option<(Handled, Fut)> {
        let (id, report) = (accepted.id(), accepted.send.report());
        let Some(future) = caught(|| (self.handler.call)(Exchange::new(accepted))) else {
            report.panicked();
            ended.push(id);
            return None;
        };
        // Without a timer no time is ever over.
        let limit = self.limit;
        let limit = limit.and_then(|limit| session.alarm(limit).ok().flatten());
        let limit = limit.map(Box::new);
        Some((Handled { id, report, limit }, future))
    }

    /// Drops the handlers whose streams have ended.
    fn cancel(&mut self, session: &Session<Role>) {
        let canceled = session.turn(Locked::take_canceled);
        if let (Ok((canceled, _)), false) = (canceled, self.keeps_canceled) {
            self.tasks.cancel(canceled);
        }
    }
}

impl<H, Fut> Handler<H, Fut> {
    /// Has every future take this step first.
    #[cfg(feature = "tower")]
    pub(crate) fn beginning_with(self, step: FirstStep<Fut>) -> Self {
        Self {
            first_step: Some(step),
            ..self
        }
    }
}

impl<H: FnMut(Exchange) -> Fut, Fut> From<H> for Handler<H, Fut> {
    fn from(call: H) -> Self {
        Self {
            call,
            first_step: None,
        }
    }
}

impl ConnectionHandle {
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
        self.0.octets()
    }

    /// What the connection has done so far, and what held it up: see [`Stats`].
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant): an observer asked.
    pub fn stats(&self) -> Result<Stats, Error> {
        self.0.stats()
    }

    /// Ends a connection that goes away and has taken long enough: requests that nobody has begun with
    /// are refused, so that the client can send them elsewhere, and those that run are canceled
    /// (RFC 9113 §6.8, RFC 9113 §8.7).
    pub fn shut_down(&self) {
        self.0.shut_down();
    }

    /// How the connection stands.
    #[cfg(feature = "tokio")]
    pub(crate) fn standing(&self) -> Option<session::Standing> {
        self.0.standing(Instant::now()).ok()
    }
}

impl<Io, H, Fut, T> fmt::Debug for Serving<Io, H, Fut, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serving")
            .field("tasks", &self.handlers.tasks)
            .finish_non_exhaustive()
    }
}
