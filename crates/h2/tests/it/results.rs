//! Every function of the public API, and the test that asserts its result or its effect.
//!
//! `facts/results.tsv` names one test for each function of `facts/tress-h2.txt`, which is made of what
//! rustdoc says. A function without one fails here, and so does a test that is not there, or that never
//! gets to the function.

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const FUNCTIONS: &str = include_str!("facts/tress-h2.txt");
const RESULTS: &str = include_str!("facts/results.tsv");

/// The functions of the tests, as they are written.
#[derive(Default)]
struct Sources {
    /// The tests, by module and name.
    tests: BTreeMap<String, String>,
    /// What helps them, by name alone.
    helpers: BTreeMap<String, String>,
}

impl Sources {
    fn read(folder: &Path, module: &str, into: &mut Self) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let inner = match name {
                "main" | "mod" => module.to_owned(),
                name => format!("{module}{name}::"),
            };
            if path.is_dir() {
                Self::read(&path, &inner, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.file(&inner, &fs::read_to_string(&path).unwrap());
            }
        }
    }

    fn file(&mut self, module: &str, text: &str) {
        let (mut is_test, mut lines) = (false, text.lines());
        while let Some(line) = lines.next() {
            let start = line.trim_start();
            is_test |= start == "#[test]";
            let Some(rest) = ["fn ", "pub(crate) fn "]
                .iter()
                .find_map(|word| start.strip_prefix(word))
            else {
                continue;
            };
            let name = rest.split(['(', '<']).next().unwrap();
            // It ends where its indentation comes again with nothing but a brace.
            let end = format!("{}}}", &line[..line.len() - start.len()]);
            let inner = lines.by_ref().take_while(|line| *line != end);
            let body = inner.collect::<Vec<_>>().join("\n");
            match core::mem::take(&mut is_test) {
                true => self.tests.insert(format!("{module}{name}"), body),
                false => {
                    let helper = self.helpers.entry(name.to_owned()).or_default();
                    helper.push_str(&body);
                    None
                }
            };
        }
    }

    /// Says whether a text, or what helps it, calls a function.
    fn calls(&self, text: &str, function: &str, depth: usize) -> bool {
        let is_in = |name: &str| {
            [".", "::", " ", "("]
                .iter()
                .any(|before| text.contains(&format!("{before}{name}(")))
        };
        let by_name = [".", "::"]
            .iter()
            .any(|before| text.contains(&format!("{before}{function}(")));
        by_name
            || depth > 0
                && self
                    .helpers
                    .iter()
                    .any(|(name, body)| is_in(name) && self.calls(body, function, depth - 1))
    }
}

#[test]
fn every_function_has_a_test_of_its_result_or_its_effect() {
    let mut sources = Sources::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    Sources::read(&folder, "", &mut sources);
    let functions = FUNCTIONS.lines().filter_map(|line| {
        let (name, form) = line.split_once(": ")?;
        form.contains("fn(").then_some(name)
    });
    let functions: BTreeSet<&str> = functions.collect();
    assert!(functions.len() > 110);
    let rows: Vec<_> = RESULTS
        .lines()
        .map(|line| line.split_once('\t').expect("a function and a test"))
        .collect();
    let named: BTreeSet<&str> = rows.iter().map(|(function, _)| *function).collect();
    assert_eq!(rows.len(), named.len(), "each has one line");
    let missing: Vec<_> = functions.symmetric_difference(&named).collect();
    assert!(missing.is_empty(), "without a line, or gone: {missing:#?}");
    let wrong: Vec<_> = rows
        .iter()
        .filter(|(function, test)| {
            let name = function.rsplit("::").next().unwrap();
            let body = sources.tests.get(*test);
            !body.is_some_and(|body| sources.calls(body, name, 2))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "no such test, or no such call: {wrong:#?}"
    );
}
