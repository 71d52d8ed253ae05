//! No peer costs more than its bound.

use alloc::collections::BTreeMap;

use tress_proto::Connection;

use super::random;
use crate::laws::costs::besieged;
use crate::laws::honest::Service;

#[test]
fn no_peer_costs_more_than_its_bound_holds() {
    let started = std::time::Instant::now();
    let mut faults = BTreeMap::<String, Vec<u64>>::new();
    let mut ended = BTreeMap::<String, usize>::new();
    let mut input = 0;
    for (seed, data) in random(500) {
        let costs = besieged(&data, Connection::new, Service::default());
        let end = costs.ended.clone().unwrap_or_default();
        *ended.entry(end).or_default() += 1;
        input += costs.input;
        if let Some(fault) = costs.faults.first() {
            if std::env::var("SEE").is_ok() {
                println!("{seed}: {costs:?}");
            }
            let kind: String = fault.chars().filter(|c| !c.is_ascii_digit()).collect();
            faults.entry(kind).or_default().push(seed);
        }
    }
    println!("{ended:#?} ended, {input} octets, in {:?}", started.elapsed());
    for (kind, seeds) in faults {
        println!("{kind}: {} {:?}", seeds.len(), &seeds[..seeds.len().min(5)]);
    }
}
