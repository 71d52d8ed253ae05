//! Honest peers live.

use alloc::collections::BTreeMap;

use tress_proto::Connection;

use super::seeds;
use crate::laws::honest::{Model, Story, judged};

#[test]
fn no_honest_peer_is_cut_off_holds() {
    let mut faults = BTreeMap::<(Model, String), Vec<u64>>::new();
    let (mut worst, mut served, mut canceled, mut octets) = (0, 0, 0, 0);
    let started = std::time::Instant::now();
    for seed in seeds(500) {
        let story = Story::of(seed, &Model::ALL);
        let verdict = judged(&story, Connection::new, Connection::new);
        worst = worst.max(verdict.worst);
        served += verdict.served;
        canceled += verdict.canceled;
        octets += verdict.octets;
        if let Some(fault) = verdict.faults.first() {
            if std::env::var("SEE").is_ok() {
                println!("{seed}: {:?} {:?}\n   {:?}", story.model, story.line, verdict.faults);
            }
            let kind: String = fault.chars().filter(|c| !c.is_ascii_digit()).collect();
            faults.entry((story.model, kind)).or_default().push(seed);
        }
    }
    println!("{worst} % at worst, {served} served, {canceled} canceled, {octets} octets in {:?}", started.elapsed());
    for ((model, kind), seeds) in faults {
        println!("{model:?}: {kind}: {} {:?}", seeds.len(), &seeds[..seeds.len().min(5)]);
    }
}
