//! `demo`, and whether what it shows is true.

use crate::support::tress;
use tress_cli::demo::{self, Direction};

#[test]
fn the_observer_saw_every_octet_that_went_through_the_socket() {
    let report = demo::run().unwrap();
    assert_eq!(report.observed(), report.at_socket());
    assert_eq!(report.streams(), 20);
    assert_eq!(report.content(), 2_492_388);
    assert_eq!(report.frames("PREFACE", Direction::Sent), 1);
    assert_eq!(report.frames("HEADERS", Direction::Sent), 20);
    assert_eq!(report.frames("HEADERS", Direction::Received), 20);
    assert!(report.at_socket().received > report.content());
}

#[test]
fn the_page_fits_and_ends_with_three_commands() {
    let finished = tress(&["demo"]);
    assert_eq!((finished.code, &*finished.stderr), (Some(0), ""));
    let page = String::from_utf8(finished.stdout).unwrap();
    assert!(
        page.lines().all(|line| line.chars().count() <= 100),
        "{page}"
    );
    assert!(!page.contains('\x1b'), "{page}");
    assert!(page.contains("to the octet"), "{page}");
    let (_, next) = page.split_once("Next:\n").unwrap();
    assert_eq!(next.lines().count(), 3, "{page}");
}
