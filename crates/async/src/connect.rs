//! Clients on tokio.

#[cfg(feature = "rustls")]
use alloc::sync::Arc;
use core::future::Future;
use core::net::SocketAddr;
use core::pin::Pin;
use core::time::Duration;
use std::io::{self, ErrorKind};

use proto::Client as Role;
use session::{Error, Machine};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, ToSocketAddrs, lookup_host};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::builder::ClientBuilder;
use crate::client::{Client, Driver};
use crate::compat::tokio::{TokioIo, TokioTimer, ask};

#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
impl ClientBuilder {
    /// Connects to the first of the addresses that answers, over TLS where that was asked for, and
    /// otherwise in cleartext, by prior knowledge (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address is known ([`is_lookup`](Error::is_lookup)), none
    /// answers, the time is over ([`is_timeout`](Error::is_timeout)), or the handshake failed:
    /// [`find`](Error::find) finds the `TlsError`.
    pub async fn connect(&self, addr: impl ToSocketAddrs) -> Result<Client, Error> {
        self.within(async { self.run(self.open(addr).await?).await })
            .await
    }

    /// Connects to the socket at a path, as [`connect`](Self::connect) does to an address.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    #[cfg(unix)]
    pub async fn connect_unix(&self, path: impl AsRef<std::path::Path>) -> Result<Client, Error> {
        let path = path.as_ref();
        self.within(async {
            let stream = tokio::net::UnixStream::connect(path).await;
            self.run(stream.map_err(Error::connect)?).await
        })
        .await
    }

    /// Runs a connection over a transport of your own, which is connected, in a task of its own.
    ///
    /// A TCP socket is left as it is: for TCP_NODELAY and [`TcpOptions`](crate::TcpOptions) see to it
    /// yourself.
    ///
    /// # Errors
    ///
    /// That the handshake failed or took too long.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio's.
    pub async fn connect_over<Io>(&self, io: Io) -> Result<Client, Error>
    where
        Io: AsyncRead + AsyncWrite + Send + 'static,
    {
        self.within(self.run(io)).await
    }

    /// Gives something as long as may pass until a connection can be used.
    async fn within<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Some(limit) = self.options.connect_limit() else {
            return work.await;
        };
        let late = || Error::connect(ErrorKind::TimedOut.into());
        timeout(limit, work).await.unwrap_or_else(|_| Err(late()))
    }

    /// Runs a connection over a transport, and waits until it can be used.
    async fn run<Io>(&self, io: Io) -> Result<Client, Error>
    where
        Io: AsyncRead + AsyncWrite + Send + 'static,
    {
        #[cfg(feature = "tls-fallback")]
        if let (Some(hook), Some(tls)) = (&self.fallback, self.options.tls_or_http1()?) {
            let (machine, io) = hook.shake_hands(&self.options, tls, io).await?;
            let (client, driver) = Client::run(machine, TokioIo(io), true);
            spawn(driver);
            return Ok(client);
        }
        let (says, heard) = oneshot::channel();
        let machine = self.options.machine(move |ready| {
            // Nobody waits for it any more once the time is over.
            let _ = says.send(ready);
        })?;
        let (client, driver) = Client::run(machine, TokioIo::pinned(io), self.options.is_secure());
        spawn(driver);
        let mut unready = Unready(Some(client));
        let ready = heard.await;
        let client = unready.0.take().ok_or_else(Error::closed)?;
        match ready {
            Ok(ready) => ready.map(|()| client),
            Err(_) => Err(Error::connect(client.session().cause().into())),
        }
    }

    /// Opens a socket to the first of the addresses that answers.
    async fn open(&self, addr: impl ToSocketAddrs) -> Result<TcpStream, Error> {
        let addrs: Vec<SocketAddr> = lookup_host(addr).await.map_err(Error::lookup)?.collect();
        if addrs.is_empty() {
            return Err(Error::lookup(ErrorKind::NotFound.into()));
        }
        let stream = TcpStream::connect(&*addrs).await.map_err(Error::connect)?;
        if self.options.is_nodelay() {
            stream.set_nodelay(true)?;
        }
        ask(&stream, self.options.tcp());
        Ok(stream)
    }
}

/// A connection that cannot be used yet, and ends at once where nobody waits for it any more.
struct Unready(Option<Client>);

impl Drop for Unready {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            client.abort();
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
impl Client {
    /// Connects to the first of the addresses that answers, in cleartext, by prior knowledge
    /// (RFC 9113 §3.3). For all else there is [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): no address is known ([`is_lookup`](Error::is_lookup)), or
    /// none answers.
    pub async fn connect(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        Self::builder().connect(addr).await
    }

    /// Connects to the socket at a path, in cleartext, by prior knowledge (RFC 9113 §3.3).
    ///
    /// # Errors
    ///
    /// [`is_connect`](Error::is_connect): nobody listens there.
    #[cfg(unix)]
    pub async fn connect_unix(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        Self::builder().connect_unix(path).await
    }

    /// Connects to the first of the addresses that answers, and shakes hands: the server must have
    /// a certificate for `name`, and speak `h2` (RFC 9113 §3.2).
    ///
    /// The configuration offers `h2` by ALPN if it offers nothing. For all else there is
    /// [`ClientBuilder::tls`].
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
        Self::builder().tls(config, name).connect(addr).await
    }

    /// Runs a machine over a transport of tokio's, in a task of its own.
    ///
    /// A TCP socket is left as it is: for TCP_NODELAY, without which small frames wait, and
    /// [`TcpOptions`](crate::TcpOptions) see to it yourself. A machine that need not be your own
    /// [`builder`](Self::builder) makes, and connects.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio's.
    pub fn spawn<Io>(machine: impl Machine<Role> + 'static, io: Io) -> Self
    where
        Io: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (client, driver) = Self::new(machine, TokioIo::pinned(io));
        spawn(driver);
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
        match timeout(limit, self.close()).await {
            Ok(closed) => closed,
            Err(elapsed) => {
                client.abort();
                Err(io::Error::from(elapsed).into())
            }
        }
    }
}

/// Runs a connection in a task of its own.
fn spawn<Io: AsyncRead + AsyncWrite + Send + 'static>(driver: Driver<TokioIo<Pin<Box<Io>>>>) {
    // What becomes of the connection the handles are told.
    drop(tokio::spawn(driver.with_timer(TokioTimer::new())));
}

#[cfg(all(test, any(target_os = "android", target_os = "linux")))]
mod tests {
    use super::*;
    use session::TcpOptions;

    #[tokio::test]
    async fn a_socket_that_is_connected_is_asked_for_what_the_builder_says() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let limit = Duration::from_secs(120);
        let system = TcpOptions::system().user_timeout(limit);
        let cases = [
            (Client::builder(), (true, 128 * 1024, None)),
            (
                Client::builder().nodelay(false).tcp_options(system),
                (false, 0, Some(limit)),
            ),
        ];
        for (builder, (nodelay, lowat, user_timeout)) in cases {
            let stream = builder.open(addr).await.unwrap();
            let socket = socket2::SockRef::from(&stream);
            assert_eq!(stream.nodelay().unwrap(), nodelay);
            assert_eq!(socket.tcp_notsent_lowat().unwrap(), lowat);
            assert_eq!(socket.tcp_user_timeout().unwrap(), user_timeout);
        }
    }
}
