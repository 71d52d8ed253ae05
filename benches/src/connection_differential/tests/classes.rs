//! Two outcomes of a step: whether they are the same, and else what the class is called.

use tress_testkit::{Reader, Side, Wire, data, goaway, headers, ping, rst_stream};

use super::super::class::{Class, compare};
use super::super::conversation::{Conversation, Step};
use super::super::outcome::{Delivered, Outcome, Parts};
use super::super::play::play;
use super::super::shrink::shrink;

fn step(wire: impl Wire) -> Step {
    let mut conversation = Conversation::new(0);
    conversation.setup.side = Side::Client;
    conversation.said = vec![wire.octets()];
    conversation.steps().remove(0)
}

fn sent(wire: impl Wire) -> Outcome {
    let frames = Reader::new().read(&wire.octets());
    Outcome::new(&frames, Delivered::new(), false)
}

fn given(parts: Parts) -> Outcome {
    Outcome::new(&[], Delivered::from([(1, parts)]), false)
}

fn class(ours: &Outcome, theirs: &Outcome) -> Option<Class> {
    compare(Side::Server, &step(data(1, "x")), "open", ours, theirs)
}

#[track_caller]
fn differs(ours: &Outcome, theirs: &Outcome, a: &str, b: &str) {
    let class = class(ours, theirs).expect("they differ");
    assert_eq!((&*class.ours, &*class.theirs), (a, b));
    assert!(!class.is_same());
}

#[test]
fn what_both_accept_is_no_class_and_a_common_error_is_one() {
    let nothing = || sent(Vec::<u8>::new());
    assert_eq!(class(&nothing(), &nothing()), None);
    for error in [rst_stream(1, 1).octets(), goaway(0, 1).octets()] {
        let class = class(&sent(error.clone()), &sent(error)).expect("it is an error");
        assert!(class.is_same(), "{class}");
    }
    // A connection that ends in good order is none.
    assert_eq!(class(&sent(goaway(0, 0)), &nothing()), None);
}

#[test]
fn scope_and_code_make_a_class() {
    let stream = |code| sent(rst_stream(1, code));
    let connection = |code| sent(goaway(0, code));
    differs(
        &stream(1),
        &stream(5),
        "stream PROTOCOL_ERROR",
        "stream STREAM_CLOSED",
    );
    differs(
        &stream(1),
        &connection(1),
        "stream PROTOCOL_ERROR",
        "connection PROTOCOL_ERROR",
    );
    differs(
        &connection(3),
        &connection(1),
        "connection FLOW_CONTROL_ERROR",
        "connection PROTOCOL_ERROR",
    );
    differs(
        &stream(1),
        &sent(Vec::<u8>::new()),
        "stream PROTOCOL_ERROR",
        "accept",
    );
    differs(
        &stream(1),
        &sent(rst_stream(3, 1)),
        "stream PROTOCOL_ERROR",
        "other stream PROTOCOL_ERROR",
    );
    let dead = Outcome::new(&[], Delivered::new(), true);
    differs(
        &connection(1),
        &dead,
        "connection PROTOCOL_ERROR",
        "connection, no GOAWAY",
    );
    // What is reset besides does not matter once the connection has ended.
    let both = sent((rst_stream(1, 1), goaway(0, 1)));
    assert!(class(&both, &connection(1)).is_some_and(|class| class.is_same()));
}

#[test]
fn what_is_answered_and_delivered_makes_a_class() {
    let nothing = || sent(Vec::<u8>::new());
    differs(
        &sent(ping([1; 8]).ack()),
        &nothing(),
        "accept: answers PING",
        "accept",
    );
    let other = sent(ping([2; 8]).ack());
    differs(
        &sent(ping([1; 8]).ack()),
        &other,
        "accept: answers PING",
        "accept: answers PING",
    );
    differs(
        &nothing(),
        &sent(headers(1).status(200)),
        "accept",
        "accept: answers HEADERS",
    );
    let parts = |change: fn(&mut Parts)| {
        let mut parts = Parts::default();
        change(&mut parts);
        given(parts)
    };
    let content = parts(|parts| parts.content = 3);
    differs(
        &content,
        &parts(|parts| parts.content = 2),
        "accept: content",
        "accept",
    );
    let ended = parts(|parts| (parts.is_ended, parts.finished) = (true, Some(true)));
    let failed = parts(|parts| parts.finished = Some(false));
    differs(&ended, &failed, "accept: end, finished", "accept: failed");
    let section = |name: &str| vec![vec![(name.as_bytes().to_vec(), b"b".to_vec())]];
    let fields = |name| {
        given(Parts {
            sections: section(name),
            ..Parts::default()
        })
    };
    differs(
        &fields("a"),
        &fields("b"),
        "accept: other fields",
        "accept: other fields",
    );
    differs(&fields("a"), &nothing(), "accept: fields", "accept");
    assert_eq!(class(&fields("a"), &fields("a")), None);
}

#[test]
fn a_disagreement_shrinks_to_the_frames_that_show_it() {
    let differs = |class: &&Class| !class.is_same() && class.frame == "GOAWAY";
    let found = (0..4000).find_map(|seed| {
        let conversation = Conversation::new(seed);
        let class = play(&conversation).classes.iter().find(differs).cloned();
        class.map(|class| (conversation, class))
    });
    let (conversation, class) = found.expect("a GOAWAY that nghttp2 refuses comes up");
    let least = shrink(&conversation, &class);
    assert!(play(&least).classes.contains(&class));
    assert!(least.said.len() <= 6, "{class}: {least:?}");
    let mut without = least.clone();
    without.said.pop();
    assert!(!play(&without).classes.contains(&class));
}
