//! Honest peers live; faults of today and others that cut them off are found.

use alloc::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Instant;

use tress_proto::{Client, Config, Connection, ErrorCode, Server};

use super::broken::{Broken, Fault};
use super::spoiled::{Spoiled, Spoils};
use super::{seeds, with};
use crate::laws::honest::{Model, Report, Story, judged};
use crate::laws::machine::Machine;
use crate::laws::no_honest_peer_is_cut_off;
use crate::laws::transcript;

/// What a run has tried, and how near it came.
#[derive(Debug, Default)]
struct Figures {
    models: BTreeMap<Model, usize>,
    worst: u128,
    served: usize,
    canceled: usize,
    octets: u64,
    hours: f64,
    /// The seeds of each kind of fault.
    faults: BTreeMap<String, Vec<u64>>,
}

impl Figures {
    fn note(&mut self, story: &Story, report: &Report) {
        *self.models.entry(story.model).or_default() += 1;
        self.worst = self.worst.max(report.worst);
        self.served += report.served;
        self.canceled += report.canceled;
        self.octets += report.octets;
        self.hours += report.time.as_secs_f64() / 3600.0;
        let Some(fault) = report.faults.first() else {
            return;
        };
        let kind = fault.chars().filter(|letter| !letter.is_ascii_digit());
        let seeds = self.faults.entry(kind.collect()).or_default();
        seeds.push(story.seed);
        if seeds.len() == 1 {
            tell(story);
        }
    }
}

/// Says how to play a story again, and the least of it that still fails.
fn tell(story: &Story) {
    let (variable, seed) = (transcript::SEED, story.seed);
    let test = "no_honest_peer_is_cut_off_holds";
    println!("again: {variable}={seed} cargo test -p tress-proto --test it {test}");
    let fails = |story: &Story| {
        let report = judged(story, Connection::new, Connection::new);
        !report.faults.is_empty()
    };
    let least = story.least(fails);
    println!("{least:#?}");
    let report = judged(&least, Connection::new, Connection::new);
    println!("{:#?}", report.faults);
}

#[test]
fn no_honest_peer_is_cut_off_holds() {
    let (started, mut figures) = (Instant::now(), Figures::default());
    for seed in seeds(500) {
        let story = Story::of(seed, &Model::ALL);
        figures.note(&story, &judged(&story, Connection::new, Connection::new));
    }
    // Past the capture of the test harness: whoever runs the laws sees what they tried.
    let line = format!(
        "no_honest_peer_is_cut_off_holds: {:?}, {} served, {} given up, {} octets, {:.0} hours, \
         at worst {} % of the time allowed, in {:?}\n",
        figures.models,
        figures.served,
        figures.canceled,
        figures.octets,
        figures.hours,
        figures.worst,
        started.elapsed(),
    );
    let _ = io::stderr().write_all(line.as_bytes());
    assert!(figures.faults.is_empty(), "{:#?}", figures.faults);
    let is_one = std::env::var(transcript::SEED).is_ok();
    assert!(
        is_one || figures.models.len() == Model::ALL.len(),
        "{figures:?}"
    );
    assert!(is_one || figures.served > 5000, "{figures:?}");
    assert!(is_one || figures.canceled > 500, "{figures:?}");
}

#[test]
fn the_law_of_honest_peers_takes_any_octets() {
    for seed in seeds(20) {
        no_honest_peer_is_cut_off(&seed.to_be_bytes());
    }
}

/// Says whether the law finds a fault of these ends, in stories in which ours have none.
fn finds<A, B>(models: &[Model], client: fn(Config) -> A, server: fn(Config) -> B) -> bool
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    (0..300).any(|seed| {
        let story = Story::of(seed, models);
        let has_fault = !judged(&story, client, server).faults.is_empty();
        has_fault
            && judged(&story, Connection::new, Connection::new)
                .faults
                .is_empty()
    })
}

/// Makes a connection that is spoiled, of either role.
macro_rules! spoiled {
    ($spoils:expr) => {
        |config| Spoiled::new(config, $spoils)
    };
}

#[test]
fn a_stream_that_waits_for_its_turn_and_is_taken_for_stuck_is_noticed() {
    let models = [Model::Curl, Model::Browser];
    assert!(finds(
        &models,
        Connection::new,
        spoiled!(Spoils::Waiting(30))
    ));
}

#[test]
fn a_request_that_waits_to_be_opened_and_is_given_up_is_noticed() {
    assert!(finds(
        &[Model::Curl],
        spoiled!(Spoils::Unopened(75)),
        Connection::new
    ));
}

#[test]
fn cancellations_that_are_counted_and_end_the_connection_are_noticed() {
    let models = [Model::Browser, Model::Grpc];
    assert!(finds(
        &models,
        Connection::new,
        spoiled!(Spoils::Canceled(50))
    ));
}

#[test]
fn connection_credit_that_is_returned_when_content_is_taken_is_noticed() {
    assert!(finds(
        &[Model::Proxy],
        spoiled!(Spoils::CreditOnTaking),
        Connection::new
    ));
}

#[test]
fn settings_that_are_timed_from_their_queueing_are_noticed() {
    let models = [Model::Phone, Model::Curl];
    assert!(finds(
        &models,
        Connection::new,
        spoiled!(Spoils::SettingsTimer(10))
    ));
}

#[test]
fn a_lowered_limit_that_binds_before_its_acknowledgment_is_noticed() {
    assert!(finds(
        &[Model::Grpc],
        Connection::new,
        spoiled!(Spoils::LowersAtOnce)
    ));
}

#[test]
fn resets_that_the_application_asks_for_and_is_charged_for_are_noticed() {
    let models = [Model::Browser, Model::Grpc];
    assert!(finds(
        &models,
        spoiled!(Spoils::OwnResets(60)),
        Connection::new
    ));
}

#[test]
fn a_client_that_leaves_a_server_which_resets_its_calls_is_noticed() {
    assert!(finds(
        &[Model::Grpc],
        spoiled!(Spoils::ResetCalls(50)),
        Connection::new
    ));
}

#[test]
fn requests_that_are_slowed_for_no_reason_are_noticed() {
    assert!(finds(
        &Model::ALL,
        Connection::new,
        spoiled!(Spoils::Slows(10))
    ));
}

#[test]
fn credit_that_never_comes_back_and_a_connection_that_breaks_off_are_noticed() {
    assert!(finds(&[Model::Curl], with!(ForgetsCredit), Connection::new));
    assert!(finds(&[Model::Curl], Connection::new, with!(ForgetsCredit)));
    assert!(finds(
        &[Model::Curl],
        Connection::new,
        spoiled!(Spoils::Aborts)
    ));
    assert!(finds(
        &[Model::Curl],
        spoiled!(Spoils::Resets(ErrorCode::ENHANCE_YOUR_CALM)),
        Connection::new
    ));
}
