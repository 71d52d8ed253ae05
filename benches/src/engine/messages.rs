//! The messages: a request of eight fields, a response of six with content of 100 octets.

use std::sync::LazyLock;

use bytes::Bytes;

use crate::corpus::Field;
use crate::nghttp2::Deflater;

/// The head of every response.
pub const RESPONSE: [(&str, &str); 6] = [
    (":status", "200"),
    ("content-type", "text/javascript; charset=utf-8"),
    ("cache-control", "public, max-age=3600"),
    ("date", "Mon, 01 Jan 2024 00:00:00 GMT"),
    ("vary", "accept-encoding"),
    ("server", "bench"),
];

/// The fields of a request besides its path.
const REQUEST: [(&str, &str); 7] = [
    (":method", "GET"),
    (":scheme", "https"),
    (":authority", "www.example.com"),
    ("user-agent", "bench/1.0 (in memory)"),
    ("accept", "*/*"),
    ("accept-encoding", "gzip, br"),
    ("cookie", "session=0123456789abcdef"),
];

/// The content of every response.
pub static CONTENT: Bytes = Bytes::from_static(&[b'x'; 100]);

/// How many different requests there are: they come in turns.
const PATHS: usize = 100;

/// The requests, each with a path of its own.
pub static REQUESTS: LazyLock<Vec<[(&'static str, String); 8]>> =
    LazyLock::new(|| (0..PATHS).map(request).collect());

fn request(number: usize) -> [(&'static str, String); 8] {
    let [method, scheme, authority, rest @ ..] =
        REQUEST.map(|(name, value)| (name, value.to_owned()));
    let [agent, accept, coding, cookie] = rest;
    let path = (":path", format!("/static/app-{number:03}.js"));
    [
        method, scheme, authority, path, agent, accept, coding, cookie,
    ]
}

/// What the preface of a client is in all measurements: it lets everything be sent at once.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\
    \x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x7f\xff\xff\xff\
    \x00\x00\x00\x04\x01\x00\x00\x00\x00\
    \x00\x00\x04\x08\x00\x00\x00\x00\x00\x3f\xff\x00\x00";

/// The octets of one read, where a recording is replayed.
pub const READ: usize = 8 * 1024;

/// What a client says on one connection, recorded before anything is timed.
#[derive(Clone, Debug)]
pub struct Recording {
    /// How many requests there are.
    pub requests: usize,
    /// The octets, the preface first.
    pub octets: Vec<u8>,
}

impl Recording {
    /// Records so many requests, as nghttp2 encodes them.
    pub fn of(requests: usize) -> Self {
        let mut recorder = Recorder::default();
        for id in (1..).step_by(2).take(requests) {
            recorder.request(id, true);
        }
        let octets = recorder.octets;
        Self { requests, octets }
    }
}

/// Writes what a client says.
#[derive(Debug)]
pub struct Recorder {
    deflater: Deflater,
    /// What was written.
    pub octets: Vec<u8>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            deflater: Deflater::new(4096),
            octets: PREFACE.to_vec(),
        }
    }
}

impl Recorder {
    /// Writes HEADERS of a request.
    pub fn request(&mut self, id: u32, is_whole: bool) {
        let fields = &REQUESTS[id as usize / 2 % PATHS];
        let field = |(name, value): &(&str, String)| Field {
            name: name.as_bytes().to_vec(),
            value: value.as_bytes().to_vec(),
        };
        let list: Vec<Field> = fields.iter().map(field).collect();
        let block = self.deflater.deflate(&list).to_vec();
        let end_stream = u8::from(is_whole);
        self.frame(1, 4 | end_stream, id, &block);
    }

    /// Writes a frame.
    pub fn frame(&mut self, frame_type: u8, flags: u8, id: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).expect("a frame is short");
        self.octets.extend_from_slice(&length.to_be_bytes()[1..]);
        self.octets.extend_from_slice(&[frame_type, flags]);
        self.octets.extend_from_slice(&id.to_be_bytes());
        self.octets.extend_from_slice(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::Recording;

    #[test]
    fn a_recorded_request_is_short_once_the_tables_are_full() {
        let (some, more) = (Recording::of(1000), Recording::of(2000));
        let octets = (more.octets.len() - some.octets.len()) as f64 / 1000.0;
        assert!((20.0..40.0).contains(&octets), "{octets}");
    }
}
