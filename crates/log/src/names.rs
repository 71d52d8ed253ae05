//! The words of the format that stand for values of other crates.

use proto::frame::FrameType;
use proto::{Cause, ClosedBy, Direction, Side, State, Window};

/// Every value that has a word, and the word.
type Names<T> = &'static [(T, &'static str)];

pub(crate) const DIRECTIONS: Names<Direction> =
    &[(Direction::Sent, ">"), (Direction::Received, "<")];
pub(crate) const SIDES: Names<Side> = &[(Side::Client, "client"), (Side::Server, "server")];
pub(crate) const WINDOWS: Names<Window> = &[
    (Window::Stream, "stream"),
    (Window::Connection, "connection"),
];
pub(crate) const CAUSES: Names<Cause> = &[
    (Cause::Transport, "transport"),
    (Cause::ConnectionWindow, "connection"),
    (Cause::StreamWindow, "stream"),
];
pub(crate) const STATES: Names<State> = &[
    (State::Idle, "idle"),
    (State::ReservedLocal, "reserved-local"),
    (State::ReservedRemote, "reserved-remote"),
    (State::Open, "open"),
    (State::HalfClosedLocal, "half-closed-local"),
    (State::HalfClosedRemote, "half-closed-remote"),
    (State::Closed(ClosedBy::EndStream), "closed"),
    (State::Closed(ClosedBy::ResetSent), "reset-sent"),
    (State::Closed(ClosedBy::ResetReceived), "reset-received"),
];
pub(crate) const FRAMES: Names<FrameType> = &[
    (FrameType::DATA, "DATA"),
    (FrameType::HEADERS, "HEADERS"),
    (FrameType::WINDOW_UPDATE, "WINDOW_UPDATE"),
    (FrameType::SETTINGS, "SETTINGS"),
    (FrameType::PING, "PING"),
    (FrameType::RST_STREAM, "RST_STREAM"),
    (FrameType::GOAWAY, "GOAWAY"),
    (FrameType::CONTINUATION, "CONTINUATION"),
    (FrameType::PUSH_PROMISE, "PUSH_PROMISE"),
    (FrameType::PRIORITY, "PRIORITY"),
    (FrameType::PRIORITY_UPDATE, "PRIORITY_UPDATE"),
    (FrameType::ALTSVC, "ALTSVC"),
    (FrameType::ORIGIN, "ORIGIN"),
];

/// The word for a value, if it has one.
pub(crate) fn word<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> Option<&'static str> {
    let name = names.iter().find(|(its, _)| its == value);
    name.map(|(_, word)| *word)
}

/// The value of a word.
pub(crate) fn value<T: Copy>(names: &[(T, &str)], word: &[u8]) -> Option<T> {
    let name = names.iter().find(|(_, its)| its.as_bytes() == word);
    name.map(|(value, _)| *value)
}
