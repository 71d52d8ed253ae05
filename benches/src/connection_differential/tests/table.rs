//! The table says of each class who is right, and says it once.

use std::collections::BTreeSet;

use super::super::class::Class;
use super::super::table::{TEXT, parse};

fn class(frame: &str, ours: &str, rule: &str) -> Class {
    Class {
        role: "server",
        frame: frame.to_owned(),
        state: "idle",
        ours: ours.to_owned(),
        rule: rule.to_owned(),
        theirs: "accept".to_owned(),
        reason: "-".to_owned(),
    }
}

#[test]
fn every_row_of_the_table_is_right_in_form_and_there_once() {
    let rows = parse(TEXT).expect("the table can be read");
    let names: BTreeSet<String> = rows.iter().map(|row| row.name()).collect();
    assert_eq!(names.len(), rows.len());
    for right in ["ours", "both", "same"] {
        assert!(rows.iter().any(|row| row.right == right), "{right}");
    }
}

#[test]
fn a_row_has_ten_columns_a_judgement_a_section_and_a_sentence() {
    let row = |rest: &str| format!("server\tDATA\t*\taccept\t-\taccept\t-\t{rest}");
    assert!(parse(&row("RFC 9113 §5.1\tours\tIt is so.")).is_ok());
    for rest in [
        "RFC 9113 §5.1\tours",
        "RFC 9113 §5.1\tnobody\tIt is so.",
        "section 5\tours\tIt is so.",
        "RFC 9113 §5.1\tours\tIt is",
    ] {
        let error = parse(&row(rest)).expect_err(rest);
        assert!(error.starts_with("line 1: "), "{error}");
    }
}

#[test]
fn columns_match_alternatives_beginnings_and_nothing_else() {
    let text = "server|client\tDATA|HEADERS*\t*\tstream *\tMessage::TeValue\taccept\t-\tRFC 9113 §1\tboth\tSo.";
    let row = &parse(text).expect("it is a row")[0];
    assert!(row.is_of(&class("DATA", "stream X", "Message::TeValue")));
    assert!(row.is_of(&class("HEADERS then PING", "stream X", "Message::TeValue")));
    assert!(!row.is_of(&class("DATA then PING", "stream X", "Message::TeValue")));
    assert!(!row.is_of(&class("DATA", "connection X", "Message::TeValue")));
    assert!(!row.is_of(&class("DATA", "stream X", "Message::TeMisplaced")));
}
