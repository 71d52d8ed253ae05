//! What a sample is, and when it passes.

use alloc::collections::BTreeMap;

use super::{Failure, draw, explained, judge, quoted, sample, scope, without_position};

/// How many are drawn here.
const SAMPLE: usize = 200;

fn names(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("name {number:04}"))
        .collect()
}

#[test]
fn the_same_seed_draws_the_same_sample_and_another_seed_another() {
    let drawn = sample(names(1000), SAMPLE, 1);
    assert_eq!(drawn.len(), SAMPLE);
    assert_eq!(drawn, sample(names(1000), SAMPLE, 1));
    assert_ne!(drawn, sample(names(1000), SAMPLE, 2));
    let mut once = drawn.clone();
    once.dedup();
    assert_eq!(once, drawn);
}

#[test]
fn a_sample_reaches_the_whole_list() {
    let drawn = sample(names(1000), SAMPLE, 1);
    for tenth in 0..10 {
        let (first, end) = (format!("name 0{tenth}"), format!("name 0{}~", tenth));
        let within = |name: &&String| (first.as_str()..end.as_str()).contains(&name.as_str());
        assert!(drawn.iter().filter(within).count() >= 8, "{tenth}");
    }
}

#[test]
fn each_crate_has_a_sample_of_its_own() {
    let crates = ["tls", "upgrade"].map(str::to_owned);
    let scopes = scope::of(&crates).unwrap();
    let mut all = Vec::new();
    for name in ["tls", "tls-more", "upgrade", "async"] {
        let change = |number| format!("crates/{name}/src/lib.rs:{number}:1: replace f");
        all.extend((0..30).map(change));
    }
    let drawn = draw(&scopes, &all, 1);
    assert_eq!(drawn.len(), 40);
    for scope in scopes {
        let held = drawn.iter().filter(|name| scope.holds(name));
        assert_eq!(held.count(), 20, "{}", scope.name);
    }
}

#[test]
fn the_rules_are_meant_where_no_crate_is_named_and_an_unknown_one_is_refused() {
    let scopes = scope::of(&[]).unwrap();
    assert_eq!(scopes.len(), 1);
    assert_eq!((scopes[0].name, scopes[0].sample), ("proto", 200));
    let refused = scope::of(&["asink".to_owned()]);
    assert!(matches!(refused, Err(Failure::Usage(_))));
}

#[test]
fn a_short_list_is_its_own_sample() {
    assert_eq!(sample(names(3), SAMPLE, 1), names(3));
}

#[test]
fn a_quoted_name_matches_itself_alone() {
    assert_eq!(
        quoted("a/b.rs:1:2: replace || with && in f -> Option<u8>"),
        r"a/b\.rs:1:2: replace \|\| with \&\& in f \-> Option<u8>"
    );
}

#[test]
fn a_change_that_no_test_notices_fails_the_run() {
    let sample = names(2);
    let caught = |kind: &str| match kind {
        "caught" => "name 0000\nname 0001\n".to_owned(),
        _ => String::new(),
    };
    assert!(judge(&sample, &BTreeMap::new(), caught).is_ok());
    let missed = |kind: &str| match kind {
        "caught" => "name 0000\n".to_owned(),
        "missed" => "name 0001\n".to_owned(),
        _ => String::new(),
    };
    let Err(Failure::Found(message)) = judge(&sample, &BTreeMap::new(), missed) else {
        panic!("it passed");
    };
    assert_eq!(message, "1 changes go unnoticed");
}

#[test]
fn a_change_that_was_not_tried_fails_the_run() {
    let Err(Failure::Found(message)) = judge(&names(2), &BTreeMap::new(), |_| String::new()) else {
        panic!("it passed");
    };
    assert_eq!(message, "2 changes were not tried: time was short");
}

#[test]
fn a_change_that_changes_nothing_needs_a_reason() {
    let sample = ["a.rs:1:2: replace > with >= in f".to_owned()];
    let name = without_position(&sample[0]);
    assert_eq!(name, "a.rs: replace > with >= in f");
    let explained = BTreeMap::from([(name, "it is so".to_owned())]);
    let missed = |kind: &str| match kind {
        "missed" => sample[0].clone(),
        _ => String::new(),
    };
    assert!(judge(&sample, &explained, missed).is_ok());
}

#[test]
fn every_reason_belongs_to_a_file_that_is_there() {
    let explained = explained().unwrap();
    assert!(!explained.is_empty());
    for (name, why) in explained {
        let file = name.split(':').next().unwrap();
        assert!(crate::repo::root().join(file).is_file(), "{file}");
        assert!(!why.is_empty(), "{name}");
    }
}
