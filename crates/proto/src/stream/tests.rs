//! What only the inside can show.

mod halves;
mod ids;
mod life;
mod links;
mod pool;
mod recent;
mod store;
mod tables;

use frame::StreamId;

use super::{Key, Store, Stream};

/// An identifier, as a number.
fn id(value: u32) -> StreamId {
    StreamId::from_wire(value)
}

/// A stream with nothing but an identifier.
fn stream(store: &Store, value: u32) -> Stream {
    Stream::new(store.next_key(), id(value), 0)
}

/// A stream in no store, with a window of 100 octets.
fn alone() -> Stream {
    Stream::new(Store::new().next_key(), id(1), 100)
}

/// Adds a stream with nothing but an identifier.
fn insert(store: &mut Store, value: u32) -> Key {
    let stream = stream(store, value);
    let key = stream.key();
    store.insert(stream);
    key
}

#[test]
fn a_stream_is_small() {
    let octets = size_of::<Stream>();
    std::println!("Stream: {octets} octets");
    assert!(octets <= 272, "{octets}");
}
