//! Turns with what an adapter keeps under the lock.

use core::ops::{Deref, DerefMut};

use proto::{Connection, Event, Role};

use crate::error::Error;
use crate::extension::Extension;
use crate::locked::Locked;
use crate::session::Session;
use crate::spent::Spent;

/// A connection in a turn of its extension's, which notices whether anything is done with it: where it is
/// only looked at, no event can be pending after that, and nothing is to be written.
#[derive(Debug)]
pub struct Tracked<'a, R: Role> {
    connection: &'a mut Connection<R>,
    is_touched: Option<&'a mut bool>,
}

impl<'a, R: Role> From<&'a mut Connection<R>> for Tracked<'a, R> {
    /// A connection of which nobody asks whether anything is done with it.
    fn from(connection: &'a mut Connection<R>) -> Self {
        Self {
            connection,
            is_touched: None,
        }
    }
}

impl<R: Role> Deref for Tracked<'_, R> {
    type Target = Connection<R>;

    fn deref(&self) -> &Connection<R> {
        self.connection
    }
}

impl<R: Role> DerefMut for Tracked<'_, R> {
    fn deref_mut(&mut self) -> &mut Connection<R> {
        if let Some(is_touched) = &mut self.is_touched {
            **is_touched = true;
        }
        self.connection
    }
}

impl<R: Role> Session<R> {
    /// Takes a turn with the extension, and sees to what is due after it. One that only looks at the
    /// connection costs little more than the lock.
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
        action: impl FnOnce(Tracked<'_, R>, &mut X, &mut Spent) -> T,
    ) -> Result<T, Error> {
        self.act_tracked(|locked| locked.with_tracked(action))
    }

    /// The same for what nobody waits for: at the end of the turn that this thread is in the middle of,
    /// if it is.
    ///
    /// # Panics
    ///
    /// If the session has no such extension.
    pub fn act_with_soon<X: Extension<R>>(
        &self,
        action: impl FnOnce(Tracked<'_, R>, &mut X, &mut Spent) + Send + 'static,
    ) {
        self.act_soon_tracked(move |locked| locked.with_tracked(action).1);
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

    /// The same; says whether anything was done with the connection.
    fn with_tracked<X: Extension<R>, T>(
        &mut self,
        action: impl FnOnce(Tracked<'_, R>, &mut X, &mut Spent) -> T,
    ) -> (T, bool) {
        self.with_extension(|connection, extension, spent| {
            let mut is_touched = false;
            let tracked = Tracked {
                connection,
                is_touched: Some(&mut is_touched),
            };
            let outcome = action(tracked, extension, spent);
            (outcome, is_touched)
        })
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
