//! What is remembered of streams that are over.

use super::id;
use crate::stream::{ClosedBy, Past, Recent};

const fn client(ordinal: u32) -> u32 {
    2 * ordinal + 1
}

#[test]
fn what_was_never_noted_was_skipped() {
    let mut recent = Recent::new();
    assert_eq!(recent.past(id(1)), Past::Skipped);
    recent.note(id(9), ClosedBy::EndStream);
    assert_eq!(recent.past(id(1)), Past::Skipped);
    assert_eq!(recent.past(id(9)), Past::Closed(ClosedBy::EndStream));
    assert_eq!(recent.past(id(11)), Past::Skipped);
}

#[test]
fn each_way_to_end_is_remembered_on_both_sides() {
    for first in [1, 2] {
        let mut recent = Recent::new();
        let ways = [
            ClosedBy::EndStream,
            ClosedBy::ResetSent,
            ClosedBy::ResetReceived,
        ];
        for (n, how) in (0..).zip(ways.into_iter().cycle().take(250)) {
            recent.note(id(first + 2 * n), how);
        }
        for (n, how) in (0..).zip(ways.into_iter().cycle().take(250)) {
            assert_eq!(recent.past(id(first + 2 * n)), Past::Closed(how));
        }
    }
}

#[test]
fn a_later_note_on_a_stream_counts() {
    let mut recent = Recent::new();
    recent.note(id(5), ClosedBy::ResetReceived);
    recent.note(id(1), ClosedBy::EndStream);
    recent.note(id(5), ClosedBy::ResetSent);
    assert_eq!(recent.past(id(5)), Past::Closed(ClosedBy::ResetSent));
    assert_eq!(recent.past(id(1)), Past::Closed(ClosedBy::EndStream));
}

#[test]
fn what_is_forgotten_counts_as_reset_by_us_up_to_the_last_that_was() {
    let mut recent = Recent::new();
    for n in 0..1000 {
        let how = match n {
            100 => ClosedBy::ResetSent,
            _ => ClosedBy::EndStream,
        };
        recent.note(id(client(n)), how);
    }
    assert_eq!(
        recent.past(id(client(50))),
        Past::Closed(ClosedBy::ResetSent)
    );
    assert_eq!(
        recent.past(id(client(100))),
        Past::Closed(ClosedBy::ResetSent)
    );
    assert_eq!(
        recent.past(id(client(101))),
        Past::Closed(ClosedBy::EndStream)
    );
    assert_eq!(
        recent.past(id(client(999))),
        Past::Closed(ClosedBy::EndStream)
    );
}

#[test]
fn a_leap_forgets_all_but_the_mark() {
    let mut recent = Recent::new();
    recent.note(id(client(3)), ClosedBy::ResetSent);
    recent.note(id(client(5)), ClosedBy::ResetReceived);
    recent.note(id(0x7fff_ffff), ClosedBy::EndStream);
    assert_eq!(
        recent.past(id(client(3))),
        Past::Closed(ClosedBy::ResetSent)
    );
    assert_eq!(
        recent.past(id(client(5))),
        Past::Closed(ClosedBy::EndStream)
    );
    assert_eq!(
        recent.past(id(0x7fff_ffff)),
        Past::Closed(ClosedBy::EndStream)
    );
    assert_eq!(recent.past(id(0x7fff_fffd)), Past::Skipped);
}

#[test]
fn a_note_that_comes_too_late_to_be_kept_moves_the_mark() {
    let mut recent = Recent::new();
    recent.note(id(client(1000)), ClosedBy::EndStream);
    recent.note(id(client(10)), ClosedBy::ResetSent);
    recent.note(id(client(20)), ClosedBy::EndStream);
    assert_eq!(
        recent.past(id(client(10))),
        Past::Closed(ClosedBy::ResetSent)
    );
    assert_eq!(
        recent.past(id(client(11))),
        Past::Closed(ClosedBy::EndStream)
    );
}
