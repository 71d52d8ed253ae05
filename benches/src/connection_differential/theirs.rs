//! The other implementation's end: nghttp2.

use tress_testkit::{Reader, Seen, Side};

use super::conversation::{Ask, Setup};
use super::ours::AUTHORITY;
use super::outcome::Outcome;
use crate::nghttp2::endpoint::Endpoint;
use crate::nghttp2::engine::Fields;

/// Their end of a conversation.
pub struct Theirs {
    endpoint: Endpoint,
    reader: Reader,
}

impl Theirs {
    /// Sets an end up, which announces these settings.
    pub fn new(setup: &Setup, settings: &[(u16, u32)]) -> Self {
        let mut endpoint = match setup.side {
            Side::Server => Endpoint::server(setup.content),
            Side::Client => Endpoint::client(),
        };
        endpoint.announce(settings);
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
    let words = first.split([',', ':']).map(str::trim);
    match first.contains("header field was received") {
        // "Invalid HTTP header field was received: frame type: 1, stream: 1, name: [a], value: [b]"
        true => words.take(1).collect(),
        false => first.clone(),
    }
}
