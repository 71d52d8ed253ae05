//! What the wire does not show: streams that leave, or change, while they wait.

use alloc::vec::Vec;

use frame::StreamId;

use super::*;
use crate::message::Signal;
use crate::stream::Stream;

/// Streams with these priorities, each ready to send.
fn ready(values: &[&str]) -> (Store, Schedule, Vec<Key>) {
    let (mut store, mut schedule) = (Store::new(), Schedule::new(Priorities::Urgency));
    let keys: Vec<Key> = (0..)
        .zip(values)
        .map(|(place, value)| {
            let mut stream = Stream::new(StreamId::from_wire(2 * place + 1), 0);
            stream.priority = match *value {
                "" => Signal::default(),
                value => Signal::parse(value.as_bytes())
                    .expect("a test writes priorities")
                    .complete(),
            };
            store.insert(stream)
        })
        .collect();
    for key in &keys {
        schedule.wake(&mut store, *key);
    }
    (store, schedule, keys)
}

/// Takes all streams, which send nothing more.
fn rest(store: &mut Store, schedule: &mut Schedule) -> Vec<u32> {
    core::iter::from_fn(|| {
        let key = schedule.next(store)?;
        schedule.charge();
        Some(store.get(key)?.id.value())
    })
    .collect()
}

#[test]
fn a_stream_that_is_woken_twice_has_one_turn() {
    for value in ["", "u=3", "i"] {
        let (mut store, mut schedule, keys) = ready(&[value, value]);
        schedule.wake(&mut store, keys[0]);
        assert_eq!(rest(&mut store, &mut schedule), [1, 3]);
    }
}

#[test]
fn a_stream_leaves_from_wherever_it_waits() {
    for place in 0..4 {
        let (mut store, mut schedule, keys) = ready(&["u=3"; 4]);
        schedule.remove(&mut store, keys[place]);
        let mut left = [1, 3, 5, 7].to_vec();
        left.remove(place);
        assert_eq!(rest(&mut store, &mut schedule), left);
    }
    for why in [
        Blocked::SharedWindow,
        Blocked::OwnWindow,
        Blocked::Concurrency,
    ] {
        let (mut store, mut schedule, keys) = ready(&["u=3", "u=3"]);
        assert_eq!(schedule.next(&mut store), Some(keys[0]));
        schedule.park(&mut store, keys[0], why);
        schedule.remove(&mut store, keys[0]);
        schedule.shared_window_opened(&mut store);
        schedule.own_windows_opened(&mut store);
        schedule.concurrency_opened(&mut store);
        assert_eq!(rest(&mut store, &mut schedule), [3]);
    }
}

#[test]
fn a_stream_that_waits_for_a_window_keeps_to_its_priority_of_then() {
    let (mut store, mut schedule, keys) = ready(&["u=1", "u=2", "u=3"]);
    for key in &keys {
        assert_eq!(schedule.next(&mut store), Some(*key));
        schedule.park(&mut store, *key, Blocked::SharedWindow);
    }
    if let Some(stream) = store.get_mut(keys[2]) {
        stream.priority = Signal::parse(b"u=0").expect("a priority");
    }
    schedule.reprioritized(&mut store, keys[2]);
    assert_eq!(schedule.next(&mut store), None);
    schedule.shared_window_opened(&mut store);
    assert_eq!(rest(&mut store, &mut schedule), [5, 1, 3]);
}

#[test]
fn those_to_be_served_whole_stand_in_order_however_they_come() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let (mut store, mut schedule, keys) = ready(&["u=3"; 3]);
        for key in &keys {
            schedule.remove(&mut store, *key);
        }
        for place in order {
            schedule.wake(&mut store, keys[place]);
        }
        assert_eq!(rest(&mut store, &mut schedule), [1, 3, 5]);
    }
}

#[test]
fn a_turn_in_which_nothing_is_sent_uses_up_no_share() {
    let (mut store, mut schedule, keys) = ready(&["u=0", "u=7"]);
    for _ in 0..15 {
        assert_eq!(schedule.next(&mut store), Some(keys[0]));
        schedule.charge();
        schedule.wake(&mut store, keys[0]);
    }
    for _ in 0..3 {
        assert_eq!(schedule.next(&mut store), Some(keys[1]));
        schedule.park(&mut store, keys[1], Blocked::SharedWindow);
        assert_eq!(schedule.next(&mut store), Some(keys[0]));
        schedule.park(&mut store, keys[0], Blocked::SharedWindow);
        schedule.shared_window_opened(&mut store);
    }
    assert_eq!(rest(&mut store, &mut schedule), [3, 1]);
}

#[test]
fn what_is_known_of_streams_that_never_open_is_forgotten() {
    let mut early = Early::default();
    let signal = |value: &[u8]| Signal::parse(value).expect("a priority");
    for (id, value) in [(1, b"u=1"), (3, b"u=3"), (7, b"u=7")] {
        assert_eq!(early.put(StreamId::from_wire(id), signal(value)), None);
    }
    let again = early.put(StreamId::from_wire(3), signal(b"u=4"));
    assert_eq!(again, Some(signal(b"u=3")));
    assert_eq!(early.take(StreamId::from_wire(3)), Some(signal(b"u=4")));
    assert_eq!(early.len(), 1);
    assert_eq!(early.take(StreamId::from_wire(5)), None);
    assert_eq!(early.len(), 1);
}
