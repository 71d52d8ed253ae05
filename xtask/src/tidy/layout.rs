//! What stands where: the entries of the root, the files of a package, the first line of a file.

use alloc::collections::BTreeSet;

use super::Finding;
use crate::repo::{self, Source};

/// All that may stand in the root.
const ROOT: [&str; 16] = [
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "benches",
    "crates",
    "fuzz",
];

/// What every published package carries.
const PACKAGE: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

pub(super) fn check(files: &[String], sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let entries: BTreeSet<&str> = files
        .iter()
        .filter_map(|path| path.split('/').next())
        .collect();
    for entry in entries {
        if !ROOT.contains(&entry) && entry != "xtask" {
            findings.push(Finding::new(
                entry,
                1,
                "nothing of this name belongs in the root: move it",
            ));
        }
    }
    for folder in repo::published(sources) {
        for name in PACKAGE {
            let path = format!("{folder}/{name}");
            if !files.contains(&path) {
                findings.push(Finding::new(
                    &path,
                    1,
                    "every published package carries this file: add it",
                ));
            }
        }
    }
    findings
}

/// A file says in its first line what lives in it.
pub(super) fn first_line(source: &Source) -> Vec<Finding> {
    let first = source.text.lines().next().unwrap_or_default();
    let includes = first.starts_with("#![") && first.contains("doc = include_str!");
    let says = first
        .strip_prefix("//! ")
        .is_some_and(|text| !text.trim().is_empty());
    if includes || says {
        return Vec::new();
    }
    let advice = "begin with one `//!` line that says what lives here";
    vec![Finding::new(&source.path, 1, advice)]
}
