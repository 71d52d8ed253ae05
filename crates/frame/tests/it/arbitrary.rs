//! Frames from raw entropy, as other crates' fuzzers get them.

use arbitrary::Unstructured;
use tress_frame::{Frame, Head};

use crate::{decode, encode};

/// Entropy enough for one frame, the same on every run.
fn entropy(seed: u64) -> Vec<u8> {
    let mut state = seed;
    (0..256)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[1]
        })
        .collect()
}

#[test]
fn arbitrary_frames_are_legal_and_parse_back_to_themselves() {
    let mut seen = std::collections::HashSet::new();
    for seed in 0..5000 {
        let entropy = entropy(seed);
        let frame: Frame<'_> = Unstructured::new(&entropy).arbitrary().unwrap();
        assert_eq!(decode(&encode(&frame)), Ok(frame));
        seen.insert(match frame {
            Frame::Unknown(_) => None,
            known => Some(known.frame_type()),
        });
    }
    assert_eq!(seen.len(), 14, "some types never came");
}

#[test]
fn arbitrary_heads_can_be_written() {
    for seed in 0..1000 {
        let entropy = entropy(seed);
        let head: Head = Unstructured::new(&entropy).arbitrary().unwrap();
        let mut out = Vec::new();
        head.encode(&mut out);
        assert_eq!(Head::parse_prefix(&out), Some(head));
    }
}
