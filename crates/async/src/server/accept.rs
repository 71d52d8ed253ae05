//! The accept loops.

use alloc::sync::Arc;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::io;
use std::sync::Mutex;

use proto::Server as Role;
use session::{AcceptFailure, Addresses, Error, Machine, TcpOptions};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::begin::{Begin, Begins, Handling};
#[cfg(feature = "tls-fallback")]
use super::fallback::Fallback;
use super::registry::{Registry, Stage};
use super::workers::{Balance, Workers};
use super::{Listener, Server};
use crate::exchange::Exchange;
use crate::serving::Handler;

/// How long to wait when the system is out of something.
const PAUSE: Duration = Duration::from_millis(50);

/// For how long no connection must have come before a listener that is to be closed is: the system
/// resets those that wait to be accepted then.
const QUIET: Duration = Duration::from_millis(10);

/// How many connections are taken at most, where a listener is to be closed and they keep coming.
const WAITING: usize = 4096;

/// An accept loop, which may be one of several.
struct Accepting<L, B> {
    listener: L,
    registry: Arc<Registry>,
    /// What runs the connections.
    workers: Arc<Workers>,
    /// The worker that has this loop for itself, if one has.
    own: Option<usize>,
    begins: Arc<B>,
    rules: Rules,
}

/// What all loops of a server keep to.
#[derive(Clone, Copy)]
struct Rules {
    connections: usize,
    tcp: TcpOptions,
    shares_listener: bool,
}

impl<L: Listener> Server<L> {
    /// Accepts connections, and makes a handler for each.
    pub(super) async fn run<P, PF, Io, M, MF, H, F>(self, prepare: P, make: M) -> Result<(), Error>
    where
        P: Fn(L::Stream) -> PF + Send + Sync + 'static,
        PF: Future<Output = Result<(Box<dyn Machine<Role>>, Io), Error>> + Send + 'static,
        Io: AsyncRead + AsyncWrite + Send + 'static,
        M: Fn(Addresses) -> MF + Send + 'static,
        MF: Future<Output = Result<Handler<H, F>, Error>> + Send + 'static,
        H: FnMut(Exchange) -> F + Send + 'static,
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let workers = Arc::new(Workers::start(self.workers)?);
        let begins = Begins {
            prepare,
            make: Mutex::new(make),
            rules: Handling {
                keeps_canceled: self.keeps_canceled,
                limit: self.limit,
                error_hook: self.error_hook,
            },
            #[cfg(feature = "tls-fallback")]
            fallback: Fallback::new(&self.security, self.fallback),
            security: self.security,
        };
        let first = Accepting {
            listener: self.listener,
            registry: self.registry,
            workers: Arc::clone(&workers),
            own: None,
            begins: Arc::new(begins),
            rules: Rules {
                connections: self.connections,
                tcp: self.tcp,
                shares_listener: self.shares_listener,
            },
        };
        let result = match self.balance {
            Balance::ReusePort if self.workers > 0 => first.run_on_each(self.workers).await,
            _ => first.run().await,
        };
        if let Some(workers) = Arc::into_inner(workers) {
            workers.end().await;
        }
        result
    }
}

impl<L: Listener, B: Begin<L::Stream>> Accepting<L, B> {
    /// Runs a loop on each worker, with a listener of its own.
    async fn run_on_each(self, count: usize) -> Result<(), Error> {
        let (registry, workers) = (Arc::clone(&self.registry), Arc::clone(&self.workers));
        let mut loops = Vec::with_capacity(count);
        for number in 1..count {
            let context = workers.handle(number).map(Handle::enter);
            let listener = self.listener.reuse_port()?;
            drop(context);
            loops.push(self.beside(listener, number));
        }
        loops.push(Self {
            own: Some(0),
            ..self
        });
        let mut tasks = JoinSet::new();
        for accepting in loops {
            if let Some(handle) = accepting.own.and_then(|number| workers.handle(number)) {
                tasks.spawn_on(accepting.run(), handle);
            }
        }
        let mut result = Ok(());
        while let Some(ended) = tasks.join_next().await {
            let ended = ended.unwrap_or_else(|error| Err(io::Error::other(error).into()));
            if ended.is_err() {
                // The system would go on to choose the worker that accepts nothing.
                registry.advance(Stage::GoingAway);
                result = ended;
            }
        }
        result
    }

    /// Another loop, which is a worker's own.
    fn beside(&self, listener: L, number: usize) -> Self {
        Self {
            listener,
            registry: Arc::clone(&self.registry),
            workers: Arc::clone(&self.workers),
            own: Some(number),
            begins: Arc::clone(&self.begins),
            rules: self.rules,
        }
    }

    /// Accepts until the server is to end, and waits for the connections.
    async fn run(self) -> Result<(), Error> {
        let Some(looping) = self.registry.begin_loop() else {
            return Ok(());
        };
        let mut tasks = JoinSet::new();
        let result = loop {
            match self.next().await {
                Ok(None) => break Ok(()),
                Ok(Some((stream, worker))) => self.begin(&mut tasks, stream, worker).await,
                Err(error) => match AcceptFailure::of(&error) {
                    AcceptFailure::Listener => break Err(error.into()),
                    AcceptFailure::Peer => {}
                    AcceptFailure::Nobody | AcceptFailure::Passing => sleep(PAUSE).await,
                },
            }
            while tasks.try_join_next().is_some() {}
        };
        if result.is_ok() && !self.rules.shares_listener {
            self.take_waiting(&mut tasks).await;
        }
        drop(self.listener);
        drop(looping);
        join(tasks, &self.registry).await;
        result
    }

    /// Begins with the connections that the system has accepted already, and would reset.
    async fn take_waiting(&self, tasks: &mut JoinSet<()>) {
        for _ in 0..WAITING {
            if self.registry.has_reached(Stage::Aborted) {
                return;
            }
            match timeout(QUIET, self.accept()).await {
                Ok(Ok((stream, worker))) => self.begin(tasks, stream, worker).await,
                Ok(Err(error)) if AcceptFailure::of(&error) == AcceptFailure::Peer => {}
                Ok(Err(_)) | Err(_) => return,
            }
        }
    }

    /// Starts the task of a connection, once there is place for it.
    async fn begin(&self, tasks: &mut JoinSet<()>, stream: L::Stream, worker: usize) {
        self.listener.set_options(&stream, self.rules.tcp);
        let joining = self.registry.join(self.rules.connections, worker);
        let Some(membership) = joining.await else {
            return;
        };
        let addresses = self.listener.addresses(&stream);
        let task = Arc::clone(&self.begins).begin(stream, addresses, membership);
        match self.workers.handle(worker) {
            Some(handle) => tasks.spawn_on(task, handle),
            None => tasks.spawn(task),
        };
    }

    /// Accepts a connection for a worker; `None` when the server is to end. Where there are as many
    /// connections as there may be, it looks at them meanwhile.
    async fn next(&self) -> io::Result<Option<(L::Stream, usize)>> {
        loop {
            let next = self.accept_until_the_end();
            if self.registry.connections() < self.rules.connections {
                return next.await;
            }
            if let Ok(next) = timeout(self.registry.every(), next).await {
                return next;
            }
            self.registry.look_at_all();
        }
    }

    async fn accept_until_the_end(&self) -> io::Result<Option<(L::Stream, usize)>> {
        let mut end = pin!(self.registry.reach(Stage::GoingAway));
        let mut accepting = pin!(self.accept());
        poll_fn(|cx| {
            if end.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(None));
            }
            accepting.as_mut().poll(cx).map_ok(Some)
        })
        .await
    }

    /// Accepts a connection for the worker that is to have it, in the context of that one's runtime.
    async fn accept(&self) -> io::Result<(L::Stream, usize)> {
        poll_fn(|cx| {
            let worker = self
                .own
                .unwrap_or_else(|| self.workers.choose(&self.registry));
            let _context = self.workers.handle(worker).map(Handle::enter);
            let polled = self.listener.poll_accept(cx);
            polled.map_ok(|stream| {
                self.workers.chose(worker);
                (stream, worker)
            })
        })
        .await
    }
}

/// Waits for the tasks; drops those that do not end when they should.
async fn join(mut tasks: JoinSet<()>, registry: &Registry) {
    let mut end = pin!(registry.reach(Stage::Dropped));
    let mut is_dropped = false;
    poll_fn(|cx| {
        if !is_dropped && end.as_mut().poll(cx).is_ready() {
            is_dropped = true;
            tasks.abort_all();
        }
        while let Poll::Ready(joined) = tasks.poll_join_next(cx) {
            if joined.is_none() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    })
    .await;
}
