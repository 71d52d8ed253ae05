//! The peer's settings: in force as soon as they come (RFC 9113 §6.5.3).

use frame::{Setting, SettingId};
use smallvec::SmallVec;

use super::Settings;
use crate::role::Side;
use crate::violation::ConnectionRule;

/// How many settings are kept that nobody here knows.
const UNKNOWN: usize = 32;

/// What the peer has announced so far.
#[derive(Debug, Default)]
pub(crate) struct PeerSettings {
    record: Settings,
    /// Whether its first SETTINGS has come.
    is_known: bool,
    /// What nobody here knows.
    unknown: SmallVec<[Setting; 1]>,
}

impl PeerSettings {
    /// What is in force.
    pub(crate) const fn record(&self) -> &Settings {
        &self.record
    }

    /// Says whether the first SETTINGS has come: before, what is in force is nobody's word.
    pub(crate) const fn is_known(&self) -> bool {
        self.is_known
    }

    /// The latest value of a setting, known here or not.
    pub(crate) fn announced(&self, id: SettingId) -> Option<u32> {
        let unknown = || Some(self.unknown.iter().find(|setting| setting.id == id)?.value);
        self.record.value(id).unwrap_or_else(unknown)
    }

    /// Says whether this setting moves the windows of all streams once more.
    pub(crate) fn moves_windows(&self, setting: Setting) -> bool {
        let is_moved = setting.id == SettingId::INITIAL_WINDOW_SIZE
            && setting.value != self.record.initial_window_size;
        self.is_known && is_moved
    }

    /// Puts one setting in force that came to an end of this side.
    pub(crate) fn apply(&mut self, setting: Setting, side: Side) -> Result<(), ConnectionRule> {
        let (old, value) = (&self.record, setting.value);
        match setting.id {
            // RFC 9113 §6.5.2: a client takes any value of a server but 1 for none.
            SettingId::ENABLE_PUSH if side == Side::Client && value == 1 => {
                return Err(ConnectionRule::PushEnabledByServer);
            }
            // RFC 8441 §3: what a client says of it has no impact on a server.
            SettingId::ENABLE_CONNECT_PROTOCOL
                if side == Side::Client && old.enable_connect_protocol && value == 0 =>
            {
                return Err(ConnectionRule::ConnectProtocolWithdrawn);
            }
            SettingId::NO_RFC7540_PRIORITIES
                if self.is_known && old.no_rfc7540_priorities != (value == 1) =>
            {
                return Err(ConnectionRule::PrioritiesChanged);
            }
            id if id.name().is_none() => self.keep_unknown(setting),
            _ => {}
        }
        self.record.apply(setting);
        Ok(())
    }

    /// All settings of a frame are in force.
    pub(crate) fn received(&mut self) {
        self.is_known = true;
    }

    /// Keeps the latest value of a setting that nobody here knows.
    fn keep_unknown(&mut self, setting: Setting) {
        let is_full = self.unknown.len() >= UNKNOWN;
        match self.unknown.iter_mut().find(|known| known.id == setting.id) {
            Some(known) => known.value = setting.value,
            None if is_full => {}
            None => self.unknown.push(setting),
        }
    }
}
