//! Our client and our server, on a good wire and on a hostile one.

use testkit::Pair;
use tress_upgrade::proto::runtime::Runtime;
use tress_upgrade::proto::{Bytes, Config, Event, Part, Request, Response};
use tress_upgrade::{Client, Server, UpgradeError};

use crate::support::{cleartext, one};

fn pair(content: &[u8]) -> Pair<Client, Server> {
    let request = Request::post("http", "a", "/up");
    let client = Client::cleartext(Config::default(), &request, content).unwrap();
    Pair::new(client, cleartext())
}

/// Answers what was opened with its own content.
fn answer(server: &mut Server) -> usize {
    let connection = server.connection();
    let opened: Vec<_> = core::iter::from_fn(|| connection.poll_event())
        .filter_map(|event| match event {
            Event::Opened { stream_id } => Some(stream_id),
            _ => None,
        })
        .collect();
    for id in &opened {
        let mut stream = connection.stream_mut(*id).unwrap();
        let parts: Vec<_> = core::iter::from_fn(|| stream.recv().unwrap()).collect();
        stream.respond(Response::new(200)).unwrap();
        for part in parts {
            if let Part::Data(octets) = part {
                stream.send_data(octets).unwrap();
            }
        }
        stream.end().unwrap();
    }
    opened.len()
}

fn content(client: &mut Client) -> Vec<u8> {
    let mut stream = client.connection().stream_mut(one()).unwrap();
    let parts = core::iter::from_fn(|| stream.recv().unwrap());
    let content = parts.filter_map(|part| match part {
        Part::Data(octets) => Some(octets),
        _ => None,
    });
    content.collect::<Vec<Bytes>>().concat()
}

#[test]
fn both_ends_agree_and_go_on_in_http_2() {
    let mut pair = pair(b"hello");
    pair.run();
    assert!(pair.a.is_http2() && pair.b.is_http2());
    assert_eq!(answer(&mut pair.b), 1);
    pair.run();
    assert_eq!(content(&mut pair.a), b"hello");
    let get = Request::get("http", "a", "/");
    let next = pair.a.connection().request(get).unwrap();
    pair.a.connection().stream_mut(next).unwrap().end().unwrap();
    pair.run();
    assert_eq!(answer(&mut pair.b), 1);
    pair.run();
    pair.a.connection().go_away();
    pair.run();
    assert!(pair.a.is_closed() && pair.b.is_closed());
}

#[test]
fn a_hostile_wire_changes_nothing() {
    let large: Vec<u8> = (0..50_000_u32)
        .map(|octet| octet.to_be_bytes()[3])
        .collect();
    for seed in 0..50 {
        let mut pair = pair(&large).hostile(seed);
        pair.run();
        assert_eq!(answer(&mut pair.b), 1, "seed {seed}");
        pair.run();
        assert!(content(&mut pair.a) == large, "seed {seed}");
    }
}

#[test]
fn a_client_without_a_wish_for_this_server_gets_its_answer() {
    let request = Request::get("http", "a", "/").field("expect", "tea");
    let client = Client::cleartext(Config::default(), &request, b"").unwrap();
    let mut pair = Pair::new(client, cleartext());
    pair.run();
    let Some(UpgradeError::Refused(refusal)) = pair.a.error() else {
        panic!("{:?}", pair.a)
    };
    assert_eq!(refusal.head().status(), 417);
    assert_eq!(refusal.content(), "Expectation Failed\n");
}
