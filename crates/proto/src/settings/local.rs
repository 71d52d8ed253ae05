//! Our own settings: in force when they are acknowledged (RFC 9113 §6.5.3).

use alloc::collections::VecDeque;

use frame::{SettingId, StreamId};

use super::delivery::Delivery;
use super::{Announcement, Settings};

/// What we have announced, as far as it was acknowledged and beyond.
#[derive(Debug, Default)]
pub(crate) struct LocalSettings {
    record: Settings,
    /// What is not acknowledged, oldest first.
    unacknowledged: VecDeque<Announcement>,
    acknowledged: u64,
    delivery: Delivery,
}

impl LocalSettings {
    /// What is in force.
    pub(crate) const fn record(&self) -> &Settings {
        &self.record
    }

    /// We announce something.
    pub(crate) fn announce(&mut self, settings: Announcement) {
        // Hardly ever do two wait, and each is large.
        self.unacknowledged.reserve_exact(1);
        self.unacknowledged.push_back(settings);
    }

    /// The peer acknowledges the oldest announcement, which is in force from now on. `None` if there
    /// is none.
    pub(crate) fn acknowledge(&mut self) -> Option<Announcement> {
        let settings = self.unacknowledged.pop_front()?;
        self.unacknowledged.shrink_to_fit();
        self.acknowledged += 1;
        for setting in &settings {
            self.record.apply(*setting);
        }
        Some(settings)
    }

    /// The streams that the peer may rightly take itself to be allowed at once: the most of what it
    /// has acknowledged and what was announced since. `None` if that is no limit.
    ///
    /// RFC 9113 §6.5.3: a lowered value binds from its acknowledgment on. Every announcement that is
    /// under way counts, for the peer may have read any of them by now.
    pub(crate) fn allowed_streams(&self) -> Option<u32> {
        let mut announced = self.record.max_concurrent_streams;
        let mut most = (self.acknowledged > 0).then_some(announced);
        for announcement in &self.unacknowledged {
            let streams = announcement
                .iter()
                .find(|setting| setting.id == SettingId::MAX_CONCURRENT_STREAMS);
            announced = streams.map(|setting| setting.value).or(announced);
            most = Some(match most {
                None => announced,
                Some(most) => most.and_then(|most| Some(most.max(announced?))),
            });
        }
        most.flatten()
    }

    /// Says whether the peer has shown that it knows how many streams it may have open.
    pub(crate) const fn are_streams_known(&self) -> bool {
        self.record.max_concurrent_streams.is_some()
    }

    /// The largest window that the peer may rightly take a new stream to have.
    pub(crate) fn allowed_window(&self) -> u32 {
        let pending = self.unacknowledged.iter().flatten();
        let announced = pending
            .filter(|setting| setting.id == SettingId::INITIAL_WINDOW_SIZE)
            .map(|setting| setting.value);
        announced.fold(self.record.initial_window_size, u32::max)
    }
}

/// Whether the peer has got what it does not acknowledge.
impl LocalSettings {
    /// Which announcement is the oldest that waits to be acknowledged.
    pub(crate) fn oldest_unacknowledged(&self) -> Option<u64> {
        (!self.unacknowledged.is_empty()).then_some(self.acknowledged)
    }

    /// How many times we have announced something.
    pub(crate) fn announced_in_all(&self) -> u64 {
        self.acknowledged + self.unacknowledged.len() as u64
    }

    /// An announcement has left; the streams that we open from now on are this one and later ones.
    pub(crate) fn left(&mut self, next: Option<StreamId>) {
        self.delivery.left(next);
    }

    /// A PING came back behind which the peer has this many announcements; it may have been sent to
    /// find that out.
    pub(crate) fn passed(&mut self, announcements: u64, is_probe: bool) {
        self.delivery.passed(announcements, is_probe);
    }

    /// A frame came on a stream of ours.
    pub(crate) fn heard_on(&mut self, id: StreamId) {
        if !self.unacknowledged.is_empty() {
            self.delivery.heard_on(id);
        }
    }

    /// The announcement that the peer has got and does not acknowledge, by a PING that was sent for
    /// that.
    pub(crate) fn overdue(&self) -> Option<u64> {
        let oldest = self.oldest_unacknowledged();
        oldest.filter(|oldest| self.delivery.is_shown(*oldest))
    }

    /// The same by anything that it has answered.
    pub(crate) fn hinted_overdue(&self) -> Option<u64> {
        let oldest = self.oldest_unacknowledged();
        oldest.filter(|oldest| self.delivery.is_hinted(*oldest))
    }

    /// The announcement that was sent, and for which no PING was yet.
    pub(crate) fn unprobed(&self) -> Option<u64> {
        let oldest = self.oldest_unacknowledged();
        oldest.filter(|oldest| self.delivery.is_unprobed(*oldest))
    }

    /// A PING is sent for all that was announced.
    pub(crate) fn probe(&mut self) {
        self.delivery.probe(self.announced_in_all());
    }
}
