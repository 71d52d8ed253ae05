//! Cases for machines: an object a line.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use blocking::proto::hpack::Decoder;
use serde_json::{Map, Value, json};

use super::decode;
use super::story::{Case, hex};
use crate::exit::Result;
use crate::frames::Harmless;
use crate::inspect::block;

/// What the objects are, and in which version.
const SCHEMA: &str = "tress-hpack/1";

/// Cases that were encoded.
pub(super) fn cases(cases: &[Case]) -> String {
    let objects = (0..)
        .zip(cases)
        .map(|(number, case)| Value::Object(object(number, case)));
    objects.map(|object| format!("{object}\n")).collect()
}

/// Cases that are decoded, with what each octet means, and the table after each.
pub(super) fn decoded(cases: &mut [Case]) -> Result<String> {
    let mut text = String::new();
    decode(cases, |number, case, decoder| {
        let fields = case.fields.iter().flatten();
        let fields: Vec<_> = fields
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let parts = block::parts(case.wire.as_deref().unwrap_or_default(), &fields);
        let parts = parts
            .iter()
            .map(|part| json!({ "octets": part.octets, "means": part.means }));
        let mut object = object(number, case);
        object.insert("parts".to_string(), parts.collect());
        object.insert("table".to_string(), table(decoder));
        let object = Value::Object(object);
        text.push_str(&format!("{object}\n"));
    })?;
    Ok(text)
}

fn object(number: usize, case: &Case) -> Map<String, Value> {
    let fields = case.fields.iter().flatten();
    let wire = case.wire.as_deref().map(hex);
    let fields = fields.map(|(name, value)| json!([name, value]));
    let entries = [
        ("schema", SCHEMA.into()),
        ("case", number.into()),
        ("wire", wire.into()),
        ("headers", fields.collect()),
    ];
    let entries = entries.into_iter();
    entries
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

fn table(decoder: &Decoder) -> Value {
    let table = decoder.table();
    let text = |octets| format!("{}", Harmless(octets));
    let entries = table
        .entries()
        .map(|entry| json!([text(entry.name), text(entry.value)]));
    json!({
        "entries": entries.collect::<Value>(),
        "size": table.size(),
        "max_size": table.max_size(),
        "evictions": table.evictions(),
    })
}
