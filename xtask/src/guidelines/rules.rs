//! What is asked of a public item, beyond what lints ask.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON that has nothing there is null"
)]

use alloc::collections::BTreeSet;

use serde_json::Value;

use crate::rustdoc::{Docs, ids, last, text};

/// Says whether an item is a type.
pub(super) fn is_type(item: &Value) -> bool {
    described(item).is_some()
}

/// The rules that an item does not keep to.
pub(super) fn broken(docs: &Docs, item: &Value) -> Vec<String> {
    let mut broken = BTreeSet::new();
    if let Some(described) = described(item) {
        of_type(docs, described, text(&item["name"]), &mut broken);
    }
    let functions = functions(docs, item);
    // What must be used of itself need not say so again.
    let is_kept = must_use(item);
    for (name, function) in functions {
        of_function(&name, function, is_kept, &mut broken);
    }
    broken.into_iter().collect()
}

fn described(item: &Value) -> Option<&Value> {
    let inner = &item["inner"];
    ["struct", "enum", "union"]
        .into_iter()
        .find_map(|kind| inner.get(kind))
}

/// C-DEBUG, C-SEND-SYNC, C-GOOD-ERR, C-COMMON-TRAITS, C-CTOR, and what iterators can say.
fn of_type(docs: &Docs, described: &Value, name: &str, broken: &mut BTreeSet<String>) {
    let blocks: Vec<&Value> = docs.blocks(described).collect();
    let of = |wanted: &str| {
        let is_wanted = |block: &&&Value| last(&block["trait"]) == wanted;
        blocks.iter().find(is_wanted).copied()
    };
    let has = |wanted: &str| of(wanted).is_some_and(|block| block["is_negative"] != true);
    let mut ask = |is_kept: bool, rule: &str| {
        if !is_kept {
            broken.insert(rule.to_owned());
        }
    };
    ask(has("Debug"), "no Debug");
    ask(has("Send"), "not Send");
    ask(has("Sync"), "not Sync");
    let is_error = name.ends_with("Error") || has("Error");
    let is_good = has("Error") && has("Display") && has("Send") && has("Sync");
    ask(!is_error || is_good, "no error that can be sent and shown");
    ask(!has("PartialEq") || has("Eq"), "PartialEq without Eq");
    ask(!has("PartialOrd") || has("Ord"), "PartialOrd without Ord");
    let is_value = has("Copy") && has("Eq");
    ask(!is_value || has("Hash"), "a value without Hash");
    if let Some(block) = of("Iterator") {
        let items = ids(&block["items"]);
        let says_size = |id: &String| text(&docs.item(id)["name"]) == "size_hint";
        ask(items.iter().any(says_size), "an iterator without size_hint");
        ask(has("ExactSizeIterator"), "an iterator that knows no length");
        ask(has("FusedIterator"), "an iterator without FusedIterator");
    }
    let inherent = blocks.iter().filter(|block| block["trait"].is_null());
    let makes = inherent.flat_map(|block| ids(&block["items"])).any(|id| {
        let item = docs.item(&id);
        let takes = &item["inner"]["function"]["sig"]["inputs"];
        item["name"] == "new" && takes.as_array().is_some_and(Vec::is_empty)
    });
    ask(!makes || has("Default"), "new() without Default");
}

/// The functions of an item: itself, those of a type, or of a trait.
fn functions<'a>(docs: &'a Docs, item: &'a Value) -> Vec<(String, &'a Value)> {
    let inner = &item["inner"];
    let mut found = Vec::new();
    if inner.get("function").is_some() {
        found.push(item);
    }
    let items = |list: &Value| ids(list).into_iter().map(|id| docs.item(&id));
    if let Some(described) = described(item) {
        let blocks = docs.blocks(described);
        for block in blocks.filter(|block| block["trait"].is_null()) {
            found.extend(items(&block["items"]));
        }
    }
    found.extend(items(&inner["trait"]["items"]));
    let functions = found
        .into_iter()
        .filter(|item| item["inner"].get("function").is_some());
    functions
        .map(|item| (text(&item["name"]).to_owned(), item))
        .collect()
}

/// C-FAILURE, C-GETTER, and that what is returned anew is not forgotten.
fn of_function(name: &str, item: &Value, is_kept: bool, broken: &mut BTreeSet<String>) {
    let signature = &item["inner"]["function"]["sig"];
    let output = &signature["output"];
    let docs = text(&item["docs"]);
    let mut ask = |is_kept: bool, rule: &str| {
        if !is_kept {
            broken.insert(format!("`{name}` {rule}"));
        }
    };
    let may_fail = last(&output["resolved_path"]) == "Result";
    ask(!may_fail || docs.contains("# Errors"), "says no errors");
    ask(!docs.is_empty(), "is not explained");
    ask(!name.starts_with("get_"), "is a getter with get_");
    let takes_self = signature["inputs"][0][1]["generic"] == "Self";
    let is_built_on = takes_self && output["generic"] == "Self";
    let is_kept = is_kept || must_use(item);
    ask(!is_built_on || is_kept, "may be forgotten (must_use)");
}

fn must_use(item: &Value) -> bool {
    item["attrs"].to_string().contains("must_use")
}
