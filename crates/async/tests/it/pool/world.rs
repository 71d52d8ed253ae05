//! Servers in memory, that a pool reaches by their names, in a time that the runtime skips through.

use alloc::sync::Arc;
use core::future::Future;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::task::Poll;
use core::time::Duration;
use std::io;
use std::sync::Mutex;

use tokio::io::duplex;
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::policy::Key;
use tress_async::proto::Connection;
use tress_async::{
    Address, Config, Connecting, ConnectionHandle, Connector, Error, Exchange, PoolIo, Request,
    serve_connection,
};

/// What the transport of one direction holds.
const PIPE: usize = 64 * 1024;

/// How long connecting takes.
const CONNECT: Duration = Duration::from_millis(5);

/// What a handler gets to know beside the exchange.
#[derive(Clone)]
pub(crate) struct Here {
    /// The number of the connection, from 0.
    pub(crate) connection: usize,
    /// How many requests came before on it.
    pub(crate) before: usize,
    pub(crate) handle: ConnectionHandle,
}

type Handler = dyn Fn(Exchange, Here) -> core::pin::Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>
    + Send
    + Sync;

/// A server that the pool connects to as often as it likes.
#[derive(Clone)]
pub(crate) struct Memory(Arc<Inner>);

struct Inner {
    config: Config,
    handler: Box<Handler>,
    connections: AtomicUsize,
    refuses: AtomicBool,
    /// Connections that do nothing any more, as if their server had vanished.
    frozen: Mutex<Vec<usize>>,
}

impl Memory {
    pub(crate) fn new<F>(
        config: Config,
        handler: impl Fn(Exchange, Here) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        Self(Arc::new(Inner {
            config,
            handler: Box::new(move |exchange, here| Box::pin(handler(exchange, here))),
            connections: AtomicUsize::new(0),
            refuses: AtomicBool::new(false),
            frozen: Mutex::default(),
        }))
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.0.connections.load(Ordering::SeqCst)
    }

    /// Lets nobody connect any more, or again.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.0.refuses.store(refuses, Ordering::SeqCst);
    }

    /// A connection neither reads nor writes from now on, and does not end.
    pub(crate) fn freeze(&self, connection: usize) {
        self.0.frozen.lock().unwrap().push(connection);
    }

    /// Opens a transport to it.
    pub(crate) fn open(&self) -> io::Result<Box<dyn PoolIo>> {
        if self.0.refuses.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let connection = self.0.connections.fetch_add(1, Ordering::SeqCst);
        let (near, far) = duplex(PIPE);
        let (inner, count) = (Arc::clone(&self.0), AtomicUsize::new(0));
        let slot = Arc::new(Mutex::new(None::<ConnectionHandle>));
        let its = Arc::clone(&slot);
        let machine = Connection::new(self.0.config.clone());
        let serving = serve_connection(machine, TokioIo::pinned(far), move |exchange| {
            let here = Here {
                connection,
                before: count.fetch_add(1, Ordering::SeqCst),
                handle: its.lock().unwrap().clone().unwrap(),
            };
            (inner.handler)(exchange, here)
        });
        let mut serving = Box::pin(serving.with_timer(TokioTimer::new()));
        *slot.lock().unwrap() = Some(serving.handle());
        let inner = Arc::clone(&self.0);
        tokio::spawn(core::future::poll_fn(move |cx| {
            if inner.frozen.lock().unwrap().contains(&connection) {
                return Poll::Pending;
            }
            serving.as_mut().poll(cx).map(drop)
        }));
        Ok(Box::new(near))
    }
}

/// Some servers at the addresses of one name.
pub(crate) struct Servers(pub(crate) Vec<Memory>);

impl Connector for Servers {
    fn resolve<'a>(&'a self, _: &'a Key) -> Connecting<'a, Vec<Address>> {
        let names = (0..self.0.len()).map(|number| Address::Named(number.to_string().into()));
        Box::pin(core::future::ready(Ok(names.collect())))
    }

    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(async move {
            tokio::time::sleep(CONNECT).await;
            let Address::Named(name) = address else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            self.0[name.parse::<usize>().unwrap()].open()
        })
    }
}

pub(crate) fn get(path: &str) -> Request {
    Request::get("http", "memory", path)
}
