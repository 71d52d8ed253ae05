//! What the wire does not show: streams that leave, or change, while they wait.

use alloc::vec::Vec;

use frame::StreamId;

use super::*;
use crate::message::Signal;
use crate::stream::{Store, Stream};

/// A schedule, and the streams in it.
struct Rig {
    store: Store,
    links: Links,
    schedule: Schedule,
}

/// Streams with these priorities, each ready to send.
fn ready(values: &[&str]) -> (Rig, Vec<Key>) {
    let mut rig = Rig {
        store: Store::new(),
        links: Links::default(),
        schedule: Schedule::new(Priorities::Urgency),
    };
    let keys: Vec<Key> = (0..)
        .zip(values)
        .map(|(place, value)| {
            let id = StreamId::from_wire(2 * place + 1);
            let mut stream = Stream::new(rig.store.next_key(), id, 0);
            stream.prioritize(match *value {
                "" => Signal::default(),
                value => Signal::parse(value.as_bytes())
                    .expect("a test writes priorities")
                    .complete(),
            });
            let key = stream.key();
            rig.links.enter(key, id);
            rig.store.insert(stream);
            key
        })
        .collect();
    for key in &keys {
        rig.wake(*key);
    }
    (rig, keys)
}

impl Rig {
    fn wake(&mut self, key: Key) {
        let stream = self.store.get(key).expect("a stream that is there");
        self.schedule.wake(&mut self.links, stream);
    }

    fn park(&mut self, key: Key, why: Blocked) {
        let stream = self.store.get(key).expect("a stream that is there");
        self.schedule.park(&mut self.links, stream, why);
    }

    fn remove(&mut self, key: Key) {
        self.schedule.remove(&mut self.links, key);
    }

    fn next(&mut self) -> Option<Key> {
        self.schedule.next(&mut self.links)
    }

    /// Takes all streams, which send nothing more.
    fn rest(&mut self) -> Vec<u32> {
        core::iter::from_fn(|| {
            let key = self.next()?;
            self.schedule.charge();
            Some(self.store.get(key)?.id().value())
        })
        .collect()
    }
}

#[test]
fn a_stream_that_is_woken_twice_has_one_turn() {
    for value in ["", "u=3", "i"] {
        let (mut rig, keys) = ready(&[value, value]);
        rig.wake(keys[0]);
        assert_eq!(rig.rest(), [1, 3]);
    }
}

#[test]
fn a_stream_leaves_from_wherever_it_waits() {
    for place in 0..4 {
        let (mut rig, keys) = ready(&["u=3"; 4]);
        rig.remove(keys[place]);
        let mut left = [1, 3, 5, 7].to_vec();
        left.remove(place);
        assert_eq!(rig.rest(), left);
    }
    for why in [
        Blocked::SharedWindow,
        Blocked::OwnWindow,
        Blocked::Concurrency,
    ] {
        let (mut rig, keys) = ready(&["u=3", "u=3"]);
        assert_eq!(rig.next(), Some(keys[0]));
        rig.park(keys[0], why);
        rig.remove(keys[0]);
        rig.schedule.shared_window_opened(&mut rig.links);
        rig.schedule.own_windows_opened(&mut rig.links);
        rig.schedule.concurrency_opened(&mut rig.links);
        assert_eq!(rig.rest(), [3]);
    }
}

#[test]
fn a_stream_that_waits_for_a_window_keeps_to_its_priority_of_then() {
    let (mut rig, keys) = ready(&["u=1", "u=2", "u=3"]);
    for key in &keys {
        assert_eq!(rig.next(), Some(*key));
        rig.park(*key, Blocked::SharedWindow);
    }
    let stream = rig.store.get_mut(keys[2]).expect("it is there");
    stream.prioritize(Signal::parse(b"u=0").expect("a priority"));
    rig.schedule.reprioritized(&mut rig.links, stream);
    assert_eq!(rig.next(), None);
    rig.schedule.shared_window_opened(&mut rig.links);
    assert_eq!(rig.rest(), [5, 1, 3]);
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
        let (mut rig, keys) = ready(&["u=3"; 3]);
        for key in &keys {
            rig.remove(*key);
        }
        for place in order {
            rig.wake(keys[place]);
        }
        assert_eq!(rig.rest(), [1, 3, 5]);
    }
}

#[test]
fn a_turn_in_which_nothing_is_sent_uses_up_no_share() {
    let (mut rig, keys) = ready(&["u=0", "u=7"]);
    for _ in 0..15 {
        assert_eq!(rig.next(), Some(keys[0]));
        rig.schedule.charge();
        rig.wake(keys[0]);
    }
    for _ in 0..3 {
        assert_eq!(rig.next(), Some(keys[1]));
        rig.park(keys[1], Blocked::SharedWindow);
        assert_eq!(rig.next(), Some(keys[0]));
        rig.park(keys[0], Blocked::SharedWindow);
        rig.schedule.shared_window_opened(&mut rig.links);
    }
    assert_eq!(rig.rest(), [3, 1]);
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

#[test]
fn a_schedule_knows_whether_anybody_has_a_turn() {
    let (mut rig, keys) = ready(&["", "u=7"]);
    assert!(rig.schedule.has_ready());
    assert_eq!(rig.next(), Some(keys[0]));
    rig.park(keys[0], Blocked::OwnWindow);
    assert!(rig.schedule.has_ready());
    assert_eq!(rig.next(), Some(keys[1]));
    assert!(!rig.schedule.has_ready());
}
