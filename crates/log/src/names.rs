//! The octets and the words that stand for values of other crates.

use proto::{Cause, ClosedBy, Direction, Side, State, Window};

use crate::error::ErrorKind;

/// Every value that has an octet, in their order, and its word.
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

/// The octet of a direction: a search costs more than most of an event.
pub(crate) const fn direction(value: Direction) -> u8 {
    match value {
        Direction::Sent => 0,
        Direction::Received => 1,
    }
}

/// The octet of a state.
pub(crate) const fn state(value: State) -> u8 {
    match value {
        State::Idle => 0,
        State::ReservedLocal => 1,
        State::ReservedRemote => 2,
        State::Open => 3,
        State::HalfClosedLocal => 4,
        State::HalfClosedRemote => 5,
        State::Closed(ClosedBy::EndStream) => 6,
        State::Closed(ClosedBy::ResetSent) => 7,
        State::Closed(ClosedBy::ResetReceived) => 8,
    }
}

/// The octet of a value; of one that was added since, one that nobody reads.
pub(crate) fn code<T: PartialEq>(names: &[(T, &str)], value: &T) -> u8 {
    let place = names.iter().position(|(its, _)| its == value);
    u8::try_from(place.unwrap_or(names.len())).unwrap_or(u8::MAX)
}

/// The word for a value.
pub(crate) fn word<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    let name = names.iter().find(|(its, _)| its == value);
    name.map_or("?", |(_, word)| *word)
}

/// The value of an octet.
pub(crate) fn value<T: Copy>(names: &[(T, &str)], code: u8) -> Result<T, ErrorKind> {
    let name = names.get(usize::from(code));
    name.map(|(value, _)| *value).ok_or(ErrorKind::Unknown)
}

#[cfg(test)]
mod tests {
    use super::{DIRECTIONS, STATES, code, direction, state};

    #[test]
    fn what_is_not_searched_for_is_what_would_be_found() {
        for (value, _) in STATES {
            assert_eq!(state(*value), code(STATES, value));
        }
        for (value, _) in DIRECTIONS {
            assert_eq!(direction(*value), code(DIRECTIONS, value));
        }
    }
}
