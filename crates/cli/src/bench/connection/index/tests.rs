//! From streams to places.

use blocking::proto::StreamId;

use super::{Index, NEAR};

fn stream(number: u32) -> StreamId {
    StreamId::new(2 * number + 1).unwrap()
}

#[test]
fn streams_are_found_until_they_are_over() {
    let mut index = Index::default();
    for number in 0..10 {
        index.push(stream(number), 100 + number);
    }
    index.remove(stream(3));
    assert_eq!(index.get(stream(3)), None);
    index.remove(stream(0));
    assert_eq!(index.get(stream(0)), None);
    assert_eq!(index.get(stream(4)), Some(104));
    assert_eq!(index.get(stream(10)), None);
}

#[test]
fn one_that_outlives_very_many_costs_as_much_as_itself() {
    let mut index = Index::default();
    index.push(stream(0), 7);
    for number in 1..(3 * u32::try_from(NEAR).unwrap()) {
        index.push(stream(number), 8);
        index.remove(stream(number));
    }
    assert_eq!(index.get(stream(0)), Some(7));
    assert!(index.near.len() <= NEAR && index.far.len() == 1);
    index.remove(stream(0));
    assert_eq!(index.get(stream(0)), None);
}
