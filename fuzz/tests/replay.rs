//! Replays the corpora, so that what was found once stays found without a fuzzer.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tress_fuzz::TARGETS;

/// The names in a folder of this package.
fn names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).expect("the folder is part of the repository");
    let names = entries.map(|entry| entry.expect("an entry can be read").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = format!("corpus/{target}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder);
    names(&folder).iter().map(|name| root.join(name)).collect()
}

#[test]
fn every_target_is_listed_and_has_a_corpus() {
    let listed: BTreeSet<String> = TARGETS.map(|(name, _)| name.to_owned()).into();
    let files = names("fuzz_targets");
    let files: BTreeSet<String> = files.iter().map(|name| name.replace(".rs", "")).collect();
    assert_eq!(files, listed);
    assert_eq!(names("corpus"), listed);
}

#[test]
fn nothing_in_the_corpora_breaks_a_law() {
    for (name, law) in TARGETS {
        let inputs = corpus(name);
        assert!(!inputs.is_empty(), "{name} has no inputs");
        for input in inputs {
            eprintln!("{}", input.display());
            law(&fs::read(input).expect("the input can be read"));
        }
    }
}
