//! The list of the steps, and those that are more than one call of cargo.

use core::time::Duration;
use std::fs;

use super::{Step, Work, examples, no_std, package};
use crate::guidelines;
use crate::links;
use crate::process;
use crate::public_api;
use crate::repo;

/// All steps: cheap ones first, so that a small slip is told soon.
pub(super) const STEPS: [Step; 25] = [
    Step {
        name: "format",
        seconds: 60,
        work: Work::Function(format),
    },
    Step {
        name: "tidy",
        seconds: 60,
        work: Work::Cargo("xtask tidy", &[]),
    },
    Step {
        name: "citations",
        seconds: 60,
        work: Work::Cargo("xtask rfc", &[]),
    },
    Step {
        name: "clippy",
        seconds: 300,
        work: Work::Cargo(
            "clippy --workspace --all-targets --all-features -- -D warnings",
            &[],
        ),
    },
    Step {
        name: "clippy-lower",
        seconds: 120,
        work: Work::Cargo(
            "clippy -p tress-hpack -p tress-frame -p tress-runtime -p tress-pool -p tress-proto -p tress-log -p tress-handlers -p tress-upgrade --no-default-features -- -D warnings",
            &[],
        ),
    },
    Step {
        name: "tests",
        seconds: 600,
        work: Work::Function(tests),
    },
    Step {
        name: "loom",
        seconds: 900,
        work: Work::Function(loom),
    },
    Step {
        name: "arbitrary",
        seconds: 180,
        work: Work::Cargo(
            "test -p tress-hpack -p tress-frame --features arbitrary --test it arbitrary::",
            &[],
        ),
    },
    Step {
        name: "features",
        seconds: 600,
        work: Work::Cargo(
            "test -p tress-http -p tress-tls -p tress-session -p tress-blocking -p tress-async --all-features",
            &[],
        ),
    },
    Step {
        name: "examples",
        seconds: 400,
        work: Work::Function(examples::run),
    },
    Step {
        name: "codegen",
        seconds: 300,
        work: Work::Cargo("xtask codegen --check", &[]),
    },
    Step {
        name: "docs",
        seconds: 180,
        work: Work::Cargo(
            "doc --workspace --no-deps --all-features",
            &[("RUSTDOCFLAGS", "-Dwarnings")],
        ),
    },
    Step {
        name: "links",
        seconds: 300,
        work: Work::Function(links::check),
    },
    Step {
        name: "public-api",
        seconds: 900,
        work: Work::Function(public_api::check),
    },
    Step {
        name: "guidelines",
        seconds: 300,
        work: Work::Function(guidelines::check),
    },
    Step {
        name: "no-std",
        seconds: 180,
        work: Work::Function(no_std::prove),
    },
    Step {
        name: "package",
        seconds: 300,
        work: Work::Function(package::verify),
    },
    Step {
        name: "fuzz-check",
        seconds: 180,
        work: Work::Function(|bound| {
            excluded(
                "fuzz",
                "clippy --no-default-features --features targets --lib --bins --tests",
                bound,
            )
        }),
    },
    Step {
        name: "fuzz-smoke",
        seconds: 600,
        work: Work::Cargo("xtask fuzz --smoke", &[]),
    },
    Step {
        name: "benches",
        seconds: 300,
        work: Work::Function(|bound| excluded("benches", "clippy --all-targets", bound)),
    },
    Step {
        name: "consumers",
        seconds: 300,
        work: Work::Function(|bound| {
            excluded("xtask/consumers", "clippy --workspace --all-targets", bound)
        }),
    },
    Step {
        name: "h2-stack",
        seconds: 900,
        work: Work::Function(h2_stack),
    },
    Step {
        name: "bench-build",
        seconds: 300,
        work: Work::Function(|bound| excluded("benches", "build --benches", bound)),
    },
    Step {
        name: "bench-tests",
        seconds: 180,
        work: Work::Function(|bound| excluded("benches", "test --lib --quiet", bound)),
    },
    Step {
        name: "differential",
        seconds: 300,
        work: Work::Function(|bound| {
            excluded(
                "benches",
                "run --quiet --bin connection_differential -- 10000",
                bound,
            )
        }),
    },
];

/// The workspaces that the root one leaves out, and the second package of one of them.
const EXCLUDED: [&str; 9] = [
    "fuzz",
    "benches",
    "benches/pool",
    "benches/stand_in/h2",
    "benches/stand_in/tress",
    "xtask/consumers",
    "xtask/consumers/adapters",
    "crates/h2/patch",
    "crates/h2/turned",
];

fn format(bound: Duration) -> Result<String, String> {
    let mut lines = vec!["fmt --all -- --check".to_owned()];
    for folder in EXCLUDED.iter().filter(|folder| manifest(folder).is_file()) {
        lines.push(format!(
            "fmt --manifest-path {folder}/Cargo.toml -- --check"
        ));
    }
    for line in &lines {
        let finished = super::cargo(line, &[], bound)?;
        if !finished.success {
            return Err(format!("cargo {line}\n{}", finished.output));
        }
    }
    Ok(format!("{} workspaces are formatted", lines.len()))
}

/// Runs all tests, and counts them.
fn tests(bound: Duration) -> Result<String, String> {
    let finished = super::cargo("test --workspace", &[], bound)?;
    if !finished.success {
        return Err(format!("cargo test --workspace\n{}", finished.output));
    }
    Ok(format!("{} tests passed", count(&finished.output)))
}

/// How many tests passed.
fn count(output: &str) -> u32 {
    let results = output
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "));
    let counts = results.filter_map(|line| line.split(' ').next()?.parse::<u32>().ok());
    counts.sum()
}

/// Tries every interleaving of the models, which need types of their own and so another build.
fn loom(bound: Duration) -> Result<String, String> {
    let line = "test -p tress-session -p tress-async -p tress-blocking --lib models";
    let target = repo::target_dir().join("loom");
    let mut command = process::cargo();
    command
        .args(line.split(' '))
        .env("CARGO_TARGET_DIR", target);
    command.env("RUSTFLAGS", "--cfg tress_loom");
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    let passed = count(&finished.output);
    if !finished.success || passed == 0 {
        return Err(format!("cargo {line}\n{}", finished.output));
    }
    Ok(format!("{passed} models passed"))
}

/// Runs exchanges of the crates that are built on `h2`, all of them on ours, clients of ours under a
/// balancer of tower's, and one TLS port for HTTP/1.1 and HTTP/2.
fn h2_stack(bound: Duration) -> Result<String, String> {
    // More than one `h2` would make this ambiguous.
    let line = "tree --locked --manifest-path xtask/consumers/Cargo.toml --invert h2 --depth 0";
    let tree = super::cargo(line, &[], bound)?;
    if !tree.success || !tree.output.contains("crates/h2/patch") {
        return Err(format!("cargo {line}\n{}", tree.output));
    }
    excluded("xtask/consumers", "run --quiet --bin tower_balance", bound)?;
    excluded("xtask/consumers", "run --quiet --bin one_tls_port", bound)?;
    excluded("xtask/consumers", "run --quiet --bin h2_stack", bound)
}

fn manifest(folder: &str) -> std::path::PathBuf {
    repo::root().join(folder).join("Cargo.toml")
}

/// Runs cargo in a workspace of its own, with warnings as errors and a target folder of its own.
fn excluded(folder: &str, line: &str, bound: Duration) -> Result<String, String> {
    let target = repo::target_dir().join(folder);
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    let mut command = process::cargo();
    command.args(line.split(' ').take(1)).arg("--locked");
    command.arg("--manifest-path").arg(manifest(folder));
    command.arg("--target-dir").arg(target);
    command.args(line.split(' ').skip(1));
    // As the measuring command builds the peers, so that they are built once.
    command.env("CFLAGS", "-DNDEBUG");
    if line.starts_with("clippy") {
        command.args(["--", "-D", "warnings"]);
    }
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    if finished.success {
        return Ok(finished.closing_line().to_owned());
    }
    Err(format!("cargo {line} in {folder}\n{}", finished.output))
}
