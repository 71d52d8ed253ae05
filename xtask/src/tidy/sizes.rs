//! The largest modules. Size is no finding: it says where a second subject may hide.

use super::mask::{Masked, words};
use crate::repo::Source;

/// How many of each kind are shown.
const SHOWN: usize = 10;

/// A file or a function, and its lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) lines: usize,
    pub(super) place: String,
}

/// The table that `tidy` prints; generated files and tests aside.
pub(super) fn report(sources: &[Source]) -> String {
    let ours = sources.iter().filter(|source| {
        let product = source.path.starts_with("crates/") && source.path.contains("/src/");
        source.is_rust() && product && !source.is_test() && !source.is_generated()
    });
    let (mut files, mut functions) = (Vec::new(), Vec::new());
    for source in ours {
        let code = without_tests(&Masked::new(&source.text).code);
        files.push(Entry {
            lines: code.lines().count(),
            place: source.path.clone(),
        });
        functions.extend(self::functions(&source.path, &code));
    }
    table("largest files", files) + &table("longest functions", functions)
}

fn table(title: &str, mut entries: Vec<Entry>) -> String {
    entries.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.place.cmp(&b.place)));
    let mut text = format!("{title}:\n");
    for entry in entries.iter().take(SHOWN) {
        text.push_str(&format!("{:>6}  {}\n", entry.lines, entry.place));
    }
    text
}

/// The code up to the tests that stand at its end.
fn without_tests(code: &str) -> String {
    let end = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
    code.get(..end).unwrap_or(code).to_owned()
}

/// The functions of a file, nested ones too, from `fn` to the closing brace.
pub(super) fn functions(path: &str, code: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        let mut words = words(line).skip_while(|word| *word != "fn");
        let Some(name) = words.nth(1) else { continue };
        let tail = code.lines().skip(number - 1);
        if let Some(lines) = length(tail) {
            found.push(Entry {
                lines,
                place: format!("{path}:{number} {name}"),
            });
        }
    }
    found
}

/// How many lines a function takes that begins in the first of these; none if it has no body.
fn length<'a>(tail: impl Iterator<Item = &'a str>) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (count, line) in (1..).zip(tail) {
        for sign in line.chars() {
            match sign {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets = brackets.saturating_sub(1),
                ';' if braces == 0 && brackets == 0 => return None,
                '{' => braces += 1,
                '}' => {
                    braces = braces.saturating_sub(1);
                    if braces == 0 {
                        return Some(count);
                    }
                }
                _ => {}
            }
        }
    }
    None
}
