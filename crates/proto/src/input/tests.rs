//! Frames and field blocks in order, without a connection.

use frame::StreamId;
use hpack::HeaderField;
use testkit::{Wire, continuation, headers, ping};

use super::{FieldBlock, Input, Purpose};
use crate::limits::Limits;
use crate::message::{Assembled, Kind, Rules};
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

/// Two that expect the same blocks again.
fn inputs() -> [Input; 2] {
    [(); 2].map(|()| {
        let mut input = Input::new(Side::Client, &Limits::client());
        input.expect_repeated();
        input
    })
}

/// The octets that are kept of the last block.
fn kept(input: &Input) -> usize {
    input.repeated.as_ref().unwrap().octets()
}

/// What a block says to one that reads it whole, and to one that reads it in two pieces, which decodes
/// whatever it knows.
fn both(inputs: &mut [Input; 2], kind: Kind, octets: &[u8]) -> [Option<Assembled>; 2] {
    let limits = Limits::client();
    let block = || FieldBlock::new(StreamId::from_wire(1), false, Purpose::Message(kind));
    let [whole, pieces] = inputs;
    let first = whole.begin(block(), RULES, octets, true, &limits);
    let first = first.and_then(|block| whole.finish(&block.unwrap()));
    let begun = pieces.begin(block(), RULES, octets, false, &limits);
    let second = begun.and_then(|_| pieces.go_on(&[], true, &limits));
    let second = second.and_then(|block| pieces.finish(&block.unwrap()));
    [first, second].map(|message| message.ok().flatten())
}

/// The same, which is the same.
#[track_caller]
fn agree(inputs: &mut [Input; 2], kind: Kind, octets: &[u8]) -> bool {
    let found = both(inputs, kind, octets);
    let [whole, pieces] = found.map(|message| message.map(|message| alloc::format!("{message:?}")));
    assert_eq!(whole, pieces);
    whole.is_some()
}

#[test]
fn a_block_that_comes_again_says_what_it_says_when_it_is_decoded() {
    let mut rng = testkit::Rng::new(1);
    let mut inputs = inputs();
    let mut encoder = hpack::Encoder::new();
    let mut count = 0;
    for turn in 0..2000_u32 {
        if rng.chance(1, 50) {
            encoder.set_peer_max_size(rng.range(0..300));
        }
        let value = [b'a' + u8::try_from(rng.range(0..3)).unwrap()];
        let mut fields = alloc::vec![
            HeaderField::new(b":status", [&b"200"[..], b"404"][rng.range(0..2)]),
            HeaderField::new(b"server", b"tress"),
        ];
        if rng.chance(1, 20) {
            fields.push(HeaderField::new(b"x", &value));
        }
        let mut octets = alloc::vec::Vec::new();
        encoder.encode(fields, &mut octets);
        assert!(agree(&mut inputs, Kind::Response, &octets), "{turn}");
        count += u32::from(kept(&inputs[0]) > 0);
        assert_eq!(kept(&inputs[1]), 0);
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn octets_that_come_again_are_judged_as_what_they_are_now() {
    let mut inputs = inputs();
    // `:status` 200 of the static table.
    for _ in 0..3 {
        assert!(agree(&mut inputs, Kind::Response, &[0x88]));
    }
    assert!(kept(&inputs[0]) > 0);
    // RFC 9113 §8.1: trailers have no such field.
    assert!(!agree(&mut inputs, Kind::Trailers, &[0x88]));
    assert!(agree(&mut inputs, Kind::Response, &[0x88]));
    // RFC 7541 §4.2: a smaller table is to be acknowledged first.
    inputs.iter_mut().for_each(|input| input.bound_table(0));
    assert!(!agree(&mut inputs, Kind::Response, &[0x88]));
}

#[test]
fn a_block_that_changes_the_table_is_not_kept() {
    let mut inputs = inputs();
    // `:status` 200, and `a: b` with incremental indexing.
    let octets = [0x88, 0x40, 1, b'a', 1, b'b'];
    for _ in 0..4 {
        assert!(agree(&mut inputs, Kind::Response, &octets));
        assert_eq!(kept(&inputs[0]), 0);
    }
    assert!(agree(&mut inputs, Kind::Response, &[0x88, 0xc0]));
}
