//! The peer that answers by itself.

use tress_testkit::{Answers, PREFACE, Wire, data, headers, kind, ping, settings};

fn said(peer: &mut Answers) -> Option<Vec<u8>> {
    let mut into = vec![0; 64];
    let count = peer.say(&mut into)?;
    into.truncate(count);
    Some(into)
}

#[test]
fn a_peer_says_the_first_by_itself_and_an_answer_for_each_frame_that_it_waits_for() {
    let answers = vec![(kind::HEADERS, vec![1]), (kind::HEADERS, vec![2, 3])];
    let mut peer = Answers::server(settings(), answers);
    assert_eq!(said(&mut peer), Some(settings().octets()));
    assert_eq!(said(&mut peer), None);
    let other = (PREFACE, settings(), data(1, "a"));
    peer.hear(&other.octets());
    assert_eq!(said(&mut peer), None);
    for octet in headers(1).get("/").octets() {
        assert_eq!(said(&mut peer), None);
        peer.hear(&[octet]);
    }
    assert_eq!(said(&mut peer), Some(vec![1]));
    assert_eq!(said(&mut peer), None);
    peer.hear(&headers(3).get("/").octets());
    assert_eq!(peer.say(&mut [0]), Some(1));
    assert_eq!(said(&mut peer), Some(vec![3]));
    assert_eq!(said(&mut peer), Some(Vec::new()));
}

#[test]
fn a_client_brings_its_own_preface_and_hears_none() {
    let mut peer = Answers::client((PREFACE, settings()), vec![(kind::PING, vec![7])]);
    peer.hear(&(settings(), ping(*b"12345678")).octets());
    let first = (PREFACE, settings(), vec![7]).octets();
    assert_eq!(said(&mut peer), Some(first));
    assert_eq!(said(&mut peer), Some(Vec::new()));
}
