//! A server that takes a service of tower.

use core::future::{Future, poll_fn};
use core::net::{Ipv4Addr, SocketAddr};

use http_body::Body;
use proto::Server as Role;
use proto::bytes::Buf;
use session::{Addresses, Error, Machine};
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;
use tress_http::http;

use super::{Listener, Server};
use crate::service::{BoxError, HttpOptions, Incoming, call, handler};

#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
impl<L: Listener> Server<L> {
    /// Sets what is added to the answers of services.
    #[must_use]
    pub const fn http_options(mut self, options: HttpOptions) -> Self {
        self.options = options;
        self
    }

    /// Serves until a handle ends it, with a service that is cloned for every request, as an axum
    /// `Router`: see [`serve_service`](crate::serve_service).
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub async fn serve_service<S, B>(self, service: S) -> Result<(), Error>
    where
        S: Service<http::Request<Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let prepare = self.preparing();
        self.serve_service_with(prepare, service).await
    }

    /// The same with machines and transports that `prepare` makes, as under
    /// [`serve_with`](Self::serve_with).
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub async fn serve_service_with<P, PF, Io, S, B>(
        self,
        prepare: P,
        service: S,
    ) -> Result<(), Error>
    where
        P: Fn(L::Stream) -> PF + Send + Sync + 'static,
        PF: Future<Output = Result<(Box<dyn Machine<Role>>, Io), Error>> + Send + 'static,
        Io: AsyncRead + AsyncWrite + Send + 'static,
        S: Service<http::Request<Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let options = self.options;
        let make = move |_| core::future::ready(Ok(handler(call(service.clone(), options))));
        self.run(prepare, make).await
    }

    /// The same with a service of its own for each connection, which another service makes of the peer's
    /// address, as axum's `into_make_service_with_connect_info::<SocketAddr>()` does; with it, handlers get
    /// axum's `ConnectInfo`. A connection for which it fails is closed.
    ///
    /// A connection whose [listener](Listener::addresses) knows no address has the unspecified one.
    ///
    /// # Errors
    ///
    /// That the listener failed for good.
    pub async fn serve_make_service<M, S, B>(self, make_service: M) -> Result<(), Error>
    where
        M: Service<SocketAddr, Response = S> + Clone + Send + 'static,
        M::Error: Into<BoxError>,
        M::Future: Send + 'static,
        S: Service<http::Request<Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let (prepare, options) = (self.preparing(), self.options);
        let make = move |addresses: Addresses| {
            let mut make_service = make_service.clone();
            let unknown = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0);
            async move {
                let failed = |error: M::Error| Error::content(error.into());
                poll_fn(|cx| make_service.poll_ready(cx))
                    .await
                    .map_err(failed)?;
                let service = make_service.call(addresses.peer.unwrap_or(unknown)).await;
                Ok(handler(call(service.map_err(failed)?, options)))
            }
        };
        self.run(prepare, make).await
    }
}
