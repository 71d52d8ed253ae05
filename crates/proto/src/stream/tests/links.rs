//! Lists that run through the slots of the store.

use alloc::vec::Vec;

use super::stream;
use crate::stream::{Key, List, Name, Store};

fn keys(store: &mut Store, count: u32) -> Vec<Key> {
    (0..count)
        .map(|n| store.insert(stream(2 * n + 1)))
        .collect()
}

fn drain(list: &mut List, store: &mut Store) -> Vec<Key> {
    core::iter::from_fn(|| list.pop_front(store)).collect()
}

#[test]
fn first_come_first_served() {
    let mut store = Store::new();
    let keys = keys(&mut store, 4);
    let mut list = List::new(Name::Events);
    for key in &keys {
        list.push_back(&mut store, *key);
        list.push_back(&mut store, *key);
    }
    assert_eq!(list.front(), Some(keys[0]));
    assert_eq!(drain(&mut list, &mut store), keys, "each once");
    assert_eq!(list.front(), None);
}

#[test]
fn any_member_leaves_at_once() {
    for leaving in 0..3 {
        let mut store = Store::new();
        let mut keys = keys(&mut store, 3);
        let mut list = List::new(Name::Credit);
        for key in &keys {
            list.push_back(&mut store, *key);
        }
        let gone = keys.remove(leaving);
        assert!(list.remove(&mut store, gone));
        assert!(!list.remove(&mut store, gone), "it is not there any more");
        list.push_back(&mut store, gone);
        keys.push(gone);
        assert_eq!(
            drain(&mut list, &mut store),
            keys,
            "and comes last when it comes back"
        );
    }
}

#[test]
fn a_list_can_be_kept_in_the_order_of_the_identifiers() {
    let mut store = Store::new();
    let keys = keys(&mut store, 5);
    for order in [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 4, 0, 3, 1],
        [1, 0, 4, 2, 3],
    ] {
        let mut list = List::new(Name::Ready(0));
        for place in order {
            list.insert_by_id(&mut store, keys[place]);
            list.insert_by_id(&mut store, keys[place]);
        }
        assert_eq!(drain(&mut list, &mut store), keys, "{order:?}");
        assert!(list.is_empty());
    }
}

#[test]
fn a_stream_waits_in_one_list_of_a_chain_only() {
    let mut store = Store::new();
    let keys = keys(&mut store, 1);
    let (mut ready, mut parked) = (List::new(Name::Ready(3)), List::new(Name::OwnWindow));
    assert_eq!(store.turn(keys[0]), None);
    ready.push_back(&mut store, keys[0]);
    parked.push_back(&mut store, keys[0]);
    assert!(parked.is_empty());
    assert!(!parked.remove(&mut store, keys[0]));
    assert!(!List::new(Name::Ready(4)).remove(&mut store, keys[0]));
    assert_eq!(store.turn(keys[0]), Some(Name::Ready(3)));
    assert_eq!(drain(&mut ready, &mut store), keys);
    assert_eq!(store.turn(keys[0]), None);
}

#[test]
fn lists_of_different_chains_do_not_know_of_each_other() {
    let mut store = Store::new();
    let keys = keys(&mut store, 3);
    let names = [Name::Events, Name::Credit, Name::Ready(0)];
    let mut lists = names.map(List::new);
    for (shift, list) in lists.iter_mut().enumerate() {
        for n in 0..3 {
            list.push_back(&mut store, keys[(n + shift) % 3]);
        }
    }
    for (shift, list) in lists.iter_mut().enumerate() {
        let wanted: Vec<_> = (0..3).map(|n| keys[(n + shift) % 3]).collect();
        assert_eq!(drain(list, &mut store), wanted);
    }
}
