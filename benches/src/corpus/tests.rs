//! The corpus is what the comparison needs, and stays what it is.

use super::{Figures, checksum, second, sequences};

#[test]
fn the_corpus_has_not_changed() {
    assert_eq!(checksum(&sequences()), 0xd6b4_4426_3dad_59be);
}

#[test]
fn the_second_corpus_has_not_changed() {
    assert_eq!(checksum(&second()), 0x5eba_d737_c7c4_c9d6);
}

#[test]
fn the_second_corpus_is_as_large_and_another() {
    let figures = Figures::of(&second());
    assert!(figures.fields >= 30_000, "{figures}");
    assert!(
        (15.0..=60.0).contains(&figures.octets_a_field()),
        "{figures}"
    );
    assert!((0.05..0.6).contains(&figures.fresh_share()), "{figures}");
}

#[test]
fn the_corpus_is_large_and_like_the_wild() {
    let figures = Figures::of(&sequences());
    assert!(figures.sequences >= 30, "{figures}");
    assert!(figures.lists >= 3000, "{figures}");
    assert!(
        (25.0..=35.0).contains(&figures.octets_a_field()),
        "{figures}"
    );
    assert!((0.15..0.5).contains(&figures.fresh_share()), "{figures}");
    assert!((0.28..=0.36).contains(&figures.ratio()), "{figures}");
}
