//! The public API of a crate as a list of facts, one a line, made of rustdoc's JSON: what it exports, with
//! signatures, bounds, and the traits that each type has, automatic ones included.
//!
//! `cargo +nightly rustdoc -p CRATE --lib -- -Zunstable-options --output-format json
//! --document-hidden-items` makes the JSON.

mod render;

use alloc::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use self::render::{bounds, signature};
use crate::rustdoc::{Docs, ids, join, text};
use crate::{Failure, Outcome};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let [path] = arguments else {
        return Err(Failure::Usage("one file of rustdoc's JSON".to_owned()));
    };
    let docs = Docs::read(Path::new(path))?;
    let mut list = List {
        docs: &docs,
        lines: BTreeSet::new(),
    };
    for (path, item) in docs.public() {
        list.entry(&path, item);
    }
    for line in list.lines {
        println!("{line}");
    }
    Ok(())
}

struct List<'a> {
    docs: &'a Docs,
    lines: BTreeSet<String>,
}

impl List<'_> {
    fn entry(&mut self, path: &str, item: &Value) {
        let inner = &item["inner"];
        if let Some(function) = inner.get("function") {
            self.lines
                .insert(format!("{path}: {}", signature(function, "Self", &[])));
        } else if let Some(described) = inner.get("struct") {
            let name = path.rsplit("::").next().unwrap_or_default();
            self.structure(described, path, name);
        }
    }

    fn structure(&mut self, described: &Value, path: &str, name: &str) {
        let own = bounds(&described["generics"]);
        self.lines.insert(format!("{path}: struct{}", of(&own)));
        for block in self.docs.blocks(described) {
            let of_block = bounds(&block["generics"]);
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
        let item = self.docs.item(id);
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

fn of(bounds: &[String]) -> String {
    match bounds {
        [] => String::new(),
        bounds => format!(" where {}", bounds.join(", ")),
    }
}
