//! What an endpoint said, and what that comes to.

use super::{Case, Outcome};
use crate::{Seen, code, flag, kind};

/// The payload of the PING that is said behind every case: its answer shows that the connection goes on.
pub const PROBE: &[u8; 8] = b"tresscas";

/// What an endpoint said since it was greeted.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Heard {
    /// The frames, in order.
    pub frames: Vec<Seen>,
    /// The transport was closed.
    pub is_closed: bool,
    /// The stream that the case is about.
    pub stream: u32,
}

/// How an endpoint did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// As the RFC demands.
    Passed,
    /// Otherwise: this is what came.
    Failed(String),
    /// Nothing came in time, or too little to tell.
    Undecided(String),
}

impl Heard {
    /// What was said, as far as it is.
    #[must_use]
    pub fn new(frames: Vec<Seen>, is_closed: bool, stream: u32) -> Self {
        Self {
            frames,
            is_closed,
            stream,
        }
    }

    /// What came of it; `None` while that cannot be told.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let goaway = self.frames.iter().filter(|seen| seen.kind == kind::GOAWAY);
        let mut codes = goaway.filter_map(Seen::code);
        if let Some(code) = codes.find(|code| *code != code::NO_ERROR) {
            return Some(Outcome::Ends(code));
        }
        let goes_on = self.frames.iter().any(is_probe_answered);
        if !goes_on && !self.has_left() {
            return self.is_closed.then_some(Outcome::Closes);
        }
        Some(match (self.reset(), self.status()) {
            (_, Some(400..=499)) => Outcome::Refuses,
            (Some(code), _) => Outcome::Resets(code),
            (None, Some(_)) => Outcome::Answers,
            (None, None) => Outcome::Goes,
        })
    }

    /// The code with which the stream was reset.
    fn reset(&self) -> Option<u32> {
        let status = self.status();
        let mut resets = self.on_stream(kind::RST_STREAM).filter_map(Seen::code);
        // RFC 9113 §8.1: after a whole response NO_ERROR only says that no more of the request is needed.
        resets.find(|code| status.is_none() || *code != code::NO_ERROR)
    }

    /// Says whether the stream was reset, and the connection left in good order behind that: whoever had nothing
    /// else to do may have gone before the PING came (RFC 9113 §5.4.2).
    fn has_left(&self) -> bool {
        let mut frames = self.frames.iter();
        let is_reset = |seen: &Seen| seen.kind == kind::RST_STREAM && seen.stream == self.stream;
        let is_goaway =
            |seen: &Seen| seen.code() == Some(code::NO_ERROR) && seen.kind == kind::GOAWAY;
        self.is_closed && frames.any(is_reset) && frames.any(is_goaway)
    }

    /// The status of the final response on the stream.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let heads = self.on_stream(kind::HEADERS);
        let statuses = heads.filter_map(|seen| seen.field(":status")?.parse().ok());
        statuses.into_iter().find(|status| *status >= 200)
    }

    /// The frames of a type on the stream.
    pub fn on_stream(&self, kind: u8) -> impl Iterator<Item = &Seen> {
        let stream = self.stream;
        let frames = self.frames.iter();
        frames.filter(move |seen| seen.kind == kind && seen.stream == stream)
    }
}

fn is_probe_answered(seen: &Seen) -> bool {
    seen.kind == kind::PING && seen.has(flag::ACK) && seen.payload == PROBE
}

impl Case {
    /// Judges what was heard.
    #[must_use]
    pub fn judge(&self, heard: &Heard) -> Verdict {
        let Some(outcome) = heard.outcome() else {
            return Verdict::Undecided("nothing came that shows what became of it".to_owned());
        };
        // Whoever refuses a request that was whole, as it may any, can still do what is demanded then.
        let reset = heard.reset().filter(|_| outcome == Outcome::Refuses);
        let is_reset = reset.is_some_and(|code| self.allows.contains(&Outcome::Resets(code)));
        if !self.allows.contains(&outcome) && !is_reset {
            return Verdict::Failed(outcome.to_string());
        }
        match self.sees.map_or(Ok(()), |sees| sees(heard)) {
            Ok(()) => Verdict::Passed,
            Err(seen) => Verdict::Failed(seen),
        }
    }
}

impl core::fmt::Display for Outcome {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Ends(code) => write!(f, "GOAWAY with {}", code::name(*code)),
            Self::Resets(code) => write!(f, "RST_STREAM with {}", code::name(*code)),
            Self::Refuses => f.write_str("a response with a status of 400 to 499"),
            Self::Answers => f.write_str("a response"),
            Self::Goes => f.write_str("nothing; the connection goes on"),
            Self::Closes => f.write_str("the transport is closed, without GOAWAY"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, Outcome, PROBE, Verdict};
    use crate::{Side, Wire, code, frames, goaway, headers, ping, rst_stream};

    fn outcome(wire: impl Wire, is_closed: bool) -> Option<Outcome> {
        Heard::new(frames(&wire.octets()), is_closed, 1).outcome()
    }

    #[test]
    fn who_resets_the_stream_and_leaves_in_good_order_has_reset_the_stream() {
        let reset = rst_stream(1, code::PROTOCOL_ERROR);
        let going_away = goaway(0, code::NO_ERROR);
        let both = (reset.clone(), going_away.clone());
        assert_eq!(
            outcome(both.clone(), true),
            Some(Outcome::Resets(code::PROTOCOL_ERROR))
        );
        // As long as more may come it is not known.
        assert_eq!(outcome(both, false), None);
        // Without a word about the connection it is just closed, and so it is without one about the stream.
        assert_eq!(outcome(reset.clone(), true), Some(Outcome::Closes));
        assert_eq!(outcome(going_away.clone(), true), Some(Outcome::Closes));
        assert_eq!(outcome((going_away, reset), true), Some(Outcome::Closes));
    }

    #[test]
    fn a_request_that_is_refused_may_have_its_stream_reset_all_the_same() {
        let cases = super::super::cases(Side::Server);
        let case = cases.iter().find(|case| case.name == "half-closed-data");
        let judge = |said: &dyn Wire| {
            let refused = headers(1).status(405).octets();
            let octets = [refused, said.octets(), ping(*PROBE).ack().octets()].concat();
            case.unwrap().judge(&Heard::new(frames(&octets), false, 1))
        };
        let reset = |code| judge(&rst_stream(1, code));
        assert_eq!(reset(code::STREAM_CLOSED), Verdict::Passed);
        for wrong in [
            reset(code::PROTOCOL_ERROR),
            judge(&crate::window_update(0, 1)),
        ] {
            assert!(matches!(wrong, Verdict::Failed(_)), "{wrong:?}");
        }
    }
}
