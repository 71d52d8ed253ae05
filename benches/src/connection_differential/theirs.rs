//! The other implementation's end: nghttp2.

use tress_testkit::{Reader, Seen, Side};

use super::conversation::{Ask, Setup};
use super::ours::AUTHORITY;
use super::outcome::Outcome;
use crate::nghttp2::endpoint::Endpoint;
use crate::nghttp2::engine::Fields;

/// Fields that have rules of their own in HTTP/2 or for nghttp2.
const KNOWN: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "priority",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// The window that every connection starts with, in octets (RFC 9113 §6.9.2).
const INITIAL_WINDOW: u32 = 65_535;

/// Their end of a conversation.
pub struct Theirs {
    endpoint: Endpoint,
    reader: Reader,
}

impl Theirs {
    /// Sets an end up, which announces the same settings and the same window as these frames.
    pub fn new(setup: &Setup, begun: &[Seen]) -> Self {
        let mut endpoint = match setup.side {
            Side::Server => Endpoint::server(setup.content),
            Side::Client => Endpoint::client(),
        };
        let settings: Vec<(u16, u32)> = begun.iter().flat_map(Seen::settings).collect();
        let granted = begun.iter().filter(|frame| frame.stream == 0);
        let granted: u32 = granted.filter_map(Seen::increment).sum();
        endpoint.announce(&settings, INITIAL_WINDOW + granted);
        if setup.side == Side::Client {
            for ask in &setup.requests {
                endpoint.request(&request(*ask), ask.is_open());
            }
        }
        let mut theirs = Self {
            endpoint,
            reader: Reader::new(),
        };
        theirs.send();
        theirs
    }

    /// Feeds octets; returns what came of them.
    pub fn feed(&mut self, octets: &[u8]) -> Outcome {
        let lives = self.endpoint.receive(octets);
        let (frames, lives) = match lives {
            true => self.send(),
            false => (self.send().0, false),
        };
        let mut outcome = Outcome::new(&frames, self.endpoint.delivered(), !lives);
        let mut reasons = self.endpoint.reasons();
        reasons.insert(0, outcome.reason);
        outcome.reason = reason(&reasons);
        outcome
    }

    fn send(&mut self) -> (Vec<Seen>, bool) {
        let mut output = Vec::new();
        let lives = self.endpoint.send(&mut output);
        (self.reader.read(&output), lives)
    }
}

fn request(ask: Ask) -> Fields<'static> {
    let method = match ask {
        Ask::Get => "GET",
        Ask::Head => "HEAD",
        Ask::Post => "POST",
        Ask::Connect => {
            return Fields::new([(":method", "CONNECT"), (":authority", AUTHORITY)]);
        }
    };
    Fields::new([
        (":method", method),
        (":scheme", "https"),
        (":authority", AUTHORITY),
        (":path", "/"),
    ])
}

/// The first thing that was found wrong, without what differs from one conversation to the next.
fn reason(reasons: &[String]) -> String {
    let Some(first) = reasons.iter().find(|reason| !reason.is_empty()) else {
        return String::new();
    };
    // "Invalid HTTP header field was received: frame type: 1, stream: 1, name: [a], value: [b]"
    let name = first.split_once("name: [").map(|(_, rest)| rest);
    match name.and_then(|rest| rest.split_once("], value: [")) {
        Some((name, _)) => format!("invalid field {}", known(name)),
        None => first.clone(),
    }
}

/// The name of a field that has rules of its own.
fn known(name: &str) -> &str {
    let is_known = name.starts_with(':') && name.len() > 1 || KNOWN.contains(&name);
    if is_known { name } else { "other" }
}
