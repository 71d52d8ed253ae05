//! PINGs of ours that are not answered yet, and who asked for them (RFC 9113 §6.7).
//!
//! The answer to a PING shows that the peer has got all that was sent before it. So each keeps what
//! that is: how many SETTINGS of ours, and whose question it answers. Those of the application are
//! bounded, and it is told what became of each.

#[cfg(test)]
mod tests;

use alloc::collections::VecDeque;

/// How many may be unanswered when the application asks for one more.
const OUTSTANDING: usize = 64;

/// PINGs that are not answered yet, in order.
#[derive(Debug, Default)]
pub(crate) struct Pings {
    waiting: VecDeque<Ping>,
}

#[derive(Clone, Copy, Debug)]
struct Ping {
    payload: [u8; 8],
    purpose: Purpose,
    /// How many SETTINGS of ours leave ahead of it.
    settings: u64,
}

/// Who asked for a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Application,
    /// Our going away waits for what is under way.
    GracefulShutdown,
    /// The peer was silent for long.
    KeepAlive,
    /// Content flows, and its round trip is measured.
    Bandwidth,
    /// A window is shut, or what shut it is still on its way.
    Progress,
    /// Our settings are not acknowledged, or still on their way.
    Settings,
}

impl Pings {
    /// Says whether the application may ask for one more.
    pub(crate) fn has_capacity(&self) -> bool {
        self.waiting.len() < OUTSTANDING
    }

    /// A PING leaves behind so many SETTINGS.
    pub(crate) fn ask(&mut self, payload: [u8; 8], purpose: Purpose, settings: u64) {
        self.waiting.push_back(Ping {
            payload,
            purpose,
            settings,
        });
    }

    /// An answer has come. Says who asked, and how many SETTINGS the peer has got; `None` if nobody
    /// did.
    pub(crate) fn answered(&mut self, payload: [u8; 8]) -> Option<(Purpose, u64)> {
        let mut waiting = self.waiting.iter();
        let place = waiting.position(|ping| ping.payload == payload)?;
        let ping = self.waiting.remove(place)?;
        Some((ping.purpose, ping.settings))
    }

    /// None is answered any more. Returns those that the application asked for.
    pub(crate) fn lose(&mut self) -> impl Iterator<Item = [u8; 8]> + use<> {
        let lost = core::mem::take(&mut self.waiting).into_iter();
        lost.filter(|ping| ping.purpose == Purpose::Application)
            .map(|ping| ping.payload)
    }
}
