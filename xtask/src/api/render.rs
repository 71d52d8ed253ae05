//! Types, signatures and bounds, as they are written, without lifetimes and the paths of names.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON that has nothing there is null"
)]

use serde_json::Value;

use super::of;
use crate::rustdoc::{last, text};

/// A signature. `name` stands for `Self`, and `outer` are the bounds of the block around it.
pub(super) fn signature(function: &Value, name: &str, outer: &[String]) -> String {
    let sig = &function["sig"];
    let inputs = sig["inputs"].as_array().into_iter().flatten();
    let inputs: Vec<_> = inputs.map(|input| kind(&input[1], name)).collect();
    let output = match &sig["output"] {
        Value::Null => String::new(),
        output => format!(" -> {}", kind(output, name)),
    };
    let is_async = if function["header"]["is_async"] == true {
        "async "
    } else {
        ""
    };
    let mut all = outer.to_vec();
    all.extend(bounds(&function["generics"]));
    all.sort();
    all.dedup();
    format!("{is_async}fn({}){output}{}", inputs.join(", "), of(&all))
}

/// The bounds of parameters, wherever they stand.
pub(super) fn bounds(generics: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for parameter in generics["params"].as_array().into_iter().flatten() {
        let bounds = &parameter["kind"]["type"]["bounds"];
        add(&mut all, text(&parameter["name"]), bounds);
    }
    for predicate in generics["where_predicates"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let bound = &predicate["bound_predicate"];
        add(&mut all, &kind(&bound["type"], "Self"), &bound["bounds"]);
    }
    all.sort();
    all
}

fn add(all: &mut Vec<String>, parameter: &str, bounds: &Value) {
    for bound in bounds.as_array().into_iter().flatten() {
        let named = &bound["trait_bound"]["trait"];
        if !named.is_null() {
            all.push(format!("{parameter}: {}", path(named, "Self")));
        }
    }
}

/// A type.
fn kind(described: &Value, name: &str) -> String {
    let Some((variant, inner)) = described
        .as_object()
        .and_then(|object| object.iter().next())
    else {
        return "_".to_owned();
    };
    match variant.as_str() {
        "generic" if inner == "Self" => name.to_owned(),
        "generic" | "primitive" => text(inner).to_owned(),
        "resolved_path" => path(inner, name),
        "borrowed_ref" => {
            let mutable = if inner["is_mutable"] == true {
                "mut "
            } else {
                ""
            };
            format!("&{mutable}{}", kind(&inner["type"], name))
        }
        "tuple" => format!("({})", list(inner, |part| kind(part, name))),
        "slice" => format!("[{}]", kind(inner, name)),
        "array" => format!("[{}; {}]", kind(&inner["type"], name), text(&inner["len"])),
        "impl_trait" => format!(
            "impl {}",
            list(inner, |bound| match &bound["trait_bound"]["trait"] {
                Value::Null => "use".to_owned(),
                named => path(named, name),
            })
            .replace(", use", "")
        ),
        "qualified_path" => format!(
            "{}::{}",
            kind(&inner["self_type"], name),
            text(&inner["name"])
        ),
        other => other.to_owned(),
    }
}

/// A name with its arguments, without where it lies and without lifetimes.
pub(super) fn path(named: &Value, name: &str) -> String {
    let last = last(named);
    // Whoever is of the same name is the same: a type may be written either way.
    let arguments = &named["args"]["angle_bracketed"];
    let types = list(&arguments["args"], |argument| match &argument["type"] {
        Value::Null => String::new(),
        described => kind(described, name),
    });
    let constraints = list(&arguments["constraints"], |constraint| {
        let equal = &constraint["binding"]["equality"]["type"];
        format!("{} = {}", text(&constraint["name"]), kind(equal, name))
    });
    let all: Vec<_> = [types, constraints]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match all.as_slice() {
        _ if last == name => last.to_owned(),
        [] => last.to_owned(),
        all => format!("{last}<{}>", all.join(", ")),
    }
}

fn list(values: &Value, mut render: impl FnMut(&Value) -> String) -> String {
    let values = values.as_array().into_iter().flatten();
    let rendered: Vec<_> = values
        .map(&mut render)
        .filter(|one| !one.is_empty())
        .collect();
    rendered.join(", ")
}
