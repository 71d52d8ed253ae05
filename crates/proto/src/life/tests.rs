//! Both shutdowns, and how they end.

use frame::{ErrorCode, StreamId};

use super::{Life, Shutdown};
use crate::error::ConnectionError;
use crate::role::Side;
use crate::violation::{ConnectionRule, Limit};

fn id(value: u32) -> StreamId {
    StreamId::from_wire(value)
}

#[test]
fn a_server_names_the_last_stream_a_round_trip_later() {
    let mut life = Life::new();
    life.open();
    assert_eq!(life.go_away(Side::Server), Some(Shutdown::First));
    assert_eq!(life.go_away(Side::Server), None, "once");
    assert!(life.is_going_away() && life.waits_to_name_last() && !life.ignores(id(99)));
    assert!(life.end_if_going().is_none(), "something may be under way");
    assert_eq!(life.name_last(id(7)), id(7));
    assert!(life.ignores(id(9)) && !life.ignores(id(7)) && !life.waits_to_name_last());
    assert!(matches!(life.end_if_going(), Some((Ok(()), true))));
    assert!(life.is_over() && !life.end());
    assert!(life.end_if_going().is_none(), "once");
}

#[test]
fn a_client_names_it_at_once_and_a_last_stream_never_grows() {
    let mut life = Life::new();
    assert_eq!(life.go_away(Side::Client), Some(Shutdown::Final));
    assert_eq!(life.name_last(id(4)), id(4));
    assert_eq!(life.name_last(id(8)), id(4));
    assert_eq!(life.last_processed(id(2)), id(2));
}

#[test]
fn the_code_of_the_peers_goaway_is_how_the_connection_ends() {
    let mut life = Life::new();
    assert_eq!(life.hear_goaway(id(9), ErrorCode::NO_ERROR, b"a"), Ok(true));
    assert_eq!(life.hear_goaway(id(5), ErrorCode(11), b"b"), Ok(false));
    let grew = life.hear_goaway(id(7), ErrorCode::NO_ERROR, b"c");
    assert_eq!(grew, Err(ConnectionRule::GoAwayGrew));
    assert_eq!(life.peer_debug_data(), b"b");
    let lost = life.lost(ConnectionError::UnexpectedEof, true);
    assert!(matches!(lost, Err(ConnectionError::GoAway(ErrorCode(11)))));
    let end = life.end_if_going();
    let code = ErrorCode(11);
    assert!(matches!(end, Some((Err(ConnectionError::GoAway(said)), false)) if said == code));
}

#[test]
fn a_spent_budget_is_how_the_connection_ends_and_is_said_at_once() {
    let mut life = Life::new();
    assert!(life.begin_flood(Limit::ResetsSent));
    assert!(!life.begin_flood(Limit::ResetsReceived));
    assert!(
        life.end_if_going().is_none(),
        "the last stream is to be named"
    );
    life.name_last(id(3));
    let Some((Err(ConnectionError::Violation(spent)), true)) = life.end_if_going() else {
        panic!("it ends for the budget");
    };
    assert_eq!(spent, Limit::ResetsSent.into());
    assert!(!life.begin_flood(Limit::ResetsSent), "it is over");
}

#[test]
fn a_transport_may_end_where_nothing_runs() {
    let life = Life::new();
    let lost = |error, is_running| life.lost(error, is_running);
    assert!(lost(ConnectionError::UnexpectedEof, false).is_ok());
    let cut = lost(ConnectionError::UnexpectedEof, true);
    assert!(matches!(cut, Err(ConnectionError::UnexpectedEof)));
    let late = lost(ConnectionError::Timeout, false);
    assert!(matches!(late, Err(ConnectionError::Timeout)));
}
