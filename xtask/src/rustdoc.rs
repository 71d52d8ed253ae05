//! What rustdoc says of a crate, as JSON: it is made here, and read here.
//!
//! The JSON comes of a nightly compiler.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON that has nothing there is null"
)]

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process;
use crate::repo;

/// What is said where there is no nightly compiler.
pub(crate) const SKIPPED: &str = "SKIPPED, NOTHING WAS COMPARED: it needs a nightly toolchain (rustup toolchain install nightly)";

pub(crate) fn has_nightly() -> bool {
    let nightly = Command::new("cargo")
        .args(["+nightly", "--version"])
        .output();
    nightly.is_ok_and(|output| output.status.success())
}

/// The published libraries, by their names.
pub(crate) fn packages() -> Result<Vec<String>, String> {
    let sources = repo::sources(&repo::root()).map_err(|error| error.to_string())?;
    let folders = repo::published(&sources);
    let names = folders.iter().filter_map(|folder| {
        let path = format!("{folder}/Cargo.toml");
        let manifest = sources.iter().find(|source| source.path == path)?;
        let name = manifest
            .text
            .lines()
            .find_map(|line| line.strip_prefix("name = \""))?;
        Some(name.trim_end_matches('"').to_owned())
    });
    Ok(names.collect())
}

/// Has rustdoc describe a package, with all of its features; returns the file.
pub(crate) fn json(package: &str, bound: Duration) -> Result<PathBuf, String> {
    let target = repo::target_dir().join("public-api");
    let mut command = Command::new("cargo");
    command
        .current_dir(repo::root())
        .args(["+nightly", "rustdoc", "--quiet", "--lib", "--all-features"])
        .args(["--package", package])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .args(["--cap-lints", "allow"]);
    let finished = process::run(&mut command, bound).map_err(|error| error.to_string())?;
    if !finished.success {
        return Err(format!("{package}: rustdoc\n{}", finished.output));
    }
    let name = package.replace('-', "_");
    Ok(target.join("doc").join(format!("{name}.json")))
}

/// What rustdoc says of a crate.
pub(crate) struct Docs(Value);

impl Docs {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let at = |error: &dyn core::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| at(&error))?;
        let value = serde_json::from_str(&text).map_err(|error| at(&error))?;
        Ok(Self(value))
    }

    /// An item, null if it is another crate's.
    pub(crate) fn item(&self, id: &str) -> &Value {
        &self.0["index"][id]
    }

    /// The items that others can name, each with its path and its name there.
    pub(crate) fn public(&self) -> Vec<(String, &Value)> {
        let mut found = Vec::new();
        self.module(&self.0["root"].to_string(), "", &mut found);
        found
    }

    fn module<'a>(&'a self, id: &str, path: &str, found: &mut Vec<(String, &'a Value)>) {
        for id in ids(&self.item(id)["inner"]["module"]["items"]) {
            let item = self.item(&id);
            let used = &item["inner"]["use"];
            if used["is_glob"] == true {
                self.module(&used["id"].to_string(), path, found);
                continue;
            }
            let (id, name) = match used.is_null() {
                true => (id, &item["name"]),
                false => (used["id"].to_string(), &used["name"]),
            };
            let path = join(path, text(name));
            let item = self.item(&id);
            if item["inner"].get("module").is_some() {
                self.module(&id, &path, found);
            } else if !item.is_null() {
                found.push((path, item));
            }
        }
    }

    /// The blocks of a type's own methods, and of its traits, without those that every type has.
    pub(crate) fn blocks<'a>(&'a self, described: &'a Value) -> impl Iterator<Item = &'a Value> {
        let ids = ids(&described["impls"]).into_iter();
        ids.map(|id| &self.item(&id)["inner"]["impl"])
            .filter(|block| block["blanket_impl"].is_null())
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}::{name}"),
    }
}

pub(crate) fn ids(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The last part of the name of a trait or a type.
pub(crate) fn last(named: &Value) -> &str {
    text(&named["path"]).rsplit("::").next().unwrap_or_default()
}
