//! When what arrives, by injected time.

use core::time::Duration;

use blocking::proto::Bytes;

use super::{Item, PACKET, Queue, UNDER_WAY};
use crate::shaper::{Schedule, Shape, WAITING};

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// A link of so many octets in a second, with outages.
fn link(rate: Option<&str>, delay: u64, outages: &[&str]) -> Queue {
    let outages: Vec<_> = outages.iter().map(|text| text.parse().unwrap()).collect();
    Queue::new(Shape {
        schedule: Schedule::new(rate.map(|rate| rate.parse().unwrap()), &outages),
        delay: ms(delay),
        waiting: WAITING,
    })
}

fn octets(len: usize) -> Item {
    Item::Octets(vec![b'x'; len].into())
}

/// All that has arrived by a moment, as one number of octets.
fn arrived(queue: &mut Queue, now: Duration) -> usize {
    let mut count = 0;
    while let Some(Item::Octets(octets)) = queue.pop(now) {
        count += octets.len();
    }
    count
}

#[test]
fn octets_arrive_in_proportion_to_the_rate() {
    // One packet in a second.
    let mut queue = link(Some("1448"), 0, &[]);
    queue.push(ms(0), octets(3 * PACKET));
    for (now, count) in [(0, 0), (999, 0), (1000, 1), (1001, 0), (2999, 1), (3000, 1)] {
        assert_eq!(arrived(&mut queue, ms(now)), count * PACKET, "{now} ms");
    }
    assert_eq!(queue.next_arrival(ms(3000)), None);
}

#[test]
fn a_delay_comes_on_top_of_the_rate_and_does_not_lower_it() {
    let mut queue = link(Some("1448"), 2500, &[]);
    queue.push(ms(0), octets(3 * PACKET));
    for (now, count) in [(3499, 0), (3500, 1), (4499, 0), (4500, 1), (5500, 1)] {
        assert_eq!(arrived(&mut queue, ms(now)), count * PACKET, "{now} ms");
    }
}

#[test]
fn who_comes_late_finds_what_was_due_and_nothing_moves_back() {
    let mut queue = link(Some("1448"), 2500, &[]);
    queue.push(ms(0), octets(3 * PACKET));
    // The third has left by now, and arrives as if somebody had looked all the time.
    assert_eq!(arrived(&mut queue, ms(5200)), 2 * PACKET);
    assert_eq!(queue.next_arrival(ms(5200)), Some(ms(5500)));
    assert_eq!(arrived(&mut queue, ms(5500)), PACKET);
}

#[test]
fn an_idle_link_saves_nothing_up() {
    let mut queue = link(Some("1448"), 0, &[]);
    queue.push(ms(10_000), octets(2 * PACKET));
    assert_eq!(arrived(&mut queue, ms(10_999)), 0);
    assert_eq!(arrived(&mut queue, ms(11_000)), PACKET);
    assert_eq!(arrived(&mut queue, ms(12_000)), PACKET);
    queue.push(ms(20_000), octets(PACKET));
    assert_eq!(arrived(&mut queue, ms(20_999)), 0);
    assert_eq!(arrived(&mut queue, ms(21_000)), PACKET);
}

#[test]
fn without_a_rate_only_the_delay_counts() {
    let mut queue = link(None, 100, &[]);
    queue.push(ms(5), octets(40_000));
    assert_eq!(queue.next_arrival(ms(5)), Some(ms(105)));
    assert_eq!(arrived(&mut queue, ms(104)), 0);
    assert_eq!(arrived(&mut queue, ms(105)), 40_000);
}

#[test]
fn there_is_space_for_what_has_left() {
    let mut queue = link(Some("1448"), 60_000, &[]);
    assert_eq!(queue.space(ms(0)), WAITING);
    queue.push(ms(0), octets(WAITING));
    assert_eq!(queue.space(ms(0)), 0);
    assert_eq!(queue.next_departure(ms(0)), Some(ms(1000)));
    assert_eq!(queue.space(ms(999)), 0);
    assert_eq!(queue.space(ms(1000)), PACKET);
    assert_eq!(queue.space(ms(5000)), 5 * PACKET);
}

#[test]
fn in_an_outage_nothing_leaves_and_what_is_under_way_arrives() {
    let mut queue = link(Some("1448"), 200, &["1s..10s"]);
    queue.push(ms(0), octets(3 * PACKET));
    assert_eq!(arrived(&mut queue, ms(1199)), 0);
    assert_eq!(arrived(&mut queue, ms(1200)), PACKET);
    // Until it ends nobody needs to look.
    assert_eq!(queue.next_arrival(ms(1200)), Some(ms(10_000)));
    assert_eq!(queue.next_departure(ms(1200)), Some(ms(10_000)));
    assert_eq!(arrived(&mut queue, ms(11_199)), 0);
    assert_eq!(arrived(&mut queue, ms(11_200)), PACKET);
    assert_eq!(arrived(&mut queue, ms(12_200)), PACKET);
}

#[test]
fn an_outage_amid_a_packet_keeps_what_was_sent_of_it() {
    let mut queue = link(Some("1448"), 0, &["250ms..5s"]);
    queue.push(ms(0), octets(PACKET));
    assert_eq!(arrived(&mut queue, ms(5749)), 0);
    assert_eq!(arrived(&mut queue, ms(5750)), PACKET);
}

#[test]
fn an_outage_holds_a_link_without_a_rate_too() {
    let mut queue = link(None, 0, &["1s..2s"]);
    queue.push(ms(1000), octets(10));
    assert_eq!(queue.next_arrival(ms(1000)), Some(ms(2000)));
    assert_eq!(arrived(&mut queue, ms(1999)), 0);
    assert_eq!(arrived(&mut queue, ms(2000)), 10);
}

#[test]
fn the_end_arrives_behind_all_octets_and_in_their_order() {
    for end in [Item::Finish, Item::Reset] {
        let mut queue = link(Some("1448"), 100, &[]);
        queue.push(ms(0), Item::Octets(Bytes::from_static(b"one")));
        queue.push(ms(0), octets(PACKET));
        queue.push(ms(0), end.clone());
        let now = ms(2000);
        assert_eq!(queue.pop(now), Some(Item::Octets("one".into())));
        assert_eq!(queue.pop(now), Some(octets(PACKET)));
        assert_eq!(queue.pop(now), Some(end));
        assert_eq!(queue.pop(now), None);
    }
}

#[test]
fn an_end_alone_takes_the_delay() {
    let mut queue = link(Some("1448"), 100, &[]);
    queue.push(ms(50), Item::Finish);
    assert_eq!(queue.next_arrival(ms(50)), Some(ms(150)));
    assert_eq!(queue.pop(ms(149)), None);
    assert_eq!(queue.pop(ms(150)), Some(Item::Finish));
}

#[test]
fn what_nobody_takes_stops_the_link_and_is_bounded() {
    for (rate, delay, most) in [
        (Some("1448"), 0, 2 * PACKET),
        (Some("100K"), 1000, 104_000),
        (None, 60_000, UNDER_WAY + WAITING),
    ] {
        let mut queue = link(rate, delay, &[]);
        let (mut taken, mut now) = (0, ms(0));
        for _ in 0..10_000 {
            let space = queue.space(now);
            taken += space;
            queue.push(now, octets(space));
            now += ms(1000);
        }
        let held = taken - WAITING;
        assert!(held <= most + PACKET, "{rate:?}: {held}");
        assert_eq!(queue.next_departure(now), None, "{rate:?}");
        // It goes on as soon as somebody takes something.
        assert!(arrived(&mut queue, now + ms(delay)) >= held, "{rate:?}");
        now += ms(delay);
        assert!(queue.next_arrival(now).is_some(), "{rate:?}");
    }
}

#[test]
fn a_fast_link_sends_what_a_millisecond_holds_at_a_time() {
    let mut queue = link(Some("10M"), 0, &[]);
    queue.push(ms(0), octets(60_000));
    let per_millisecond = 10 * 1024 * 1024 / 1000;
    assert_eq!(
        queue.next_arrival(ms(0)),
        Some(Duration::from_nanos(999_928))
    );
    assert_eq!(arrived(&mut queue, ms(1)), per_millisecond);
    assert_eq!(arrived(&mut queue, ms(4)), 3 * per_millisecond);
}
