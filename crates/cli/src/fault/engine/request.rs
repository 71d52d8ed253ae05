//! Field blocks that come, and requests among them: whom the rules hit.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use blocking::proto::ErrorCode;

use super::credit::Account;
use super::stream::Stream;
use super::unit::{Block, Unit};
use super::{Engine, make};
use crate::fault::choose::Asked;
use crate::fault::rule::{Fault, Limit};
use crate::shaper::Way;

impl Engine {
    /// A whole field block has come.
    pub(super) fn block_came(&mut self, way: Way, mut block: Block) {
        if let Some((fields, moves)) = self.direction(way).fields.decode(&block.fragment) {
            (block.fields, block.moves) = (Some(fields), moves);
        }
        let unit = Unit::Block(block);
        self.watch.came(way, &unit);
        let Unit::Block(block) = unit else { return };
        let stream = block.stream;
        if self.streams.is_gone(stream) {
            self.drop_block(way, &block);
        } else if way == Way::Up && self.streams.is_new(stream) {
            self.request_came(block);
        } else if block.promised.is_some() {
            self.pass_block(way, block, true);
        } else {
            self.arrive(way, stream, Unit::Block(block));
        }
    }

    /// A block is not passed on.
    pub(super) fn drop_block(&mut self, way: Way, block: &Block) {
        self.direction(way).fields.skip(block.moves);
    }

    fn request_came(&mut self, block: Block) {
        let id = block.stream;
        if self.going.is_too_late(id) {
            self.streams.take_away(id);
            return self.drop_block(Way::Up, &block);
        }
        let faults = self.choose(&block);
        let mut stream = Stream::default();
        for fault in &faults {
            let is_passed = match fault {
                Fault::Refuse(code) => {
                    self.emit(Way::Down, &make::reset(id, *code), None);
                    false
                }
                Fault::Early(status) => {
                    self.answer_early(&block, *status);
                    false
                }
                Fault::GoAway(goaway) => self.go_away(id, *goaway),
                fault => {
                    stream.suffers(fault);
                    true
                }
            };
            if !is_passed {
                self.streams.take_away(id);
                self.drop_block(Way::Up, &block);
                return self.leave();
            }
        }
        stream.settle();
        self.limit_windows(id, &mut stream, &faults);
        self.streams.open(id, stream);
        self.arrive(Way::Up, id, Unit::Block(block));
        self.tell_windows(id);
    }

    /// The faults of a request, in the order of the script.
    fn choose(&mut self, block: &Block) -> Vec<Fault> {
        let Some(fields) = &block.fields else {
            return Vec::new();
        };
        let field = |name: &[u8]| fields.get(name).unwrap_or_default();
        let asked = Asked {
            connection: self.number,
            stream: block.stream,
            path: field(b":path"),
            method: field(b":method"),
        };
        let chooser = Arc::clone(&self.chooser);
        let hit = chooser.of_stream(asked);
        if !hit.is_empty() {
            let names: Vec<&str> = hit.iter().map(|rule| &rule.name[..]).collect();
            let path = String::from_utf8_lossy(asked.path);
            self.update.push(alloc::format!(
                "connection {}, stream {}, {}: {}",
                self.number,
                block.stream,
                path.escape_debug(),
                names.join(", ")
            ));
        }
        hit.into_iter().map(|rule| rule.fault.clone()).collect()
    }

    /// Answers in place of the server.
    fn answer_early(&mut self, request: &Block, status: u16) {
        let fields = make::answer(status);
        let answer = Block {
            stream: request.stream,
            promised: None,
            octets: Vec::new(),
            fragment: Vec::new(),
            is_end: true,
            fields: Some(fields),
            moves: false,
        };
        self.pass_block(Way::Down, answer, false);
        if !request.is_end {
            // RFC 9113 §8.1: the rest of the request is not needed.
            let reset = make::reset(request.stream, ErrorCode::NO_ERROR);
            self.emit(Way::Down, &reset, None);
        }
    }

    /// Windows of which the senders of this stream are told less than is granted.
    fn limit_windows(&mut self, id: u32, stream: &mut Stream, faults: &[Fault]) {
        for way in [Way::Up, Way::Down] {
            let initial = self.direction(way).initial;
            if initial.limit.is_none() {
                continue;
            }
            let limit = faults.iter().find_map(|fault| match fault {
                Fault::StreamWindow(limit) if limit.way == way => Some(*limit),
                _ => None,
            });
            let octets = limit.map(|Limit { octets, .. }| octets);
            let until = limit
                .and_then(|limit| limit.time)
                .map(|time| self.now + time);
            let half = stream.half(way);
            half.window = Some(Account::new(initial.granted, initial.told, octets));
            half.window_until = until;
            self.due.extend(until.map(|until| (until, id)));
        }
    }
}
