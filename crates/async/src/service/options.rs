//! What a server adds to the requests and the answers of a service.

/// What a server adds to the requests and the answers of a service.
#[derive(Clone, Copy, Debug)]
pub struct HttpOptions {
    pub(super) date: bool,
    pub(super) inform: bool,
    pub(super) connection: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            date: true,
            inform: false,
            connection: false,
        }
    }
}

impl HttpOptions {
    /// Leaves out `date` where the service sets none. RFC 9110 §6.6.1 wants it of a server that
    /// has a clock; one behind a proxy may leave it to that.
    #[must_use]
    pub const fn without_date(mut self) -> Self {
        self.date = false;
        self
    }

    /// Gives every request an [`Inform`](super::Inform) among its extensions, for a service behind
    /// others that keep the body for themselves. It is not there otherwise, as the first extension
    /// of a request takes memory.
    #[must_use]
    pub const fn with_inform(mut self) -> Self {
        self.inform = true;
        self
    }

    /// Gives every request the [`ConnectionInfo`](crate::ConnectionInfo) among its extensions: addresses,
    /// what TLS came to, client certificates. It is not there otherwise, for what
    /// [`with_inform`](Self::with_inform) says. Axum's `ConnectInfo` needs nothing of it: see
    /// `Server::serve_make_service`.
    #[must_use]
    pub const fn with_connection(mut self) -> Self {
        self.connection = true;
        self
    }
}
