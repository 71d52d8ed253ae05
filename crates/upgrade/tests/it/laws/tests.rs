//! The laws hold on requests and answers that were made and then broken, and can be broken.

use core::cell::Cell;

use testkit::Rng;
use tress_upgrade::proto::{Bytes, Config, Response};
use tress_upgrade::{RequestHead, Server};

use super::{a_client_takes_any_octets, a_server_takes_any_octets, server_in_pieces};
use crate::support::{SETTINGS, SWITCHING};

/// How many inputs each law is tried on.
const ROUNDS: u64 = 3000;

fn request(rng: &mut Rng) -> Vec<u8> {
    let lines = [
        "GET / HTTP/1.1",
        "POST /x HTTP/1.1",
        "PRI * HTTP/2.0",
        "",
        "SM",
        "host: a",
        "Host: b",
        "Connection: upgrade, http2-settings",
        "Upgrade: h2c",
        &format!("HTTP2-Settings: {SETTINGS}"),
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        "abc",
        "3",
        "0",
    ];
    made(rng, &lines, &[0, 5, 7, 8, 9])
}

fn response(rng: &mut Rng) -> Vec<u8> {
    let lines = [
        "HTTP/1.1 101 ",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 100 ",
        "connection: upgrade",
        "upgrade: h2c",
        "",
        "content-length: 3",
        "transfer-encoding: chunked",
        "3",
        "abc",
        "0",
        SWITCHING,
    ];
    made(rng, &lines, &[0, 3, 4])
}

/// A good beginning, or none, then lines by chance, then wrong octets by chance.
fn made(rng: &mut Rng, lines: &[&str], good: &[usize]) -> Vec<u8> {
    let mut chosen: Vec<usize> = match rng.range(0..3) {
        0 => Vec::new(),
        _ => good.to_vec(),
    };
    chosen.extend((0..rng.range(0..8)).map(|_| rng.range(0..lines.len())));
    let mut wire: Vec<u8> = chosen
        .iter()
        .flat_map(|at| [lines[*at], "\r\n"].concat().into_bytes())
        .collect();
    for _ in 0..rng.range(0..3) {
        let at = rng.range(0..wire.len().max(1));
        if let Some(octet) = wire.get_mut(at) {
            *octet = rng.octet();
        }
    }
    wire.insert(0, rng.octet());
    wire
}

#[test]
fn servers_take_what_was_made() {
    for seed in 0..ROUNDS {
        a_server_takes_any_octets(&request(&mut Rng::new(seed)));
    }
}

#[test]
fn clients_take_what_was_made() {
    for seed in 0..ROUNDS {
        a_client_takes_any_octets(&response(&mut Rng::new(seed)));
    }
}

#[test]
fn both_take_what_was_not() {
    for seed in 0..ROUNDS {
        let mut rng = Rng::new(seed);
        let count = rng.range(0..60);
        let octets = rng.bytes(count);
        a_server_takes_any_octets(&octets);
        a_client_takes_any_octets(&octets);
    }
}

#[test]
#[should_panic(expected = "GET / HTTP/1.1")]
fn a_server_that_answers_by_its_mood_breaks_the_law() {
    let count = Cell::new(200);
    let moody = |_: &RequestHead, _: Bytes| {
        count.set(count.get() + 1);
        (Response::new(count.get()), Bytes::new())
    };
    server_in_pieces(b"\0GET / HTTP/1.1\r\nhost: a\r\n\r\n", || {
        Server::cleartext(Config::default()).fallback(moody)
    });
}
