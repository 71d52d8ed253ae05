//! No peer costs more than its bound; faults that let it are found.

use alloc::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Instant;

use tress_proto::{Config, Connection, Limits, Server};

use super::spoiled::{Spoiled, Spoils};
use super::{holds, random};
use crate::laws::costs::{Costs, a_client_besieged, a_server_besieged};
use crate::laws::honest::Service;
use crate::laws::machine::Machine;
use crate::laws::no_peer_costs_more_than_its_bound;
use crate::laws::transcript;

/// Lets inputs attack an end, and says what was tried, and how near it came.
fn holds_often(test: &str, siege: impl Fn(&[u8]) -> Costs) {
    let (started, mut most) = (Instant::now(), Costs::default());
    let mut ends = BTreeMap::<String, usize>::new();
    let mut tolerated = 0;
    holds(test, random(500), |data| {
        let costs = siege(data);
        assert!(costs.faults.is_empty(), "{costs:?}");
        tolerated += usize::from(costs.is_tolerated);
        most.note(&costs);
        let end = costs.ended.as_deref().unwrap_or("goes on");
        let end = end
            .split(['{', '('])
            .nth(3)
            .unwrap_or(end)
            .trim_end_matches(')');
        *ends.entry(end.to_owned()).or_default() += 1;
    });
    // Past the capture of the test harness: whoever runs the laws sees what they tried.
    let line = format!(
        "{test}: {} octets came, at most {}, {tolerated} tolerated, ends {ends:?}, in {:?}\n",
        most.input,
        most.describe(),
        started.elapsed(),
    );
    let _ = io::stderr().write_all(line.as_bytes());
    let is_one = std::env::var(transcript::SEED).is_ok();
    assert!(
        is_one || tolerated > 200,
        "{tolerated} attacks were tolerated: {ends:?}"
    );
}

#[test]
fn no_client_costs_a_server_more_than_its_bound_holds() {
    let test = "no_client_costs_a_server_more_than_its_bound_holds";
    holds_often(test, |data| {
        a_server_besieged(data, Connection::new, Service::default())
    });
}

#[test]
fn no_server_costs_a_client_more_than_its_bound_holds() {
    let test = "no_server_costs_a_client_more_than_its_bound_holds";
    holds_often(test, |data| a_client_besieged(data, Connection::new));
}

#[test]
fn the_law_of_costs_takes_any_octets() {
    for (_, data) in random(20) {
        no_peer_costs_more_than_its_bound(&data);
    }
}

/// Says whether the law finds this kind of fault of a server, where ours has none.
fn finds<M: Machine<Role = Server>>(
    what: &str,
    make: fn(Config) -> M,
    service: fn() -> Service,
) -> bool {
    random(600).any(|(_, data)| {
        let costs = a_server_besieged(&data, make, service());
        let has_fault = costs.faults.iter().any(|fault| fault.starts_with(what));
        let ours = || a_server_besieged(&data, Connection::new, Service::default());
        has_fault && ours().faults.is_empty()
    })
}

#[test]
fn handlers_that_outlive_their_streams_uncounted_are_noticed() {
    // Alternate a request that is completed and one that is reset; whoever answers goes on.
    let service = || {
        let mut service = Service::default();
        service.abandons_early = true;
        service
    };
    assert!(finds("live handlers", Connection::new, service));
}

#[test]
fn more_handlers_than_streams_are_allowed_are_noticed() {
    let make = |config: Config| {
        let limits = Limits::server().concurrent_streams(400);
        Connection::new(config.limits(limits).expect("no limit is zero"))
    };
    assert!(finds("live handlers", make, Service::default));
}

#[test]
fn a_stuck_connection_that_never_ends_is_noticed() {
    let make = |config| Spoiled::new(config, Spoils::Timeless);
    assert!(finds("output was stuck", make, Service::default));
}

#[test]
fn an_application_that_queues_without_end_is_noticed() {
    let service = || {
        let mut service = Service::default();
        service.ignores_capacity = true;
        service
    };
    assert!(finds("queued", Connection::new, service));
}

#[test]
fn streams_that_hold_more_than_was_configured_are_noticed() {
    let make = |config: Config| {
        let wide = config.initial_window(4 << 20);
        Connection::new(wide.expect("a connection has space for as many"))
    };
    assert!(finds("memory", make, Service::default));
}
