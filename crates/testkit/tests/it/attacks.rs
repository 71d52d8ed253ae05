//! The table of attacks.

use alloc::collections::BTreeSet;

use tress_testkit::*;

fn target() -> Target {
    Target::new("https", "example.org", "/")
}

#[test]
fn no_two_attacks_are_called_the_same_and_each_is_about_denial_of_service() {
    let names: BTreeSet<_> = attacks().iter().map(|attack| attack.name).collect();
    assert_eq!(names.len(), attacks().len());
    for attack in attacks() {
        assert!(
            attack.section.starts_with("RFC 9113 §10.5"),
            "{}",
            attack.name
        );
        let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let words = attack.name.split('-');
        assert!(
            words.into_iter().all(|word| word.chars().all(is_word)),
            "{}",
            attack.name
        );
    }
}

#[test]
fn an_attack_is_whole_frames_whose_fields_can_be_read() {
    for attack in attacks() {
        let octets = attack.octets(&target(), 128 * 1024);
        let mut reader = Reader::new();
        // The settings of a greeting are read in the same way as those of the attack.
        let seen = reader.read(&octets);
        let shown: usize = seen.iter().map(|frame| 9 + frame.payload.len()).sum();
        assert_eq!(shown, octets.len(), "{}", attack.name);
        for frame in seen {
            assert!(
                !matches!(frame.fields, Some(Err(_))),
                "{}: {frame:?}",
                attack.name
            );
        }
    }
}

#[test]
fn a_reset_is_behind_each_request_of_a_rapid_reset() {
    let attacks = attacks();
    let attack = attacks.iter().find(|attack| attack.name == "rapid-reset");
    let seen = frames(&attack.unwrap().piece(&target(), 2));
    let kinds: Vec<_> = seen
        .iter()
        .map(|frame| (frame.kind, frame.stream))
        .collect();
    assert_eq!(kinds, [(kind::HEADERS, 5), (kind::RST_STREAM, 5)]);
    assert!(seen[0].is_end());
}

#[test]
fn what_waits_says_nothing_and_what_is_slow_says_little() {
    for attack in attacks() {
        let piece = attack.piece(&target(), 0);
        if !attack.pause.is_zero() {
            assert!(piece.len() < 16, "{}", attack.name);
        } else if piece.is_empty() {
            assert!(!attack.begins(&target()).is_empty(), "{}", attack.name);
        }
    }
}
