//! The machines of `proto` keep their state to themselves: no field is seen outside their file.
//!
//! A value that is handed in or out is no machine. It is `Copy`, and may show what it is made of.

use super::Finding;
use super::mask::{Masked, words};
use crate::repo::Source;

/// Where the machines are. What is configured, and what messages are made of, are values.
fn is_machine(path: &str) -> bool {
    const VALUES: [&str; 4] = ["config", "message", "role", "violation"];
    let inside = path.strip_prefix("crates/proto/src/");
    inside.is_some_and(|inside| {
        let first = inside.split(['/', '.']).next().unwrap_or(inside);
        !VALUES.contains(&first)
    })
}

pub(super) fn check(source: &Source, masked: &Masked) -> Vec<Finding> {
    if source.is_test() || !is_machine(&source.path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let (mut is_value, mut inside) = (false, false);
    for (line, text) in (1..).zip(masked.code.lines()) {
        let code = text.trim();
        let mut is_begun = false;
        if code.starts_with("#[derive(") {
            is_value = words(code).any(|word| word == "Copy");
        } else if words(code).any(|word| word == "struct") {
            is_begun = true;
            inside = code.ends_with('{');
        } else if code == "}" && text.starts_with('}') {
            (is_value, inside) = (false, false);
        }
        let of_tuple = is_begun.then(|| code.split_once('(').map(|(_, fields)| fields));
        let is_field = inside && !is_begun && is_shown(code);
        let shows = is_field
            || of_tuple
                .flatten()
                .is_some_and(|fields| fields.contains("pub("));
        if shows && !is_value {
            findings.push(Finding::new(
                &source.path,
                line,
                "a field that others see: give its machine a method that says what happens",
            ));
        }
        if is_begun && !inside {
            is_value = false;
        }
    }
    findings
}

/// Says whether a line begins a field that is seen in the crate.
fn is_shown(code: &str) -> bool {
    let Some((shown, rest)) = code
        .strip_prefix("pub(")
        .and_then(|rest| rest.split_once(") "))
    else {
        return false;
    };
    let is_place = !shown.contains('(');
    let name = rest.split(':').next().unwrap_or_default();
    let is_name = name
        .chars()
        .all(|sign| sign.is_alphanumeric() || sign == '_');
    is_place && is_name && rest.contains(':')
}
