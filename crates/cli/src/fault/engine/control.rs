//! Frames that are no messages: SETTINGS, WINDOW_UPDATE, RST_STREAM, and those that nothing touches.

use alloc::vec::Vec;

use blocking::proto::SettingId;
use blocking::proto::frame::{Frame, Setting, Settings, WindowUpdate};

use super::unit::{Unit, Whole};
use super::{CONNECTION, Engine, make};
use crate::shaper::Way;

impl Engine {
    /// A frame has come that is neither content nor a field block.
    pub(super) fn control_came(&mut self, way: Way, whole: Whole) {
        let id = whole.head.stream_id.value();
        if id > 0 && self.streams.is_gone(id) {
            return;
        }
        match whole.frame() {
            Some(Frame::Settings(settings)) if settings.ack => self.ack_came(way, &whole.octets),
            Some(Frame::Settings(settings)) => self.settings_came(way, settings, &whole.octets),
            Some(Frame::WindowUpdate(update)) => self.credit_came(way, update, &whole.octets),
            Some(Frame::RstStream(_)) => self.reset_came(way, id, whole),
            _ => self.emit(way, &whole.octets, None),
        }
    }

    fn reset_came(&mut self, way: Way, id: u32, whole: Whole) {
        let half = self.streams.half(id, way);
        if half.is_some_and(|half| !half.queue.is_empty()) && way == Way::Down {
            // It comes behind what the server has said before.
            return self.arrive(way, id, Unit::Frame(whole));
        }
        self.emit(way, &whole.octets, None);
        self.forget(id);
        self.leave();
    }

    /// SETTINGS of one end, which are about what the other sends.
    fn settings_came(&mut self, way: Way, settings: Settings<'_>, octets: &[u8]) {
        let back = way.back();
        let mut changed: Vec<Setting> = settings.iter().collect();
        let is_first = !core::mem::replace(&mut self.direction(way).has_settings, true);
        let value = |id: SettingId| {
            let found = settings.iter().filter(|setting| setting.id == id).last();
            found.map(|setting| setting.value)
        };
        let table = value(SettingId::HEADER_TABLE_SIZE);
        let direction = self.direction(back);
        direction.tables.push_back(table);
        direction.max_frame = value(SettingId::MAX_FRAME_SIZE).unwrap_or(direction.max_frame);
        if direction.initial.limit.is_some() {
            let usual = is_first.then_some(direction.initial.granted);
            if let Some(granted) = value(SettingId::INITIAL_WINDOW_SIZE).or(usual) {
                let (told, by, told_by) = direction.initial.set(granted);
                if told != granted {
                    set(&mut changed, SettingId::INITIAL_WINDOW_SIZE, told);
                }
                for (_, half) in self.streams.halves(back) {
                    half.window
                        .as_mut()
                        .into_iter()
                        .for_each(|window| window.moves(by, told_by));
                }
            }
        }
        let id = SettingId::MAX_CONCURRENT_STREAMS;
        if let Some(most) = self.max_streams.filter(|_| way == Way::Down) {
            if is_first || value(id).is_some() {
                set(
                    &mut changed,
                    id,
                    value(id).map_or(most, |value| value.min(most)),
                );
            }
        }
        match changed.iter().copied().eq(settings.iter()) {
            true => self.emit(way, octets, None),
            false => {
                let settings = make::octets(&Frame::Settings(Settings::new(&changed)));
                self.emit(way, &settings, None);
            }
        }
        if is_first && way == Way::Down {
            self.say_early();
        }
    }

    fn ack_came(&mut self, way: Way, octets: &[u8]) {
        let now = self.now;
        let direction = self.direction(way);
        if let Some(Some(table)) = direction.tables.pop_front() {
            direction
                .fields
                .allow(usize::try_from(table).unwrap_or(usize::MAX));
        }
        match direction.ack_delay {
            None => self.emit(way, octets, None),
            Some(time) => {
                let at = time.map(|time| now + time);
                direction.acks.push_back((at, octets.to_vec()));
                self.due.extend(at.map(|at| (at, CONNECTION)));
            }
        }
    }

    fn credit_came(&mut self, way: Way, update: WindowUpdate, octets: &[u8]) {
        let (back, id) = (way.back(), update.stream_id.value());
        let window = match id {
            0 => self.direction(back).window.as_mut(),
            id => self
                .streams
                .half(id, back)
                .and_then(|half| half.window.as_mut()),
        };
        match window {
            None => self.emit(way, octets, None),
            Some(window) => {
                window.grants(update.increment.value());
                if let Some(increment) = window.update() {
                    self.emit(way, &make::credit(id, increment), None);
                }
            }
        }
    }

    /// Tells the senders of a stream what they do not know of their windows yet.
    pub(super) fn tell_windows(&mut self, id: u32) {
        for way in [Way::Up, Way::Down] {
            let window = self
                .streams
                .half(id, way)
                .and_then(|half| half.window.as_mut());
            if let Some(increment) = window.and_then(|window| window.update()) {
                self.emit(way.back(), &make::credit(id, increment), None);
            }
        }
    }

    /// The same for the window of the connection.
    pub(super) fn tell_window(&mut self, way: Way) {
        let window = self.direction(way).window.as_mut();
        if let Some(increment) = window.and_then(|window| window.update()) {
            self.emit(way.back(), &make::credit(0, increment), None);
        }
    }

    /// A time of the connection has come.
    pub(super) fn connection_due(&mut self) {
        let now = self.now;
        for way in [Way::Up, Way::Down] {
            let direction = self.direction(way);
            if direction
                .window_until
                .take_if(|until| *until <= now)
                .is_some()
            {
                direction
                    .window
                    .as_mut()
                    .into_iter()
                    .for_each(|window| window.lift());
            }
            self.tell_window(way);
            let is_due = |at: &Option<core::time::Duration>| at.is_some_and(|at| at <= now);
            while let Some((_, octets)) = {
                let acks = &mut self.direction(way).acks;
                let first = acks.front().is_some_and(|(at, _)| is_due(at));
                first.then(|| acks.pop_front()).flatten()
            } {
                self.emit(way, &octets, None);
            }
        }
        self.shutdown_due();
    }
}

/// Sets a setting, in its place or behind all others.
fn set(settings: &mut Vec<Setting>, id: SettingId, value: u32) {
    settings.retain(|setting| setting.id != id);
    settings.push(Setting::new(id, value));
}
