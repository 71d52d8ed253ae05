//! The ledger: each rule of the RFCs, and the tests that hold it or the reason why none does.
//!
//! `data/requirements.txt` lists the rules, so that a row that was lost is noticed. That the tests
//! that are named pass is for `cargo test` to say; here they are only looked up.

#[cfg(test)]
mod tests;

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::test_names;
use crate::repo::Source;

pub(super) const LEDGER: &str = "crates/proto/tests/requirements.tsv";
const LIST: &str = "xtask/data/requirements.txt";

/// Why a rule has no test: it binds somebody else.
const REASONS: [&str; 5] = [
    "intermediary",
    "TLS stack",
    "application",
    "registration",
    "deprecated",
];

/// The most characters that the wording of a rule has.
const WORDING: usize = 80;

/// A row of the ledger.
struct Row<'a> {
    id: &'a str,
    level: &'a str,
    wording: &'a str,
    answer: &'a str,
}

/// How a rule is answered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer<'a> {
    Tests,
    Reason(&'a str),
    Choice,
    Missing,
}

/// Checks the ledger, prints what it covers, and returns what is wrong with it.
pub(super) fn check(root: &Path, sources: &[Source]) -> Result<Vec<String>, String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let (list, ledger) = (read(LIST)?, read(LEDGER)?);
    let (rows, mut wrong) = rows(&ledger);
    wrong.extend(compare(&rules(&list), &rows));
    wrong.extend(judge(&rows, &test_names::all(sources)));
    for line in coverage(&rows) {
        println!("{line}");
    }
    Ok(wrong)
}

/// The rules and their levels.
fn rules(list: &str) -> BTreeMap<&str, &str> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).collect()
}

/// The rows, and what is no row.
fn rows(ledger: &str) -> (Vec<Row<'_>>, Vec<String>) {
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for line in ledger.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            [id, level, wording, answer] => rows.push(Row {
                id,
                level,
                wording,
                answer,
            }),
            _ => wrong.push(format!("{LEDGER}: not four columns: {line}")),
        }
    }
    (rows, wrong)
}

/// What is in one of the list and the ledger and not in the other.
fn compare(rules: &BTreeMap<&str, &str>, rows: &[Row<'_>]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        match rules.get(row.id) {
            None => wrong.push(format!("{}: no such rule in {LIST}", row.id)),
            Some(level) if *level != row.level => {
                wrong.push(format!("{}: a {level}, not a {}", row.id, row.level));
            }
            Some(_) => {}
        }
        if !seen.insert(row.id) {
            wrong.push(format!("{}: two rows", row.id));
        }
    }
    let lost = rules.keys().filter(|id| !seen.contains(*id));
    wrong.extend(lost.map(|id| format!("{id}: no row in {LEDGER}")));
    wrong
}

/// What is wrong within the rows.
fn judge(rows: &[Row<'_>], tests: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for Row {
        id,
        level,
        wording,
        answer,
    } in rows
    {
        if wording.is_empty() || wording.chars().count() > WORDING {
            wrong.push(format!("{id}: a wording of 1 to {WORDING} characters"));
        }
        match Answer::of(answer) {
            Answer::Choice if *level == "MUST" => {
                wrong.push(format!("{id}: a MUST leaves no choice"));
            }
            Answer::Tests if answer.is_empty() => wrong.push(format!("{id}: no answer")),
            Answer::Tests => {
                let unknown = answer.split(' ').filter(|name| !tests.contains(*name));
                wrong.extend(unknown.map(|name| format!("{id}: no test is called {name}")));
            }
            Answer::Choice | Answer::Reason(_) | Answer::Missing => {}
        }
    }
    wrong
}

impl<'a> Answer<'a> {
    fn of(answer: &'a str) -> Self {
        if answer == "missing" {
            Self::Missing
        } else if answer
            .strip_prefix("choice: ")
            .is_some_and(|text| !text.is_empty())
        {
            Self::Choice
        } else if REASONS.contains(&answer) {
            Self::Reason(answer)
        } else {
            Self::Tests
        }
    }

    const fn name(self) -> &'a str {
        match self {
            Self::Tests => "tested",
            Self::Reason(reason) => reason,
            Self::Choice => "choice",
            Self::Missing => "missing",
        }
    }
}

/// A line for each RFC and level: how many rules there are, and how each is answered for.
fn coverage(rows: &[Row<'_>]) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str), BTreeMap<Answer<'_>, usize>> = BTreeMap::new();
    for row in rows {
        let rfc = row.id.split(':').next().unwrap_or_default();
        let number = rfc.strip_prefix("rfc").unwrap_or(rfc);
        let its = counts.entry((number, row.level)).or_default();
        *its.entry(Answer::of(row.answer)).or_default() += 1;
    }
    let lines = counts.iter().map(|((rfc, level), its)| {
        let all: usize = its.values().sum();
        let parts = its
            .iter()
            .map(|(answer, count)| format!("{count} {}", answer.name()));
        let parts: Vec<String> = parts.collect();
        format!("RFC {rfc} {level}, {all} in all: {}", parts.join(", "))
    });
    lines.collect()
}
