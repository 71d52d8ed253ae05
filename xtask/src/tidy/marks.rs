//! Marks of unfinished or silenced code, and `unsafe` outside its fence.

use super::Finding;
use super::mask::{Masked, words};
use crate::repo::Source;

/// What may not stand in a comment.
const UNFINISHED: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// What may not stand in code, blanks aside, and what to write instead.
const BANNED: [(&str, &str); 5] = [
    ("todo!(", "write the code, or leave the function out"),
    (
        "unimplemented!(",
        "write the code, or leave the function out",
    ),
    (
        "[allow(",
        "write `#[expect(lint, reason = \"…\")]`, or mend the code",
    ),
    ("[ignore", "mend the test, or remove it"),
    ("cfg(any())", "remove what is never compiled"),
];

/// The one module that may speak to a foreign library.
const FENCE: &str = "benches/src/nghttp2";

pub(super) fn check(source: &Source, masked: &Masked) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(masked.comments.lines()) {
        for mark in UNFINISHED {
            if words(text).any(|word| word == mark) {
                let advice = format!("do what `{mark}` says, or open an issue and remove it");
                findings.push(Finding::new(&source.path, line, advice));
            }
        }
    }
    for (line, text) in (1..).zip(masked.code.lines()) {
        let dense: String = text.split_whitespace().collect();
        for (mark, instead) in BANNED {
            if dense.contains(mark) {
                let advice = format!("`{mark}` is not wanted: {instead}");
                findings.push(Finding::new(&source.path, line, advice));
            }
        }
        let is_fenced = source.path.trim_end_matches(".rs") == FENCE
            || source
                .path
                .strip_prefix(FENCE)
                .is_some_and(|rest| rest.starts_with('/'));
        if !is_fenced && words(text).any(|word| word == "unsafe") {
            let advice = format!("`unsafe` has one home, {FENCE}: find a safe form");
            findings.push(Finding::new(&source.path, line, advice));
        }
    }
    findings
}
