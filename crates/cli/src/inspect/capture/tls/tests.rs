//! What was recorded in TLS is read or refused, whatever it is; that it is read is for tests/it/inspect.rs to show.

use alloc::string::String;
use alloc::vec::Vec;

use tress_testkit::Rng;

use super::super::items;

const CAPTURE: &[u8] = include_bytes!("../../../../tests/captures/tls13.pcap");
const KEYS: &[u8] = include_bytes!("../../../../tests/captures/tls13.keys");

/// What there is of the frames of both sides.
fn frames(capture: &[u8], keys: &[u8]) -> Vec<String> {
    let items = items(capture, Some(keys), false).unwrap_or_default();
    items.into_iter().map(|item| item.what).collect()
}

#[test]
fn a_capture_that_was_broken_or_that_ends_is_read_as_far_as_it_is_whole() {
    let whole = frames(CAPTURE, KEYS);
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let mut capture = CAPTURE.to_vec();
        for _ in 0..rng.range(1..4) {
            // Behind the head of the file.
            let place = rng.range(24..capture.len());
            capture[place] = rng.octet();
        }
        let cut = rng.range(24..capture.len());
        for input in [&capture[..], &CAPTURE[..cut]] {
            assert!(frames(input, KEYS).len() <= whole.len() + 8, "seed {seed}");
        }
        let mut keys = KEYS.to_vec();
        let place = rng.range(0..keys.len());
        keys[place] = rng.octet();
        assert!(
            frames(CAPTURE, &keys).len() <= whole.len() + 8,
            "seed {seed}"
        );
    }
}

#[test]
fn a_record_that_was_changed_ends_what_is_read_and_that_is_said() {
    let mut found = 0;
    for back in (1..400).step_by(5) {
        let mut capture = CAPTURE.to_vec();
        let place = capture.len() - back;
        capture[place] ^= 1;
        let said = frames(&capture, KEYS);
        found += usize::from(
            said.iter()
                .any(|what| what.contains("is not opened by its secrets")),
        );
    }
    assert!(found > 2, "{found}");
}
