//! `cargo xtask long mutants [crate…]`: whether the tests notice a small change.
//!
//! A test that is named after a rule proves nothing until it fails without the rule. So a sample of
//! all small changes to the files that keep the rules of `proto`, or to the crates that are named, is
//! tried, each by the tests of its own crate. Those that no test notices are listed: each wants a
//! test, or a line in [`EQUIVALENT`] with the reason why it changes nothing.

use alloc::collections::BTreeMap;
use core::time::Duration;
use std::env;
use std::fs;
use std::process::Command;

use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

use self::scope::Scope;

/// Changes that change nothing, and why.
const EQUIVALENT: &str = "xtask/data/equivalent_mutants.tsv";

/// The seed of the sample; another one is taken from the variable of this name.
const SEED: (&str, u64) = ("TRESS_SAMPLE", 1);

/// What becomes of a change, as the files are called that list them, and what it means.
const OUTCOMES: [(&str, &str); 4] = [
    ("caught", "a test fails"),
    ("missed", "no test fails"),
    ("timeout", "the tests do not end"),
    ("unviable", "it does not compile"),
];

/// Tries the sample, prints what became of it, and fails if no test notices one of them.
pub(crate) fn run(time: Duration, crates: &[String]) -> Outcome {
    if !process::is_installed("cargo-mutants") {
        return Err("needs cargo-mutants: cargo install --locked cargo-mutants"
            .to_owned()
            .into());
    }
    let seed = seed()?;
    let scopes = scope::of(crates)?;
    let sample = draw(&scopes, &list(&scopes)?, seed);
    let output = repo::target_dir().join("mutants");
    let mut command = mutants(&scopes);
    command.args(["--no-shuffle", "--no-times", "--timeout"]);
    command.arg(scope::timeout(&scopes).to_string());
    command.arg("--output").arg(&output);
    if process::is_installed("cargo-nextest") {
        // It stops at the first test that fails.
        command.args(["--test-tool", "nextest"]);
    }
    for name in &sample {
        command.arg("--re").arg(format!("^{}$", quoted(name)));
    }
    // Examples take long to link, and judge nothing.
    command.args(["--", "--tests"]);
    fs::create_dir_all(&output).map_err(|error| error.to_string())?;
    process::run_visibly(&mut command, time).map_err(|error| error.to_string())?;
    let explained = explained()?;
    let outcome = |kind: &str| {
        let path = output.join("mutants.out").join(format!("{kind}.txt"));
        fs::read_to_string(path).unwrap_or_default()
    };
    for scope in scopes {
        let count = |kind| {
            outcome(kind)
                .lines()
                .filter(|name| scope.holds(name))
                .count()
        };
        let counts = OUTCOMES.map(|(kind, _)| format!("{} {kind}", count(kind)));
        println!("{:<10} {}", scope.name, counts.join(", "));
    }
    judge(&sample, &explained, outcome)
}

/// The program, told which changes there are.
fn mutants(scopes: &[&Scope]) -> Command {
    let mut command = process::cargo();
    command.arg("mutants");
    scope::tell(scopes, &mut command);
    // It works in a copy of the repository, which has its own folder to build in.
    command.env_remove("CARGO_TARGET_DIR");
    // They would make the laws of the tests try other inputs than always.
    command.env_remove("TRESS_SEED").env_remove("TRESS_TIMES");
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}

fn seed() -> Result<u64, Failure> {
    let (variable, default) = SEED;
    let Ok(text) = env::var(variable) else {
        return Ok(default);
    };
    let number = text.parse();
    number.map_err(|error| Failure::Usage(format!("{variable}: {error}")))
}

/// All changes that could be tried, by name.
fn list(scopes: &[&Scope]) -> Result<Vec<String>, Failure> {
    let finished = process::run(mutants(scopes).arg("--list"), Duration::from_secs(300));
    let finished = finished.map_err(|error| error.to_string())?;
    let names = finished.output.lines();
    let names = names.filter(|line| line.starts_with("crates/"));
    let names: Vec<String> = names.map(str::to_owned).collect();
    if finished.success && !names.is_empty() {
        return Ok(names);
    }
    Err(finished.output.into())
}

/// The reasons why some change nothing.
fn explained() -> Result<BTreeMap<String, String>, Failure> {
    let text = fs::read_to_string(repo::root().join(EQUIVALENT));
    let text = text.map_err(|error| format!("{EQUIVALENT}: {error}"))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    Ok(pairs
        .map(|(name, why)| (name.to_owned(), why.to_owned()))
        .collect())
}

/// The name without the line and the column, which change with all that stands above.
fn without_position(name: &str) -> String {
    let Some((place, change)) = name.split_once(": ") else {
        return name.to_owned();
    };
    let file = place.split(':').next().unwrap_or(place);
    format!("{file}: {change}")
}

/// Draws from each scope as many as it asks for.
fn draw(scopes: &[&Scope], all: &[String], seed: u64) -> Vec<String> {
    let mut drawn = Vec::new();
    for scope in scopes {
        let names = all.iter().filter(|name| scope.holds(name)).cloned();
        let names: Vec<String> = names.collect();
        let count = names.len();
        let sample = sample(names, scope.sample, seed);
        let tried = sample.len();
        println!("mutants of {}: {tried} of {count}, seed {seed}", scope.name);
        drawn.extend(sample);
    }
    drawn
}

/// Draws some of the names: the same seed, the same ones.
fn sample(mut names: Vec<String>, wanted: usize, seed: u64) -> Vec<String> {
    // Multiplying by an odd constant and taking the high half mixes enough for a draw.
    let mut state = seed;
    for drawn in 0..names.len().min(wanted) {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let left = names.len() - drawn;
        names.swap(drawn, drawn + (state >> 33) as usize % left);
    }
    names.truncate(wanted);
    names.sort();
    names
}

/// The regular expression that matches this text alone.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if character.is_ascii_punctuation() && !matches!(character, '_' | '/' | ':' | '<' | '>') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted
}

/// Prints what became of the sample. `outcome` is the list of those that ended in one way.
fn judge(
    sample: &[String],
    explained: &BTreeMap<String, String>,
    outcome: impl Fn(&str) -> String,
) -> Outcome {
    let mut ends = BTreeMap::new();
    for (kind, meaning) in OUTCOMES {
        let listed = outcome(kind);
        let names: Vec<&str> = listed.lines().collect();
        println!("{:>5} {kind}: {meaning}", names.len());
        ends.extend(names.iter().map(|name| ((*name).to_owned(), kind)));
    }
    let untried = sample.iter().filter(|name| !ends.contains_key(*name));
    let untried = untried.count();
    let missed = sample
        .iter()
        .filter(|name| ends.get(*name) == Some(&"missed"));
    let mut unexplained = 0;
    for name in missed {
        if let Some(why) = explained.get(&without_position(name)) {
            println!("changes nothing: {name}: {why}");
        } else {
            println!("no test notices: {name}");
            unexplained += 1;
        }
    }
    match (untried, unexplained) {
        (0, 0) => Ok(()),
        (0, count) => Err(format!("{count} changes go unnoticed").into()),
        (count, _) => Err(format!("{count} changes were not tried: time was short").into()),
    }
}

mod scope;

#[cfg(test)]
mod tests;
