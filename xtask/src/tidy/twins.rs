//! What two adapters say in the same words: it belongs into what they share.
//!
//! White space and imports aside, no six lines in a row are the same in two of them, unless they are
//! signatures: documentation, attributes, declarations, heads of functions, and bodies of up to two lines,
//! which only call on.

use alloc::collections::BTreeMap;

use super::Finding;
use super::mask::Masked;
use crate::repo::Source;

/// The crates that must not say the same.
const ADAPTERS: [&str; 3] = [
    "crates/async/src/",
    "crates/blocking/src/",
    "crates/h2/src/",
];

/// So many lines in a row are the same.
const RUN: usize = 6;

/// So many lines of a body in a row are more than a call.
const BODY: usize = 3;

/// A line that counts.
#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    number: usize,
    text: &'a str,
    /// It is within the body of a function, and more than a bracket.
    is_body: bool,
    /// It is only brackets.
    is_bracket: bool,
}

/// A file of an adapter's.
struct File<'a> {
    path: &'a str,
    adapter: usize,
    lines: Vec<Line<'a>>,
}

/// Lines that two files have in common.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Twins {
    path: String,
    line: usize,
    other: String,
    other_line: usize,
    count: usize,
}

/// All of them, each once.
pub(super) fn find(sources: &[Source]) -> Vec<Twins> {
    let files: Vec<File<'_>> = sources.iter().filter_map(File::new).collect();
    let mut places: BTreeMap<Vec<&str>, Vec<(usize, usize)>> = BTreeMap::new();
    for (file, at) in files.iter().enumerate().flat_map(|(number, file)| {
        let starts = file.lines.len().saturating_sub(RUN - 1);
        (0..starts).map(move |at| (number, at))
    }) {
        let window = files
            .get(file)
            .and_then(|file| file.lines.get(at..at + RUN));
        let texts = window.into_iter().flatten().map(|line| line.text);
        places.entry(texts.collect()).or_default().push((file, at));
    }
    let mut found = Vec::new();
    for places in places.values() {
        for (place, one) in places.iter().enumerate() {
            let others = places.get(place + 1..).unwrap_or_default();
            found.extend(
                others
                    .iter()
                    .filter_map(|other| twins(&files, *one, *other)),
            );
        }
    }
    found.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    found
}

pub(super) fn check(twins: &[Twins]) -> Vec<Finding> {
    let advice = |twins: &Twins| {
        format!(
            "{} lines are those of {}:{}: say them once, below both",
            twins.count, twins.other, twins.other_line
        )
    };
    let finding = |twins: &Twins| Finding::new(&twins.path, twins.line, advice(twins));
    twins.iter().map(finding).collect()
}

/// What two places have in common, from where that begins, unless it is signatures.
fn twins(files: &[File<'_>], one: (usize, usize), other: (usize, usize)) -> Option<Twins> {
    let (a, b) = (files.get(one.0)?, files.get(other.0)?);
    let is_first = a.before(one.1).is_none() || a.before(one.1) != b.before(other.1);
    if a.adapter == b.adapter || !is_first {
        return None;
    }
    let rest = a.lines.get(one.1..)?;
    let same = rest.iter().zip(b.lines.get(other.1..)?);
    let count = same.take_while(|(a, b)| a.text == b.text).count();
    let lines = rest.get(..count)?;
    (longest_body(lines) >= BODY).then(|| Twins {
        path: a.path.to_owned(),
        line: lines.first().map_or(0, |line| line.number),
        other: b.path.to_owned(),
        other_line: b.lines.get(other.1).map_or(0, |line| line.number),
        count,
    })
}

/// How many lines of one body there are in a row, brackets aside.
fn longest_body(lines: &[Line<'_>]) -> usize {
    let (mut longest, mut present) = (0, 0);
    for line in lines.iter().filter(|line| !line.is_bracket) {
        present = if line.is_body { present + 1 } else { 0 };
        longest = longest.max(present);
    }
    longest
}

impl<'a> File<'a> {
    /// The line before one.
    fn before(&self, at: usize) -> Option<&'a str> {
        let line = self.lines.get(at.checked_sub(1)?)?;
        Some(line.text)
    }

    fn new(source: &'a Source) -> Option<Self> {
        let adapter = ADAPTERS
            .iter()
            .position(|adapter| source.path.starts_with(adapter))?;
        let is_code = source.is_rust() && !source.is_test() && !source.path.contains("/models");
        is_code.then(|| Self {
            path: &source.path,
            adapter,
            lines: lines(&source.text),
        })
    }
}

/// The lines of a file that count, up to its tests.
fn lines(text: &str) -> Vec<Line<'_>> {
    let code = Masked::new(text).code;
    let mut lines = Vec::new();
    let (mut is_import, mut depth, mut body, mut is_head) = (false, 0_usize, None, false);
    for (number, (text, code)) in text.lines().zip(code.lines()).enumerate() {
        let (text, code) = (text.trim(), code.trim());
        if text == "#[cfg(test)]" {
            break;
        }
        is_import |= ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
            .iter()
            .any(|import| code.starts_with(import));
        let is_dropped = is_import || text.is_empty();
        is_import &= !code.ends_with(';');
        if is_dropped {
            continue;
        }
        is_head |= body.is_none() && is_function(code);
        let is_bracket = !code.is_empty() && code.chars().all(|sign| "(){}[],;".contains(sign));
        let ends = code.matches('}').count();
        let is_inside =
            body.is_some_and(|outside| depth.saturating_sub(ends) > outside || ends == 0);
        lines.push(Line {
            number: number + 1,
            text,
            is_body: is_inside && !is_bracket && !code.is_empty() && !code.starts_with("#["),
            is_bracket,
        });
        if is_head && code.ends_with('{') {
            (body, is_head) = (Some(depth), false);
        }
        is_head &= !code.ends_with(';');
        depth = (depth + code.matches('{').count()).saturating_sub(ends);
        body = body.filter(|outside| depth > *outside);
    }
    lines
}

/// Says whether a line is the head of a function.
fn is_function(code: &str) -> bool {
    let mut words = code.split_whitespace();
    words.any(|word| word == "fn") && !code.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    const BODY: &str = "fn act() {\n    let a = 1;\n    one(a);\n    two(a);\n    three(a);\n}\n";

    #[test]
    fn six_lines_that_two_adapters_share_are_found_once() {
        let one = source("crates/async/src/a.rs", &format!("use x;\n\n{BODY}"));
        let other = source(
            "crates/blocking/src/b.rs",
            &format!("{BODY}\nfn else_() {{}}\n"),
        );
        let found = find(&[one, other]);
        assert_eq!(found.len(), 1, "{found:?}");
        let twins = &found[0];
        assert_eq!((twins.line, twins.other_line, twins.count), (3, 1, 6));
        assert_eq!(check(&found)[0].path, "crates/async/src/a.rs");
    }

    #[test]
    fn signatures_and_calls_may_be_the_same_and_so_may_one_adapter() {
        let text = "/// Says it.\n///\n/// # Errors\n///\n/// None.\n#[must_use]\n\
                    fn say(\n    self,\n    what: u8,\n) -> u8 {\n    self.0.say(what);\n    what\n}\n";
        let one = source("crates/async/src/a.rs", text);
        let other = source("crates/blocking/src/b.rs", text);
        assert_eq!(find(&[one, other]), []);
        let one = source("crates/async/src/a.rs", BODY);
        let other = source("crates/async/src/b.rs", BODY);
        let elsewhere = source("crates/proto/src/b.rs", BODY);
        let tests = source("crates/h2/tests/it/b.rs", BODY);
        assert_eq!(find(&[one, other, elsewhere, tests]), []);
    }

    #[test]
    fn five_lines_are_few() {
        let five = BODY.replace("    three(a);\n", "");
        let one = source("crates/async/src/a.rs", &five);
        let other = source("crates/h2/src/b.rs", &five);
        assert_eq!(find(&[one, other]), []);
    }
}
