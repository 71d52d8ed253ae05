//! When tasks want to go on although nothing happens.

use core::task::{Context, Poll};
use core::time::Duration;

use proto::Role;

use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;

/// A while after which a task wants to go on. Whoever drives the connection wakes it then, by the time
/// that it [tells](Locked::tick) the machine, whatever clock that is of.
#[derive(Debug)]
pub struct Alarm<R: Role> {
    session: Session<R>,
    number: u64,
}

impl<R: Role> Session<R> {
    /// Sets an alarm that fires so long after the time is told next, which is soon; `None` where nobody
    /// would fire it, for nobody [tells the time](Locked::enable_alarms).
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn alarm(&self, after: Duration) -> Result<Option<Alarm<R>>, Error> {
        let number = self.act(|locked| {
            let alarms = &mut locked.alarms;
            Ok(alarms.is_enabled.then(|| alarms.add(after)))
        })?;
        Ok(number.map(|number| {
            // The driver's timer does not know of it yet.
            self.driver().wake();
            let session = self.clone();
            Alarm { session, number }
        }))
    }
}

impl<R: Role> Alarm<R> {
    /// The connection whose driver fires it.
    #[must_use]
    pub const fn session(&self) -> &Session<R> {
        &self.session
    }

    /// Waits until the while is over.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.session.poll(|locked| {
            let (fired, before) = locked.alarms.poll(self.number, cx.waker());
            locked.spent.discard(before);
            fired.map(Ok)
        })
    }
}

impl<R: Role> Drop for Alarm<R> {
    fn drop(&mut self) {
        let number = self.number;
        self.session.act_soon(move |locked| {
            let waker = locked.alarms.remove(number);
            locked.spent.discard(waker);
        });
    }
}

impl<R: Role> Locked<R> {
    /// From now on alarms can be set: whoever drives the connection sees to them.
    pub const fn enable_alarms(&mut self) {
        self.alarms.is_enabled = true;
    }
}
