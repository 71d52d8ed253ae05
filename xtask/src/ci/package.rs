//! Packs every published crate and builds it from the pack.

use core::time::Duration;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use crate::process;
use crate::repo;

pub(super) fn verify(bound: Duration) -> Result<String, String> {
    let target = repo::target_dir().join("packs");
    forget_earlier_packs(&target).map_err(|error| format!("earlier packs: {error}"))?;
    let sources = repo::sources(&repo::root()).map_err(|error| error.to_string())?;
    let published = repo::published(&sources);
    let mut command = process::cargo();
    command.arg("package").arg("--target-dir").arg(&target);
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

/// Removes what cargo has unpacked and built of earlier packs. It keeps that by name and version, so
/// that a crate would be built against what its siblings once were, as long as they have no new one.
fn forget_earlier_packs(target: &Path) -> io::Result<()> {
    remove(target)?;
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let Some(home) = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")))
    else {
        return Ok(());
    };
    let unpacked = match fs::read_dir(home.join("registry/src")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        unpacked => unpacked?,
    };
    for folder in unpacked {
        let folder = folder?;
        // Registries are called by their hosts; that of the packs is a folder, and has none.
        if folder.file_name().to_string_lossy().starts_with('-') {
            remove(&folder.path())?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
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
