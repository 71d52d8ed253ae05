//! Where a stream stands when a step comes, by a small model of its own (RFC 9113 §5.1).

use std::collections::BTreeMap;

use tress_testkit::{Seen, Side, flag, kind};

use super::conversation::{ID, Step};

/// The life of a stream, as its receiver knows it.
#[derive(Clone, Copy, Debug, Default)]
struct Life {
    is_promised: bool,
    peer_ended: bool,
    we_ended: bool,
    peer_reset: bool,
    we_reset: bool,
}

/// The streams of a connection, seen from one end.
#[derive(Clone, Debug)]
pub struct Streams {
    side: Side,
    lives: BTreeMap<u32, Life>,
}

impl Streams {
    /// Makes a connection without streams, seen from this end.
    pub fn new(side: Side) -> Self {
        Self {
            side,
            lives: BTreeMap::new(),
        }
    }

    /// Says in a word where the stream stands that a step is about.
    pub fn word(&self, step: &Step) -> &'static str {
        let Some(frame) = step.frames.first() else {
            return "-";
        };
        let id = frame.stream & ID;
        if id == 0 {
            return "connection";
        }
        let Some(life) = self.lives.get(&id) else {
            return self.word_of_absent(id);
        };
        match life {
            Life { we_reset: true, .. } => "reset sent",
            Life {
                peer_reset: true, ..
            } => "reset received",
            Life {
                peer_ended: true,
                we_ended: true,
                ..
            } => "closed",
            Life {
                peer_ended: true, ..
            } => "half-closed (remote)",
            Life {
                is_promised: true, ..
            } => "reserved (remote)",
            Life { we_ended: true, .. } => "half-closed (local)",
            _ => "open",
        }
    }

    fn word_of_absent(&self, id: u32) -> &'static str {
        let same = self.lives.range(id..).any(|(other, _)| other % 2 == id % 2);
        let by_client = id % 2 == 1;
        match (same, by_client == (self.side == Side::Client)) {
            (true, _) => "skipped",
            (false, true) => "idle (local)",
            (false, false) => "idle",
        }
    }

    /// Takes note of what came in, if it was accepted.
    pub fn receive(&mut self, step: &Step) {
        let Some(frame) = step.frames.first() else {
            return;
        };
        if let Some(promised) = frame.promised() {
            let life = self.lives.entry(promised & ID).or_default();
            (life.is_promised, life.we_ended) = (true, true);
            return;
        }
        match frame.kind {
            kind::HEADERS => {
                let life = self.lives.entry(frame.stream & ID).or_default();
                life.is_promised = false;
                life.peer_ended |= frame.has(flag::END_STREAM);
            }
            kind::DATA => self.change(frame.stream & ID, |life| {
                life.peer_ended |= frame.has(flag::END_STREAM);
            }),
            kind::RST_STREAM => self.change(frame.stream & ID, |life| life.peer_reset = true),
            _ => {}
        }
    }

    /// Takes note of what went out.
    pub fn send(&mut self, frames: &[Seen]) {
        for frame in frames {
            match frame.kind {
                kind::HEADERS => {
                    let life = self.lives.entry(frame.stream).or_default();
                    life.we_ended |= frame.has(flag::END_STREAM);
                }
                kind::DATA => self.change(frame.stream, |life| {
                    life.we_ended |= frame.has(flag::END_STREAM);
                }),
                kind::RST_STREAM => {
                    self.lives.entry(frame.stream).or_default().we_reset = true;
                }
                _ => {}
            }
        }
    }

    fn change(&mut self, stream: u32, change: impl FnOnce(&mut Life)) {
        if let Some(life) = self.lives.get_mut(&stream) {
            change(life);
        }
    }
}
