//! Fields, limits and policies from raw entropy, as other crates' fuzzers get them.

use arbitrary::Unstructured;
use tress_hpack::{Decoder, Encoder, HeaderField, Indexing, Limits, Sensitivity, StringCoding};

use crate::support::{Owned, decode};

/// Entropy enough for a list, the same on every run.
fn entropy(seed: u64) -> Vec<u8> {
    let mut state = seed;
    (0..512)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[1]
        })
        .collect()
}

#[test]
fn arbitrary_fields_come_back_as_they_were() {
    let mut kinds = [0, 0];
    for seed in 0..2000 {
        let entropy = entropy(seed);
        let mut entropy = Unstructured::new(&entropy);
        let mut encoder = Encoder::new();
        encoder.set_string_coding(entropy.arbitrary::<StringCoding>().unwrap());
        let fields: Vec<HeaderField<'_>> = entropy.arbitrary().unwrap();
        let mut block = Vec::new();
        encoder.encode(fields.iter().copied(), &mut block);
        let found = decode(&mut Decoder::new(), &block).unwrap();
        assert_eq!(found.len(), fields.len());
        for (found, field) in found.iter().zip(&fields) {
            assert_eq!((&*found.name, &*found.value), (field.name, field.value));
            let secret = field.sensitivity == Sensitivity::NeverIndexed;
            assert!(!secret || found.sensitivity == field.sensitivity);
            kinds[usize::from(secret)] += 1;
        }
    }
    assert!(kinds.iter().all(|count| *count > 100), "{kinds:?}");
}

#[test]
fn arbitrary_limits_and_policies_are_of_every_kind() {
    let mut policies = std::collections::HashSet::new();
    let mut limits = std::collections::HashSet::new();
    for seed in 0..200 {
        let entropy = entropy(seed);
        let mut entropy = Unstructured::new(&entropy);
        policies.insert(format!("{:?}", entropy.arbitrary::<Indexing>().unwrap()));
        limits.insert(format!("{:?}", entropy.arbitrary::<Limits>().unwrap()));
        let owned = Owned::from(entropy.arbitrary::<HeaderField<'_>>().unwrap());
        assert_eq!(
            owned.borrow().size(),
            owned.name.len() + owned.value.len() + 32
        );
    }
    assert_eq!(policies.len(), 3, "{policies:?}");
    assert!(limits.len() > 100, "{}", limits.len());
}
