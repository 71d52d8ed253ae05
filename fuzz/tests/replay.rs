//! Replays the corpora, so that what was found once stays found without a fuzzer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tress_fuzz::{TARGETS, corpus};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names in a folder of this package, without their ends.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).expect("it is part of the repository");
    let names = entries.map(|entry| entry.expect("an entry can be read").path());
    names
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

#[test]
fn every_target_is_listed_and_has_a_corpus() {
    let listed: BTreeSet<String> = TARGETS.map(|(name, _)| name.to_owned()).into();
    assert_eq!(names("fuzz_targets"), listed);
    assert_eq!(names("corpus"), listed);
}

#[test]
fn nothing_in_the_corpora_breaks_a_law() {
    for (name, law) in TARGETS {
        let inputs = corpus::read(root(), name).expect("a line is hexadecimal digits");
        assert!(!inputs.is_empty(), "{name} has no inputs");
        for input in inputs {
            // Of what breaks a law the last line is shown.
            eprintln!("{name}: {}", hex::encode(&input));
            law(&input);
        }
    }
}

#[test]
fn what_is_written_to_a_corpus_is_read_back() {
    let root = std::env::temp_dir().join(format!("tress-corpus-{}", std::process::id()));
    fs::create_dir_all(root.join("corpus")).expect("a folder for the test");
    let inputs = BTreeSet::from([vec![], vec![0x00, 0xff], vec![0x61]]);
    corpus::write(&root, "some", &inputs).expect("it can be written");
    let text = fs::read_to_string(corpus::path(&root, "some")).expect("it is there");
    assert_eq!(text, "-\n61\n00ff\n");
    let read = corpus::read(&root, "some").expect("it was just written");
    assert_eq!(read, inputs);
    fs::write(corpus::path(&root, "some"), "# note\n\n0g\n").expect("it can be written");
    assert!(corpus::read(&root, "some").is_err());
    fs::remove_dir_all(root).expect("it is ours");
}
