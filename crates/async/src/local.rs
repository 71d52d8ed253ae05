//! Connections that belong to one thread, without locks and atomics on the way of a request.
//!
//! These are the types of the crate's root in the flavor [`Local`]: what a connection's
//! tasks share is counted and borrowed without an atomic instruction. So none of it is `Send`, and
//! nothing that it is given need be: transports, timers, handlers and their futures. It is for
//! servers with a thread for each core, tokio's `LocalSet`, and runtimes whose transports stay on
//! their thread. All but how a connection is begun is the same as elsewhere.
//!
//! ```
//! # #[cfg(feature = "tokio")] fn main() -> Result<(), tress_async::Error> {
//! use std::{cell::Cell, rc::Rc};
//!
//! use tokio::task::{LocalSet, spawn_local};
//! use tress_async::compat::tokio::TokioIo;
//! use tress_async::local::{Client, serve_connection};
//! use tress_async::proto::Connection;
//! use tress_async::{Config, Error, Request, Response};
//!
//! let talk = async {
//!     let (near, far) = tokio::io::duplex(65_536);
//!     let count = Rc::new(Cell::new(0));
//!     let handler = move |exchange: tress_async::local::Exchange| {
//!         let count = Rc::clone(&count);
//!         async move {
//!             count.set(count.get() + 1);
//!             exchange.reply(Response::new(200), count.get().to_string())
//!         }
//!     };
//!     let machine = Connection::new(Config::default());
//!     spawn_local(serve_connection(machine, TokioIo(far), handler));
//!
//!     let (client, driver) = Client::local(Connection::new(Config::default()), TokioIo(near));
//!     spawn_local(driver);
//!     for expected in ["1", "2"] {
//!         let reply = client.fetch(Request::get("http", "localhost", "/")).await?;
//!         assert_eq!(reply.body.bytes(10).await?, expected);
//!     }
//!     client.close().await
//! };
//! let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! LocalSet::new().block_on(&runtime, talk)
//! # }
//! # #[cfg(not(feature = "tokio"))] fn main() {}
//! ```
//!
//! What stays atomic is what others may send to another thread. Wakers are `Send`, so the bell that
//! calls the connection's task has atomic marks, and a lock that nobody contends; they are touched
//! when that task begins and before it rests, once for all requests that come together, and when a
//! handler or a response that was waited for is woken. [`Bytes`](crate::Bytes) that share their
//! memory count who shares it by an atomic.
//!
//! With the feature `tower`, `serve_service` takes services whose futures and bodies need not be
//! `Send`. The extensions of `http` must be, so the tunnel of a CONNECT is had of the content, by
//! `Incoming::on_tunnel`. `HttpClient` and `Server` are of the other flavor.

use core::future::Future;

use proto::{Client as ClientRole, Connection, Role, Server as ServerRole};
use runtime::Runtime;

use crate::error::Error;
use crate::flavor::Local;
use crate::io::AsyncIo;
#[cfg(feature = "http-body")]
use crate::service;
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub use crate::service::serve_local::{serve_service, serve_service_with};
use crate::serving::serve_boxed;
use crate::timer::Timer;
use crate::{client, exchange, pending, recv_body, send_body, serving, tunnel};

/// A handle on one connection to a server, for the tasks of one thread.
pub type Client = client::Client<Local>;

/// The task of a client's connection, for one thread.
pub type Driver<Io> = client::Driver<Io, Local>;

/// A response that is yet to come, for one thread.
pub type Pending = pending::Pending<Local>;

/// A response, for one thread.
pub type Reply = pending::Reply<Local>;

/// One request and the right to answer it, for one thread.
pub type Exchange = exchange::Exchange<Local>;

/// The right to answer a request, for one thread.
pub type Responder = exchange::Responder<Local>;

/// The content of a message, as it arrives, for one thread.
pub type RecvBody<R> = recv_body::RecvBody<R, Local>;

/// The content of a message, as it is sent, for one thread.
pub type SendBody<R> = send_body::SendBody<R, Local>;

/// A connection that is being served, for one thread.
pub type Serving<Io, H, Fut> = serving::Serving<Io, H, Fut, Local>;

/// A handle that ends a connection that is being served, for one thread.
pub type ConnectionHandle = serving::ConnectionHandle<Local>;

/// Octets both ways on one stream, for one thread.
pub type Tunnel<R> = tunnel::Tunnel<R, Local>;

/// What a server says to CONNECT, for one thread.
pub type Tunneled = tunnel::Tunneled<Local>;

/// The content of a request or a response, as a body, for one thread.
#[cfg(feature = "http-body")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-body")))]
pub type Incoming = service::Incoming<Local>;

/// A tunnel that is yet to be granted, for one thread.
#[cfg(feature = "http-body")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-body")))]
pub type OnTunnel<R> = service::OnTunnel<R, Local>;

/// A request that a service answers, for one thread.
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub type Answering<S, Fut, B> = service::Answering<S, Fut, B, Local>;

/// What a driver runs on one thread: any [`Machine`](crate::Machine), and what need not be `Send`.
///
/// Implement it for one role or for both, each by itself: the compiler takes no implementation for
/// any `R`, as it cannot know that the same type is no [`Machine`](crate::Machine).
pub trait Machine<R: Role>: Runtime {
    /// The connection inside.
    fn connection(&mut self) -> &mut Connection<R>;
}

impl<R: Role, M: crate::Machine<R> + ?Sized> Machine<R> for M {
    fn connection(&mut self) -> &mut Connection<R> {
        crate::Machine::connection(self)
    }
}

/// Serves one connection as [`serve_connection`](crate::serve_connection) does, on one thread: the
/// machine, the transport, the handler and its futures need not be `Send`.
pub fn serve_connection<Io, H, Fut>(
    machine: impl Machine<ServerRole> + 'static,
    io: Io,
    handler: H,
) -> Serving<Io, H, Fut>
where
    Io: AsyncIo,
    H: FnMut(Exchange) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    serve_boxed::<_, _, _, Local>(Box::new(machine), io, handler)
}

impl client::Client<Local> {
    /// Runs a machine over a transport, on one thread. Nothing moves unless the driver is polled.
    pub fn local<Io>(machine: impl Machine<ClientRole> + 'static, io: Io) -> (Self, Driver<Io>)
    where
        Io: AsyncIo,
    {
        Self::of_boxed(Box::new(machine), io)
    }
}

impl<Io> client::Driver<Io, Local> {
    /// Sets what wakes it when a deadline of the connection's has come.
    ///
    /// Without one no clock runs that nothing else wakes it for: content that waits for the peer's
    /// credit, output that the transport does not take, a request that waits for the server to take
    /// another stream, a preface and settings that do not come wait for ever.
    pub fn with_timer(self, timer: impl Timer + 'static) -> Self {
        self.with_boxed_timer(Box::new(timer))
    }
}

impl<Io, H, Fut> serving::Serving<Io, H, Fut, Local> {
    /// Sets what wakes it when a deadline of the connection's has come.
    ///
    /// Without one no clock runs that nothing else wakes it for: content that waits for the peer's
    /// credit, output that the transport does not take, a request that waits for the server to take
    /// another stream, a preface and settings that do not come wait for ever.
    pub fn with_timer(self, timer: impl Timer + 'static) -> Self {
        self.with_boxed_timer(Box::new(timer))
    }
}
