//! What came of a step: what left on the wire, and what the application was given.

use std::collections::{BTreeMap, BTreeSet};

use tress_testkit::{Seen, code, flag, kind};

/// The name and the value of a field.
pub type Field = (Vec<u8>, Vec<u8>);

/// What an application was given, by stream.
pub type Delivered = BTreeMap<u32, Parts>;

/// What an application was given of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Heads, informational responses, trailers, and the requests of promises.
    pub sections: Vec<Vec<Field>>,
    /// The octets of content.
    pub content: usize,
    /// The peer's message is whole.
    pub is_ended: bool,
    /// The stream is over; whether both messages are whole.
    pub finished: Option<bool>,
}

/// How far an error reaches, and its code (RFC 9113 §5.4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reaction {
    /// There was none.
    Accept,
    /// RST_STREAM was sent on these streams, with these codes.
    Streams(BTreeSet<(u32, u32)>),
    /// GOAWAY was sent with this code, or the connection ended without one.
    Connection(Option<u32>),
}

/// What one end made of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The error, if there was one.
    pub reaction: Reaction,
    /// What was answered: acknowledgments of SETTINGS and PING, and the streams with a head.
    pub replies: Vec<(u8, u32, Vec<u8>)>,
    /// What the application was given.
    pub delivered: Delivered,
    /// Why, in the words of the end itself.
    pub reason: String,
    /// The connection has ended in good order, so that nothing more is said on its streams.
    pub is_closed: bool,
}

impl Outcome {
    /// Reads an outcome off the frames that an end has sent; `is_dead` ends that sent no GOAWAY.
    pub fn new(frames: &[Seen], delivered: Delivered, is_dead: bool) -> Self {
        let goaway = frames.iter().find(|frame| is_error(frame));
        let resets = frames.iter().filter(|frame| frame.kind == kind::RST_STREAM);
        let resets: BTreeSet<(u32, u32)> = resets
            .filter_map(|frame| Some((frame.stream, frame.code()?)))
            .collect();
        let reaction = match goaway {
            Some(goaway) => Reaction::Connection(goaway.code()),
            None if is_dead => Reaction::Connection(None),
            None if resets.is_empty() => Reaction::Accept,
            None => Reaction::Streams(resets),
        };
        let reason = goaway.map(Seen::debug_data).unwrap_or_default();
        Self {
            reaction,
            replies: frames.iter().filter_map(reply).collect(),
            delivered,
            reason: String::from_utf8_lossy(reason).into_owned(),
            is_closed: false,
        }
    }

    /// Says whether the connection has ended with an error.
    pub fn is_over(&self) -> bool {
        matches!(self.reaction, Reaction::Connection(_))
    }

    /// The streams that were reset.
    pub fn resets(&self) -> BTreeSet<u32> {
        match &self.reaction {
            Reaction::Streams(resets) => resets.iter().map(|(stream, _)| *stream).collect(),
            _ => BTreeSet::new(),
        }
    }
}

fn is_error(frame: &Seen) -> bool {
    frame.kind == kind::GOAWAY && frame.code() != Some(code::NO_ERROR)
}

/// A frame that answers another, without what each end words as it likes.
fn reply(frame: &Seen) -> Option<(u8, u32, Vec<u8>)> {
    match frame.kind {
        kind::SETTINGS | kind::PING if frame.has(flag::ACK) => {
            Some((frame.kind, 0, frame.payload.clone()))
        }
        kind::HEADERS => Some((frame.kind, frame.stream, Vec::new())),
        _ => None,
    }
}
