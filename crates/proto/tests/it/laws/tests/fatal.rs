//! Nothing comes of what follows a fatal error; faults in that are found.

use allocation_counter::{measure, opt_out};
use testkit::{Rng, Side};
use tress_proto::runtime::{ReadOperation, WriteOperation, WriteResult};
use tress_proto::{Client, Config, Connection, Request, Server};

use super::broken::{Broken, Fault};
use super::{fails, holds, made, with};
use crate::laws::machine::Machine;

/// Feeds octets to the end of them, or of the connection; says whether that was first. What follows
/// is consumed, told to nobody, answered by nothing, and costs no allocation.
fn nothing_follows_a_fatal_error<M: Machine>(data: &[u8], mut machine: M) -> bool {
    let (choices, wire) = data.split_at(data.len().min(3));
    let mut rest = wire;
    while !rest.is_empty() && !is_over(&mut machine) {
        match machine.read(rest) {
            0 if written(&mut machine) == 0 => return false,
            consumed => rest = &rest[consumed..],
        }
    }
    if !is_over(&mut machine) {
        return false;
    }
    written(&mut machine);
    while machine.event().is_some() {}
    let noise = [rest, wire, &Rng::new(choices.len() as u64).bytes(1000)].concat();
    for input in [&noise[..], &noise[..1], b""] {
        let mut consumed = 0;
        let info = measure(|| consumed = machine.read(input));
        assert_eq!((consumed, info.count_total), (input.len(), 0));
    }
    assert!(machine.event().is_none(), "it was told");
    assert_eq!(written(&mut machine), 0, "it was answered");
    assert!(is_over(&mut machine));
    true
}

fn is_over<M: Machine>(machine: &mut M) -> bool {
    machine.next_read_operation() == ReadOperation::Close
}

/// Writes all that waits; returns how much that was.
fn written<M: Machine>(machine: &mut M) -> usize {
    let mut octets = 0;
    while let WriteOperation::Write(chunks) = machine.next_write_operation() {
        let count = chunks.octets();
        octets += count;
        opt_out(|| machine.report_write_result(WriteResult::Ok(count)));
    }
    octets
}

fn client<M: Machine<Role = Client>>(make: fn(Config) -> M) -> M {
    let mut client = make(Config::default().allow_push());
    for _ in 0..4 {
        let request = Request::post("http", "example.org", "/");
        client
            .connection()
            .request(request)
            .expect("nothing has happened yet");
    }
    written(&mut client);
    client
}

fn server<M: Machine<Role = Server>>(make: fn(Config) -> M) -> M {
    make(Config::default())
}

/// Nothing comes of what follows the end of a client.
fn nothing_follows_the_end_of_a_client(data: &[u8]) -> bool {
    nothing_follows_a_fatal_error(data, client(Connection::new))
}

/// Nothing comes of what follows the end of a server.
fn nothing_follows_the_end_of_a_server(data: &[u8]) -> bool {
    nothing_follows_a_fatal_error(data, server(Connection::new))
}

fn holds_often(test: &str, side: Side, law: fn(&[u8]) -> bool) {
    let (mut fatal, mut all) = (0, 0);
    holds(test, made(side, 600), |data| {
        all += 1;
        fatal += usize::from(law(data));
    });
    println!("{fatal} of {all} connections ended with an error");
    assert!(fatal * 4 > all, "only {fatal} of {all} ended");
}

#[test]
fn nothing_follows_the_end_of_a_client_holds() {
    let test = "nothing_follows_the_end_of_a_client_holds";
    holds_often(test, Side::Server, nothing_follows_the_end_of_a_client);
}

#[test]
fn nothing_follows_the_end_of_a_server_holds() {
    let test = "nothing_follows_the_end_of_a_server_holds";
    holds_often(test, Side::Client, nothing_follows_the_end_of_a_server);
}

/// Says whether the law finds a fault, in a client and in a server.
fn finds(of_client: fn(Config) -> Broken<Client>, of_server: fn(Config) -> Broken<Server>) -> bool {
    let in_client = fails(made(Side::Server, 100), |data| {
        nothing_follows_a_fatal_error(data, client(of_client));
    });
    let in_server = fails(made(Side::Client, 100), |data| {
        nothing_follows_a_fatal_error(data, server(of_server));
    });
    in_client && in_server
}

#[test]
fn an_end_that_speaks_on_is_noticed() {
    assert!(finds(with!(SpeaksAfterTheEnd), with!(SpeaksAfterTheEnd)));
}

#[test]
fn an_end_that_keeps_what_follows_is_noticed() {
    assert!(finds(
        with!(KeepsWhatFollowsTheEnd),
        with!(KeepsWhatFollowsTheEnd)
    ));
}
