//! Settings: the peer's at once, ours when they are acknowledged (RFC 9113 §6.5.3).

use frame::{Setting, SettingId, StreamId};
use smallvec::SmallVec;

use super::{Core, Shared};
use crate::config::Config;
use crate::error::UserError;
use crate::event::Event;
use crate::role::Side;
use crate::settings_change::SettingsChange;
use crate::violation::ConnectionRule;

/// One end's settings, as they were announced (RFC 9113 §6.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The octets of the dynamic table that its decoder keeps.
    pub header_table_size: u32,
    /// Whether it takes PUSH_PROMISE.
    pub enable_push: bool,
    /// The streams that the other end may have open; no limit if it was never announced.
    pub max_concurrent_streams: Option<u32>,
    /// The octets of a new stream's window.
    pub initial_window_size: u32,
    /// The octets of the largest payload it takes.
    pub max_frame_size: u32,
    /// The octets of the largest field section it takes; no limit if it was never announced.
    pub max_header_list_size: Option<u32>,
    /// Whether it takes extended CONNECT (RFC 8441 §3).
    pub enable_connect_protocol: bool,
    /// Whether it ignores the priorities of RFC 7540 (RFC 9218 §2.1).
    pub no_rfc7540_priorities: bool,
}

impl Default for Settings {
    /// What is in force before anything is announced.
    fn default() -> Self {
        Self {
            header_table_size: 4096,
            enable_push: true,
            max_concurrent_streams: None,
            initial_window_size: crate::flow::INITIAL_WINDOW,
            max_frame_size: frame::DEFAULT_MAX_FRAME_SIZE,
            max_header_list_size: None,
            enable_connect_protocol: false,
            no_rfc7540_priorities: false,
        }
    }
}

impl Settings {
    /// Changes one value. Unknown settings change nothing (RFC 9113 §6.5.2).
    pub(super) fn apply(&mut self, setting: Setting) {
        let value = setting.value;
        match setting.id {
            SettingId::HEADER_TABLE_SIZE => self.header_table_size = value,
            SettingId::ENABLE_PUSH => self.enable_push = value == 1,
            SettingId::MAX_CONCURRENT_STREAMS => self.max_concurrent_streams = Some(value),
            SettingId::INITIAL_WINDOW_SIZE => self.initial_window_size = value,
            SettingId::MAX_FRAME_SIZE => self.max_frame_size = value,
            SettingId::MAX_HEADER_LIST_SIZE => self.max_header_list_size = Some(value),
            SettingId::ENABLE_CONNECT_PROTOCOL => self.enable_connect_protocol = value == 1,
            SettingId::NO_RFC7540_PRIORITIES => self.no_rfc7540_priorities = value == 1,
            _ => {}
        }
    }
}

/// How many settings are kept that nobody here knows.
const UNKNOWN: usize = 32;

/// Settings on their way to the peer.
pub(super) type Announcement = SmallVec<[Setting; 8]>;

/// The settings of both ends: two records, never one.
pub(super) struct SettingsState {
    pub(super) peer: Settings,
    /// Whether the peer's first SETTINGS has come.
    pub(super) peer_known: bool,
    /// Ours, as far as they were acknowledged.
    pub(super) local: Settings,
    /// Ours that were not, oldest first.
    unacknowledged: SmallVec<[Announcement; 1]>,
    acknowledged: u64,
    /// How many of ours the peer is known to have got, by a PING that was sent for that.
    delivered: u64,
    /// The same by anything that it has answered.
    hinted: u64,
    /// How many of ours such a PING was sent for.
    probed: u64,
    /// How many of ours were sent, and the streams of ours that were opened later, from this on.
    sent: (u64, Option<StreamId>),
    /// What the peer announced and nobody here knows.
    unknown: SmallVec<[Setting; 1]>,
}

impl SettingsState {
    pub(super) fn new() -> Self {
        Self {
            peer: Settings::default(),
            peer_known: false,
            local: Settings::default(),
            unacknowledged: SmallVec::new(),
            acknowledged: 0,
            delivered: 0,
            hinted: 0,
            probed: 0,
            sent: (0, None),
            unknown: SmallVec::new(),
        }
    }

    /// The oldest announcement, now that the peer has acknowledged it.
    fn acknowledge(&mut self) -> Option<Announcement> {
        if self.unacknowledged.is_empty() {
            return None;
        }
        self.acknowledged += 1;
        Some(self.unacknowledged.remove(0))
    }

    /// Keeps the latest value of a setting that nobody here knows.
    pub(super) fn keep_unknown(&mut self, setting: Setting) {
        let is_full = self.unknown.len() >= UNKNOWN;
        match self.unknown.iter_mut().find(|known| known.id == setting.id) {
            Some(known) => known.value = setting.value,
            None if is_full => {}
            None => self.unknown.push(setting),
        }
    }

    /// The peer's latest value of a setting.
    pub(super) fn announced(&self, id: SettingId) -> Option<u32> {
        Some(match id {
            SettingId::HEADER_TABLE_SIZE => self.peer.header_table_size,
            SettingId::ENABLE_PUSH => u32::from(self.peer.enable_push),
            SettingId::MAX_CONCURRENT_STREAMS => return self.peer.max_concurrent_streams,
            SettingId::INITIAL_WINDOW_SIZE => self.peer.initial_window_size,
            SettingId::MAX_FRAME_SIZE => self.peer.max_frame_size,
            SettingId::MAX_HEADER_LIST_SIZE => return self.peer.max_header_list_size,
            SettingId::ENABLE_CONNECT_PROTOCOL => u32::from(self.peer.enable_connect_protocol),
            SettingId::NO_RFC7540_PRIORITIES => u32::from(self.peer.no_rfc7540_priorities),
            id => return Some(self.unknown.iter().find(|setting| setting.id == id)?.value),
        })
    }

    /// The streams that the peer may rightly take itself to be allowed at once: the most of what it
    /// has acknowledged and what was announced since. `None` if that is no limit.
    ///
    /// RFC 9113 §6.5.3: a lowered value binds from its acknowledgment on. Every announcement that is
    /// under way counts, for the peer may have read any of them by now.
    fn allowed_streams(&self) -> Option<u32> {
        let mut announced = self.local.max_concurrent_streams;
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

    /// The largest window that the peer may rightly take a new stream to have.
    pub(super) fn allowed_window(&self) -> u32 {
        let pending = self.unacknowledged.iter().flatten();
        let announced = pending
            .filter(|setting| setting.id == SettingId::INITIAL_WINDOW_SIZE)
            .map(|setting| setting.value);
        announced.fold(self.local.initial_window_size, u32::max)
    }

    /// Which announcement is the oldest that waits to be acknowledged.
    pub(super) fn oldest_unacknowledged(&self) -> Option<u64> {
        (!self.unacknowledged.is_empty()).then_some(self.acknowledged)
    }
}

/// Whether the peer has got what it does not acknowledge.
impl SettingsState {
    /// How many times we have announced something.
    pub(super) fn announced_in_all(&self) -> u64 {
        self.acknowledged + self.unacknowledged.len() as u64
    }

    /// An announcement has left; the streams that we open from now on are this one and later ones.
    pub(super) const fn left(&mut self, next: Option<StreamId>) {
        self.sent = (self.sent.0 + 1, next);
    }

    /// A PING came back behind which the peer has this many announcements; it may have been sent to
    /// find that out.
    pub(super) fn passed(&mut self, announcements: u64, is_probe: bool) {
        self.hinted = self.hinted.max(announcements);
        if is_probe {
            self.delivered = self.delivered.max(announcements);
        }
    }

    /// A frame came on a stream of ours. If we opened it behind our settings, the peer has got these.
    pub(super) fn heard_on(&mut self, id: StreamId) {
        if !self.unacknowledged.is_empty() && self.sent.1.is_some_and(|first| id >= first) {
            self.hinted = self.hinted.max(self.sent.0);
        }
    }

    /// The announcement that the peer has got and does not acknowledge, by a PING that was sent for
    /// that.
    pub(super) fn overdue(&self) -> Option<u64> {
        self.oldest_unacknowledged()
            .filter(|oldest| self.delivered > *oldest)
    }

    /// The same by anything that it has answered.
    pub(super) fn hinted_overdue(&self) -> Option<u64> {
        self.oldest_unacknowledged()
            .filter(|oldest| self.hinted > *oldest)
    }

    /// The announcement that was sent, and for which no PING was yet.
    pub(super) fn unprobed(&self) -> Option<u64> {
        self.oldest_unacknowledged()
            .filter(|oldest| self.sent.0 > *oldest && self.probed <= *oldest)
    }

    /// A PING is sent for all that was announced.
    pub(super) fn probe(&mut self) {
        self.probed = self.announced_in_all();
    }
}

/// What an endpoint announces first.
pub(super) fn first(side: Side, config: &Config) -> Announcement {
    let default = Settings::default();
    let streams = config.limits.concurrent_streams;
    let is_server = side == Side::Server;
    // What is announced unless the application has a list of its own, and what can be.
    let settings = [
        // RFC 9113 §8.4: a client that takes no push says so before its first request.
        (
            SettingId::ENABLE_PUSH,
            (!is_server).then_some(u32::from(config.push)),
            !config.push,
        ),
        (
            SettingId::MAX_CONCURRENT_STREAMS,
            streams,
            is_server || config.push,
        ),
        (
            SettingId::INITIAL_WINDOW_SIZE,
            Some(config.announced_window(side)),
            true,
        ),
        (
            SettingId::MAX_HEADER_LIST_SIZE,
            Some(config.limits.field_section_octets),
            true,
        ),
        (
            SettingId::HEADER_TABLE_SIZE,
            Some(config.header_table_size),
            config.header_table_size != default.header_table_size,
        ),
        (
            SettingId::MAX_FRAME_SIZE,
            Some(config.max_frame_size),
            config.max_frame_size != default.max_frame_size,
        ),
        (
            SettingId::ENABLE_CONNECT_PROTOCOL,
            (is_server && config.extended_connect).then_some(1),
            true,
        ),
        (SettingId::NO_RFC7540_PRIORITIES, Some(1), true),
    ];
    let mut announced = Announcement::new();
    let mut is_listed = false;
    for (id, value, by_default) in settings {
        let listed = config.stand_in.announces(id);
        is_listed |= listed.is_some();
        if listed.unwrap_or(by_default) {
            announced.extend(value.map(|value| Setting::new(id, value)));
        }
    }
    if is_listed {
        announced.sort_by_key(|setting| setting.id.0);
    }
    announced
}

impl Shared {
    /// How many streams the peer may have open at once (RFC 9113 §5.1.2): the most of what it has
    /// acknowledged and what was announced since; what is configured before there is either.
    pub(super) fn max_peer_streams(&self) -> u32 {
        match self.settings.allowed_streams() {
            Some(streams) => streams,
            None if self.side == Side::Server => u32::MAX,
            // A client that takes no pushes announces nothing.
            None => self.config.limits.max_streams(),
        }
    }

    /// Says whether the peer has shown that it knows how many streams it may have open. Before that,
    /// streams above the limit are refused, and are nobody's fault (RFC 9113 §6.5.3).
    pub(super) const fn is_max_peer_streams_known(&self) -> bool {
        self.settings.local.max_concurrent_streams.is_some()
    }

    /// Queues the first SETTINGS.
    pub(super) fn announce_first(&mut self) {
        let settings = first(self.side, &self.config);
        self.announce(settings);
    }

    pub(super) fn change_settings(&mut self, change: SettingsChange) -> Result<(), UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        let settings: Announcement = [
            (SettingId::INITIAL_WINDOW_SIZE, change.initial_window),
            (SettingId::MAX_CONCURRENT_STREAMS, change.concurrent_streams),
            (SettingId::HEADER_TABLE_SIZE, change.header_table_size),
            (
                SettingId::ENABLE_CONNECT_PROTOCOL,
                change.extended_connect.then_some(1),
            ),
        ]
        .into_iter()
        .filter_map(|(id, value)| Some(Setting::new(id, value?)))
        .collect();
        self.make_room(change)?;
        if let Some(streams) = change.concurrent_streams {
            self.config.limits.concurrent_streams = Some(streams);
        }
        self.config.extended_connect |= change.extended_connect;
        self.announce(settings);
        Ok(())
    }

    fn announce(&mut self, settings: Announcement) {
        // An acknowledgment that comes early is not one that nothing asked for.
        self.settings.unacknowledged.push(settings.clone());
        // Hardly ever do two wait, and each is large.
        let waiting = &mut self.outbound.control.settings;
        waiting.reserve_exact(1);
        waiting.push_back(settings);
        self.resize_budgets();
        self.signals.wake_writer();
    }

    /// Puts our oldest announcement in force. Returns the initial windows before and after, if they
    /// differ.
    pub(super) fn settings_acknowledged(&mut self) -> Result<Option<(u32, u32)>, ConnectionRule> {
        let settings = self
            .settings
            .acknowledge()
            .ok_or(ConnectionRule::SettingsAck)?;
        let before = self.settings.local.initial_window_size;
        for setting in settings {
            self.settings.local.apply(setting);
            match setting.id {
                SettingId::HEADER_TABLE_SIZE => {
                    self.inbound.fields.set_max_size(setting.value as usize);
                }
                SettingId::MAX_FRAME_SIZE => self.inbound.frames.set_max_frame_size(setting.value),
                _ => {}
            }
        }
        self.settle_windows();
        self.resize_budgets();
        self.signals.push(Event::SettingsAcked);
        let after = self.settings.local.initial_window_size;
        Ok((before != after).then_some((before, after)))
    }
}

impl Core {
    pub(super) fn update_settings(&mut self, change: SettingsChange) -> Result<(), UserError> {
        self.shared.change_settings(change)?;
        self.settle(None);
        Ok(())
    }

    /// RFC 9113 §6.9.2: the windows of all streams move by the difference.
    pub(super) fn resize_recv_windows(&mut self, old: u32, new: u32) {
        let keys: SmallVec<[_; 16]> = self.store.keys().collect();
        for key in keys {
            if let Some(stream) = self.store.get_mut(key) {
                if stream.resize_recv_window(old, new) {
                    self.shared.owe_credit(stream);
                }
            }
        }
    }
}
