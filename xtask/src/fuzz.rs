//! `cargo xtask fuzz --smoke`: a short look at every fuzz target.
//!
//! The bodies of the targets are laws of the crates. A test of the fuzz package runs them on the
//! corpora everywhere; with cargo-fuzz and a nightly toolchain each target also runs for seconds.

use core::time::Duration;
use std::fs;
use std::process::Command;

use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

/// How long each target runs, in seconds.
const SMOKE: u64 = 5;

/// How long building all targets or tests may take.
const BUILD: Duration = Duration::from_secs(600);

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments != ["--smoke"] {
        return Err(Failure::Usage(
            "only `--smoke` is known; see also `long fuzz`".to_owned(),
        ));
    }
    let targets = targets()?;
    replay()?;
    if is_available() {
        for target in &targets {
            fuzz(target, SMOKE)?;
        }
        println!(
            "fuzz: corpora replayed; {} targets ran {SMOKE} s each",
            targets.len()
        );
    } else {
        println!(
            "fuzz: corpora replayed; {} targets skipped: needs cargo-fuzz and a nightly toolchain",
            targets.len()
        );
    }
    Ok(())
}

/// The names of all targets.
pub(crate) fn targets() -> Result<Vec<String>, String> {
    let folder = repo::root().join("fuzz/fuzz_targets");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(|entry| {
        let name = entry.ok()?.file_name().to_string_lossy().into_owned();
        name.strip_suffix(".rs").map(str::to_owned)
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// Says whether this machine can run the fuzzer.
pub(crate) fn is_available() -> bool {
    let nightly = Command::new("cargo")
        .args(["+nightly", "--version"])
        .output();
    process::is_installed("cargo-fuzz") && nightly.is_ok_and(|output| output.status.success())
}

/// Runs one target for some seconds.
///
/// What the fuzzer finds worth keeping goes below the target folder, so that a run leaves the
/// committed corpus alone.
pub(crate) fn fuzz(target: &str, seconds: u64) -> Result<(), String> {
    let found = repo::target_dir().join("fuzz-found").join(target);
    fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let corpus = repo::root().join("fuzz/corpus").join(target);
    let mut command = Command::new("cargo");
    command.current_dir(repo::root());
    command.args(["+nightly", "fuzz", "run", target]);
    command.arg(found).arg(corpus).arg("--");
    command.arg(format!("-max_total_time={seconds}"));
    let bound = BUILD + Duration::from_secs(seconds * 2);
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    if finished.success {
        return Ok(());
    }
    Err(format!("{target} has a finding:\n{}", finished.output))
}

/// Runs the bodies of the targets on the corpora, without a fuzzer.
fn replay() -> Result<(), String> {
    let mut command = process::cargo();
    command.args([
        "test",
        "--quiet",
        "--locked",
        "--no-default-features",
        "--test",
        "replay",
    ]);
    command
        .arg("--manifest-path")
        .arg(repo::root().join("fuzz/Cargo.toml"));
    command
        .arg("--target-dir")
        .arg(repo::target_dir().join("fuzz"));
    let finished = process::run(&mut command, BUILD).map_err(|error| error.to_string())?;
    if finished.success {
        return Ok(());
    }
    Err(format!("the corpora:\n{}", finished.output))
}
