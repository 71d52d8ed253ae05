//! `cargo xtask bench-sockets`: servers over loopback, beside other people's, in turns.

use core::time::Duration;
use std::path::PathBuf;

use crate::bench_table;
use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

/// How long building and measuring may take.
const BOUND: Duration = Duration::from_secs(3600);

/// What the measurement is made with, besides our own.
const TOOLS: [&str; 7] = [
    "h2load", "nghttpd", "h2o", "strace", "taskset", "prlimit", "openssl",
];

/// The parts that can be measured alone.
const PARTS: [&str; 4] = ["small", "files", "large", "memory"];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let is_number = |rounds: &String| rounds.parse::<u32>().is_ok_and(|rounds| rounds > 0);
    match arguments {
        [] => {}
        [rounds] if is_number(rounds) => {}
        [rounds, part] if is_number(rounds) && PARTS.contains(&part.as_str()) => {}
        _ => {
            let parts = PARTS.join(", ");
            let message = format!("a number of rounds, and one of {parts}");
            return Err(Failure::Usage(message));
        }
    }
    let missing: Vec<&str> = TOOLS
        .into_iter()
        .filter(|tool| !process::is_installed(tool))
        .collect();
    if !missing.is_empty() {
        return Err(format!("not installed: {}", missing.join(", ")).into());
    }
    let mut command = bench_table::program("sockets");
    command.args(arguments);
    command.env("TRESS_TOOL", tool()?);
    let success = process::run_visibly(&mut command, BOUND).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err(
        "not every figure is as it must be, or something could not be measured"
            .to_owned()
            .into(),
    )
}

/// Builds the tool as it is released; returns where it is.
fn tool() -> Result<PathBuf, Failure> {
    let mut build = process::cargo();
    build.args([
        "build",
        "--release",
        "--quiet",
        "--locked",
        "--package",
        "tress-cli",
    ]);
    let built = process::run_visibly(&mut build, BOUND).map_err(|error| error.to_string())?;
    if !built {
        return Err("the tool cannot be built".to_owned().into());
    }
    Ok(repo::target_dir().join("release").join("tress"))
}
