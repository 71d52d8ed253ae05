//! Octets of all kinds visit one end; faults in it are found.

use alloc::collections::BTreeMap;
use std::io::{self, Write as _};
use std::panic::catch_unwind;

use testkit::{Census, Side, kind};
use tress_proto::{Client, Config, Connection, Server};

use super::broken::{Broken, Fault};
use super::{Input, fails, holds, made, random, with};
use crate::laws::*;

/// Visits one end with many inputs, and counts what reached it.
fn visits(test: &str, inputs: impl Iterator<Item = Input>, law: impl Fn(&[u8]) -> Visit) -> Census {
    let (mut census, mut ends) = (Census::new(), BTreeMap::<_, usize>::new());
    holds(test, inputs, |data| {
        let visit = law(data);
        holds_its_own(&visit);
        for (name, count) in visit.received.census.counts() {
            let known = kind::NAMED.iter().find(|(_, other)| *other == name);
            let number = known.map_or(0xff, |(number, _)| *number);
            (0..count).for_each(|_| census.note(number));
        }
        let end = visit.heard.closed[0].split([' ', '{']).next();
        *ends.entry(end.unwrap().to_owned()).or_default() += 1;
    });
    println!("{ends:#?}");
    // Past the capture of the test harness: whoever runs the laws sees what they tried.
    let kinds = ends.len();
    let line = format!("{test}: {census}, and {kinds} kinds of ends\n");
    let _ = io::stderr().write_all(line.as_bytes());
    census
}

/// Fails unless frames of all types, and some of none that is known, were tried.
fn is_complete(census: &Census) {
    let missing = census.missing();
    assert!(
        missing.is_empty(),
        "nothing was tried of {missing:?}: {census}"
    );
}

#[test]
fn a_client_takes_any_octets_holds() {
    let test = "a_client_takes_any_octets_holds";
    is_complete(&visits(test, made(Side::Server, 1200), |data| {
        visit_a_client(data, Connection::new)
    }));
    holds(test, random(200), a_client_takes_any_octets);
}

#[test]
fn a_server_takes_any_octets_holds() {
    let test = "a_server_takes_any_octets_holds";
    is_complete(&visits(test, made(Side::Client, 1200), |data| {
        visit_a_server(data, Connection::new)
    }));
    holds(test, random(200), a_server_takes_any_octets);
}

#[test]
fn a_run_that_tries_too_little_is_noticed() {
    let three = made(Side::Client, 3).take(3);
    let census = visits("too little", three, |data| {
        visit_a_server(data, Connection::new)
    });
    assert!(catch_unwind(|| is_complete(&census)).is_err());
}

/// Says whether visits find a fault, in a client and in a server.
fn visits_find(client: fn(Config) -> Broken<Client>, server: fn(Config) -> Broken<Server>) -> bool {
    let of_client = fails(made(Side::Server, 300), |data| {
        holds_its_own(&visit_a_client(data, client));
    });
    let of_server = fails(made(Side::Client, 300), |data| {
        holds_its_own(&visit_a_server(data, server));
    });
    of_client && of_server
}

#[test]
fn visits_notice_a_machine_that_panics_at_a_type_of_frame() {
    assert!(visits_find(with!(PanicsAtPing), with!(PanicsAtPing)));
}

#[test]
fn visits_notice_an_event_that_comes_twice_and_one_that_never_comes() {
    assert!(visits_find(with!(RepeatsEvents), with!(RepeatsEvents)));
    assert!(visits_find(
        with!(ForgetsTheLastEvent),
        with!(ForgetsTheLastEvent)
    ));
}

#[test]
fn visits_notice_credit_that_is_forgotten_or_given_twice() {
    assert!(visits_find(with!(ForgetsCredit), with!(ForgetsCredit)));
    assert!(visits_find(with!(RepeatsCredit), with!(RepeatsCredit)));
}

#[test]
fn visits_notice_a_stream_that_stays() {
    assert!(visits_find(with!(HidesAStream), with!(HidesAStream)));
}
