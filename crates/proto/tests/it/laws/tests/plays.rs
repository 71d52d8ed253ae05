//! Two ends play; faults in either of them are found.

use alloc::collections::BTreeMap;

use tress_proto::{Client, Config, Connection, Server};

use super::broken::{Broken, Fault};
use super::{fails, holds, random, with};
use crate::laws::*;

/// What a play can do, by name: all of it must be done now and then.
const ACTS: [&str; 24] = [
    "request",
    "respond",
    "inform",
    "push",
    "say",
    "take",
    "abandoned",
    "settings",
    "ping",
    "stall",
    "split",
    "short writes",
    "narrow",
    "mend",
    "hold",
    "tick",
    "step",
    "run",
    "go away",
    "abort",
    "transport error",
    "shutdown",
    "cut",
    "leave",
];

#[test]
fn a_pair_comes_to_its_end_holds() {
    let mut outcomes = BTreeMap::<String, usize>::new();
    let mut acts = BTreeMap::<&str, usize>::new();
    holds("a_pair_comes_to_its_end_holds", random(500), |data| {
        let play = comes_to_its_end(data, Connection::new, Connection::new);
        for act in &play.acts {
            *acts.entry(act).or_default() += 1;
        }
        for stream in play.client.heard.streams.values() {
            let outcome = match stream.finished[..] {
                [Ok(())] => format!("whole, {} parts of fields", stream.fields.len()),
                [Err(error)] => format!("{error:?}"),
                _ => "released".to_owned(),
            };
            *outcomes.entry(outcome).or_default() += 1;
        }
    });
    holds(
        "a_pair_comes_to_its_end_holds",
        random(20),
        a_pair_comes_to_its_end,
    );
    println!("streams as clients saw them end: {outcomes:#?}");
    let whole = outcomes
        .iter()
        .filter(|(outcome, _)| outcome.starts_with("whole"));
    let whole: usize = whole.map(|(_, count)| count).sum();
    let is_one = std::env::var(transcript::SEED).is_ok();
    assert!(is_one || whole > 1000, "only {whole} whole exchanges");
    println!("what was done: {acts:?}");
    let untried = ACTS.iter().filter(|act| !acts.contains_key(*act));
    let untried: Vec<_> = untried.collect();
    assert!(is_one || untried.is_empty(), "never tried: {untried:?}");
}

/// Says whether plays find a fault in either end.
fn plays_find(client: fn(Config) -> Broken<Client>, server: fn(Config) -> Broken<Server>) -> bool {
    let of_client = fails(random(100), |data| {
        comes_to_its_end(data, client, Connection::new);
    });
    let of_server = fails(random(100), |data| {
        comes_to_its_end(data, Connection::new, server);
    });
    of_client && of_server
}

#[test]
fn plays_notice_streams_that_are_stuck_for_lack_of_credit() {
    assert!(plays_find(with!(ForgetsCredit), with!(ForgetsCredit)));
}

#[test]
fn plays_notice_content_that_was_changed_and_trailers_that_were_lost() {
    assert!(plays_find(with!(ChangesContent), with!(ChangesContent)));
    assert!(plays_find(with!(LosesTrailers), with!(LosesTrailers)));
}

#[test]
fn plays_notice_an_event_that_comes_twice_and_one_that_never_comes() {
    assert!(plays_find(with!(RepeatsEvents), with!(RepeatsEvents)));
    assert!(plays_find(
        with!(ForgetsTheLastEvent),
        with!(ForgetsTheLastEvent)
    ));
}

#[test]
fn plays_notice_a_ping_that_is_forgotten_and_a_flush_that_is_reported_twice() {
    assert!(plays_find(with!(ForgetsPings), with!(ForgetsPings)));
    assert!(plays_find(with!(RepeatsFlushes), with!(RepeatsFlushes)));
}

#[test]
fn plays_notice_an_end_that_breaks_a_rule() {
    assert!(plays_find(with!(RepeatsHeaders), with!(RepeatsHeaders)));
}
