//! Whether the connections of a server are inside a layer, such as TLS (RFC 9113 §9.2).

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use proto::Role;

use crate::error::Error;
use crate::machine::Machine;

type Around<R> = dyn Fn(Box<dyn Machine<R>>) -> Result<Box<dyn Machine<R>>, Error> + Send + Sync;

/// Whether the connections of a server are inside a layer, such as TLS. It is asked last, of whatever
/// machine a connection was given, so that nothing that makes machines can go around it.
pub struct Security<R: Role> {
    around: Option<Arc<Around<R>>>,
    #[cfg(feature = "rustls")]
    tls: Option<Arc<tls::rustls::ServerConfig>>,
}

impl<R: Role> Security<R> {
    /// Makes one that leaves machines as they are.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            around: None,
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }

    /// Puts every machine inside a layer from now on.
    pub fn require(
        &mut self,
        around: impl Fn(Box<dyn Machine<R>>) -> Result<Box<dyn Machine<R>>, Error>
        + Send
        + Sync
        + 'static,
    ) {
        self.around = Some(Arc::new(around));
    }

    /// Puts a machine inside a layer of its own, where that was asked for.
    ///
    /// # Errors
    ///
    /// That the layer cannot begin.
    pub fn around(&self, machine: Box<dyn Machine<R>>) -> Result<Box<dyn Machine<R>>, Error> {
        match &self.around {
            Some(around) => around(machine),
            None => Ok(machine),
        }
    }
}

#[cfg(feature = "rustls")]
#[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
impl Security<proto::Server> {
    /// Puts every machine inside a TLS session from now on. The configuration accepts `h2` by ALPN if it
    /// accepts nothing.
    pub fn require_tls(&mut self, config: Arc<tls::rustls::ServerConfig>) {
        let accepts_h2 = tls::h2_server(Arc::clone(&config));
        self.require(move |machine| {
            let machine = tls::Tls::accept(Arc::clone(&accepts_h2), machine);
            Ok(Box::new(machine?))
        });
        self.tls = Some(config);
    }

    /// The configuration of the sessions that were asked for, accepting `h2` and `http/1.1` if it accepted
    /// nothing: for who shakes hands before there is a machine, and hands what does not end in `h2` to
    /// somebody else.
    #[must_use]
    pub fn tls_or_http1(&self) -> Option<Arc<tls::rustls::ServerConfig>> {
        self.tls.clone().map(tls::h2_or_http1_server)
    }
}

impl<R: Role> Default for Security<R> {
    fn default() -> Self {
        Self::none()
    }
}

impl<R: Role> Clone for Security<R> {
    fn clone(&self) -> Self {
        Self {
            around: self.around.clone(),
            #[cfg(feature = "rustls")]
            tls: self.tls.clone(),
        }
    }
}

impl<R: Role> fmt::Debug for Security<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Security")
            .field("is_required", &self.around.is_some())
            .finish()
    }
}
