//! The results in the XML that JUnit made usual.

use alloc::string::String;
use core::fmt::Write as _;
use std::fs;
use std::path::Path;

use tress_testkit::Verdict;

use super::Judged;
use super::report::reason;
use crate::exit::{Failure, Result};
use crate::markup::entity;

/// Writes the results to a file.
pub(super) fn write(file: &Path, judged: &[Judged]) -> Result<()> {
    fs::write(file, document(judged)).map_err(|error| Failure::write(file.display(), &error))
}

fn document(judged: &[Judged]) -> String {
    let failed = |judged: &&Judged| matches!(judged.verdict, Verdict::Failed(_));
    let undecided = |judged: &&Judged| matches!(judged.verdict, Verdict::Undecided(_));
    let mut text = alloc::format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuite name=\"tress probe\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
        judged.len(),
        judged.iter().filter(failed).count(),
        judged.iter().filter(undecided).count(),
    );
    for judged in judged {
        let (case, reason) = (&judged.case, escaped(reason(&judged.verdict)));
        let inner = match judged.verdict {
            Verdict::Failed(_) => alloc::format!("<failure message=\"{reason}\"/>"),
            Verdict::Undecided(_) => alloc::format!("<skipped message=\"{reason}\"/>"),
            _ => String::new(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  <testcase classname=\"{}\" name=\"{}\">{inner}</testcase>",
            escaped(case.section),
            escaped(case.name),
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

    use super::{Judged, document};

    #[test]
    fn each_case_is_a_test_and_markup_is_escaped() {
        let case = cases(Side::Server)[0];
        let failed = Judged {
            case,
            verdict: Verdict::Failed("a < b & \"c\"".into()),
            sent: vec![],
            seen: vec![],
        };
        let text = document(&[failed]);
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
