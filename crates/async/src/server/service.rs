//! A server that takes a service of tower.

use core::future::Future;

use http_body::Body;
use proto::Server as Role;
use proto::bytes::Buf;
use session::{Error, Machine};
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;
use tress_http::http;

use super::{Listener, Server};
use crate::service::{BoxError, HttpOptions, Incoming, handler};

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
        self.run(prepare, move || handler(service.clone(), options))
            .await
    }
}
