//! Where the streams live.

use alloc::vec::Vec;

use super::{id, insert};
use crate::stream::Store;

fn ids(store: &Store) -> Vec<u32> {
    store.iter().map(|stream| stream.id().value()).collect()
}

#[test]
fn streams_are_found_by_their_identifiers_and_walked_side_by_side() {
    let mut store = Store::new();
    for value in [1, 2, 3, 8, 9, 10] {
        let key = insert(&mut store, value);
        assert_eq!(store.find(id(value)), Some(key));
        assert_eq!(store.get(key).unwrap().id(), id(value));
    }
    for value in [4, 5, 6, 7, 11, 12] {
        assert_eq!(store.find(id(value)), None);
    }
    assert_eq!(ids(&store), [1, 3, 9, 2, 8, 10]);
}

#[test]
fn a_stream_that_left_is_not_found_and_its_place_is_used_again() {
    let mut store = Store::new();
    let keys: Vec<_> = [1, 3, 5].map(|value| insert(&mut store, value)).into();
    store.remove(keys[1]);
    assert!(store.get(keys[1]).is_none());
    store.remove(keys[1]);
    assert_eq!(store.find(id(3)), None);
    assert!(store.get(keys[1]).is_none());
    assert!(store.get_mut(keys[1]).is_none());
    assert_eq!(insert(&mut store, 7), keys[1]);
    assert_eq!(ids(&store), [1, 5, 7]);
}

#[test]
fn one_old_stream_does_not_keep_the_places_of_ten_thousand_others() {
    let mut store = Store::new();
    let first = insert(&mut store, 1);
    for n in 1..10_000 {
        let key = insert(&mut store, 2 * n + 1);
        assert_eq!(store.find(id(2 * n + 1)), Some(key));
        store.remove(key);
    }
    assert_eq!(store.find(id(1)), Some(first));
    assert!(store.places() <= 2 + 2 * 40, "{}", store.places());
}

#[test]
fn ten_thousand_streams_that_leave_one_old_one_leave_their_places() {
    // Whether or not their number is even.
    for count in [10_000, 10_001] {
        let mut store = Store::new();
        let keys: Vec<_> = (0..count).map(|n| insert(&mut store, 2 * n + 1)).collect();
        for key in &keys[1..] {
            store.remove(*key);
        }
        assert_eq!(ids(&store), [1]);
        // The slots stay for the streams to come; nothing else does.
        assert!(store.places() <= keys.len() + 40, "{}", store.places());
    }
}

/// To move the others each time would make the end of a thousand streams the work of a million.
#[test]
fn a_stream_that_leaves_from_among_others_moves_none_of_them() {
    let mut store = Store::new();
    let keys: Vec<_> = (0..100).map(|n| insert(&mut store, 2 * n + 1)).collect();
    let before = store.places();
    for key in &keys[1..34] {
        store.remove(*key);
    }
    assert_eq!(store.places(), before);
    assert_eq!(ids(&store).len(), 67);
}

#[test]
fn streams_may_leave_in_any_order() {
    let mut store = Store::new();
    let mut keys: Vec<_> = (0..100).map(|n| insert(&mut store, 2 * n + 1)).collect();
    let mut left: Vec<u32> = (0..100).map(|n| 2 * n + 1).collect();
    let mut place = 7;
    while !keys.is_empty() {
        place = (place * 31 + 17) % keys.len();
        store.remove(keys.remove(place));
        left.remove(place);
        assert_eq!(ids(&store), left);
        for value in &left {
            assert!(store.find(id(*value)).is_some());
        }
    }
}
