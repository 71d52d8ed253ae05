//! What was said in a play that failed, for whoever runs it again.

use core::cell::RefCell;
use std::env;

use testkit::{Pair, Reader, Way};
use tress_proto::runtime::Runtime;

use super::app::App;

/// The variable that names the one input to run.
pub(crate) const SEED: &str = "TRESS_SEED";

std::thread_local! {
    /// What was done in the last play of this thread that failed.
    static LAST_ACTS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// What was done in the last play of this thread that failed.
#[cfg(test)]
pub(crate) fn last_acts() -> Vec<&'static str> {
    LAST_ACTS.take()
}

/// Says whether one input is run again.
pub(crate) fn is_wanted() -> bool {
    env::var_os(SEED).is_some()
}

/// Prints what was done, the frames, and what either application heard of its streams.
pub(crate) fn print<A: Runtime, B: Runtime>(
    pair: &Pair<A, B>,
    apps: [&App; 2],
    acts: &[&'static str],
) {
    LAST_ACTS.set(acts.to_vec());
    if is_wanted() {
        println!("what was done: {}", acts.join(", "));
    }
    let mut readers = [Reader::new(), Reader::new()];
    for (way, octets) in pair.transcript() {
        for frame in readers[usize::from(*way == Way::BToA)].read(octets) {
            println!("{way:?} {frame:?}");
        }
    }
    for app in apps.into_iter().filter(|_| is_wanted()) {
        println!(
            "{:?}: {:?} {:?}",
            app.side, app.heard.others, app.heard.closed
        );
        for (id, stream) in &app.heard.streams {
            println!("  {id:?} finished {:?}", stream.finished);
        }
        println!(
            "  abandoned {:?}, released {:?}",
            app.abandoned, app.released
        );
    }
}
