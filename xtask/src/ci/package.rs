//! Packs every published crate and builds it from the pack.

use core::time::Duration;
use std::process::Command;

use crate::process;
use crate::repo;

pub(super) fn verify(bound: Duration) -> Result<String, String> {
    let sources = repo::sources(&repo::root()).map_err(|error| error.to_string())?;
    let published = repo::published(&sources);
    let mut command = process::cargo();
    command.arg("package");
    for folder in &published {
        let manifest = sources
            .iter()
            .find(|source| source.path == format!("{folder}/Cargo.toml"));
        let name = manifest.and_then(|manifest| package_name(&manifest.text));
        command
            .arg("-p")
            .arg(name.ok_or_else(|| format!("{folder}: the manifest has no name"))?);
    }
    let clean = is_clean();
    if !clean {
        command.arg("--allow-dirty");
    }
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    if !finished.success {
        return Err(finished.output);
    }
    let tree = if clean {
        "a clean tree"
    } else {
        "a tree with changes: commit them for the real proof"
    };
    Ok(format!(
        "{} crates are packed and verified, from {tree}",
        published.len()
    ))
}

pub(super) fn package_name(manifest: &str) -> Option<&str> {
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "))?;
    Some(line.trim_matches('"'))
}

/// Says whether git sees no change below the root.
pub(crate) fn is_clean() -> bool {
    let mut command = Command::new("git");
    let output = command
        .args(["status", "--porcelain"])
        .current_dir(repo::root())
        .output();
    output.is_ok_and(|output| output.status.success() && output.stdout.is_empty())
}
