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
pub struct Security<R: Role>(Option<Arc<Around<R>>>);

impl<R: Role> Security<R> {
    /// Makes one that leaves machines as they are.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// Puts every machine inside a layer from now on.
    pub fn require(
        &mut self,
        around: impl Fn(Box<dyn Machine<R>>) -> Result<Box<dyn Machine<R>>, Error>
        + Send
        + Sync
        + 'static,
    ) {
        self.0 = Some(Arc::new(around));
    }

    /// Puts a machine inside a layer of its own, where that was asked for.
    ///
    /// # Errors
    ///
    /// That the layer cannot begin.
    pub fn around(&self, machine: Box<dyn Machine<R>>) -> Result<Box<dyn Machine<R>>, Error> {
        match &self.0 {
            Some(around) => around(machine),
            None => Ok(machine),
        }
    }
}

impl<R: Role> Default for Security<R> {
    fn default() -> Self {
        Self::none()
    }
}

impl<R: Role> Clone for Security<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Role> fmt::Debug for Security<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Security").field(&self.0.is_some()).finish()
    }
}
