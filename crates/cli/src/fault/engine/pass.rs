//! What goes on of a stream, and what happens to it on the way.

use blocking::proto::ErrorCode;
use blocking::proto::frame::{Data, Frame, Increment};

use super::stream::Gate;
use super::unit::{Block, Content, Unit};
use super::{Engine, make};
use crate::fault::rule::{Ending, Hit};
use crate::shaper::{Item, Way};

/// A field block that no decoder takes: index 0 (RFC 7541 §6.1).
const BAD_BLOCK: &[u8] = &[0x80];

/// What follows from a fault for what was about to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Goes,
    Waits,
    IsGone,
}

impl Engine {
    /// DATA has come.
    pub(super) fn data_came(&mut self, way: Way, content: Content) {
        let (id, octets) = (content.stream, content.flow_len());
        if let Some(window) = &mut self.direction(way).window {
            window.sent(octets);
        }
        if self.streams.is_gone(id) {
            return self.give_back(way, octets);
        }
        let half = self.streams.half(id, way);
        if let Some(window) = half.and_then(|half| half.window.as_mut()) {
            window.sent(octets);
        }
        self.arrive(way, id, Unit::Data(content));
        self.tell_windows(id);
        self.tell_window(way);
    }

    /// Something has come on a stream: it goes on, or waits behind what does.
    pub(super) fn arrive(&mut self, way: Way, id: u32, unit: Unit) {
        let half = self.streams.half(id, way);
        let waits = half.is_some_and(|half| half.gate != Gate::Open || !half.queue.is_empty());
        let left = match waits {
            true => Some(unit),
            false => self.pass(way, id, unit, true),
        };
        if let Some(unit) = left {
            if let Unit::Block(block) = &unit {
                self.drop_block(way, block);
            }
            self.hold(way, id, unit, false);
        }
        self.streams.forget_over(id);
        self.leave();
    }

    fn hold(&mut self, way: Way, id: u32, unit: Unit, is_first: bool) {
        let len = unit.len();
        let Some(half) = self.streams.half(id, way) else {
            return;
        };
        match is_first {
            true => half.queue.push_front(unit),
            false => half.queue.push_back(unit),
        }
        self.direction(way).held += len;
    }

    /// A time of a stream has come.
    pub(super) fn stream_due(&mut self, id: u32) {
        let now = self.now;
        for way in [Way::Up, Way::Down] {
            if let Some(half) = self.streams.half(id, way) {
                if matches!(half.gate, Gate::Until(until) if until <= now) {
                    half.gate = Gate::Open;
                }
                if half.window_until.take_if(|until| *until <= now).is_some() {
                    half.window
                        .as_mut()
                        .into_iter()
                        .for_each(|window| window.lift());
                }
            }
            self.pump(way, id);
        }
        self.tell_windows(id);
        self.streams.forget_over(id);
        self.leave();
    }

    /// Passes on what waited, as far as it may.
    fn pump(&mut self, way: Way, id: u32) {
        while let Some(half) = self.streams.half(id, way) {
            if half.gate != Gate::Open || self.is_over {
                return;
            }
            let half = self.streams.half(id, way);
            let Some(unit) = half.and_then(|half| half.queue.pop_front()) else {
                return;
            };
            self.direction(way).held -= unit.len();
            if let Some(unit) = self.pass(way, id, unit, false) {
                return self.hold(way, id, unit, true);
            }
        }
    }

    /// Passes something on, unless a fault keeps it; returns what is kept for later. `is_fresh` says that it
    /// has just come, so that nothing of its direction has passed it.
    fn pass(&mut self, way: Way, id: u32, unit: Unit, is_fresh: bool) -> Option<Unit> {
        match unit {
            Unit::Block(block) => self.pass_head(way, id, block, is_fresh),
            Unit::Data(content) => self.pass_data(way, id, content),
            Unit::Frame(whole) => {
                self.emit(way, &whole.octets, None);
                // What is kept of a stream is RST_STREAM alone.
                self.forget(id);
                None
            }
            Unit::Preface | Unit::Raw(_) => None,
        }
    }

    fn pass_head(&mut self, way: Way, id: u32, block: Block, is_fresh: bool) -> Option<Unit> {
        match self.happen(way, id) {
            After::Goes => {}
            After::Waits => return Some(Unit::Block(block)),
            After::IsGone => {
                if is_fresh {
                    self.drop_block(way, &block);
                }
                return None;
            }
        }
        let is_interim = way == Way::Down
            && block
                .fields
                .as_ref()
                .and_then(|fields| fields.get(b":status"))
                .is_some_and(|status| status.starts_with(b"1"));
        let Some(stream) = self.streams.get(id) else {
            self.pass_block(way, block, is_fresh);
            return None;
        };
        let half = stream.half(way);
        let is_trailers = half.has_head;
        half.has_head |= !is_interim;
        half.is_over |= block.is_end;
        let is_answer = way == Way::Down && !is_trailers && !is_interim;
        let is_bad = is_answer && core::mem::take(&mut stream.has_bad_block);
        let by = stream.content_length.filter(|_| is_answer);
        let is_lost = way == Way::Down && is_trailers && stream.loses_trailers;
        if is_bad {
            self.drop_block(way, &block);
            let octets = make::block(&block, BAD_BLOCK, self.down.max_frame);
            self.emit(way, &octets, None);
        } else if is_lost {
            self.drop_block(way, &block);
            let end = Data::new(make::id(id), &[]).end_stream();
            self.emit(way, &make::octets(&Frame::Data(end)), None);
        } else if let Some((by, fields)) = by.zip(block.fields.as_ref()) {
            let fields = Some(make::misled(fields, by));
            self.drop_block(way, &block);
            self.pass_block(way, Block { fields, ..block }, false);
        } else {
            self.pass_block(way, block, is_fresh);
        }
        None
    }

    /// Passes a field block on: as it came if nothing has come between, else made anew.
    pub(super) fn pass_block(&mut self, way: Way, block: Block, is_fresh: bool) {
        let direction = self.direction(way);
        let max_frame = direction.max_frame;
        let is_same = is_fresh && direction.fields.is_in_step();
        match &block.fields {
            Some(fields) if !is_same => {
                let fragment = direction.fields.encode(fields);
                let octets = make::block(&block, &fragment, max_frame);
                self.emit(way, &octets, Some(fields));
            }
            fields => self.emit(way, &block.octets, fields.as_ref()),
        }
    }

    fn pass_data(&mut self, way: Way, id: u32, mut content: Content) -> Option<Unit> {
        loop {
            match self.happen(way, id) {
                After::Goes => {}
                After::Waits => return Some(Unit::Data(content)),
                After::IsGone => {
                    self.give_back(way, content.flow_len());
                    return None;
                }
            }
            let Some(half) = self.streams.half(id, way) else {
                self.emit(way, &content.octets, None);
                return None;
            };
            let size = half.drip.map_or(usize::MAX, |(size, _)| size);
            let left = half
                .left()
                .map_or(usize::MAX, |left| left.try_into().unwrap_or(usize::MAX));
            let is_before = content.len < left || (content.len == left && !content.is_end);
            if content.len <= size && (is_before || left == usize::MAX) {
                self.pass_content(way, id, &content);
                // What happens behind it does not wait for what may never come.
                self.happen(way, id);
                return None;
            }
            if left <= size && self.cuts_within(way, id, &content, left) {
                return None;
            }
            let padding = content.flow_len() - u32::try_from(content.len).unwrap_or(0);
            let first = content.split_to(left.min(size));
            if first.len > 0 {
                self.pass_content(way, id, &first);
            }
            self.give_back_padding(way, id, padding);
        }
    }

    /// Padding of a frame that was divided is dropped; its sender gets the credit back.
    fn give_back_padding(&mut self, way: Way, id: u32, octets: u32) {
        self.give_back(way, octets);
        if let Some(increment) = Increment::new(octets) {
            let half = self.streams.half(id, way);
            if let Some(window) = half.and_then(|half| half.window.as_mut()) {
                window.moves(octets.into(), octets.into());
            }
            self.emit(way.back(), &make::credit(id, increment), None);
        }
    }

    fn pass_content(&mut self, way: Way, id: u32, content: &Content) {
        self.emit(way, &content.octets, None);
        let now = self.now;
        let Some(half) = self.streams.half(id, way) else {
            return;
        };
        half.passed += content.len as u64;
        half.is_over |= content.is_end;
        // The gate is shut until the next drop.
        if let Some((_, interval)) = half.drip.filter(|_| !content.is_end) {
            half.gate = Gate::Until(now + interval);
            self.at(now + interval, id);
        }
    }

    /// Ends the connection in the middle of a frame, if it is to end there.
    fn cuts_within(&mut self, way: Way, id: u32, content: &Content, at: usize) -> bool {
        let half = self.streams.half(id, way);
        let next = half.and_then(|half| half.triggers.last());
        let Some(Hit::Cut(how)) = next.map(|trigger| trigger.hit) else {
            return false;
        };
        let octets = content.octets.get(..content.at + at).unwrap_or_default();
        self.direction(way).out.extend_from_slice(octets);
        self.end(item(how));
        true
    }

    /// Lets happen what is due in one direction of a stream.
    fn happen(&mut self, way: Way, id: u32) -> After {
        while let Some(trigger) = self.streams.half(id, way).and_then(|half| half.due()) {
            match self.hit(way, id, trigger.hit) {
                After::Goes => {}
                after => return after,
            }
        }
        let half = self.streams.half(id, way);
        match half.is_some_and(|half| half.gate != Gate::Open) {
            true => After::Waits,
            false => After::Goes,
        }
    }

    fn hit(&mut self, way: Way, id: u32, hit: Hit) -> After {
        match hit {
            Hit::Reset(code) => {
                self.emit(Way::Down, &make::reset(id, code), None);
                self.emit(Way::Up, &make::reset(id, ErrorCode::CANCEL), None);
                self.take_away(id);
                After::IsGone
            }
            Hit::GoAway(goaway) => {
                self.go_away(id, goaway);
                match self.is_over {
                    true => After::IsGone,
                    false => After::Goes,
                }
            }
            Hit::Stall(time) => {
                let until = time.map(|time| self.now + time);
                if let Some(half) = self.streams.half(id, way) {
                    half.gate = until.map_or(Gate::Shut, Gate::Until);
                }
                self.due.extend(until.map(|until| (until, id)));
                After::Waits
            }
            Hit::Drip(size, interval) => {
                if let Some(half) = self.streams.half(id, way) {
                    half.drip = Some((size, interval));
                }
                After::Goes
            }
            Hit::Length(wrong) => {
                let octets = make::wrong(wrong, id, self.down.max_frame);
                self.emit(Way::Down, &octets, None);
                After::Goes
            }
            Hit::Cut(how) => {
                self.end(item(how));
                After::IsGone
            }
        }
    }

    /// Takes a stream away from both ends.
    fn take_away(&mut self, id: u32) {
        if let Some(stream) = self.streams.take_away(id) {
            self.release(stream);
        }
    }

    /// A stream was reset by an end, and both know it, or will.
    pub(super) fn forget(&mut self, id: u32) {
        if let Some(stream) = self.streams.remove(id) {
            self.release(stream);
        }
    }

    /// What was held of a stream is dropped.
    fn release(&mut self, mut stream: super::stream::Stream) {
        for way in [Way::Up, Way::Down] {
            for unit in stream.half(way).queue.drain(..) {
                self.direction(way).held -= unit.len();
                if let Unit::Data(content) = unit {
                    self.give_back(way, content.flow_len());
                }
            }
        }
    }
}

const fn item(how: Ending) -> Item {
    match how {
        Ending::Close => Item::Close,
        Ending::Reset => Item::Reset,
    }
}
