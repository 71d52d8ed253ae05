//! Figures of a client's pool and of a server's workers, beside those of others, for a machine that does nothing else.
//! A figure that must be and is not ends the run.

use core::time::Duration;
use std::path::PathBuf;
use std::process::Command;

use crate::interop;
use crate::process;
use crate::stand_in;
use crate::{Failure, Outcome};

/// What the program of `benches/pool` is asked for.
const PARTS: [&[&str]; 4] = [
    &["streams", "10000"],
    &["goaway", "10000"],
    &["stopped"],
    &["reuse", "100"],
];

/// How long each server is asked by new connections, in seconds.
const CHURN: &str = "8";

/// The pool beside reqwest and hyper-util, servers that stop, and processes that are replaced.
pub(crate) fn run(time: Duration) -> Outcome {
    let program = program()?;
    for arguments in PARTS {
        visibly(Command::new(&program).args(arguments), time)?;
    }
    let mut script = interop::script("replace_figures.py");
    script.env("POOL_FIGURES", program);
    interop::long_script_with(script, time, "requests were lost, or time was short")
}

/// What a request costs with one worker and with two, and how many there are on new connections.
pub(crate) fn workers(time: Duration) -> Outcome {
    let script = interop::script("worker_figures.py");
    interop::long_script_with(script, time, "a figure was missed, or time was short")?;
    visibly(Command::new(program()?).args(["churn", CHURN]), time)
}

fn program() -> Result<PathBuf, Failure> {
    stand_in::build("benches/pool", "tress-bench-pool")
}

fn visibly(command: &mut Command, time: Duration) -> Outcome {
    let success = process::run_visibly(command, time).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("a figure was missed, or time was short".to_owned().into())
}
