//! Stories of hpack-test-case, and digits as stories.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value, json};

use crate::exit::{Failure, Result};
use crate::inspect::digits;

/// One case of a story.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    /// What the decoder's side allows from now on.
    pub(super) table_size: Option<usize>,
    pub(super) wire: Option<Vec<u8>>,
    pub(super) fields: Option<Vec<(String, String)>>,
}

/// Reads a story, or a block a line.
pub(super) fn parse(input: &[u8]) -> Result<Vec<Case>> {
    let first = input.iter().find(|octet| !octet.is_ascii_whitespace());
    if first != Some(&b'{') {
        return lines(input);
    }
    let story: Value = serde_json::from_slice(input)
        .map_err(|error| Failure::usage(format_args!("this is no JSON: {error}")))?;
    let cases = story.get("cases").and_then(Value::as_array);
    let cases = cases.ok_or_else(|| {
        Failure::usage("a story has no cases")
            .hint("they look like {\"cases\":[{\"wire\":\"82\"}]}")
    })?;
    (0..)
        .zip(cases)
        .map(|(number, case)| one(number, case))
        .collect()
}

fn lines(input: &[u8]) -> Result<Vec<Case>> {
    let lines = input.split(|octet| *octet == b'\n');
    let lines = lines.filter(|line| !line.trim_ascii().is_empty());
    let case = |line: &[u8]| {
        let wire = digits::parse(line).map_err(Failure::usage)?;
        Ok(Case {
            wire: Some(wire),
            ..Case::default()
        })
    };
    lines.map(case).collect()
}

fn one(number: usize, case: &Value) -> Result<Case> {
    let wrong = |what: &str| Failure::usage(format_args!("case {number}: {what}"));
    let table_size = case.get("header_table_size").and_then(Value::as_u64);
    let wire = case.get("wire").map(|wire| {
        let digits = wire.as_str().ok_or_else(|| wrong("wire is no text"))?;
        digits::parse(digits.as_bytes()).map_err(|_| wrong("wire is no pairs of digits"))
    });
    let fields = case.get("headers").map(|headers| {
        let fields = headers
            .as_array()
            .ok_or_else(|| wrong("headers is no list"))?;
        let pair = |field: &Value| {
            let (name, value) = field.as_object()?.iter().next()?;
            Some((name.clone(), value.as_str()?.to_string()))
        };
        let pairs: Option<Vec<_>> = fields.iter().map(pair).collect();
        pairs.ok_or_else(|| wrong("a field is no object of a name and a text"))
    });
    Ok(Case {
        table_size: table_size.and_then(|octets| usize::try_from(octets).ok()),
        wire: wire.transpose()?,
        fields: fields.transpose()?,
    })
}

/// Octets as digits.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Writes a story, a case a line.
pub(super) fn write(cases: &[Case]) -> String {
    let case = |(number, case): (usize, &Case)| {
        let mut object = Map::new();
        object.insert("seqno".to_string(), number.into());
        if let Some(octets) = case.table_size {
            object.insert("header_table_size".to_string(), octets.into());
        }
        if let Some(wire) = &case.wire {
            object.insert("wire".to_string(), hex(wire).into());
        }
        if let Some(fields) = &case.fields {
            let fields = fields.iter().map(|(name, value)| json!({ name: value }));
            object.insert("headers".to_string(), fields.collect());
        }
        Value::Object(object).to_string()
    };
    let cases: Vec<String> = cases.iter().enumerate().map(case).collect();
    format!(
        "{{\"description\":\"by tress hpack\",\"cases\":[\n{}\n]}}\n",
        cases.join(",\n")
    )
}
