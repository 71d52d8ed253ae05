//! No peer costs more than its bound; faults that let it are found.

use alloc::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Instant;

use tress_proto::{Config, Connection, Limits, Server};

use super::spoiled::{Spoiled, Spoils};
use super::{holds, random};
use crate::laws::costs::{Costs, besieged};
use crate::laws::honest::Service;
use crate::laws::machine::Machine;
use crate::laws::no_peer_costs_more_than_its_bound;
use crate::laws::transcript;

/// What the machine does not keep to yet: such faults are counted and let pass.
const NOT_YET: [&str; 3] = ["live handlers", "started handlers", "output was stuck"];

#[test]
fn no_peer_costs_more_than_its_bound_holds() {
    let (started, mut most) = (Instant::now(), Costs::default());
    let (mut ends, mut not_yet) = (BTreeMap::<String, usize>::new(), 0);
    holds(
        "no_peer_costs_more_than_its_bound_holds",
        random(500),
        |data| {
            let costs = besieged(data, Connection::new, Service::default());
            let faults = costs.faults.iter();
            let (known, new): (Vec<_>, Vec<_>) =
                faults.partition(|fault| NOT_YET.iter().any(|known| fault.contains(known)));
            assert!(new.is_empty(), "{new:?}: {costs:?}");
            not_yet += known.len();
            most.note(&costs);
            let end = costs.ended.as_deref().unwrap_or("goes on");
            let end = end.split(['{', '(']).nth(2).unwrap_or(end);
            *ends.entry(end.to_owned()).or_default() += 1;
        },
    );
    // Past the capture of the test harness: whoever runs the laws sees what they tried.
    let line = format!(
        "no_peer_costs_more_than_its_bound_holds: {} octets came, at most {}, {not_yet} known \
         faults, ends {ends:?}, in {:?}\n",
        most.input,
        most.told(),
        started.elapsed(),
    );
    let _ = io::stderr().write_all(line.as_bytes());
    let is_one = std::env::var(transcript::SEED).is_ok();
    let goes_on = ends.get("goes on").copied().unwrap_or_default();
    assert!(is_one || goes_on > 100, "{ends:?}");
}

#[test]
fn the_law_of_costs_takes_any_octets() {
    for (_, data) in random(20) {
        let costs = besieged(&data, Connection::new, Service::default());
        if costs.faults.is_empty() {
            no_peer_costs_more_than_its_bound(&data);
        }
    }
}

/// Says whether the law finds this kind of fault of a server, where ours has none.
fn finds<M: Machine<Role = Server>>(
    what: &str,
    make: fn(Config) -> M,
    service: fn() -> Service,
) -> bool {
    random(600).any(|(_, data)| {
        let costs = besieged(&data, make, service());
        let has_fault = costs.faults.iter().any(|fault| fault.starts_with(what));
        let ours = || besieged(&data, Connection::new, Service::default());
        has_fault && (!NOT_YET.is_empty() || ours().faults.is_empty())
    })
}

#[test]
fn handlers_that_outlive_their_streams_uncounted_are_noticed() {
    // Alternate a request that is completed and one that is reset; whoever answers goes on.
    let service = || {
        let mut service = Service::default();
        service.lets_go_early = true;
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
