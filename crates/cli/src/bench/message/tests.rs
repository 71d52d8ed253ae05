//! Which request is next.

use blocking::proto::{Bytes, Request};

use super::{Message, Messages};

fn messages(weights: &[u32]) -> Messages {
    let message = |weight: &u32| Message {
        name: weight.to_string(),
        head: Request::get("http", "a", "/").prepare().unwrap(),
        content: Bytes::new(),
        weight: *weight,
    };
    Messages::new(weights.iter().map(message).collect(), false, 1)
}

#[test]
fn kinds_come_as_often_as_their_weight_says() {
    let messages = messages(&[1, 3, 6]);
    let mut counts = [0_u32; 3];
    for number in 0..10_000 {
        counts[messages.pick(number) as usize] += 1;
    }
    for (count, wanted) in counts.iter().zip([1_000, 3_000, 6_000]) {
        assert!(count.abs_diff(wanted) < 150, "{counts:?}");
    }
}

#[test]
fn a_number_is_always_the_same_kind() {
    let (one, other) = (messages(&[1, 1]), messages(&[1, 1]));
    assert!((0..100).all(|number| one.pick(number) == other.pick(number)));
}
