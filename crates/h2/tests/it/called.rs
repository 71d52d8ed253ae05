//! Every function of the list is called by a test.

use alloc::collections::BTreeSet;
use std::fs;
use std::path::Path;

const OURS: &str = include_str!("facts/tress-h2.txt");

/// All tests, as they are written.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_function_of_the_list_is_called_by_a_test() {
    let mut text = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"),
        &mut text,
    );
    let functions = OURS.lines().filter_map(|line| {
        let (name, form) = line.split_once(": ")?;
        form.contains("fn(").then_some(name)
    });
    let functions: BTreeSet<&str> = functions.collect();
    assert!(functions.len() > 110);
    let is_called = |function: &str| {
        let name = function.rsplit("::").next().unwrap_or(function);
        text.contains(&format!(".{name}(")) || text.contains(&format!("::{name}("))
    };
    let missing: Vec<_> = functions.iter().filter(|name| !is_called(name)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
