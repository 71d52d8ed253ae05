//! Clients on tokio.

use alloc::sync::Arc;

use proto::{Client as Role, Config, Connection};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, ToSocketAddrs};

use crate::client::Client;
use crate::compat::tokio::{TokioIo, TokioTimer};
use crate::error::{Error, Kind};
use crate::machine::Machine;

#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
impl Client {
    /// Connects to the first of the addresses that answers, in cleartext, by prior knowledge
    /// (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address answers.
    pub async fn connect(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        let connected = TcpStream::connect(addr).await;
        let stream = connected.map_err(|error| Kind::Connect(Arc::new(error)))?;
        stream.set_nodelay(true)?;
        Ok(Self::spawn(Connection::new(Config::default()), stream))
    }

    /// Runs a machine over a transport of tokio's, in a task of its own.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio's.
    pub fn spawn<Io>(machine: impl Machine<Role> + 'static, io: Io) -> Self
    where
        Io: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (client, driver) = Self::new(machine, TokioIo::pinned(io));
        // What becomes of the connection the handles are told.
        drop(tokio::spawn(driver.with_timer(TokioTimer::new())));
        client
    }
}
