//! Faults of our end that the comparison must notice: each shows a class that the table does not
//! know, even where nghttp2 makes the same of it.

use std::collections::BTreeSet;

use tress_testkit::code;

use super::super::class::Class;
use super::super::conversation::Conversation;
use super::super::outcome::{Outcome, Reaction};
use super::super::play::play_with;
use super::super::table::{TEXT, parse};

/// Conversations in which each fault comes up.
const CONVERSATIONS: u64 = 1000;

fn unknown(fault: impl Fn(&mut Outcome)) -> BTreeSet<Class> {
    let rows = parse(TEXT).expect("the table can be read");
    let all = (0..CONVERSATIONS).flat_map(|seed| {
        let played = play_with(&Conversation::new(seed), &fault);
        played.classes
    });
    let is_unknown = |class: &Class| !rows.iter().any(|row| row.is_of(class));
    all.filter(is_unknown).collect()
}

#[track_caller]
fn is_noticed(fault: impl Fn(&mut Outcome)) {
    assert!(!unknown(fault).is_empty(), "nobody noticed");
}

/// The streams that were reset, with another code.
fn with_code(reaction: &Reaction, code: u32) -> Option<Reaction> {
    let Reaction::Streams(resets) = reaction else {
        return None;
    };
    let resets: BTreeSet<(u32, u32)> = resets.iter().map(|(id, _)| (*id, code)).collect();
    Some(Reaction::Streams(resets))
}

#[test]
fn without_a_fault_all_is_known() {
    assert_eq!(unknown(|_| {}), BTreeSet::new());
}

#[test]
fn a_wrong_code_is_noticed() {
    is_noticed(|ours| {
        if let Some(wrong) = with_code(&ours.reaction, code::INTERNAL_ERROR) {
            ours.reaction = wrong;
        }
    });
    is_noticed(|ours| {
        if ours.reaction == Reaction::Connection(Some(code::COMPRESSION_ERROR)) {
            ours.reaction = Reaction::Connection(Some(code::PROTOCOL_ERROR));
        }
    });
}

#[test]
fn a_missing_check_is_noticed() {
    for rule in [
        "Message::ContentForbidden",
        "Frame::PaddingTooLong",
        "Stream::Idle",
    ] {
        is_noticed(|ours| {
            if ours.reason == rule {
                ours.reaction = Reaction::Accept;
                ours.reason.clear();
            }
        });
    }
}

/// nghttp2 ends the connection for every message that is malformed: the table keeps ours apart.
#[test]
fn a_wrong_scope_is_noticed_although_nghttp2_has_the_same() {
    is_noticed(|ours| {
        if matches!(ours.reaction, Reaction::Streams(_)) {
            ours.reaction = Reaction::Connection(Some(code::PROTOCOL_ERROR));
        }
    });
    is_noticed(|ours| {
        if ours.reason == "Connection::WindowOverflow" {
            ours.reaction = Reaction::Streams(BTreeSet::from([(1, code::FLOW_CONTROL_ERROR)]));
        }
    });
}

#[test]
fn an_acknowledgment_that_is_not_sent_is_noticed() {
    is_noticed(|ours| ours.replies.clear());
}

#[test]
fn content_that_is_lost_is_noticed() {
    is_noticed(|ours| {
        ours.delivered
            .values_mut()
            .for_each(|parts| parts.content = 0)
    });
}
