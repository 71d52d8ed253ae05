//! The names of all tests, as the sources of the crates have them.

use alloc::collections::BTreeSet;

use crate::repo::Source;

/// The tests of all crates, each as `crate::module::function`, where the crate is called as its
/// folder is.
pub(super) fn all(sources: &[Source]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources {
        if let Some(module) = module_of(&source.path) {
            names.extend(tests_of(&module, &source.text));
        }
    }
    names
}

/// The module that a file is: `crates/proto/tests/it/section_6_9.rs` is `proto::section_6_9`.
fn module_of(path: &str) -> Option<String> {
    let path = path.strip_prefix("crates/")?.strip_suffix(".rs")?;
    let (name, path) = path.split_once('/')?;
    let path = path
        .strip_prefix("tests/it/")
        .or_else(|| path.strip_prefix("src/"))?;
    let mut parts = vec![name];
    parts.extend(path.split('/'));
    if matches!(parts.last(), Some(&("mod" | "main" | "lib"))) {
        parts.pop();
    }
    Some(parts.join("::"))
}

/// The functions behind `#[test]`, also those in a module within the file.
fn tests_of(module: &str, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut inner, mut is_test) = (None, false);
    for line in text.lines() {
        if let Some(opened) = line.strip_prefix("mod ") {
            inner = opened.strip_suffix(" {");
        } else if line == "}" {
            inner = None;
        }
        let line = line.trim();
        if line == "#[test]" {
            is_test = true;
        } else if let (true, Some(rest)) = (is_test, line.strip_prefix("fn ")) {
            is_test = false;
            let name = rest.split('(').next().unwrap_or(rest);
            names.push(match inner {
                Some(inner) => format!("{module}::{inner}::{name}"),
                None => format!("{module}::{name}"),
            });
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{all, module_of};
    use crate::repo::Source;

    fn names(path: &str, text: &str) -> Vec<String> {
        let (path, text) = (path.to_owned(), text.to_owned());
        all(&[Source { path, text }]).into_iter().collect()
    }

    #[test]
    fn a_file_is_a_module() {
        for (path, module) in [
            ("crates/a/tests/it/b.rs", Some("a::b")),
            ("crates/a/tests/it/b/mod.rs", Some("a::b")),
            ("crates/a/tests/it/main.rs", Some("a")),
            ("crates/a/src/b/tests.rs", Some("a::b::tests")),
            ("crates/a/src/lib.rs", Some("a")),
            ("crates/a/benches/b.rs", None),
            ("xtask/src/rfc.rs", None),
        ] {
            assert_eq!(module_of(path).as_deref(), module, "{path}");
        }
    }

    #[test]
    fn functions_behind_the_attribute_are_tests_and_others_are_not() {
        let text = "fn help() {}\n#[test]\n#[should_panic]\nfn first() {\n}\nfn more() {}\n";
        assert_eq!(names("crates/a/tests/it/b.rs", text), ["a::b::first"]);
    }

    #[test]
    fn a_module_within_a_file_is_part_of_the_name() {
        let text = "mod tests {\n    #[test]\n    fn inner() {}\n}\n#[test]\nfn outer() {}\n";
        let found = names("crates/a/src/b.rs", text);
        assert_eq!(found, ["a::b::outer", "a::b::tests::inner"]);
    }
}
