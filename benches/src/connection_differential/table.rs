//! The classes that are known, and who is right; and the errors on which both agree, so that one
//! that grows to another scope or code is noticed although nghttp2 does the same.

use super::class::Class;

/// The table, as it stands in the repository.
pub const TEXT: &str = include_str!("../../data/connection_differential.tsv");

/// The columns of a row that a class is compared with.
const PATTERN: usize = 7;

/// A known class of disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Role, frame, state, ours, rule, theirs and reason.
    pattern: [String; PATTERN],
    /// Where the rule stands.
    pub section: String,
    /// Who is right: `ours`, `theirs`, `both`, or `same` where they agree on an error.
    pub right: String,
    /// Why, in a sentence.
    pub why: String,
}

impl Row {
    /// Says whether a class is of this row.
    pub fn is_of(&self, class: &Class) -> bool {
        let columns = [
            class.role,
            &class.frame,
            class.state,
            &class.ours,
            &class.rule,
            &class.theirs,
            &class.reason,
        ];
        let mut pairs = self.pattern.iter().zip(columns);
        pairs.all(|(pattern, column)| is_match(pattern, column))
    }

    /// The row's first columns, for a report.
    pub fn name(&self) -> String {
        self.pattern.join(" | ")
    }
}

/// Alternatives stand between bars; one that ends with `*` stands for all that begin so.
fn is_match(pattern: &str, column: &str) -> bool {
    pattern
        .split('|')
        .any(|choice| match choice.strip_suffix('*') {
            Some(beginning) => column.starts_with(beginning),
            None => choice == column,
        })
}

/// Reads a table: a row for each line, apart from those that begin with `#`.
///
/// # Errors
///
/// The number of the first line that has not ten columns, or is not right otherwise, and why.
pub fn parse(text: &str) -> Result<Vec<Row>, String> {
    let lines = (1..).zip(text.lines());
    let rows = lines.filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    rows.map(|(number, line)| row(line).map_err(|error| format!("line {number}: {error}")))
        .collect()
}

fn row(line: &str) -> Result<Row, String> {
    let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
    let count = columns.len();
    let (pattern, rest) = columns.split_at(PATTERN.min(count));
    let (Ok(pattern), [section, right, why]) = (pattern.to_vec().try_into(), rest) else {
        return Err(format!("{count} columns"));
    };
    if !["ours", "theirs", "both", "same"].contains(&right.as_str()) {
        return Err(format!("nobody is called {right}"));
    }
    if !section.starts_with("RFC ") || !why.ends_with('.') {
        return Err("a section or a sentence is missing".to_owned());
    }
    Ok(Row {
        pattern,
        section: section.clone(),
        right: right.clone(),
        why: why.clone(),
    })
}
