//! `cargo xtask public-api`: what each published crate shows to others, as a list in a file.
//!
//! The lists are made from rustdoc's JSON, which only a nightly toolchain writes. Where there is none,
//! nothing is compared, and that is said loudly.

mod foreign;
mod listing;

use core::time::Duration;
use std::fs;
use std::path::PathBuf;

use crate::repo;
use crate::rustdoc::{self, SKIPPED, has_nightly, packages};
use crate::{Failure, Outcome};

/// How long everything may take.
const BOUND: Duration = Duration::from_secs(1800);

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--check"] => {
            println!("public-api: {}", check(BOUND)?);
            Ok(())
        }
        [] | [_] if arguments.iter().all(|name| name.starts_with("tress-")) => {
            write(arguments.first().copied())
        }
        _ => Err(Failure::Usage("`--check`, or a package".to_owned())),
    }
}

/// Compares all lists with what is there; returns a closing line.
pub(crate) fn check(bound: Duration) -> Result<String, String> {
    if !has_nightly() {
        return Ok(SKIPPED.to_owned());
    }
    let packages = packages()?;
    let mut changed = Vec::new();
    for package in &packages {
        let now = list(package, bound)?;
        let path = path(package);
        let before = fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = listing::difference(&before, &now) {
            changed.push(format!("{package}\n{difference}"));
        }
    }
    if changed.is_empty() {
        return Ok(format!("{} lists are what there is", packages.len()));
    }
    let advice =
        "`cargo xtask public-api` writes the lists anew; say in the changelog what changed";
    Err(format!("{}\n{advice}", changed.join("\n")))
}

fn write(only: Option<&str>) -> Outcome {
    if !has_nightly() {
        return Err(SKIPPED.to_owned().into());
    }
    let packages = packages()?;
    let chosen: Vec<_> = packages
        .iter()
        .filter(|package| only.is_none_or(|only| only == *package))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::Usage(format!("there is: {}", packages.join(", "))));
    }
    for package in chosen {
        let list = list(package, BOUND)?;
        let path = path(package);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all);
        written
            .and_then(|()| fs::write(&path, &list))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{package}: {} lines", list.lines().count());
    }
    Ok(())
}

fn path(package: &str) -> PathBuf {
    repo::root().join(format!("xtask/data/public_api/{package}.txt"))
}

/// Makes the list of a package, with all of its features.
fn list(package: &str, bound: Duration) -> Result<String, String> {
    listing::of(package, &rustdoc::json(package, bound)?)
}
