//! The connection preface (RFC 9113 §3.4).

use tress_frame::{PREFACE, Settings};

use crate::{both_ways, hex};

#[test]
fn the_preface_is_these_24_octets() {
    let octets = hex("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a");
    assert_eq!(PREFACE.as_slice(), octets);
}

#[test]
fn the_settings_of_a_preface_may_be_empty() {
    both_ways("000000 04 00 00000000", Settings::new(&[]));
}
