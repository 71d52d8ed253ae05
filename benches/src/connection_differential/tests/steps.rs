//! What is fed at once, and where its stream stands.

use tress_testkit::{
    PREFACE, Reader, Side, Wire, continuation, data, flag, headers, ping, rst_stream, settings,
};

use super::super::conversation::{Ask, Conversation, Setup, Step};
use super::super::situation::Streams;

fn steps(side: Side, wire: impl Wire) -> Vec<Step> {
    let setup = Setup {
        side,
        window: 65_535,
        streams: 4,
        table: 4096,
        push: false,
        extended_connect: false,
        content: 0,
        requests: vec![Ask::Get],
    };
    let said = vec![wire.octets()];
    Conversation { setup, said }.steps()
}

fn frames(steps: &[Step]) -> Vec<usize> {
    steps.iter().map(|step| step.frames.len()).collect()
}

#[test]
fn a_field_block_is_one_step_with_what_interrupts_it() {
    let begun = || headers(1).get("/").no_end_headers();
    let more = || continuation(1).flags(0);
    let whole = (settings(), begun(), more(), continuation(1), ping([0; 8]));
    let found = steps(Side::Client, whole);
    assert_eq!(frames(&found), [1, 3, 1]);
    assert!(!found[1].is_interrupted() && !found[1].is_in_block());
    let found = steps(
        Side::Client,
        (begun(), more(), ping([0; 8]), continuation(1)),
    );
    assert_eq!(frames(&found), [3, 1]);
    assert!(found[0].is_interrupted());
    let found = steps(
        Side::Client,
        (begun(), continuation(3).flags(flag::END_HEADERS)),
    );
    assert!(found[0].is_interrupted());
    let found = steps(
        Side::Client,
        (begun(), continuation(1).flags(0).reserved_bit()),
    );
    assert!(!found[0].is_interrupted() && found[0].is_in_block());
}

#[test]
fn the_preface_and_what_is_not_whole_are_steps_of_their_own() {
    let cut = ping([0; 8]).octets()[..12].to_vec();
    let found = steps(Side::Server, (PREFACE, settings(), cut.clone()));
    assert_eq!(frames(&found), [0, 1, 0]);
    let broken: Vec<bool> = found.iter().map(|step| step.is_broken).collect();
    assert_eq!(broken, [false, false, true]);
    assert_eq!(found[2].octets(), cut);
    assert!(steps(Side::Server, b"GET / HTTP/1.1\r\n\r\n12345678".to_vec())[0].is_broken);
}

#[test]
fn steps_are_the_octets_that_were_said() {
    for seed in 0..300 {
        let conversation = Conversation::new(seed);
        let steps = conversation.steps();
        let fed: Vec<u8> = steps.iter().flat_map(Step::octets).collect();
        assert_eq!(fed, conversation.said.concat(), "seed {seed}");
    }
}

#[test]
fn the_model_follows_a_stream_through_its_states() {
    let step = |wire: &dyn Wire| steps(Side::Client, wire.octets()).remove(0);
    let sent = |wire: &dyn Wire| Reader::new().read(&wire.octets());
    let mut server = Streams::new(Side::Server);
    let probe = |id| data(id, "x");
    assert_eq!(server.word(&step(&probe(3))), "idle");
    assert_eq!(server.word(&step(&probe(2))), "idle (local)");
    assert_eq!(server.word(&step(&settings())), "connection");
    server.receive(&step(&headers(3).get("/")));
    assert_eq!(server.word(&step(&probe(3))), "open");
    assert_eq!(server.word(&step(&probe(1))), "skipped");
    server.receive(&step(&data(3, "x").end()));
    assert_eq!(server.word(&step(&probe(3))), "half-closed (remote)");
    server.send(&sent(&headers(3).status(200).end()));
    assert_eq!(server.word(&step(&probe(3))), "closed");
    server.receive(&step(&headers(5).get("/")));
    server.receive(&step(&rst_stream(5, 8)));
    assert_eq!(server.word(&step(&probe(5))), "reset received");
    server.receive(&step(&headers(7).get("/")));
    server.send(&sent(&rst_stream(7, 1)));
    assert_eq!(server.word(&step(&probe(7))), "reset sent");
}
