//! What is inside a machine that goes around another.

use alloc::boxed::Box;
use core::any::Any;

/// A machine that is a `T`, or has one inside: TLS has the connection that it encrypts.
///
/// Whoever holds a machine whose type was forgotten reaches by it what speaks the protocol. A layer of
/// your own asks what it goes around:
///
/// ```
/// use tress_runtime::Around;
///
/// struct Layer<M>(M);
///
/// impl<T, M: Around<T>> Around<T> for Layer<M> {
///     fn innermost(&mut self) -> &mut T {
///         self.0.innermost()
///     }
/// }
/// ```
pub trait Around<T: ?Sized> {
    /// What is inside, under all layers.
    fn innermost(&mut self) -> &mut T;

    /// What the outermost layer shows of itself to whoever knows its type: TLS, its session. Nothing
    /// where nothing is said.
    fn layer(&self) -> Option<&dyn Any> {
        None
    }
}

impl<T: ?Sized, M: Around<T> + ?Sized> Around<T> for Box<M> {
    fn innermost(&mut self) -> &mut T {
        (**self).innermost()
    }

    fn layer(&self) -> Option<&dyn Any> {
        (**self).layer()
    }
}
