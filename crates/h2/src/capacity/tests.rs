//! What an application may rely on, one stream or a few at a time.

use alloc::vec::Vec;

use super::Capacity;

const BUFFER: usize = 400 * 1024;

/// A connection with a window, and streams that are open with windows of their own.
fn streams(window: i32, windows: &[i32]) -> Capacity {
    let mut capacity = Capacity::new(window, BUFFER);
    for (place, window) in windows.iter().enumerate() {
        capacity.insert(place);
        capacity.open(place, *window);
    }
    capacity
}

/// The streams whose capacity has grown.
fn grown(capacity: &mut Capacity) -> Vec<usize> {
    core::iter::from_fn(|| capacity.next_grown()).collect()
}

#[test]
fn nothing_is_assigned_that_was_not_asked_for() {
    let mut capacity = streams(1000, &[1000]);
    assert_eq!(capacity.capacity(0), 0);
    assert_eq!(capacity.take_growth(0), None);
}

#[test]
fn capacity_is_reported_once_when_it_grows_and_is_the_whole_of_it() {
    let mut capacity = streams(100, &[1000]);
    capacity.reserve(0, 300);
    assert_eq!(grown(&mut capacity), [0]);
    assert_eq!(capacity.take_growth(0), Some(100));
    assert_eq!(capacity.take_growth(0), None);
    assert_eq!(capacity.capacity(0), 100);
    capacity.set_window(150);
    assert_eq!(capacity.take_growth(0), Some(150));
    capacity.set_window(160);
    capacity.reserve(0, 0);
    assert_eq!(capacity.take_growth(0), None, "never nothing");
}

#[test]
fn what_is_reserved_is_a_total_beyond_what_is_queued() {
    let mut capacity = streams(1000, &[1000]);
    capacity.reserve(0, 10);
    capacity.reserve(0, 10);
    assert_eq!(capacity.capacity(0), 10);
    capacity.queued(0, 4);
    assert_eq!(capacity.capacity(0), 6);
    capacity.reserve(0, 10);
    assert_eq!(capacity.capacity(0), 10);
    capacity.reserve(0, 3);
    assert_eq!(capacity.capacity(0), 3);
}

#[test]
fn what_is_given_back_goes_to_those_who_wait_in_their_order() {
    let mut capacity = streams(10, &[100, 100, 100]);
    capacity.reserve(0, 10);
    capacity.reserve(1, 4);
    capacity.reserve(2, 100);
    assert_eq!((capacity.capacity(1), capacity.capacity(2)), (0, 0));
    grown(&mut capacity);
    capacity.reserve(0, 0);
    assert_eq!(grown(&mut capacity), [1, 2]);
    assert_eq!(
        (
            capacity.capacity(0),
            capacity.capacity(1),
            capacity.capacity(2)
        ),
        (0, 4, 6)
    );
}

#[test]
fn the_end_of_a_message_gives_back_what_is_not_queued() {
    let mut capacity = streams(10, &[100, 100]);
    capacity.reserve(0, 10);
    capacity.reserve(1, 10);
    capacity.queued(0, 3);
    capacity.end(0);
    assert_eq!(capacity.capacity(0), 0);
    assert_eq!(capacity.capacity(1), 7);
    capacity.reserve(0, 5);
    assert_eq!(capacity.capacity(0), 0, "nothing more is assigned");
}

#[test]
fn content_asks_for_itself() {
    let mut capacity = streams(10, &[100]);
    capacity.queued(0, 30);
    assert_eq!(capacity.capacity(0), 0);
    capacity.sent(0, 10);
    capacity.set_window(100);
    assert_eq!(
        capacity.capacity(0),
        0,
        "20 are queued, and nothing more was asked for"
    );
    capacity.reserve(0, 5);
    assert_eq!(capacity.capacity(0), 5);
}

#[test]
fn no_more_than_the_buffer_holds_is_offered() {
    let mut capacity = Capacity::new(1000, 50);
    capacity.insert(0);
    capacity.open(0, 1000);
    capacity.reserve(0, 200);
    assert_eq!(capacity.capacity(0), 50);
    capacity.queued(0, 50);
    assert_eq!(capacity.capacity(0), 0);
    capacity.take_growth(0);
    capacity.sent(0, 20);
    assert_eq!(
        capacity.take_growth(0),
        Some(20),
        "space in the buffer is growth, too"
    );
}

#[test]
fn a_stream_that_waits_to_be_opened_has_no_claim() {
    let mut capacity = Capacity::new(10, BUFFER);
    capacity.insert(0);
    capacity.reserve(0, 10);
    capacity.insert(1);
    capacity.open(1, 100);
    capacity.reserve(1, 10);
    assert_eq!((capacity.capacity(0), capacity.capacity(1)), (0, 10));
    capacity.open(0, 100);
    assert_eq!(capacity.capacity(0), 0);
    capacity.remove(1);
    assert_eq!(capacity.capacity(0), 10);
}

#[test]
fn a_claim_that_is_not_used_shrinks_by_what_others_send() {
    let mut capacity = streams(10, &[100, 100]);
    capacity.reserve(0, 10);
    capacity.queued(1, 6);
    // The scheduler knows no claims.
    capacity.sent(1, 6);
    assert_eq!(capacity.capacity(0), 4);
    capacity.take_growth(0);
    capacity.set_window(20);
    assert_eq!(capacity.take_growth(0), Some(10), "and is made good first");
}

#[test]
fn a_window_of_a_stream_that_shrinks_takes_its_claim_along() {
    let mut capacity = streams(100, &[50, 100]);
    capacity.reserve(0, 50);
    capacity.reserve(1, 100);
    assert_eq!((capacity.capacity(0), capacity.capacity(1)), (50, 50));
    capacity.set_stream_window(0, -10);
    assert_eq!((capacity.capacity(0), capacity.capacity(1)), (0, 100));
}

#[test]
fn who_asks_for_much_does_not_stand_before_who_asks_for_little() {
    let mut capacity = streams(0, &[1_000_000, 100]);
    capacity.reserve(0, 1_000_000);
    capacity.reserve(1, 10);
    capacity.set_window(10);
    assert_eq!((capacity.capacity(0), capacity.capacity(1)), (10, 0));
    capacity.set_window(20);
    assert_eq!((capacity.capacity(0), capacity.capacity(1)), (10, 10));
}
