//! Recordings and made conversations come in pieces; faults in how they are put together are found.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use testkit::{Rng, Side, kind};
use tress_proto::{Client, Connection, Server};

use super::broken::{Broken, Fault};
use super::{holds, made, random};
use crate::laws::*;

#[test]
fn any_octets_may_come_in_pieces_holds() {
    let test = "any_octets_may_come_in_pieces_holds";
    holds(test, made(Side::Server, 500), a_client_takes_any_pieces);
    holds(test, made(Side::Client, 500), a_server_takes_any_pieces);
}

/// All recordings, each with ways to cut it: single octets only where it is short.
fn recordings() -> impl Iterator<Item = (Conversation, Vec<Vec<usize>>)> {
    conversations::ALL.iter().map(|recording| {
        let conversation = Conversation::read(*recording);
        let octets = [Side::Client, Side::Server].map(|side| conversation.said(side).len());
        let mut rng = Rng::new(9113);
        let random = (0..40).map(|_| replay::length(rng.octet())).collect();
        let short = if octets[0] + octets[1] < 3000 { 1 } else { 7 };
        (
            conversation,
            vec![vec![short], vec![9], vec![16_384], random],
        )
    })
}

#[test]
fn recordings_may_come_in_pieces_holds() {
    for (conversation, ways) in recordings() {
        println!("{}", conversation.name);
        for lengths in ways {
            recorded_for_a_client(&conversation, &lengths, |client| client);
            recorded_for_a_server(&conversation, &lengths, |server| server);
        }
    }
    let test = "recordings_may_come_in_pieces_holds";
    holds(test, random(20), recorded_servers_may_come_in_pieces);
    holds(test, random(20), recorded_clients_may_come_in_pieces);
}

#[test]
fn recordings_are_heard_as_an_independent_reader_reads_them() {
    let mut streams = 0;
    for (conversation, _) in recordings() {
        let heard = recorded_for_a_client(&conversation, &[9], |client| client);
        streams += says_the_same(&heard, &conversation, Side::Server);
        let heard = recorded_for_a_server(&conversation, &[9], |server| server);
        streams += says_the_same(&heard, &conversation, Side::Client);
    }
    println!("{streams} streams of recordings were compared");
    assert!(streams > 300, "only {streams}");
}

/// Compares the content and the number of field sections of each stream; returns how many.
fn says_the_same(heard: &Heard, conversation: &Conversation, side: Side) -> usize {
    let frames = conversation.frames(side);
    for (id, stream) in &heard.streams {
        let of = |kind: u8| {
            let frames = frames.iter();
            frames.filter(move |frame| (frame.kind, frame.stream) == (kind, id.value()))
        };
        let content: Vec<u8> = of(kind::DATA)
            .flat_map(|frame| frame.content().to_vec())
            .collect();
        let name = conversation.name;
        assert!(
            stream.content == content,
            "{name} {id:?}: the content differs"
        );
        assert_eq!(
            stream.fields.len(),
            of(kind::HEADERS).count(),
            "{name} {id:?}"
        );
        assert_eq!(
            stream.is_ended,
            frames
                .iter()
                .any(|frame| { frame.is_end() && frame.stream == id.value() }),
            "{name} {id:?}"
        );
    }
    heard.streams.len()
}

/// Says whether a fault is found by cutting recordings into pieces, for both roles.
fn pieces_find(
    client: fn(Connection<Client>) -> Broken<Client>,
    server: fn(Connection<Server>) -> Broken<Server>,
) -> bool {
    let notices = |law: &dyn Fn(&Conversation)| {
        recordings()
            .any(|(conversation, _)| catch_unwind(AssertUnwindSafe(|| law(&conversation))).is_err())
    };
    notices(&|conversation| drop(recorded_for_a_client(conversation, &[100], client)))
        && notices(&|conversation| drop(recorded_for_a_server(conversation, &[100], server)))
}

#[test]
fn pieces_notice_an_octet_that_is_lost() {
    assert!(pieces_find(
        |client| Broken::new(client, Fault::LosesAnOctet),
        |server| Broken::new(server, Fault::LosesAnOctet),
    ));
}

#[test]
fn pieces_notice_a_machine_that_drops_what_follows_a_frame() {
    assert!(pieces_find(
        |client| Broken::new(client, Fault::LosesWhatFollows),
        |server| Broken::new(server, Fault::LosesWhatFollows),
    ));
}
