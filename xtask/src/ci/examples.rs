//! The examples: every one is built with all features, run without arguments, and must end by
//! itself.

use core::time::Duration;
use std::process::Command;

use crate::process;
use crate::repo;

/// How long one example may run.
const BOUND: Duration = Duration::from_secs(30);

pub(super) fn run(bound: Duration) -> Result<String, String> {
    let built = super::cargo("build --workspace --examples --all-features", &[], bound)?;
    if !built.success {
        return Err(format!("the examples do not build\n{}", built.output));
    }
    let names = names()?;
    for name in &names {
        let path = repo::target_dir().join("debug/examples").join(name);
        let finished = process::run(&mut Command::new(path), BOUND)
            .map_err(|error| format!("the example {name}: {error}"))?;
        if !finished.success || finished.closing_line().is_empty() {
            return Err(format!("the example {name} failed\n{}", finished.output));
        }
    }
    Ok(format!("{} examples ran and ended", names.len()))
}

/// The names of all examples; all of them are built into one folder, so no two may be the same.
fn names() -> Result<Vec<String>, String> {
    let root = repo::root();
    let files = repo::files(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    let mut names: Vec<_> = files.iter().filter_map(|path| name(path)).collect();
    names.sort();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(pair) => Err(format!("two examples are called {}", pair.concat())),
        None => Ok(names),
    }
}

/// The name of an example, which is a file, or a folder with a `main.rs`.
fn name(path: &str) -> Option<String> {
    let (package, example) = path.strip_prefix("crates/")?.split_once("/examples/")?;
    let name = example
        .strip_suffix("/main.rs")
        .or_else(|| example.strip_suffix(".rs"))?;
    (!package.contains('/') && !name.contains('/')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn an_example_is_a_file_or_a_folder_with_a_main() {
        let named = |path| name(path).unwrap_or_default();
        assert_eq!(named("crates/async/examples/axum.rs"), "axum");
        assert_eq!(named("crates/async/examples/greeter/main.rs"), "greeter");
        assert_eq!(named("crates/async/examples/greeter/messages.rs"), "");
        assert_eq!(named("crates/async/tests/it/main.rs"), "");
    }
}
