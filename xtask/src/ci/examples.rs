//! Runs every example of every published crate: each ends by itself, and needs no arguments.

use core::time::Duration;
use std::time::Instant;

use super::package::package_name;
use crate::process;
use crate::repo::{self, Source};

pub(super) fn run(bound: Duration) -> Result<String, String> {
    let until = Instant::now() + bound;
    let sources = repo::sources(&repo::root()).map_err(|error| error.to_string())?;
    let examples: Vec<(&str, &str)> = sources
        .iter()
        .filter_map(|source| example(source, &sources))
        .collect();
    for (package, name) in &examples {
        let mut command = process::cargo();
        command.args(["run", "--quiet", "--all-features", "-p", package]);
        command.args(["--example", name]);
        let left = until.saturating_duration_since(Instant::now());
        let finished = process::run(&mut command, left).map_err(|error| error.to_string())?;
        if !finished.success {
            return Err(format!("{package}: example {name}\n{}", finished.output));
        }
    }
    Ok(format!("{} examples ran to their ends", examples.len()))
}

/// The package and the name, if this is an example.
fn example<'a>(source: &'a Source, sources: &'a [Source]) -> Option<(&'a str, &'a str)> {
    let (folder, name) = source.path.split_once("/examples/")?;
    let name = name
        .strip_suffix(".rs")
        .filter(|name| !name.contains('/'))?;
    let path = format!("{folder}/Cargo.toml");
    let manifest = sources.iter().find(|source| source.path == path)?;
    Some((package_name(&manifest.text)?, name))
}
