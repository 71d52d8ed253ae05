//! Conversations that were recorded between programs of other people, and ours (RFC 9113 §8).
//!
//! What they say stands in `tests/conversations/`, and how they were made.

use testkit::{Reader, Seen, Side, flag, hex, kind};

/// Names each recording once, for the compiler and for the reader.
macro_rules! recordings {
    ($($name:literal)+) => {
        /// The names and texts of all recordings.
        pub(crate) const ALL: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../conversations/", $name, ".txt"))),)+
        ];
    };
}

recordings! {
    "curl-empty"
    "curl-full"
    "curl-get"
    "curl-head"
    "curl-in-turn"
    "curl-large"
    "curl-many-fields"
    "curl-missing"
    "curl-node-echo"
    "curl-node-hints"
    "curl-parallel"
    "curl-post"
    "curl-post-large"
    "curl-python-continued"
    "curl-python-padded"
    "curl-python-reset"
    "curl-trailers"
    "curl-tress"
    "nghttp-assets"
    "nghttp-continuation"
    "nghttp-early"
    "nghttp-expect-continue"
    "nghttp-few-at-once"
    "nghttp-get"
    "nghttp-many"
    "nghttp-no-dep"
    "nghttp-no-push"
    "nghttp-no-table"
    "nghttp-node-hints"
    "nghttp-padded"
    "nghttp-post"
    "nghttp-push"
    "nghttp-python-cookie-pairs"
    "nghttp-python-refuse"
    "nghttp-small-windows"
    "nghttp-table-grows"
    "nghttp-trailers"
    "nghttp-tress"
    "node-cancel"
    "node-destroy"
    "node-get"
    "node-goaway"
    "node-goaway-server"
    "node-head"
    "node-many"
    "node-no-push"
    "node-ping"
    "node-post"
    "node-push"
    "node-python-hints"
    "node-reset"
    "node-rude-server"
    "node-settings"
    "node-tight"
    "node-tress"
    "python-continued"
    "python-cookie-pairs"
    "python-cut"
    "python-get"
    "python-goaway"
    "python-padded"
    "python-ping"
    "python-priorities"
    "python-push"
    "python-reset"
    "python-rude"
    "python-rude-server"
    "python-settings"
    "python-settings-server"
    "python-trailers"
    "python-tress"
    "python-windows"
    "python-windows-server"
    "tress-get"
    "tress-post"
    "tress-python-continued"
    "tress-tress"
}

/// What was said on one connection.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    pub(crate) name: &'static str,
    said: [Vec<u8>; 2],
}

/// A stream that the client of a conversation opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordedRequest {
    pub(crate) id: u32,
    pub(crate) head: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) content: Vec<u8>,
    pub(crate) trailers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) is_ended: bool,
}

impl Conversation {
    /// Reads one recording.
    pub(crate) fn read((name, text): (&'static str, &'static str)) -> Self {
        let (_, body) = text.split_once("\n\n").expect("a head and a body");
        let mut said = [Vec::new(), Vec::new()];
        for line in body.lines() {
            let (direction, digits) = line.split_once(' ').expect("a direction and octets");
            let place = usize::from(direction == "<");
            assert!(matches!(direction, "<" | ">"), "{name}: {line}");
            said[place].extend(hex(digits));
        }
        Self { name, said }
    }

    /// All octets of one end.
    pub(crate) fn said(&self, side: Side) -> &[u8] {
        match side {
            Side::Client => &self.said[0],
            Side::Server => &self.said[1],
        }
    }

    /// All whole frames of one end.
    pub(crate) fn frames(&self, side: Side) -> Vec<Seen> {
        Reader::new().read(self.said(side))
    }

    /// How often an end acknowledged settings.
    pub(crate) fn acknowledged(&self, side: Side) -> usize {
        let frames = self.frames(side);
        let is_ack = |frame: &&Seen| frame.kind == kind::SETTINGS && frame.has(flag::ACK);
        frames.iter().filter(is_ack).count()
    }

    /// What the client asked for, in order.
    pub(crate) fn recorded(&self) -> Vec<RecordedRequest> {
        let mut recorded: Vec<RecordedRequest> = Vec::new();
        for frame in self.frames(Side::Client) {
            let id = frame.stream;
            if frame.kind == kind::HEADERS && recorded.iter().all(|stream| stream.id != id) {
                recorded.push(RecordedRequest {
                    id,
                    ..RecordedRequest::default()
                });
            }
            if let Some(stream) = recorded.iter_mut().find(|stream| stream.id == id) {
                stream.hear(&frame);
            }
        }
        recorded
    }
}

impl RecordedRequest {
    fn hear(&mut self, frame: &Seen) {
        if frame.kind == kind::DATA {
            self.content.extend_from_slice(frame.content());
        }
        if let Some(Ok(fields)) = &frame.fields {
            let fields = fields
                .iter()
                .map(|field| (field.name.clone(), field.value.clone()));
            match self.head.is_empty() {
                true => self.head = fields.collect(),
                false => self.trailers = fields.collect(),
            }
        }
        self.is_ended |= frame.is_end();
    }
}

#[cfg(test)]
#[path = "conversations/tests.rs"]
mod tests;
