//! `cargo xtask bench-sockets`: servers over loopback, beside other people's, in turns.

use core::time::Duration;

use crate::bench_table;
use crate::process;
use crate::{Failure, Outcome};

/// How long building and measuring may take.
const BOUND: Duration = Duration::from_secs(3600);

/// What the measurement is made with, besides our own.
const TOOLS: [&str; 6] = ["h2load", "nghttpd", "h2o", "strace", "taskset", "prlimit"];

/// The parts that can be measured alone.
const PARTS: [&str; 3] = ["small", "large", "memory"];

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
