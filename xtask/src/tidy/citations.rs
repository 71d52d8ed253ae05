//! Citations stand in one form only, so that one search finds them all.

use super::Finding;
use super::mask::Masked;
use crate::citation::{self, Citation};
use crate::repo::Source;

/// Checks comments, and literals where users see them.
pub(super) fn check(source: &Source, masked: &Masked) -> Vec<Finding> {
    let mut findings = improper(source, &masked.comments);
    if source.path.starts_with("crates/") && !source.is_test() {
        findings.extend(improper(source, &masked.literals));
    }
    findings
}

fn improper(source: &Source, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for found in citation::in_line(text) {
            if let Citation::Improper(found) = found {
                let advice = format!("write `{found}` as `RFC nnnn \u{a7}x.y`, on one line");
                findings.push(Finding::new(&source.path, line, advice));
            }
        }
    }
    findings
}
