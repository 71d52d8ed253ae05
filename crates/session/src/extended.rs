//! Turns with what an adapter keeps under the lock.

use proto::{Connection, Event, Role};

use crate::error::Error;
use crate::extension::Extension;
use crate::locked::Locked;
use crate::session::Session;
use crate::spent::Spent;

impl<R: Role> Session<R> {
    /// Takes a turn with the extension, and sees to what is due after it.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    ///
    /// # Panics
    ///
    /// If the session has no such extension.
    pub fn act_with<X: Extension<R>, T>(
        &self,
        action: impl FnOnce(&mut Connection<R>, &mut X, &mut Spent) -> T,
    ) -> Result<T, Error> {
        self.act(|locked| Ok(locked.with_extension(action)))
    }

    /// The same for what nobody waits for: at the end of the turn that this thread is in the middle of,
    /// if it is.
    ///
    /// # Panics
    ///
    /// If the session has no such extension.
    pub fn act_with_soon<X: Extension<R>>(
        &self,
        action: impl FnOnce(&mut Connection<R>, &mut X, &mut Spent) + Send + 'static,
    ) {
        self.act_soon(move |locked| locked.with_extension(action));
    }
}

impl<R: Role> Locked<R> {
    /// Does something with the extension in the middle of a turn.
    ///
    /// # Panics
    ///
    /// If the session has no such extension.
    pub fn with_extension<X: Extension<R>, T>(
        &mut self,
        action: impl FnOnce(&mut Connection<R>, &mut X, &mut Spent) -> T,
    ) -> T {
        let extension = self.extension.as_mut();
        let extension = extension.and_then(|extension| extension.as_any().downcast_mut::<X>());
        action(
            self.machine.connection(),
            extension.expect("the session was made with this extension"),
            &mut self.spent,
        )
    }

    /// Shows an event to the extension. Says whether that is all, for it concerns a stream.
    pub(crate) fn show_extension(&mut self, event: &Event) -> bool {
        let Some(extension) = &mut self.extension else {
            return false;
        };
        extension.note(self.machine.connection(), event, &mut self.spent);
        matches!(
            event,
            Event::Opened { .. }
                | Event::Promised { .. }
                | Event::Readable { .. }
                | Event::Writable { .. }
                | Event::Finished { .. }
        )
    }
}
