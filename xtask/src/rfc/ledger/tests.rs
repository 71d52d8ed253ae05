//! Ledgers with a planted error each.

use super::{compare, coverage, judge, rows, rules};

const LIST: &str = "# rules\nrfc1:2#1 MUST\nrfc1:2#2 SHOULD\n";
const GOOD: &str = "# rows\n\
    rfc1:2#1\tMUST\tso it is\ta::b::c a::d\n\
    rfc1:2#2\tSHOULD\tso it may be\tchoice: it is not\n";

/// What is wrong with the ledger, where `a::b::c` and `a::d` are tests.
fn wrong(ledger: &str) -> Vec<String> {
    let (rows, mut wrong) = rows(ledger);
    wrong.extend(compare(&rules(LIST), &rows));
    let tests = ["a::b::c", "a::d"].map(str::to_owned);
    wrong.extend(judge(&rows, &tests.into_iter().collect()));
    wrong
}

/// The good ledger with one text put in the place of another.
fn with(text: &str, other: &str) -> Vec<String> {
    assert!(GOOD.contains(text), "{text} is not there to be replaced");
    wrong(&GOOD.replace(text, other))
}

#[test]
fn a_ledger_in_good_order_is_let_pass() {
    assert!(wrong(GOOD).is_empty());
    for answer in ["missing", "TLS stack", "a::d"] {
        assert!(with("a::b::c a::d", answer).is_empty(), "{answer}");
    }
}

#[test]
fn a_row_that_was_lost_is_told() {
    let lost = with("rfc1:2#2\tSHOULD\tso it may be\tchoice: it is not\n", "");
    assert_eq!(
        lost,
        ["rfc1:2#2: no row in crates/proto/tests/requirements.tsv"]
    );
}

#[test]
fn a_row_of_no_rule_is_told() {
    let unknown = wrong(&format!("{GOOD}rfc1:2#3\tMUST\tno\tmissing\n"));
    assert_eq!(
        unknown,
        ["rfc1:2#3: no such rule in xtask/data/requirements.txt"]
    );
}

#[test]
fn a_second_row_and_another_level_are_told() {
    let twice = wrong(&format!("{GOOD}rfc1:2#1\tMUST\tno\tmissing\n"));
    assert_eq!(twice, ["rfc1:2#1: two rows"]);
    let level = with("rfc1:2#1\tMUST", "rfc1:2#1\tSHOULD");
    assert_eq!(level, ["rfc1:2#1: a MUST, not a SHOULD"]);
}

#[test]
fn a_test_that_does_not_exist_is_told() {
    let renamed = with("a::d", "a::e");
    assert_eq!(renamed, ["rfc1:2#1: no test is called a::e"]);
    let reason = with("a::b::c a::d", "laziness");
    assert_eq!(reason, ["rfc1:2#1: no test is called laziness"]);
}

#[test]
fn a_must_leaves_no_choice_and_a_choice_says_something() {
    let choice = with("a::b::c a::d", "choice: no");
    assert_eq!(choice, ["rfc1:2#1: a MUST leaves no choice"]);
    assert!(!with("choice: it is not", "choice: ").is_empty());
    assert_eq!(with("choice: it is not", ""), ["rfc1:2#2: no answer"]);
}

#[test]
fn a_row_has_four_columns_and_a_short_wording() {
    assert_eq!(with("\tso it is", "").len(), 2, "no row, and so it is lost");
    let long = "x".repeat(81);
    let wanted = ["rfc1:2#1: a wording of 1 to 80 characters"];
    assert_eq!(with("so it is", &long), wanted);
    assert_eq!(with("so it is", ""), wanted);
}

#[test]
fn rules_are_counted_by_rfc_and_level() {
    let (rows, _) = rows(GOOD);
    let lines = [
        "RFC 1 MUST, 1 in all: 1 tested",
        "RFC 1 SHOULD, 1 in all: 1 choice",
    ];
    assert_eq!(coverage(&rows), lines);
}
