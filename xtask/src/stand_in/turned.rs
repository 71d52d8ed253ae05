//! The tests of `tress-h2`, with `h2` itself in its place. Where it does
//! otherwise than ours, that is known, and stands in `DIFFERENCES.md`.

use alloc::collections::BTreeSet;
use core::time::Duration;
use std::fs;

use crate::Outcome;
use crate::process;
use crate::repo;

/// Content that asks its connection for something while it is read: there it waits for ever.
const ENDLESS: &str = "trap_19";

pub(crate) fn run(time: Duration) -> Outcome {
    let folder = repo::root().join("crates/h2/turned");
    let known = folder.join("known.txt");
    let text =
        fs::read_to_string(&known).map_err(|error| format!("{}: {error}", known.display()))?;
    let known: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once(": ")?.0))
        .collect();
    let mut command = process::cargo();
    command.args(["test", "--locked", "--manifest-path"]);
    command.arg(folder.join("Cargo.toml"));
    command
        .arg("--target-dir")
        .arg(repo::target_dir().join("turned"));
    command.args(["--test", "it", "--", "--skip", ENDLESS]);
    let finished = process::run(&mut command, time).map_err(|error| error.to_string())?;
    let results = finished
        .output
        .lines()
        .filter_map(result)
        .collect::<Vec<_>>();
    if results.is_empty() {
        return Err(finished.output.into());
    }
    let failed = results.iter().filter(|(_, passed)| !passed);
    let failed: BTreeSet<&str> = failed.map(|(name, _)| *name).collect();
    let passed = results.len() - failed.len();
    println!("h2 passes {passed} of {} tests of ours", results.len());
    if failed == known {
        println!("the other {} are known", known.len());
        return Ok(());
    }
    let both = failed.symmetric_difference(&known).copied();
    Err(format!("not as known.txt says: {:#?}", both.collect::<Vec<_>>()).into())
}

/// A test, and whether it passed.
pub(super) fn result(line: &str) -> Option<(&str, bool)> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let name = name.split(' ').next()?;
    match result {
        "ok" => Some((name, true)),
        "FAILED" => Some((name, false)),
        _ => None,
    }
}
