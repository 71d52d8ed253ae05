//! Control frames that wait to be sent, ahead of all others.
//!
//! It is responsible for their order within a kind, and for how many there are: replies are counted
//! here, not piled up as octets, so that a peer that makes us answer and does not read is seen. It is
//! not responsible for what they mean, for the order of the kinds, nor for when they leave.
//!
//! Two things are remembered besides: whether the first SETTINGS was sent, for even a connection that
//! ends at once begins with its preface, and that the transport takes nothing any more, for then
//! nothing is kept.

mod resets;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;

use frame::{ErrorCode, StreamId};

use self::resets::Resets;
pub(crate) use self::resets::{Cause, Reset};
use crate::extension::ExtensionFrame;
use crate::role::Side;
use crate::settings::Announcement;

/// Control frames that wait.
#[derive(Debug)]
pub(crate) struct Control {
    preface: bool,
    /// The first SETTINGS has been sent.
    greeted: bool,
    settings: VecDeque<Announcement>,
    settings_acks: u32,
    pings: VecDeque<[u8; 8]>,
    ping_acks: VecDeque<[u8; 8]>,
    resets: Resets,
    rare: Option<Box<Rare>>,
    /// The transport takes nothing any more.
    is_shut: bool,
}

/// What waits on few connections.
#[derive(Debug, Default)]
struct Rare {
    extensions: VecDeque<ExtensionFrame>,
    /// Streams whose PRIORITY_UPDATE is due (RFC 9218 §7.1).
    priorities: VecDeque<StreamId>,
    goaways: VecDeque<Goaway>,
}

/// A GOAWAY that waits: the last stream that is processed, the code, and what is said to people.
pub(crate) type Goaway = (StreamId, ErrorCode, String);

/// What waits, kind by kind: each is queued by one method, and taken by another.
impl Control {
    pub(crate) const fn new() -> Self {
        Self {
            preface: false,
            greeted: false,
            settings: VecDeque::new(),
            settings_acks: 0,
            pings: VecDeque::new(),
            ping_acks: VecDeque::new(),
            resets: Resets::new(),
            rare: None,
            is_shut: false,
        }
    }

    /// A client's preface goes ahead of everything (RFC 9113 §3.4).
    pub(crate) fn begin(&mut self, side: Side) {
        self.preface = side == Side::Client;
    }

    /// Takes the preface, if it is still to be sent.
    pub(crate) fn next_preface(&mut self) -> bool {
        core::mem::take(&mut self.preface)
    }

    pub(crate) fn announce(&mut self, settings: Announcement) {
        // Hardly ever do two wait, and each is large.
        self.settings.reserve_exact(1);
        self.settings.push_back(settings);
    }

    pub(crate) fn next_settings(&mut self) -> Option<Announcement> {
        let settings = self.settings.pop_front()?;
        self.settings.shrink_to_fit();
        self.greeted = true;
        Some(settings)
    }

    pub(crate) fn acknowledge_settings(&mut self) {
        self.settings_acks += 1;
    }

    /// Takes one acknowledgment. Says whether there was one.
    pub(crate) fn next_settings_ack(&mut self) -> bool {
        let left = self.settings_acks.checked_sub(1);
        self.settings_acks = left.unwrap_or(0);
        left.is_some()
    }

    pub(crate) fn ask(&mut self, payload: [u8; 8]) {
        self.pings.push_back(payload);
    }

    pub(crate) fn next_ping(&mut self) -> Option<[u8; 8]> {
        self.pings.pop_front()
    }

    pub(crate) fn answer(&mut self, payload: [u8; 8]) {
        self.ping_acks.push_back(payload);
    }

    pub(crate) fn next_ping_ack(&mut self) -> Option<[u8; 8]> {
        self.ping_acks.pop_front()
    }

    pub(crate) fn reset(&mut self, reset: Reset) {
        // What nobody will read is not kept.
        if !self.is_shut {
            self.resets.push(reset);
        }
    }

    pub(crate) fn next_reset(&mut self) -> Option<Reset> {
        self.resets.pop()
    }

    pub(crate) fn extend(&mut self, frame: ExtensionFrame) {
        self.rare().extensions.push_back(frame);
    }

    pub(crate) fn next_extension(&mut self) -> Option<ExtensionFrame> {
        self.rare.as_mut()?.extensions.pop_front()
    }

    pub(crate) fn prioritize(&mut self, stream: StreamId) {
        self.rare().priorities.push_back(stream);
    }

    pub(crate) fn next_priority(&mut self) -> Option<StreamId> {
        self.rare.as_mut()?.priorities.pop_front()
    }

    pub(crate) fn go_away(&mut self, goaway: Goaway) {
        self.rare().goaways.push_back(goaway);
    }

    pub(crate) fn next_goaway(&mut self) -> Option<Goaway> {
        self.rare.as_mut()?.goaways.pop_front()
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_with(Box::default)
    }

    /// Says whether the next GOAWAY names this last stream.
    pub(crate) fn next_goaway_names(&self, last: StreamId) -> bool {
        let goaway = self.rare.as_ref().and_then(|rare| rare.goaways.front());
        goaway.is_some_and(|(named, ..)| *named == last)
    }
}

/// What waits in all.
impl Control {
    /// The frames that the peer made us queue, and their octets.
    pub(crate) fn replies(&self) -> (u32, usize) {
        if self.is_shut || self.has_no_reply() {
            return (0, 0);
        }
        let (settings, pings, resets) = (
            self.settings_acks as usize,
            self.ping_acks.len(),
            self.resets.replies() as usize,
        );
        let frames = u32::try_from(settings + pings + resets).unwrap_or(u32::MAX);
        (frames, 9 * settings + 17 * pings + 13 * resets)
    }

    /// Most of the time there is none.
    #[inline]
    fn has_no_reply(&self) -> bool {
        self.settings_acks == 0 && self.ping_acks.is_empty() && self.resets.replies() == 0
    }

    /// The resets that wait and that the application asked for, on streams of the peer's.
    pub(crate) const fn canceled(&self) -> u32 {
        self.resets.canceled()
    }

    pub(crate) fn has_goaway(&self) -> bool {
        let rare = self.rare.as_ref();
        rare.is_some_and(|rare| !rare.goaways.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.preface
            && self.settings.is_empty()
            && self.pings.is_empty()
            && self.resets.is_empty()
            && self.replies().0 == 0
            && self.rare.as_ref().is_none_or(|rare| {
                // A PRIORITY_UPDATE alone waits for others.
                rare.extensions.is_empty() && rare.goaways.is_empty()
            })
    }

    /// The transport takes nothing any more: what nobody will read is not kept.
    pub(crate) fn shut(&mut self) {
        *self = Self::new();
        self.is_shut = true;
    }

    /// Says whether the transport takes nothing any more. What was queued since is dropped.
    pub(crate) fn is_shut(&self) -> bool {
        self.is_shut
    }

    /// Drops what a connection that is over does not say any more.
    pub(crate) fn clear(&mut self) {
        let first = core::mem::replace(self, Self::new());
        (self.greeted, self.is_shut) = (first.greeted, first.is_shut);
        if !first.greeted {
            // RFC 9113 §3.4: even a connection that ends at once begins with its preface.
            self.preface = first.preface;
            self.settings = first.settings;
        }
    }

    /// Gives memory back that nothing waits in.
    pub(crate) fn rest(&mut self) {
        self.rare.take_if(|rare| {
            rare.extensions.is_empty() && rare.priorities.is_empty() && rare.goaways.is_empty()
        });
    }
}
