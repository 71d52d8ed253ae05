//! Frames and field blocks in order, without a connection.

use frame::StreamId;
use testkit::{Wire, continuation, headers, ping};

use super::{FieldBlock, Input, Purpose};
use crate::limits::Limits;
use crate::message::{Kind, Rules};
use crate::role::Side;
use crate::violation::ConnectionRule;

const RULES: Rules = Rules {
    extended_connect: false,
    soft_fields: 100,
    host_may_differ: false,
};

#[test]
fn the_preface_is_taken_in_pieces_and_refused_at_the_first_wrong_octet() {
    let mut input = Input::new(Side::Server, &Limits::server());
    assert!(input.is_fresh() && input.expects_preface());
    assert_eq!(input.take_preface(b"PRI *"), Ok(5));
    assert!(!input.is_fresh() && input.expects_preface());
    let mut other = Input::new(Side::Server, &Limits::server());
    assert_eq!(other.take_preface(b"GET"), Err(ConnectionRule::Preface));
    let rest = testkit::PREFACE.get(5..).unwrap();
    assert_eq!(input.take_preface(rest), Ok(19));
    assert!(!input.expects_preface());
    assert!(!Input::new(Side::Client, &Limits::client()).expects_preface());
}

#[test]
fn nothing_comes_between_the_frames_of_a_field_block() {
    let limits = Limits::server();
    let mut input = Input::new(Side::Client, &limits);
    let check = |input: &mut Input, wire: &dyn Wire| {
        let octets = wire.octets();
        let (frame, count) = input.decode(&octets).unwrap().unwrap();
        assert_eq!(count, octets.len());
        input.check_order(&frame)
    };
    let alone = check(&mut input, &continuation(1));
    assert_eq!(alone, Err(ConnectionRule::Continuation));
    let purpose = Purpose::Message(Kind::Response);
    let block = FieldBlock::new(StreamId::from_wire(1), false, purpose);
    // `:status` 200 of the static table.
    let fed = input.begin(block, RULES, &[0x88], false, &limits);
    assert!(matches!(fed, Ok(None)));
    assert_eq!(input.unended(), Some(StreamId::from_wire(1)));
    let interrupted = Err(ConnectionRule::BlockInterrupted);
    assert_eq!(check(&mut input, &ping([0; 8])), interrupted);
    assert_eq!(check(&mut input, &headers(1)), interrupted);
    assert_eq!(check(&mut input, &continuation(3)), interrupted);
    assert_eq!(check(&mut input, &continuation(1)), Ok(()));
    let block = input.go_on(&[], true, &limits).ok().flatten().unwrap();
    let message = input.finish(&block).ok().flatten().unwrap();
    assert_eq!(message.status, Some(200));
    assert_eq!(input.unended(), None);
    assert!(
        input.go_on(&[], true, &limits).is_err(),
        "there is no block"
    );
}
