//! Makes conversations of one end, mostly right ones, and makes them wrong.
//!
//! A conversation is a list of frames, so that a mutation can tell them apart. What the other end
//! must have done for it to be right is small: a server's conversation answers the requests on
//! the streams 1, 3, 5 and 7, and pushes.

mod census;
mod client;
mod fields;
mod mutate;
mod server;
mod violate;

pub use self::census::Census;
pub use self::mutate::mutate;
pub use self::violate::violate;

use crate::{
    Block, Rng, Side, Wire, code, continuation, data, flag, goaway, headers, ping, priority,
    push_promise, rst_stream, settings, unknown, window_update,
};

/// Makes what one end says in a whole connection, mostly as the RFC allows it.
#[must_use]
pub fn conversation(rng: &mut Rng, side: Side) -> Vec<Vec<u8>> {
    let mut talk = Talk {
        rng,
        said: Vec::new(),
        entries: 0,
    };
    match side {
        Side::Client => client::talk(&mut talk),
        Side::Server => server::talk(&mut talk),
    }
    talk.said
}

/// A conversation in the making.
struct Talk<'a> {
    rng: &'a mut Rng,
    said: Vec<Vec<u8>>,
    /// How many entries the dynamic table has for certain.
    entries: usize,
}

impl Talk<'_> {
    fn say(&mut self, wire: impl Wire) {
        self.said.push(wire.octets());
    }

    /// Says a frame that any end may say at any time; `streams` are in use.
    fn small_talk(&mut self, streams: &[u32]) {
        let stream = self.some_stream(streams);
        match self.rng.range(0..6) {
            0 => self.window_update(stream),
            1 => self.ping(),
            2 => self.settings(),
            3 => self.unknown(stream),
            4 if stream != 0 => self.priority(stream),
            _ => self.window_update(0),
        }
    }

    fn some_stream(&mut self, streams: &[u32]) -> u32 {
        match streams {
            [] => 0,
            some => *self.rng.pick(some),
        }
    }

    fn settings(&mut self) {
        let mut frame = settings();
        for _ in 0..self.rng.range(0..4) {
            let value = u32::from(self.rng.octet());
            frame = match self.rng.range(0..6) {
                0 => frame.set(0x1, value * 16),
                1 => frame.set(0x3, value),
                2 => frame.set(0x4, 65_535 + value),
                3 => frame.set(0x5, 16_384 + value),
                4 => frame.set(0x6, 16_384 + value),
                _ => frame.set(0x7e00, value),
            };
        }
        self.say(frame);
    }

    fn window_update(&mut self, stream: u32) {
        let increment = 1 + self.rng.bits() % 100_000;
        self.say(window_update(stream, increment));
    }

    fn ping(&mut self) {
        let frame = ping(self.rng.number().to_be_bytes());
        match self.rng.chance(1, 4) {
            true => self.say(frame.ack()),
            false => self.say(frame),
        }
    }

    fn priority(&mut self, stream: u32) {
        let (dependency, weight) = (stream + 2, self.rng.octet());
        self.say(priority(stream, dependency, weight));
    }

    fn unknown(&mut self, stream: u32) {
        let count = self.rng.range(0..20);
        let payload = self.rng.bytes(count);
        let (kind, flags) = (0x40 | self.rng.octet(), self.rng.octet());
        self.say(unknown(kind, flags, stream, payload));
    }

    fn rst_stream(&mut self, stream: u32) {
        let codes = [code::CANCEL, code::NO_ERROR, code::INTERNAL_ERROR, 0xff];
        let code = *self.rng.pick(&codes);
        self.say(rst_stream(stream, code));
    }

    fn goaway(&mut self) {
        let count = self.rng.range(0..20);
        let debug = self.rng.letters(count);
        self.say(goaway(0x7fff_ffff, code::NO_ERROR).debug(debug));
    }

    fn data(&mut self, stream: u32, end: bool) {
        let count = *self.rng.pick(&[0, 1, 2, 10, 200, 1000]) + usize::from(!end);
        let mut frame = data(stream, self.rng.bytes(count));
        if end {
            frame = frame.end();
        }
        if self.rng.chance(1, 4) {
            frame = frame.padded(self.rng.octet());
        }
        self.say(frame);
    }

    /// Says HEADERS, with CONTINUATION behind it at times.
    fn headers(&mut self, stream: u32, block: &Block, end: bool) {
        let (first, others) = self.cut(block);
        let mut frame = headers(stream).block(&first);
        if end {
            frame = frame.end();
        }
        if self.rng.chance(1, 4) {
            frame = frame.padded(self.rng.octet());
        }
        if self.rng.chance(1, 8) {
            frame = frame.priority(0, self.rng.octet(), false);
        }
        if !others.is_empty() {
            frame = frame.no_end_headers();
        }
        self.say(frame);
        self.continuations(stream, &others);
    }

    fn push_promise(&mut self, stream: u32, promised: u32, block: &Block) {
        let (first, others) = self.cut(block);
        let mut frame = push_promise(stream, promised).block(&first);
        if self.rng.chance(1, 4) {
            frame = frame.padded(self.rng.octet());
        }
        if !others.is_empty() {
            frame = frame.no_end_headers();
        }
        self.say(frame);
        self.continuations(stream, &others);
    }

    fn continuations(&mut self, stream: u32, fragments: &[Block]) {
        for (index, fragment) in fragments.iter().enumerate() {
            let is_last = index + 1 == fragments.len();
            let flags = if is_last { flag::END_HEADERS } else { 0 };
            self.say(continuation(stream).block(fragment).flags(flags));
        }
    }

    /// Cuts a block into one to five fragments.
    fn cut(&mut self, block: &Block) -> (Block, Vec<Block>) {
        if !self.rng.chance(1, 3) {
            return (block.clone(), Vec::new());
        }
        let pieces = self.rng.range(2..6);
        let mut fragments = block.fragments(block.octets().len().div_ceil(pieces));
        let first = fragments.remove(0);
        (first, fragments)
    }
}
