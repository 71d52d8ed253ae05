//! `cargo xtask codegen`: writes what a program writes better than a hand, or compares it.

mod hpack;

use core::time::Duration;
use std::fs;

use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

/// How long the tests may take that write the tables of the machines.
const BOUND: Duration = Duration::from_secs(600);

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err(Failure::Usage("only `--check` is known".to_owned())),
    };
    let files = hpack::files();
    let mut stale = Vec::new();
    for (path, text) in &files {
        let full = repo::root().join(path);
        if fs::read_to_string(&full).is_ok_and(|present| present == *text) {
            continue;
        }
        if check {
            stale.push(*path);
        } else {
            fs::write(&full, text).map_err(|error| format!("{path}: {error}"))?;
            println!("wrote {path}");
        }
    }
    if !stale.is_empty() {
        let list = stale.join(", ");
        return Err(format!("not as generated: {list}; run `cargo xtask codegen`").into());
    }
    machine_tables(check)?;
    println!(
        "codegen: {} files and the tables of the machines are as generated",
        files.len()
    );
    Ok(())
}

/// The tables of the machines are written, or compared, by the tests of the crate that owns them.
fn machine_tables(check: bool) -> Outcome {
    let mut command = process::cargo();
    command.args(["test", "--quiet", "-p", "tress-proto", "--lib"]);
    if !check {
        command.env("UPDATE", "1");
    }
    let finished = process::run(&mut command, BOUND).map_err(|error| error.to_string())?;
    if finished.success {
        return Ok(());
    }
    Err(format!("cargo test -p tress-proto --lib:\n{}", finished.output).into())
}
