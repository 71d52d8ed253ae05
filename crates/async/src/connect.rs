//! Clients on tokio.

#[cfg(feature = "rustls")]
use alloc::sync::Arc;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind};

use proto::{Client as Role, Config, Connection};
use session::{Error, Machine, TcpOptions};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, ToSocketAddrs, lookup_host};

use crate::client::Client;
use crate::compat::tokio::{TokioIo, TokioTimer, ask};
#[cfg(feature = "rustls")]
use crate::layers::no_tls;

#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
impl Client {
    /// Connects to the first of the addresses that answers, in cleartext, by prior knowledge
    /// (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address is known ([`is_lookup`](Error::is_lookup)), or
    /// none answers.
    pub async fn connect(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        let stream = open(addr).await?;
        Ok(Self::spawn(Connection::new(Config::default()), stream))
    }

    /// Connects to the socket at a path, in cleartext, by prior knowledge (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): nobody listens there.
    #[cfg(unix)]
    pub async fn connect_unix(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        let stream = tokio::net::UnixStream::connect(path)
            .await
            .map_err(Error::connect)?;
        Ok(Self::spawn(Connection::new(Config::default()), stream))
    }

    /// Connects to the first of the addresses that answers, and shakes hands: the server must have
    /// a certificate for `name`, and speak `h2` (RFC 9113 §3.2).
    ///
    /// The configuration offers `h2` by ALPN if it offers nothing. For another [`Config`], an
    /// observer or another transport, give [`Client::spawn`] a [`Tls`](tls::Tls) of your own.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect), and that the handshake failed: a
    /// [`TlsError`](tls::TlsError) can be [found](Error::find).
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(all(feature = "rustls", feature = "tokio"))))]
    pub async fn connect_tls(
        addr: impl ToSocketAddrs,
        name: &str,
        config: Arc<tls::rustls::ClientConfig>,
    ) -> Result<Self, Error> {
        let (says, heard) = tokio::sync::oneshot::channel();
        let machine = tls::Tls::connect(config, name, Connection::new(Config::default()));
        let machine = machine.map_err(no_tls)?;
        let mut says = Some(says);
        let machine = machine.watch(move |news| {
            // What becomes of the session later, the streams are told.
            if let Some(says) = says.take() {
                let _ = says.send(news.map_err(Clone::clone));
            }
        });
        let client = Self::spawn(machine, open(addr).await?);
        match heard.await {
            Ok(Ok(())) => Ok(client),
            Ok(Err(error)) => Err(no_tls(error)),
            Err(_) => Err(Error::connect(client.session().cause().into())),
        }
    }

    /// Runs a machine over a transport of tokio's, in a task of its own.
    ///
    /// A TCP socket is left as it is: for TCP_NODELAY, without which small frames wait, and
    /// [`TcpOptions`] see to it yourself.
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

    /// Runs a machine over a transport of tokio's, in a task of its own on this thread:
    /// the transport need not be `Send`.
    ///
    /// # Panics
    ///
    /// Outside of a [`LocalSet`](tokio::task::LocalSet).
    pub fn spawn_local<Io>(machine: impl Machine<Role> + 'static, io: Io) -> Self
    where
        Io: AsyncRead + AsyncWrite + 'static,
    {
        let (client, driver) = Self::new(machine, TokioIo::pinned(io));
        // What becomes of the connection the handles are told.
        drop(tokio::task::spawn_local(
            driver.with_timer(TokioTimer::new()),
        ));
        client
    }

    /// Does as [`close`](Self::close), but ends the connection at once when something still runs
    /// after `limit`.
    ///
    /// # Errors
    ///
    /// [`is_timeout`](Error::is_timeout): not everything had finished. What ended the connection
    /// other than in good order.
    pub async fn close_within(self, limit: Duration) -> Result<(), Error> {
        let client = self.clone();
        match tokio::time::timeout(limit, self.close()).await {
            Ok(closed) => closed,
            Err(elapsed) => {
                client.abort();
                Err(io::Error::from(elapsed).into())
            }
        }
    }
}

/// Opens a socket to the first of the addresses that answers.
async fn open(addr: impl ToSocketAddrs) -> Result<TcpStream, Error> {
    let addrs: Vec<SocketAddr> = lookup_host(addr).await.map_err(Error::lookup)?.collect();
    if addrs.is_empty() {
        return Err(Error::lookup(ErrorKind::NotFound.into()));
    }
    let stream = TcpStream::connect(&*addrs).await.map_err(Error::connect)?;
    stream.set_nodelay(true)?;
    ask(&stream, TcpOptions::default());
    Ok(stream)
}

#[cfg(all(test, any(target_os = "android", target_os = "linux")))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_is_connected_is_asked_for_the_options_of_tcp() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = open(listener.local_addr().unwrap()).await.unwrap();
        let socket = socket2::SockRef::from(&stream);
        assert!(stream.nodelay().unwrap());
        assert_eq!(socket.tcp_notsent_lowat().unwrap(), 128 * 1024);
        assert_eq!(socket.tcp_user_timeout().unwrap(), None);
        TcpOptions::system().set(&stream).unwrap();
        assert_eq!(socket.tcp_notsent_lowat().unwrap(), 0);
        assert_eq!(socket.tcp_user_timeout().unwrap(), None);
    }
}
