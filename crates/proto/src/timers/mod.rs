//! The time, and what must happen within a while.
//!
//! A deadline is armed when the time is told and its condition holds, and disarmed when that holds no
//! longer; a condition is given as an occasion, which stays the same for as long as the same thing is
//! waited for. So nothing has to be disarmed where things happen, and without being told the time
//! nothing times out. What a deadline means, and how long it is, is said by whoever asks.
//!
//! It also knows whether the peer is silent, for that is counted in what was heard, and whether we did
//! not read by our own choice: what the peer says may be there already then.

#[cfg(test)]
mod tests;

use core::time::Duration;

use crate::nanos::Nanos;

/// What must happen within a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    Handshake,
    Settings,
    SettingsHinted,
    SettingsProbe,
    FieldBlock,
    Idle,
    GracefulShutdown,
    Stalls,
    Age,
    End,
    Rest,
    Start,
    Token,
    Flood,
    Pace,
    KeepAlive,
    Answer,
}

/// How many deadlines there are.
const COUNT: usize = Deadline::Answer as usize + 1;

/// The time, and all deadlines.
#[derive(Debug)]
pub(crate) struct Timers {
    now: Duration,
    /// When each passes that is armed.
    at: [Nanos; COUNT],
    /// The occasions for which they are armed, as far as they fit: between two looks at the same
    /// deadline there are not as many others.
    occasions: [u32; COUNT],
    /// How often we have heard of the peer.
    heard: u64,
    /// How often we had when we sent it a PING; the largest number, where we did not.
    pinged: u64,
    /// We did not read, by our own choice, since the time was told last.
    held: bool,
}

/// What an idle peer calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeepAlive {
    /// Nothing, for now.
    Wait,
    /// It is to be sent a PING.
    Ping,
    /// It did not answer.
    Over,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            now: Duration::ZERO,
            at: [Nanos::NEVER; COUNT],
            occasions: [0; COUNT],
            heard: 0,
            pinged: u64::MAX,
            held: false,
        }
    }
}

impl Timers {
    /// The time, as it was told last.
    pub(crate) const fn now(&self) -> Duration {
        self.now
    }

    /// The time is told. It does not go back.
    pub(crate) fn tell(&mut self, now: Duration) -> Duration {
        self.now = self.now.max(now);
        self.now
    }

    /// Runs while `occasion` stays the same, from the first time that it hears of it on. Says
    /// whether `limit` has passed since.
    pub(crate) fn passed(
        &mut self,
        deadline: Deadline,
        occasion: Option<u64>,
        limit: Duration,
    ) -> bool {
        let place = deadline as usize;
        let (Some(at), Some(before)) = (self.at.get_mut(place), self.occasions.get_mut(place))
        else {
            return false;
        };
        let Some(occasion) = occasion else {
            *at = Nanos::NEVER;
            return false;
        };
        let (now, occasion) = (Nanos::of(self.now), lower(occasion));
        if *at != Nanos::NEVER && *before == occasion {
            return now >= *at;
        }
        (*at, *before) = (now.after(limit), occasion);
        false
    }

    /// A deadline begins anew when its condition holds.
    pub(crate) fn disarm(&mut self, deadline: Deadline) {
        self.wake_at(deadline, None);
    }

    /// Something can go on then, and is to be looked at.
    pub(crate) fn wake_at(&mut self, deadline: Deadline, at: Option<Duration>) {
        let place = deadline as usize;
        if let (Some(armed), Some(occasion)) =
            (self.at.get_mut(place), self.occasions.get_mut(place))
        {
            (*armed, *occasion) = (at.map_or(Nanos::NEVER, Nanos::of), 0);
        }
    }

    /// When the time is to be told next.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.at.iter().min()?.time()
    }
}

/// The lower half of a number that only grows.
#[expect(clippy::cast_possible_truncation, reason = "as it says")]
const fn lower(number: u64) -> u32 {
    number as u32
}

/// What is heard of the peer.
impl Timers {
    /// The peer has said something.
    pub(crate) fn heard(&mut self) {
        self.heard += 1;
    }

    /// We do not read, by our own choice.
    pub(crate) fn hold(&mut self) {
        self.held = true;
    }

    /// Says whether we did not, since this was asked last.
    pub(crate) fn take_held(&mut self) -> bool {
        core::mem::take(&mut self.held)
    }

    /// Looks whether the peer was silent for `interval`, and has `timeout` to answer.
    pub(crate) fn poll_keep_alive(&mut self, interval: Duration, timeout: Duration) -> KeepAlive {
        let heard = self.heard;
        let pinged = (self.pinged == heard).then_some(heard);
        if self.passed(Deadline::Answer, pinged, timeout) {
            return KeepAlive::Over;
        }
        let quiet = pinged.is_none().then_some(heard);
        if !self.passed(Deadline::KeepAlive, quiet, interval) {
            return KeepAlive::Wait;
        }
        self.pinged = heard;
        self.disarm(Deadline::KeepAlive);
        self.passed(Deadline::Answer, Some(heard), timeout);
        KeepAlive::Ping
    }

    /// The peer may have said something that we have not read.
    pub(crate) fn reset_keep_alive(&mut self) {
        self.disarm(Deadline::Answer);
        self.disarm(Deadline::KeepAlive);
    }
}
