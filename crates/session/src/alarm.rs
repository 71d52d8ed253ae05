//! When tasks want to go on although nothing happens.

use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use proto::Role;

use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;

/// A point in time at which a task wants to go on. Whoever drives the connection wakes it then.
#[derive(Debug)]
pub struct Alarm<R: Role> {
    session: Session<R>,
    at: Instant,
    number: u64,
}

impl<R: Role> Session<R> {
    /// Sets an alarm; `None` where nobody would fire it, for nobody [tells the time](Locked::enable_alarms).
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn alarm(&self, at: Instant) -> Result<Option<Alarm<R>>, Error> {
        self.act(|locked| {
            let alarms = &mut locked.alarms;
            alarms.next += 1;
            Ok(alarms.is_enabled.then(|| Alarm {
                session: self.clone(),
                at,
                number: alarms.next,
            }))
        })
    }
}

impl<R: Role> Alarm<R> {
    /// The connection whose driver fires it.
    #[must_use]
    pub const fn session(&self) -> &Session<R> {
        &self.session
    }

    /// Waits until the time has come.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if Instant::now() >= self.at {
            return Poll::Ready(Ok(()));
        }
        let polled = self.session.poll(|locked| {
            let key = (self.at, self.number);
            let before = locked.alarms.set.insert(key, cx.waker().clone());
            locked.spent.discard(before);
            Poll::Pending
        });
        if polled.is_pending() {
            // The driver's timer does not know of it yet.
            self.session.driver().wake();
        }
        polled
    }
}

impl<R: Role> Drop for Alarm<R> {
    fn drop(&mut self) {
        let key = (self.at, self.number);
        self.session.act_soon(move |locked| {
            let waker = locked.alarms.set.remove(&key);
            locked.spent.discard(waker);
        });
    }
}

impl<R: Role> Locked<R> {
    /// From now on alarms can be set: whoever drives the connection sees to them.
    pub const fn enable_alarms(&mut self) {
        self.alarms.is_enabled = true;
    }

    /// Wakes those whose time has come.
    pub(crate) fn fire_alarms(&mut self, now: Duration) {
        while let Some(entry) = self.alarms.set.first_entry() {
            if entry.key().0.saturating_duration_since(self.epoch) > now {
                return;
            }
            self.spent.wake(Some(entry.remove()));
        }
    }

    /// When the next alarm is to fire.
    pub(crate) fn next_alarm(&self) -> Option<Duration> {
        let (at, _) = self.alarms.set.first_key_value()?.0;
        Some(self.point(*at))
    }
}
