//! The results in the XML that JUnit made usual.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use std::fs;
use std::path::Path;

use tress_testkit::Verdict;

use super::Judged;
use super::attack::{self, Attacked};
use super::report::reason;
use crate::exit::{Failure, Result};
use crate::markup::entity;

/// One result: a case or an attack.
struct Row<'a> {
    section: &'a str,
    name: &'a str,
    outcome: Outcome<'a>,
}

/// What came of it.
enum Outcome<'a> {
    Passed,
    Failed(&'a str),
    Skipped(&'a str),
}

/// Writes the results to a file.
pub(super) fn write(file: &Path, judged: &[Judged], attacked: &[Attacked]) -> Result<()> {
    let rows = judged
        .iter()
        .map(of_case)
        .chain(attacked.iter().map(of_attack));
    let document = document(&rows.collect::<Vec<_>>());
    fs::write(file, document).map_err(|error| Failure::write(file.display(), &error))
}

fn of_case(judged: &Judged) -> Row<'_> {
    let reason = reason(&judged.verdict);
    Row {
        section: judged.case.section,
        name: judged.case.name,
        outcome: match judged.verdict {
            Verdict::Failed(_) => Outcome::Failed(reason),
            Verdict::Undecided(_) => Outcome::Skipped(reason),
            _ => Outcome::Passed,
        },
    }
}

fn of_attack(attacked: &Attacked) -> Row<'_> {
    let word = attacked.verdict.word();
    Row {
        section: attacked.attack.section,
        name: attacked.attack.name,
        outcome: match attacked.verdict {
            attack::Verdict::Undecided => Outcome::Skipped(word),
            _ if attacked.verdict.is_failure() => Outcome::Failed(word),
            _ => Outcome::Passed,
        },
    }
}

fn document(rows: &[Row<'_>]) -> String {
    let failed = |row: &&Row<'_>| matches!(row.outcome, Outcome::Failed(_));
    let skipped = |row: &&Row<'_>| matches!(row.outcome, Outcome::Skipped(_));
    let mut text = alloc::format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuite name=\"tress probe\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
        rows.len(),
        rows.iter().filter(failed).count(),
        rows.iter().filter(skipped).count(),
    );
    for row in rows {
        let inner = match row.outcome {
            Outcome::Failed(why) => alloc::format!("<failure message=\"{}\"/>", escaped(why)),
            Outcome::Skipped(why) => alloc::format!("<skipped message=\"{}\"/>", escaped(why)),
            Outcome::Passed => String::new(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  <testcase classname=\"{}\" name=\"{}\">{inner}</testcase>",
            escaped(row.section),
            escaped(row.name),
        );
    }
    text.push_str("</testsuite>\n");
    text
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match entity(letter) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use tress_testkit::{Side, Verdict, cases};

    use super::{Judged, document, of_case};

    #[test]
    fn each_case_is_a_test_and_markup_is_escaped() {
        let case = cases(Side::Server)[0];
        let failed = Judged {
            case,
            verdict: Verdict::Failed("a < b & \"c\"".into()),
            sent: vec![],
            seen: vec![],
        };
        let text = document(&[of_case(&failed)]);
        assert!(
            text.contains("tests=\"1\" failures=\"1\" skipped=\"0\""),
            "{text}"
        );
        assert!(
            text.contains("message=\"a &lt; b &amp; &quot;c&quot;\""),
            "{text}"
        );
        assert!(text.contains(case.name));
    }
}
