//! The two machines of a stream as tables: every state, every step, both directions.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use frame::{ErrorCode, Scope};

use crate::golden;
use crate::stream::{ClosedBy, Phase, PhaseStep, State, Step, Transition};

const STATES: [(&str, State); 9] = [
    ("idle", State::Idle),
    ("reserved (local)", State::ReservedLocal),
    ("reserved (remote)", State::ReservedRemote),
    ("open", State::Open),
    ("half-closed (local)", State::HalfClosedLocal),
    ("half-closed (remote)", State::HalfClosedRemote),
    ("closed by both", State::Closed(ClosedBy::EndStream)),
    ("reset by us", State::Closed(ClosedBy::ResetSent)),
    ("reset by the peer", State::Closed(ClosedBy::ResetReceived)),
];

const STEPS: [(&str, Step); 6] = [
    ("HEADERS", Step::Headers),
    ("DATA", Step::Data),
    ("END_STREAM", Step::EndStream),
    ("PUSH_PROMISE", Step::Promise),
    ("RST_STREAM", Step::RstStream),
    ("WINDOW_UPDATE", Step::WindowUpdate),
];

const PHASES: [(&str, Phase); 4] = [
    ("head to come", Phase::Head),
    ("content", Phase::Content),
    ("trailers", Phase::Trailers),
    ("whole", Phase::Ended),
];

const PHASE_STEPS: [(&str, PhaseStep); 5] = [
    ("informational", PhaseStep::Informational),
    ("head", PhaseStep::Head),
    ("data", PhaseStep::Data),
    ("trailers", PhaseStep::Trailers),
    ("end", PhaseStep::End),
];

/// The name of a thing in one of the lists above.
fn name<T: PartialEq>(names: &[(&'static str, T)], of: &T) -> &'static str {
    let found = names.iter().find(|(_, thing)| thing == of);
    found.map_or("?", |(name, _)| name)
}

/// A Markdown table with a row for each state and a column for each step.
fn table<S, T>(
    title: &str,
    states: &[(&str, S)],
    steps: &[(&str, T)],
    cell: impl Fn(&S, &T) -> String,
) -> String {
    let names: Vec<_> = steps.iter().map(|(name, _)| *name).collect();
    let mut table = format!("| {title} | {} |\n", names.join(" | "));
    table += &format!("|---{}|\n", "|---".repeat(steps.len()));
    for (name, state) in states {
        let cells: Vec<_> = steps.iter().map(|(_, step)| cell(state, step)).collect();
        table += &format!("| **{name}** | {} |\n", cells.join(" | "));
    }
    table
}

fn error((scope, code): (Scope, ErrorCode)) -> String {
    let scope = match scope {
        Scope::Connection => "connection",
        Scope::Stream => "stream",
    };
    format!("{scope} {code}")
}

fn received(state: &State, step: &Step) -> String {
    match state.recv(*step) {
        Ok(Transition::Accept(next)) if next == *state => "stays".to_string(),
        Ok(Transition::Accept(next)) => format!("→ {}", name(&STATES, &next)),
        Ok(Transition::Discard) => "dropped".to_string(),
        Err(violation) => error(violation.scope_and_code()),
    }
}

fn sent(state: &State, step: &Step) -> String {
    match state.send(*step) {
        Ok(next) if next == *state => "stays".to_string(),
        Ok(next) => format!("→ {}", name(&STATES, &next)),
        Err(_) => "–".to_string(),
    }
}

#[test]
fn the_life_of_a_stream_is_as_documented() {
    let text = format!(
        "When a frame arrives: the new state, or the error that it is and what that reaches.\n\n\
         {}\nWhen we send a frame: the new state, or – where we may not.\n\n{}",
        table("received", &STATES, &STEPS, received),
        table("sent", &STATES, &STEPS, sent),
    );
    golden::check("stream/state.md", &text);
}

#[test]
fn the_grammar_of_a_message_is_as_documented() {
    let received = |phase: &Phase, step: &PhaseStep| match phase.recv(*step) {
        Ok(next) if next == *phase => "stays".to_string(),
        Ok(next) => format!("→ {}", name(&PHASES, &next)),
        Err(rule) => error(rule.scope_and_code()),
    };
    let sent = |phase: &Phase, step: &PhaseStep| match phase.send(*step) {
        Ok(next) if next == *phase => "stays".to_string(),
        Ok(next) => format!("→ {}", name(&PHASES, &next)),
        Err(_) => "–".to_string(),
    };
    let text = format!(
        "When a piece arrives: the new phase, or the error that it is and what that reaches.\n\n\
         {}\nWhen the application says a piece: the new phase, or – where it may not.\n\n{}",
        table("received", &PHASES, &PHASE_STEPS, received),
        table("said", &PHASES, &PHASE_STEPS, sent),
    );
    golden::check("stream/phase.md", &text);
}

#[test]
fn what_one_end_may_send_the_other_takes() {
    for (ours, _) in STATES.iter().map(|(_, state)| (*state, ())) {
        for (name, step) in STEPS {
            let Ok(next) = ours.send(step) else { continue };
            let taken = mirror(ours).recv(step);
            // Each end may have reset what the other has not heard of yet.
            let wanted = match ours {
                State::Closed(_) => Ok(Transition::Discard),
                _ => Ok(Transition::Accept(mirror(next))),
            };
            assert_eq!(taken, wanted, "{ours:?} sends {name}");
        }
    }
}

/// The state of the other end, when nothing is under way.
fn mirror(state: State) -> State {
    match state {
        State::ReservedLocal => State::ReservedRemote,
        State::ReservedRemote => State::ReservedLocal,
        State::HalfClosedLocal => State::HalfClosedRemote,
        State::HalfClosedRemote => State::HalfClosedLocal,
        State::Closed(ClosedBy::ResetSent) => State::Closed(ClosedBy::ResetReceived),
        State::Closed(ClosedBy::ResetReceived) => State::Closed(ClosedBy::ResetSent),
        same => same,
    }
}

#[test]
fn closed_is_for_good() {
    for (_, state) in STATES.iter().filter(|(_, state)| state.is_closed()) {
        for (name, step) in STEPS {
            if let Ok(next) = state.send(step) {
                assert!(next.is_closed(), "{name}");
            }
            if let Ok(Transition::Accept(next)) = state.recv(step) {
                assert!(next.is_closed(), "{name}");
            }
        }
    }
}

/// RFC 9113 §5.1.2: open and half-closed streams count, reserved ones do not.
#[test]
fn streams_that_are_open_or_half_closed_count_towards_the_limit() {
    let active = STATES.iter().filter(|(_, state)| state.is_active());
    let names: Vec<_> = active.map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["open", "half-closed (local)", "half-closed (remote)"]
    );
}

#[test]
fn a_message_that_is_whole_takes_nothing() {
    for (name, step) in PHASE_STEPS {
        assert!(Phase::Ended.send(step).is_err(), "{name}");
        assert!(Phase::Ended.recv(step).is_err(), "{name}");
    }
}
