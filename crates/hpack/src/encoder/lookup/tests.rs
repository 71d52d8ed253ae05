//! What a look-up finds, and when it gives up.

use super::{CANDIDATES, Lookup};
use crate::HeaderField;
use crate::table::{Dynamic, Source};

/// Makes entries of one octet each, all with the same hash, as an attacker would.
fn colliding(entries: u8) -> (Lookup, Dynamic) {
    let mut table = Dynamic::new(65_536);
    let mut lookup = Lookup::default();
    for name in 0..entries {
        table.insert(Source::Octets(&[name]), &[name], 0);
        lookup.insert(7, 7, None, table.len());
    }
    (lookup, table)
}

#[test]
fn colliding_entries_are_told_apart_as_far_as_they_are_looked_at() {
    let (lookup, table) = colliding(200);
    for place in 0..200_u8 {
        let name = [199 - place];
        let field = HeaderField::new(&name, &name);
        let found = (usize::from(place) < CANDIDATES).then_some(usize::from(place));
        assert_eq!(lookup.find_name(7, &name, &table), found);
        assert_eq!(lookup.find_field(7, None, &field, &table), found);
    }
}

#[test]
fn entries_that_have_left_are_not_found() {
    let (mut lookup, mut table) = colliding(5);
    table.set_max_size(2 * 34);
    lookup.truncate(table.len());
    assert_eq!(lookup.find_name(7, &[4], &table), Some(0));
    assert_eq!(lookup.find_name(7, &[3], &table), Some(1));
    assert_eq!(lookup.find_name(7, &[2], &table), None);
    table.insert(Source::Octets(&[5]), &[5], 0);
    lookup.insert(7, 7, None, table.len());
    assert_eq!(lookup.find_name(7, &[5], &table), Some(0));
    assert_eq!(lookup.find_name(7, &[4], &table), Some(1));
    assert_eq!(lookup.find_name(7, &[3], &table), None);
}

#[test]
fn numbers_may_wrap() {
    let (mut lookup, mut table) = colliding(0);
    lookup.newest = u32::MAX - 20;
    for name in 0..40 {
        table.insert(Source::Octets(&[name]), &[], 0);
        lookup.insert(u64::from(name), u64::from(name), None, table.len());
    }
    for name in 0..40 {
        let place = lookup.find_name(u64::from(name), &[name], &table);
        assert_eq!(place, Some(usize::from(39 - name)));
    }
}
