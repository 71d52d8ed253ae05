//! The public API of a crate as a list of facts, one a line, made of rustdoc's JSON: what it exports, with
//! signatures, bounds, and the traits that each type has, automatic ones included.
//!
//! The JSON comes of a nightly compiler: `cargo +nightly rustdoc -p CRATE --lib -- -Zunstable-options
//! --output-format json --document-hidden-items`.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON that has nothing there is null"
)]

mod render;

use alloc::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use self::render::{bounds, signature};
use crate::{Failure, Outcome};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let [path] = arguments else {
        return Err(Failure::Usage("one file of rustdoc's JSON".to_owned()));
    };
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let docs: Value = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let mut list = List {
        index: &docs["index"],
        lines: BTreeSet::new(),
    };
    let root = docs["root"].to_string();
    list.module(&root, "");
    for line in list.lines {
        println!("{line}");
    }
    Ok(())
}

struct List<'a> {
    index: &'a Value,
    lines: BTreeSet<String>,
}

impl<'a> List<'a> {
    fn item(&self, id: &str) -> &'a Value {
        &self.index[id]
    }

    fn module(&mut self, id: &str, path: &str) {
        let items = ids(&self.item(id)["inner"]["module"]["items"]);
        for id in items {
            let item = self.item(&id);
            let used = &item["inner"]["use"];
            match used.is_null() {
                true => self.entry(&id, path, text(&item["name"])),
                false => self.entry(&used["id"].to_string(), path, text(&used["name"])),
            }
        }
    }

    fn entry(&mut self, id: &str, path: &str, name: &str) {
        let inner = &self.item(id)["inner"];
        let path = join(path, name);
        if inner.get("module").is_some() {
            self.module(id, &path);
        } else if let Some(function) = inner.get("function") {
            self.lines
                .insert(format!("{path}: {}", signature(function, "Self", &[])));
        } else if let Some(described) = inner.get("struct") {
            self.structure(described, &path, name);
        }
    }

    fn structure(&mut self, described: &Value, path: &str, name: &str) {
        let own = bounds(&described["generics"]);
        self.lines.insert(format!("{path}: struct{}", of(&own)));
        for id in ids(&described["impls"]) {
            let block = &self.item(&id)["inner"]["impl"];
            let of_block = bounds(&block["generics"]);
            if !block["blanket_impl"].is_null() {
                continue;
            }
            if block["trait"].is_null() {
                for id in ids(&block["items"]) {
                    self.member(&id, path, name, &of_block);
                }
                continue;
            }
            let kind = match (block["is_synthetic"] == true, block["is_negative"] == true) {
                (true, true) => "never",
                (true, false) => "auto",
                (false, _) => "impl",
            };
            let named = render::path(&block["trait"], name);
            self.lines
                .insert(format!("{path}: {kind} {named}{}", of(&of_block)));
        }
    }

    fn member(&mut self, id: &str, path: &str, name: &str, of_block: &[String]) {
        let item = self.item(id);
        let path = join(path, text(&item["name"]));
        let inner = &item["inner"];
        if let Some(function) = inner.get("function") {
            self.lines
                .insert(format!("{path}: {}", signature(function, name, of_block)));
        } else if inner.get("assoc_const").is_some() {
            self.lines.insert(format!("{path}: const"));
        }
    }
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}::{name}"),
    }
}

fn of(bounds: &[String]) -> String {
    match bounds {
        [] => String::new(),
        bounds => format!(" where {}", bounds.join(", ")),
    }
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
