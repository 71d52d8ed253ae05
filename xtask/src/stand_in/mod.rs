//! What is built on `h2`, with `tress-h2` in its place: `cargo xtask long consumers` has it work for a
//! while, and `cargo xtask bench-stand-in` measures it beside the other.

mod measure;
mod rows;
mod suite;
mod turned;

use core::time::Duration;
use std::path::PathBuf;
use std::process::Command;

use crate::interop;
use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

pub(crate) use self::rows::run as bench;

/// How long building may take, and each part.
const BOUND: Duration = Duration::from_secs(1800);

/// The parts of `h2_long`, but for those that take an argument.
const PARTS: [&str; 5] = ["axum", "goaway", "tonic", "tunnel", "shutdown"];

/// Our tests on the other, and what others wrote for it on ours.
pub(crate) fn turned(time: Duration) -> Outcome {
    turned::run(time)?;
    suite::run(time)
}

/// Runs all parts once, then foreign peers, and then all that lasts for the time.
pub(crate) fn consumers(time: Duration) -> Outcome {
    let program = build("xtask/consumers", "h2_long")?;
    for part in PARTS {
        visibly(Command::new(&program).arg(part), BOUND, part)?;
    }
    let mut foreign = interop::script("h2_foreign.py");
    visibly(foreign.env("H2_LONG", &program), BOUND, "a foreign peer")?;
    let mut soak = Command::new(&program);
    soak.arg("soak").arg(time.as_secs().to_string());
    visibly(&mut soak, time + BOUND, "the soak")
}

fn visibly(command: &mut Command, bound: Duration, what: &str) -> Outcome {
    let success = process::run_visibly(command, bound).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err(format!("{what} failed, or time was short").into())
}

/// Builds a program of a workspace of its own, as it would be released; returns where it is.
pub(crate) fn build(folder: &str, program: &str) -> Result<PathBuf, Failure> {
    let target = repo::target_dir().join(folder);
    let mut command = process::cargo();
    command.args(["build", "--quiet", "--release", "--locked"]);
    command.arg("--manifest-path");
    command.arg(repo::root().join(folder).join("Cargo.toml"));
    command.arg("--target-dir").arg(&target);
    command.args(["--bin", program]);
    // As the checks build it, so that nothing is built twice.
    command.env("CFLAGS", "-DNDEBUG");
    let built = process::run(&mut command, BOUND).map_err(|error| error.to_string())?;
    if built.success {
        return Ok(target.join("release").join(program));
    }
    Err(format!("{program} does not build:\n{}", built.output).into())
}
