//! Connections that belong to one thread.

use core::future::Future;

use proto::{Client as ClientRole, Connection, Role, Server as ServerRole};
use runtime::Runtime;

use crate::error::Error;
use crate::flavor::Local;
use crate::io::AsyncIo;
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

/// What a driver runs on one thread: any [`Machine`](crate::Machine), and what need not be `Send`.
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
    pub fn with_timer(self, timer: impl Timer + 'static) -> Self {
        self.with_boxed_timer(Box::new(timer))
    }
}

impl<Io, H, Fut> serving::Serving<Io, H, Fut, Local> {
    /// Sets what wakes it when a deadline of the connection's has come.
    pub fn with_timer(self, timer: impl Timer + 'static) -> Self {
        self.with_boxed_timer(Box::new(timer))
    }
}
