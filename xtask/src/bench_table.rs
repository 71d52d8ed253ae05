//! `cargo xtask bench-table`: the figures beside the peers, in turns within one run.

use core::time::Duration;
use std::process::Command;

use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

/// How long building and measuring may take.
const BOUND: Duration = Duration::from_secs(1200);

/// How many turns each figure is the median of, unless the caller says otherwise.
const ROUNDS: u32 = 7;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let rounds = match arguments {
        [] => ROUNDS,
        [rounds] => match rounds.parse() {
            Ok(rounds) if rounds > 0 => rounds,
            _ => return Err(Failure::Usage(format!("`{rounds}` is no number of rounds"))),
        },
        _ => return Err(Failure::Usage("one number of rounds".to_owned())),
    };
    let mut servers = cargo("build");
    servers.args(SERVERS.map(|name| ["--bin", name]).concat());
    let built = process::run_visibly(&mut servers, BOUND).map_err(|error| error.to_string())?;
    if !built {
        return Err("the servers cannot be built".to_owned().into());
    }
    let mut command = program("counts");
    let counted = process::run_visibly(&mut command, BOUND).map_err(|error| error.to_string())?;
    let mut measured = true;
    for name in ["table", "engine"] {
        let mut command = program(name);
        command.arg(rounds.to_string());
        let result = process::run_visibly(&mut command, BOUND);
        measured &= result.map_err(|error| error.to_string())?;
    }
    match (counted, measured) {
        (true, true) => Ok(()),
        (false, _) => Err("something holds or allocates more than it may"
            .to_owned()
            .into()),
        (true, false) => Err("a measuring program failed".to_owned().into()),
    }
}

/// Servers with one library each, whose size `engine` compares.
const SERVERS: [&str; 4] = ["only_nothing", "only_tress", "only_nghttp2", "only_h2"];

/// A program of the benches; what follows is for the program itself.
pub(crate) fn program(name: &str) -> Command {
    let mut command = cargo("run");
    command.args(["--bin", name, "--"]);
    command
}

/// A command of cargo on the benches, built as they are measured.
fn cargo(subcommand: &str) -> Command {
    let mut command = process::cargo();
    command.args([subcommand, "--release", "--quiet", "--locked"]);
    command
        .arg("--manifest-path")
        .arg(repo::root().join("benches/Cargo.toml"));
    command
        .arg("--target-dir")
        .arg(repo::target_dir().join("benches"));
    // The peers are to be measured without their assertions, too.
    command.env("CFLAGS", "-DNDEBUG");
    command
}
