//! `cargo xtask interop`: the tool against other people's clients and servers.
//!
//! The checks are scripts in `xtask/interop/`, in the languages of the peers; this builds the tool
//! once and hands its path to them.

use core::time::Duration;

use crate::Outcome;
use crate::process;
use crate::repo;

/// How long building the tool may take.
const BUILD: Duration = Duration::from_secs(600);

/// How long all checks together may take; each has a bound of its own besides.
const CHECKS: Duration = Duration::from_secs(900);

/// What the checks run: the tool, and examples that do what the tool does not.
const BUILDS: [&str; 3] = [
    "-p tress-cli --bin tress",
    "-p tress-blocking --features h2c-upgrade --example h2c_server",
    "-p tress-blocking --example websocket_tunnel",
];

/// Where the checks find the examples.
const EXAMPLES: [(&str, &str); 2] = [
    ("H2C_SERVER", "h2c_server"),
    ("WEBSOCKET_TUNNEL", "websocket_tunnel"),
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    for what in BUILDS {
        let mut command = process::cargo();
        command.args(["build", "--quiet", "--release"]);
        command.args(what.split(' '));
        let built = process::run(&mut command, BUILD).map_err(|error| error.to_string())?;
        if !built.success {
            return Err(format!("{what} does not build:\n{}", built.output).into());
        }
    }
    let mut command = std::process::Command::new("python3");
    command
        .current_dir(repo::root())
        .arg("xtask/interop/run.py")
        .args(arguments);
    let release = repo::target_dir().join("release");
    command.env("TRESS", release.join("tress"));
    for (name, example) in EXAMPLES {
        command.env(name, release.join("examples").join(example));
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let success = process::run_visibly(&mut command, CHECKS).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("some checks failed; `--only NAME` runs one of them"
        .to_owned()
        .into())
}
