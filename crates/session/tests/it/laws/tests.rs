//! The laws hold on what is made by chance, and can be broken.

use testkit::{PREFACE, Rng, Side, Wire, conversation, data, headers, settings};

use super::{
    Rough, drive, failed_writes_lose_no_answer, pieces_do_not_matter, served, session, taken,
};

/// How many inputs a law is tried on.
const ROUNDS: u64 = 60;

fn input(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    let length = rng.range(0..100);
    rng.bytes(length)
}

#[test]
fn the_pieces_in_which_octets_come_and_go_do_not_matter() {
    for seed in 0..ROUNDS {
        pieces_do_not_matter(&input(seed));
    }
    pieces_do_not_matter(b"");
}

/// A law that is tried on what is refused at once holds of nothing.
#[test]
fn much_of_what_the_law_of_pieces_is_tried_on_are_whole_messages() {
    let whole = (0..ROUNDS).flat_map(|seed| {
        let said = conversation(&mut Rng::new(seed), Side::Client).concat();
        served(&said, None)
    });
    let count = whole.filter(|said| said == "end").count();
    assert!(count > 60, "{count}");
}

#[test]
fn no_answer_that_came_is_lost_when_a_write_fails() {
    for seed in 0..ROUNDS {
        failed_writes_lose_no_answer(&input(seed));
    }
}

/// A transport that loses an octet now and then is heard to.
#[test]
fn the_law_of_pieces_sees_an_octet_that_is_lost() {
    let post = headers(1).post("/");
    let wire = (PREFACE, settings(), (post, data(1, [7; 1000]).end())).octets();
    let session = session();
    let mut transport = Rough::new(&wire, None);
    transport.loses = true;
    drive(&session, &mut transport);
    let mut cx = core::task::Context::from_waker(core::task::Waker::noop());
    let mut heard = Vec::new();
    while let core::task::Poll::Ready(Some(Ok(mut accepted))) = session.poll_accept(&mut cx) {
        heard.extend(taken(&mut accepted.recv));
    }
    assert!(!served(&wire, None).ends_with(&heard));
    assert!(heard.iter().all(|said| said != "end"), "{heard:?}");
}
