//! Cases of conformance: what is said to an endpoint, and what it may do then.
//!
//! Each case names one requirement of an RFC. What is said is written frame by frame; what may come of
//! it is a list, for the RFC leaves much open: an error of a stream may be treated as one of the
//! connection (RFC 9113 §5.4.1), a malformed request may be answered with a status (RFC 9113 §8.1.1).
//! A connection that is just closed is told apart from one that says why.

mod client;
mod compression;
mod connection;
mod control;
mod extensions;
mod fields;
mod flow;
mod frames;
mod heard;
mod messages;
mod streams;
mod target;

use crate::code;
use crate::side::Side;

pub use self::heard::{Heard, PROBE, Verdict};
pub use self::target::Target;

/// One requirement, and how to see whether an endpoint keeps it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// What the case is called: lower case, with hyphens; no two are called the same.
    pub name: &'static str,
    /// The section that demands it, as `RFC 9113 §5.1`.
    pub section: &'static str,
    /// What is said.
    pub about: &'static str,
    /// Who is judged.
    pub side: Side,
    /// Whether the usual preface and SETTINGS are said before.
    pub greets: bool,
    /// What may come of it.
    pub allows: &'static [Outcome],
    says: fn(&Target) -> Vec<u8>,
    sees: Option<Sees>,
}

/// What must be so of all that was heard, or what is not.
type Sees = fn(&Heard) -> Result<(), String>;

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// GOAWAY with this code.
    Ends(u32),
    /// RST_STREAM with this code on the stream that the case is about; the connection goes on.
    Resets(u32),
    /// A final response with a status of 400 to 499 on that stream; the connection goes on.
    Refuses,
    /// A final response of another status on that stream; the connection goes on.
    Answers,
    /// None of these; the connection goes on.
    Goes,
    /// The transport is closed, and nobody says why.
    Closes,
}

impl Case {
    /// What is said, the greeting aside.
    #[must_use]
    pub fn says(&self, target: &Target) -> Vec<u8> {
        (self.says)(target)
    }

    const fn new(
        name: &'static str,
        section: &'static str,
        about: &'static str,
        allows: &'static [Outcome],
        says: fn(&Target) -> Vec<u8>,
    ) -> Self {
        Self {
            name,
            section,
            about,
            side: Side::Server,
            greets: true,
            allows,
            says,
            sees: None,
        }
    }

    /// The case judges clients.
    const fn of_client(mut self) -> Self {
        self.side = Side::Client;
        self
    }

    /// Nothing is said before it.
    const fn ungreeted(mut self) -> Self {
        self.greets = false;
        self
    }

    /// What is heard must also be so.
    const fn seeing(mut self, sees: Sees) -> Self {
        self.sees = Some(sees);
        self
    }
}

/// All cases that judge an endpoint of this side, by section.
#[must_use]
pub fn cases(side: Side) -> Vec<Case> {
    let all: [&[Case]; 10] = [
        &connection::CASES,
        &frames::CASES,
        &compression::CASES,
        &streams::CASES,
        &control::CASES,
        &flow::CASES,
        &fields::CASES,
        &messages::CASES,
        &extensions::CASES,
        &client::CASES,
    ];
    let cases = all.into_iter().flatten().copied();
    cases.filter(|case| case.side == side).collect()
}

// What may come of a case, where that is usual.

/// An error of the connection.
const FATAL: &[Outcome] = &[Outcome::Ends(code::PROTOCOL_ERROR)];
/// The same of the size of a frame.
const FATAL_SIZE: &[Outcome] = &[Outcome::Ends(code::FRAME_SIZE_ERROR)];
/// The same of compression.
const FATAL_COMPRESSION: &[Outcome] = &[Outcome::Ends(code::COMPRESSION_ERROR)];
/// The same of a window.
const FATAL_FLOW: &[Outcome] = &[Outcome::Ends(code::FLOW_CONTROL_ERROR)];
/// An error of the stream, which may be treated as one of the connection.
const RESET: &[Outcome] = &[
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Ends(code::PROTOCOL_ERROR),
];
/// A frame on a stream that is closed.
const RESET_CLOSED: &[Outcome] = &[
    Outcome::Resets(code::STREAM_CLOSED),
    Outcome::Ends(code::STREAM_CLOSED),
];
/// A message that is malformed: a server may also answer (RFC 9113 §8.1.1).
const MALFORMED: &[Outcome] = &[
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Refuses,
];
/// It does no harm.
const HARMLESS: &[Outcome] = &[Outcome::Goes, Outcome::Answers, Outcome::Refuses];
/// The request is answered.
const ANSWERED: &[Outcome] = &[Outcome::Answers, Outcome::Refuses];
