//! The tests of `hyper-util`, as its package has them, with `tress-h2` in the place of `h2`: nothing is
//! turned but the dependency. The packages of `h2` and `hyper` have no tests in them.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON that has nothing there is null"
)]

use core::time::Duration;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::turned::result;
use crate::process;
use crate::repo;
use crate::{Failure, Outcome};

const PACKAGE: &str = "hyper-util";

/// A test that asks the system for the address of a name, which not every system knows.
const RESOLVES: &str = "test_socks_v5_with_locally_resolved_domain_works";

pub(crate) fn run(time: Duration) -> Outcome {
    let folder = repo::target_dir().join("turned").join(PACKAGE);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    copy(&source()?, &folder).map_err(failed)?;
    turn(&folder).map_err(failed)?;
    let mut command = process::cargo();
    command.args(["test", "--features", "full", "--no-fail-fast"]);
    command
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"));
    command
        .arg("--target-dir")
        .arg(repo::target_dir().join("turned"));
    command.args(["--", "--skip", RESOLVES]);
    let finished = process::run(&mut command, time).map_err(failed)?;
    if finished.output.contains("was not used in the crate graph") {
        return Err("the tests do not run on ours".to_owned().into());
    }
    let results = finished.output.lines().filter_map(result);
    let (passed, failed): (Vec<_>, Vec<_>) = results.partition(|(_, passed)| *passed);
    println!("{PACKAGE} passes {} tests of its own on ours", passed.len());
    if finished.success && failed.is_empty() && !passed.is_empty() {
        return Ok(());
    }
    Err(finished.output.into())
}

/// Where cargo has the package that the consumers are built with.
fn source() -> Result<PathBuf, Failure> {
    let mut command = process::cargo();
    command.args(["metadata", "--format-version", "1", "--locked"]);
    command.arg("--manifest-path");
    command.arg(repo::root().join("xtask/consumers/Cargo.toml"));
    let output = command.output().map_err(failed)?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(failed)?;
    let packages = metadata["packages"].as_array();
    let mut packages = packages.into_iter().flatten();
    let package = packages.find(|package| package["name"] == PACKAGE);
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|manifest| Path::new(manifest).parent());
    let folder = folder.ok_or_else(|| format!("the consumers do without {PACKAGE}"))?;
    Ok(folder.to_owned())
}

/// Puts ours in the place of the other.
fn turn(folder: &Path) -> io::Result<()> {
    let manifest = folder.join("Cargo.toml");
    let ours = repo::root().join("crates/h2/patch");
    let turned = format!(
        "{}\n[workspace]\n\n[patch.crates-io]\nh2 = {{ path = {:?} }}\n",
        fs::read_to_string(&manifest)?,
        ours.display().to_string()
    );
    // Its lock file knows the other one.
    fs::remove_file(folder.join("Cargo.lock"))?;
    // What cargo unpacked may not be written to.
    fs::remove_file(&manifest)?;
    fs::write(manifest, turned)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &place)?,
            false => fs::copy(entry.path(), place).map(drop)?,
        }
    }
    Ok(())
}

fn failed(error: impl ToString) -> Failure {
    error.to_string().into()
}
