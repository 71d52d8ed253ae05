//! Two machines on perfect and on hostile wires.

use core::time::Duration;

use runtime::Runtime as _;
use tress_testkit::{Echo, Link, Pair, Rng, Way};

/// Someone who speaks and listens, and the echo.
fn pair(said: &[u8]) -> Pair<Echo, Echo> {
    let mut speaker = Echo::listener();
    speaker.say(said);
    Pair::new(speaker, Echo::new().capacity(100).bite(7).piece(3))
}

fn some_octets() -> Vec<u8> {
    Rng::new(5).bytes(2000)
}

#[track_caller]
fn comes_back(mut pair: Pair<Echo, Echo>, octets: &[u8]) {
    pair.run();
    assert_eq!(pair.a.heard(), octets);
    pair.a.hang_up();
    pair.run();
    assert!(pair.a.is_closed() && pair.b.is_closed());
    assert_eq!(pair.said(Way::AToB), octets);
    assert_eq!(pair.said(Way::BToA), octets);
}

#[test]
fn two_idle_machines_are_idle_at_once() {
    let mut pair = pair(b"");
    pair.run();
    assert_eq!(pair.transcript(), []);
    assert_eq!(pair.tick(Duration::from_secs(1)), None);
    pair.run();
}

#[test]
fn a_perfect_wire_carries_everything() {
    comes_back(pair(&some_octets()), &some_octets());
}

#[test]
fn a_wire_may_deliver_and_accept_single_octets() {
    let narrow = |link: &mut Link| {
        link.chunk(1).short_writes(1);
    };
    comes_back(pair(&some_octets()).links(narrow), &some_octets());
    let tiny = |link: &mut Link| {
        link.capacity(1);
    };
    comes_back(pair(&some_octets()).links(tiny), &some_octets());
    comes_back(pair(&some_octets()).read_buffer(1), &some_octets());
}

#[test]
fn hostile_wires_only_delay() {
    for seed in 0..100 {
        comes_back(pair(&some_octets()).hostile(seed), &some_octets());
    }
}

/// Says what two machines said that speak at once: whose turn it is first is the wire's to choose.
fn first_words(seed: u64) -> Way {
    let mut pair = Pair::new(Echo::new(), Echo::new()).hostile(seed);
    pair.a.say(b"a");
    pair.b.say(b"b");
    while pair.transcript().is_empty() {
        pair.step();
    }
    pair.transcript().first().expect("somebody spoke").0
}

#[test]
fn a_hostile_wire_lets_either_end_act_first() {
    let firsts: Vec<Way> = (0..100).map(first_words).collect();
    let of_a = firsts.iter().filter(|way| **way == Way::AToB).count();
    assert!((20..80).contains(&of_a), "{of_a} of 100");
}

#[test]
fn a_stalled_link_delivers_nothing_until_it_is_resumed() {
    let mut pair = pair(&some_octets());
    pair.a_to_b.capacity(300).stall();
    pair.run();
    assert_eq!((pair.a_to_b.in_flight(), pair.b.sent()), (300, 0));
    pair.a_to_b.resume();
    comes_back(pair, &some_octets());
}

#[test]
fn a_cut_link_is_an_end_to_the_reader_and_closed_to_the_writer() {
    let mut pair = pair(&some_octets());
    pair.a_to_b.capacity(300).stall();
    pair.run();
    pair.a_to_b.cut();
    pair.run();
    assert!(pair.b.is_closed(), "the echo read the end");
    assert!(pair.a.is_closed(), "the speaker was told");
    assert_eq!(pair.a.queued(), 1700, "and kept what was not written");
    assert_eq!(pair.a.heard(), b"");
}

#[test]
fn a_link_can_be_cut_after_every_octet() {
    for octets in 0..30 {
        let mut pair = pair(b"an echo from over the mountain");
        pair.a_to_b.cut_after(octets);
        pair.run();
        assert_eq!(pair.a_to_b.carried(), octets);
        assert_eq!(pair.b.sent(), octets, "what was carried is delivered");
        assert!(pair.a.is_closed() && pair.b.is_closed());
    }
}

#[test]
fn the_transcript_is_in_order() {
    let mut pair = pair(b"hi");
    pair.run();
    pair.a.say(b"you");
    pair.run();
    let said: Vec<(Way, &[u8])> = (pair.transcript().iter())
        .map(|(way, octets)| (*way, octets.as_slice()))
        .collect();
    assert_eq!(
        said,
        [
            (Way::AToB, b"hi".as_slice()),
            (Way::BToA, b"hi"),
            (Way::AToB, b"you"),
            (Way::BToA, b"you"),
        ]
    );
}

#[test]
fn a_pair_without_transcript_still_counts() {
    let mut pair = pair(&some_octets()).unrecorded();
    pair.run();
    assert_eq!(pair.transcript(), []);
    assert_eq!(pair.b_to_a.carried(), 2000);
    assert_eq!(pair.a.heard(), some_octets());
}

#[test]
#[should_panic(expected = "not idle after 1000 steps")]
fn two_echoes_never_come_to_rest() {
    let mut pair = Pair::new(Echo::new(), Echo::new()).step_limit(1000);
    pair.a.say(b"!");
    pair.run();
}
