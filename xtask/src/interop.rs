//! `cargo xtask interop`: the tool against other people's clients and servers.
//!
//! The checks are scripts in `xtask/interop/`, in the languages of the peers; this builds the tool
//! once and hands its path to them.

use core::time::Duration;
use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::process;
use crate::repo;

/// How long building the tool may take, on a machine that has more to do, too.
const BUILD: Duration = Duration::from_secs(1800);

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

/// The workspace of what is built on other people's crates, and the programs of it that the long
/// checks run, and that all checks run: servers, which need few of those crates.
const CONSUMERS: &str = "xtask/consumers";
const PROGRAMS: [(&str, &str); 2] = [("AXUM_SERVER", "axum_server"), ("OUR_CLIENT", "our_client")];
const SERVERS: [(&str, &str); 3] = [
    ("COMPIO_SERVER", "compio_server"),
    ("MIO_SERVER", "mio_server"),
    ("OUR_SERVER", "our_server"),
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    for what in BUILDS {
        build(what)?;
    }
    build_consumers("-p tress-adapters")?;
    let mut command = script("run.py");
    command.args(arguments);
    for (name, program) in SERVERS {
        command.env(name, consumer(program));
    }
    for (name, example) in EXAMPLES {
        command.env(name, release().join("examples").join(example));
    }
    let success = process::run_visibly(&mut command, CHECKS).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("some checks failed; `--only NAME` runs one of them"
        .to_owned()
        .into())
}

/// Real clients on slow links, and what else honest peers may do: all of `honest_clients.py`, or
/// those runs whose names hold one of these.
pub(crate) fn honest_clients(time: Duration, only: &[String]) -> Outcome {
    let [tool, ..] = BUILDS;
    build(tool)?;
    build_consumers("-p tress-consumers -p tress-adapters")?;
    let mut command = script("honest_clients.py");
    for name in only {
        command.args(["--only", name]);
    }
    for (name, program) in PROGRAMS.into_iter().chain(SERVERS) {
        command.env(name, consumer(program));
    }
    let success = process::run_visibly(&mut command, time).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("a client was cut off, or time was short".to_owned().into())
}

/// Builds a package of the workspace of consumers, in a target folder of its own.
fn build_consumers(package: &str) -> Outcome {
    let target = repo::target_dir().join(CONSUMERS);
    let place = format!("--target-dir {}", target.display());
    build(&format!(
        "--locked --manifest-path {CONSUMERS}/Cargo.toml {package} {place}"
    ))
}

/// A program of the consumers, which was built.
fn consumer(program: &str) -> PathBuf {
    let target = repo::target_dir().join(CONSUMERS);
    target.join("release").join(program)
}

fn build(what: &str) -> Outcome {
    let mut command = process::cargo();
    command.args(["build", "--quiet", "--release"]);
    command.args(what.split(' '));
    let built = process::run(&mut command, BUILD).map_err(|error| error.to_string())?;
    if built.success {
        return Ok(());
    }
    Err(format!("{what} does not build:\n{}", built.output).into())
}

/// `tress probe` on other people's servers and clients, and on ours.
pub(crate) fn probe_peers(time: Duration) -> Outcome {
    let [tool, ..] = BUILDS;
    build(tool)?;
    // A server on hyper that uses its own h2 is among the benchmarks.
    build(&format!(
        "--locked --manifest-path benches/Cargo.toml --bin sockets --target-dir {}",
        repo::target_dir().join("benches").display()
    ))?;
    let mut command = script("probe_peers.py");
    command.env(
        "SOCKETS",
        repo::target_dir().join("benches/release/sockets"),
    );
    let success = process::run_visibly(&mut command, time).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("we do not pass all cases".to_owned().into())
}

/// Counts frames in captures, as tshark does and as we do.
pub(crate) fn captures(time: Duration) -> Outcome {
    let [tool, ..] = BUILDS;
    build(tool)?;
    let mut command = script("captures.py");
    let success = process::run_visibly(&mut command, time).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("a capture has other frames for tshark than for us"
        .to_owned()
        .into())
}

/// Servers of ours that are restarted under load behind other people's proxies.
pub(crate) fn proxies(time: Duration) -> Outcome {
    long_script("proxies.py", time, "requests were lost, or time was short")
}

/// Runs a script on the tool, for a long run.
fn long_script(name: &str, time: Duration, failure: &str) -> Outcome {
    long_script_with(script(name), time, failure)
}

/// Runs a script on the tool, with what it is told besides, for a long run.
pub(crate) fn long_script_with(mut script: Command, time: Duration, failure: &str) -> Outcome {
    let [tool, ..] = BUILDS;
    build(tool)?;
    let success = process::run_visibly(&mut script, time).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err(failure.to_owned().into())
}

/// A script of the checks, which finds the tool.
pub(crate) fn script(name: &str) -> Command {
    let mut command = Command::new("python3");
    command.current_dir(repo::root());
    command.arg(format!("xtask/interop/{name}"));
    command.env("TRESS", release().join("tress"));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Where release builds lie.
fn release() -> PathBuf {
    repo::target_dir().join("release")
}
