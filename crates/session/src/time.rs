//! The timeline on which a session's machine is told the time.

use core::time::Duration;
use std::time::Instant;

use proto::Role;

use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;
use crate::shed::Standing;

impl<R: Role> Locked<R> {
    /// When the timeline began on which the machine is told the time.
    #[must_use]
    pub const fn epoch(&self) -> Instant {
        self.epoch
    }

    /// A moment, as a point on the timeline.
    #[must_use]
    pub fn point(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.epoch)
    }
}

impl<R: Role> Session<R> {
    /// How the connection stands, for a server that has as many as it may have. `now` is what the
    /// machine was told last, or later.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn standing(&self, now: Instant) -> Result<Standing, Error> {
        let (standing, _) = self.turn(|locked| {
            let now = locked.point(now);
            Standing::of(locked.machine.connection(), now)
        })?;
        Ok(standing)
    }
}
