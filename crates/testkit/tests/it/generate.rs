//! The generator reaches every frame type, and says what the RFC allows.

use tress_testkit::*;

#[test]
fn every_frame_type_is_made() {
    let mut rng = Rng::new(1);
    let mut census = Census::new();
    for _ in 0..200 {
        for side in [Side::Client, Side::Server] {
            census.add(&conversation(&mut rng, side).octets());
        }
    }
    println!("{census}");
    assert_eq!(census.missing(), [""; 0]);
    assert!(census.to_string().starts_with("DATA "));
}

#[test]
fn an_empty_census_misses_every_type() {
    let mut census = Census::new();
    assert_eq!(census.missing().len(), 14);
    census.add(&(PREFACE, ping([0; 8]), unknown(0xee, 0, 0, "")).octets());
    assert_eq!(census.missing().len(), 12);
    assert!(!census.missing().contains(&"PING"));
}

#[test]
fn every_block_of_a_conversation_can_be_decoded() {
    let mut rng = Rng::new(2);
    for round in 0..300 {
        for side in [Side::Client, Side::Server] {
            let said = conversation(&mut rng, side);
            let seen = frames(&said.octets());
            let errors = seen.iter().filter(|f| matches!(f.fields, Some(Err(_))));
            assert_eq!(errors.count(), 0, "round {round}: {seen:#?}");
            assert_eq!(said.len(), seen.len() + usize::from(side == Side::Client));
        }
    }
}

#[test]
fn every_representation_and_padding_is_used() {
    let mut rng = Rng::new(3);
    let all: Vec<Seen> = (0..100)
        .flat_map(|_| frames(&conversation(&mut rng, Side::Client).octets()))
        .collect();
    let has = |what: &dyn Fn(&Seen) -> bool| all.iter().any(what);
    let fields = |what: fn(&Field) -> bool| {
        let all = all.iter().filter_map(|frame| frame.fields.clone()?.ok());
        all.flatten().any(|field| what(&field))
    };
    assert!(fields(|field| field.never_indexed));
    assert!(fields(|field| field.value == b"no-cache"), "Huffman");
    assert!(has(&|f| f.kind == kind::DATA && f.has(flag::PADDED)));
    assert!(has(&|f| f.kind == kind::HEADERS && f.has(flag::PADDED)));
    assert!(has(&|f| f.kind == kind::HEADERS && f.has(flag::PRIORITY)));
    assert!(has(&|f| f.kind == kind::CONTINUATION && f.flags == 0));
}

#[test]
fn the_same_seed_says_the_same() {
    let say = |seed| {
        let mut rng = Rng::new(seed);
        let mut said = conversation(&mut rng, Side::Server);
        mutate(&mut rng, &mut said);
        said
    };
    assert_eq!(say(7), say(7));
    assert_ne!(say(7), say(8));
}

#[test]
fn mutations_change_fields_lengths_order_and_cut() {
    let mut rng = Rng::new(4);
    let (mut shorter, mut longer, mut same_length, mut same) = (0, 0, 0, 0);
    for _ in 0..1000 {
        let said = conversation(&mut rng, Side::Client);
        let mut changed = said.clone();
        mutate(&mut rng, &mut changed);
        let (before, after) = (said.octets(), changed.octets());
        match after.len() {
            _ if before == after => same += 1,
            count if count < before.len() => shorter += 1,
            count if count > before.len() => longer += 1,
            _ => same_length += 1,
        }
    }
    assert!(same < 200, "{same} of 1000 are unchanged");
    assert!(shorter > 100 && longer > 100 && same_length > 100);
}

#[test]
fn numbers_stay_in_their_range() {
    let mut rng = Rng::new(9);
    assert!((0..1000).all(|_| (3..6).contains(&rng.range(3..6))));
    assert_eq!(rng.range(5..5), 5);
    assert_eq!(rng.bytes(3).len(), 3);
    assert!(rng.letters(9).bytes().all(|b| b.is_ascii_lowercase()));
    assert_eq!(rng.seed(), 9);
}

#[test]
fn violations_are_whole_frames_behind_the_first_two() {
    let mut rng = Rng::new(5);
    let (mut undecodable, mut kinds) = (0, alloc::collections::BTreeSet::new());
    for round in 0..500 {
        for side in [Side::Client, Side::Server] {
            let said = conversation(&mut rng, side);
            let mut changed = said.clone();
            violate(&mut rng, side, &mut changed);
            assert_eq!(changed[..2], said[..2], "round {round}");
            assert!(changed.len() > said.len(), "round {round}");
            let rest = changed.iter().filter(|frame| said.contains(frame));
            assert!(rest.count() >= said.len(), "round {round}");
            let seen = frames(&changed.octets());
            let broken = seen.iter().filter(|f| matches!(f.fields, Some(Err(_))));
            undecodable += broken.count();
            let added = changed.iter().filter(|frame| !said.contains(frame));
            kinds.extend(added.map(|frame| frame[3]));
        }
    }
    assert!(undecodable > 50, "{undecodable}");
    let missing = kind::NAMED.iter().filter(|(kind, _)| !kinds.contains(kind));
    assert_eq!(missing.count(), 0, "{kinds:?}");
}
