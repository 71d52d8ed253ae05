//! Lists that run through the slots of the store.

use alloc::vec::Vec;

use super::{id, insert};
use crate::stream::{Key, Links, List, Name, Store};

/// The links of so many streams, and where these live.
fn links(count: u32) -> (Links, Vec<Key>) {
    let (mut links, mut store) = (Links::default(), Store::new());
    let keys = (0..count)
        .map(|n| {
            let key = insert(&mut store, 2 * n + 1);
            links.enter(key, id(2 * n + 1));
            key
        })
        .collect();
    (links, keys)
}

fn drain(list: &mut List, links: &mut Links) -> Vec<Key> {
    core::iter::from_fn(|| list.pop_front(links)).collect()
}

#[test]
fn first_come_first_served() {
    let (mut links, keys) = links(4);
    let mut list = List::new(Name::Events);
    for key in &keys {
        list.push_back(&mut links, *key);
        list.push_back(&mut links, *key);
    }
    assert_eq!(list.front(), Some(keys[0]));
    assert_eq!(drain(&mut list, &mut links), keys, "each once");
    assert_eq!(list.front(), None);
}

#[test]
fn any_member_leaves_at_once() {
    for leaving in 0..3 {
        let (mut links, mut keys) = links(3);
        let mut list = List::new(Name::Credit);
        for key in &keys {
            list.push_back(&mut links, *key);
        }
        let gone = keys.remove(leaving);
        assert!(list.remove(&mut links, gone));
        assert!(!list.remove(&mut links, gone), "it is not there any more");
        list.push_back(&mut links, gone);
        keys.push(gone);
        assert_eq!(
            drain(&mut list, &mut links),
            keys,
            "and comes last when it comes back"
        );
    }
}

#[test]
fn a_list_can_be_kept_in_the_order_of_the_identifiers() {
    let (mut links, keys) = links(5);
    for order in [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 4, 0, 3, 1],
        [1, 0, 4, 2, 3],
    ] {
        let mut list = List::new(Name::Ready(0));
        for place in order {
            list.insert_by_id(&mut links, keys[place]);
            list.insert_by_id(&mut links, keys[place]);
        }
        assert_eq!(drain(&mut list, &mut links), keys, "{order:?}");
        assert!(list.is_empty());
    }
}

#[test]
fn a_stream_waits_in_one_list_of_a_chain_only() {
    let (mut links, keys) = links(1);
    let (mut ready, mut parked) = (List::new(Name::Ready(3)), List::new(Name::OwnWindow));
    assert_eq!(links.turn(keys[0]), None);
    ready.push_back(&mut links, keys[0]);
    parked.push_back(&mut links, keys[0]);
    assert!(parked.is_empty());
    assert!(!parked.remove(&mut links, keys[0]));
    assert!(!List::new(Name::Ready(4)).remove(&mut links, keys[0]));
    assert_eq!(links.turn(keys[0]), Some(Name::Ready(3)));
    assert_eq!(drain(&mut ready, &mut links), keys);
    assert_eq!(links.turn(keys[0]), None);
}

#[test]
fn lists_of_different_chains_do_not_know_of_each_other() {
    let (mut links, keys) = links(3);
    let names = [Name::Events, Name::Credit, Name::Ready(0)];
    let mut lists = names.map(List::new);
    for (shift, list) in lists.iter_mut().enumerate() {
        for n in 0..3 {
            list.push_back(&mut links, keys[(n + shift) % 3]);
        }
    }
    for (shift, list) in lists.iter_mut().enumerate() {
        let wanted: Vec<_> = (0..3).map(|n| keys[(n + shift) % 3]).collect();
        assert_eq!(drain(list, &mut links), wanted);
    }
}
