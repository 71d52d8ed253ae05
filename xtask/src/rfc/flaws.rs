//! The flaws of the reference: each of them is held down by a test that bears its number.

use alloc::collections::BTreeSet;

/// How many there are.
const FLAWS: usize = 23;

/// Says which flaws no test holds down; prints how many tests hold the others.
pub(super) fn check(names: &BTreeSet<String>) -> Vec<String> {
    let of = |flaw: usize| {
        let mark = format!("::flaw_{flaw:02}_");
        names.iter().filter(|name| name.contains(&mark)).count()
    };
    let tests: usize = (1..=FLAWS).map(of).sum();
    println!("flaws of the reference, {FLAWS} in all: {tests} tests");
    let missing = (1..=FLAWS).filter(|flaw| of(*flaw) == 0);
    let wrong = missing.map(|flaw| format!("no test is called flaw_{flaw:02}_\u{2026}"));
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use super::{FLAWS, check};

    #[test]
    fn a_flaw_without_a_test_is_named() {
        let all = (1..=FLAWS).map(|flaw| format!("proto::flaws::flaw_{flaw:02}_is_held"));
        let mut names = all.collect();
        assert!(check(&names).is_empty());
        names.remove("proto::flaws::flaw_07_is_held");
        names.insert("proto::flaws::flaw_7_is_held".to_owned());
        assert_eq!(check(&names), ["no test is called flaw_07_\u{2026}"]);
    }
}
