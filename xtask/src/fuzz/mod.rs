//! `cargo xtask fuzz`: a short look at every fuzz target, and the care of the corpora.
//!
//! The bodies of the targets are laws of the crates. A test of the fuzz package runs them on the
//! corpora everywhere; with cargo-fuzz and a nightly toolchain each target also runs for seconds.

#[expect(unreachable_pub, reason = "the fuzz package shows it to its tests")]
#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;
mod unpacked;

use core::time::Duration;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use self::unpacked::Unpacked;
use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

/// How long each target runs, in seconds.
const SMOKE: u64 = 5;

/// How long building all targets or tests may take.
const BUILD: Duration = Duration::from_secs(600);

/// How long one corpus may take to be minimised.
const MERGE: Duration = Duration::from_secs(1200);

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--smoke"] => smoke(),
        ["--minimise", named @ ..] => minimise(named),
        ["--add", target, files @ ..] if !files.is_empty() => add(target, files),
        _ => Err(Failure::Usage(
            "`--smoke`, `--minimise [TARGET...]` or `--add TARGET FILE...`; see also `long fuzz`"
                .to_owned(),
        )),
    }
}

fn smoke() -> Outcome {
    let targets = targets()?;
    replay()?;
    if !is_available() {
        println!(
            "fuzz: corpora replayed; {} targets skipped: needs cargo-fuzz and a nightly toolchain",
            targets.len()
        );
        return Ok(());
    }
    for target in &targets {
        fuzz(target, SMOKE)?;
    }
    println!(
        "fuzz: corpora replayed; {} targets ran {SMOKE} s each",
        targets.len()
    );
    Ok(())
}

/// Keeps of each corpus, and of what was found since, the inputs that cover what all of them do.
fn minimise(named: &[&str]) -> Outcome {
    if !is_available() {
        return Err("needs cargo-fuzz and a nightly toolchain".to_owned().into());
    }
    for target in targets()? {
        if !named.is_empty() && !named.contains(&target.as_str()) {
            continue;
        }
        let unpacked = Unpacked::of(&target)?;
        let merged = Unpacked::empty(&target)?;
        let mut command = fuzzer(&target);
        command
            .args([merged.folder(), unpacked.folder()])
            .arg(found(&target)?)
            .args(["--", "-merge=1"]);
        let finished = process::run(&mut command, MERGE).map_err(|error| error.to_string())?;
        if !finished.success {
            return Err(format!("{target} has a finding:\n{}", finished.output).into());
        }
        let (before, after) = (unpacked.inputs()?, merged.inputs()?);
        corpus::write(&root(), &target, &after).map_err(|error| error.to_string())?;
        println!("{target}: {} inputs of {}", after.len(), before.len());
    }
    Ok(())
}

/// Adds inputs to a corpus, such as a finding that is to stay found.
fn add(target: &str, files: &[&str]) -> Outcome {
    if !targets()?.iter().any(|name| name == target) {
        return Err(Failure::Usage(format!("there is no target `{target}`")));
    }
    let mut inputs = corpus::read(&root(), target).map_err(|error| error.to_string())?;
    for file in files {
        inputs.insert(fs::read(file).map_err(|error| format!("{file}: {error}"))?);
    }
    corpus::write(&root(), target, &inputs).map_err(|error| error.to_string())?;
    println!("{target}: {} inputs", inputs.len());
    Ok(())
}

/// The folder of the fuzz package.
fn root() -> PathBuf {
    repo::root().join("fuzz")
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
    let unpacked = Unpacked::of(target)?;
    let mut command = fuzzer(target);
    command
        .arg(found(target)?)
        .arg(unpacked.folder())
        .arg("--")
        .arg(format!("-max_total_time={seconds}"));
    let bound = BUILD + Duration::from_secs(seconds * 2);
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    if finished.success {
        return Ok(());
    }
    Err(format!("{target} has a finding:\n{}", finished.output))
}

/// The fuzzer of a target, without its arguments.
fn fuzzer(target: &str) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(repo::root());
    command.args(["+nightly", "fuzz", "run", target]);
    command
}

/// Where the fuzzer keeps what it finds worth keeping.
fn found(target: &str) -> Result<PathBuf, String> {
    let found = repo::target_dir().join("fuzz-found").join(target);
    fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    Ok(found)
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
