//! `cargo xtask guidelines`: the Rust project's API guidelines, held against every public type of every
//! published crate.
//!
//! What lints see is left to them. `xtask/data/guidelines.md` says which guideline is held by what, and names
//! the exceptions: one that is not needed any more is found, too.

mod exceptions;
mod rules;

use alloc::collections::BTreeSet;
use core::time::Duration;
use std::fs;

use crate::repo;
use crate::rustdoc::{self, Docs, SKIPPED, has_nightly, packages};
use crate::{Failure, Outcome};

/// How long everything may take.
const BOUND: Duration = Duration::from_secs(1800);

/// Where the guidelines and the exceptions from them stand.
const PAGE: &str = "xtask/data/guidelines.md";

/// Something that does not keep to a rule: what it is, with its crate, and which rule.
type Breach = (String, String);

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::Usage("it takes no arguments".to_owned()));
    }
    println!("guidelines: {}", check(BOUND)?);
    Ok(())
}

/// Holds all public types against the rules; returns a closing line.
pub(crate) fn check(bound: Duration) -> Result<String, String> {
    if !has_nightly() {
        return Ok(SKIPPED.to_owned());
    }
    let page = repo::root().join(PAGE);
    let text = fs::read_to_string(&page).map_err(|error| format!("{PAGE}: {error}"))?;
    let (mut found, mut types) = (BTreeSet::new(), 0);
    for package in packages()? {
        let docs = Docs::read(&rustdoc::json(&package, bound)?)?;
        let name = package.replace('-', "_");
        for (path, item) in docs.public() {
            let broken = rules::broken(&docs, item);
            types += usize::from(rules::is_type(item));
            let named = |rule| (format!("{name}::{path}"), rule);
            found.extend(broken.into_iter().map(named));
        }
    }
    let excepted = exceptions::of(&text)?;
    match differences(&found, &excepted) {
        lines if lines.is_empty() => Ok(format!(
            "{types} types keep to the rules, or are among {} exceptions",
            excepted.len()
        )),
        lines => Err(format!("{}\n{PAGE} names exceptions", lines.join("\n"))),
    }
}

fn differences(found: &BTreeSet<Breach>, excepted: &BTreeSet<Breach>) -> Vec<String> {
    let new = found.difference(excepted);
    let gone = excepted.difference(found);
    let new = new.map(|(what, rule)| format!("  {what}: {rule}"));
    let gone = gone.map(|(what, rule)| format!("  {what}: is no exception from `{rule}`"));
    new.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, differences};

    #[test]
    fn what_is_found_and_what_is_excepted_must_be_the_same() {
        let one = |what: &str| BTreeSet::from([(what.to_owned(), "not Send".to_owned())]);
        assert!(differences(&one("a::A"), &one("a::A")).is_empty());
        assert_eq!(
            differences(&one("a::A"), &one("a::B")),
            [
                "  a::A: not Send",
                "  a::B: is no exception from `not Send`"
            ]
        );
    }
}
