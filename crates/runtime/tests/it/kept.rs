//! Buffers of which a machine keeps parts.

use bytes::Bytes;
use testkit::{Echo, forward};
use tress_runtime::{Buffers, ReadOperation, Reader, Runtime};

const FEW: usize = 16 * 1024;

/// A machine that keeps what it is given to keep, and consumes no more than so much of it at once.
struct Keeper {
    inner: Echo,
    kept: Vec<Bytes>,
    most: usize,
}

impl Keeper {
    fn new() -> Self {
        Self {
            inner: Echo::listener(),
            kept: Vec::new(),
            most: usize::MAX,
        }
    }
}

impl Runtime for Keeper {
    forward!(inner: next_read_operation read read_eof yield_reader next_write_operation);
    forward!(inner: report_write_result yield_writer report_exn shutdown is_closed tick);

    fn read_shared(&mut self, input: &Bytes) -> usize {
        let input = input.slice(..input.len().min(self.most));
        self.kept.push(input.clone());
        input.len()
    }
}

/// Reads so many octets that are all the same; returns where.
fn fill(reader: &mut Reader, octet: u8, octets: usize) -> *const u8 {
    let space = reader.space();
    let place = space.as_ptr();
    let (front, _) = space.split_at_mut(octets);
    front.fill(octet);
    reader.filled(octets);
    place
}

#[test]
fn what_is_nearly_all_of_its_buffer_may_be_kept_and_less_is_copied() {
    let least = FEW / 8 * 7;
    let (mut reader, mut machine) = (Reader::new(), Keeper::new());
    fill(&mut reader, b'a', least - 1);
    assert_eq!(reader.offer(&mut machine), ReadOperation::Read);
    assert_eq!(
        (machine.kept.len(), machine.inner.heard().len()),
        (0, least - 1)
    );
    let place = fill(&mut reader, b'b', least);
    assert_eq!(reader.offer(&mut machine), ReadOperation::Read);
    assert_eq!(machine.kept, [vec![b'b'; least]]);
    assert_eq!(machine.kept[0].as_ptr(), place, "it lies where it was read");
    assert_eq!(reader.held(), 0);
}

#[test]
fn a_buffer_is_read_into_again_once_nobody_keeps_a_part_of_it() {
    let (mut reader, mut machine) = (Reader::new(), Keeper::new());
    let first = fill(&mut reader, b'a', FEW);
    reader.offer(&mut machine);
    let second = fill(&mut reader, b'b', Reader::LENGTH);
    reader.offer(&mut machine);
    assert_ne!(first, second);
    let [a, b] = machine.kept.as_slice() else {
        panic!("both are kept");
    };
    assert!(*a == vec![b'a'; FEW] && *b == vec![b'b'; Reader::LENGTH]);
    machine.kept.clear();
    assert_eq!(fill(&mut reader, b'c', 1), second);
}

#[test]
fn what_is_not_consumed_of_a_kept_buffer_comes_again_in_front_of_more() {
    let (mut reader, mut machine) = (Reader::new(), Keeper::new());
    machine.most = FEW - 3;
    fill(&mut reader, b'a', FEW);
    machine.inner = Echo::listener().capacity(1);
    // What is left is too little to be kept.
    while machine.inner.next_read_operation() == ReadOperation::Read && reader.held() > 1 {
        reader.offer(&mut machine);
    }
    fill(&mut reader, b'b', 2);
    let mut last = Echo::listener();
    reader.offer(&mut last);
    let heard = [machine.inner.heard(), last.heard()].concat();
    assert_eq!(heard, b"aaabb");
    assert_eq!(machine.kept, [vec![b'a'; FEW - 3]]);
}

#[test]
fn the_end_comes_behind_what_was_kept() {
    let (mut reader, mut machine) = (Reader::new(), Keeper::new());
    machine.most = FEW - 1;
    fill(&mut reader, b'a', FEW);
    reader.ended();
    assert_eq!(reader.offer(&mut machine), ReadOperation::Close);
    assert_eq!(machine.inner.heard(), b"a");
}

#[test]
fn readers_take_turns_with_buffers_and_kept_ones_come_back() {
    let (mut buffers, mut machine) = (Buffers::new(), Keeper::new());
    let mut places = Vec::new();
    for round in 0..10 {
        let mut reader = Reader::new();
        buffers.serve(&mut reader);
        places.push(fill(&mut reader, round, Reader::LENGTH));
        reader.offer(&mut machine);
        buffers.take_back(&mut reader);
        assert_eq!(reader.capacity(), 0);
        // One is kept when the next is read.
        if machine.kept.len() > 1 {
            machine.kept.remove(0);
        }
    }
    places.sort_unstable();
    places.dedup();
    assert!(places.len() <= 3, "{} buffers", places.len());
}

#[test]
fn no_more_buffers_wait_than_are_said_and_none_that_grew_large() {
    let (mut buffers, mut machine) = (Buffers::new(), Keeper::new());
    let rounds = u8::try_from(Buffers::WAITING).unwrap() + 2;
    for round in 0..rounds {
        let mut reader = Reader::new();
        buffers.serve(&mut reader);
        fill(&mut reader, round, Reader::LENGTH);
        reader.offer(&mut machine);
        buffers.take_back(&mut reader);
    }
    let alone: Vec<bool> = machine.kept.iter().map(Bytes::is_unique).collect();
    assert_eq!(
        alone.iter().filter(|is_alone| !**is_alone).count(),
        Buffers::WAITING
    );
    assert!(alone[0], "the oldest goes first");
    let mut reader = Reader::new();
    reader.give_memory(vec![0; Buffers::LARGEST + 1]);
    buffers = Buffers::new();
    buffers.take_back(&mut reader);
    buffers.serve(&mut reader);
    assert_eq!(reader.space().len(), Reader::LENGTH, "a new one");
}

#[test]
fn a_reader_that_has_little_keeps_it_and_gets_another_where_parts_are_kept() {
    let (mut buffers, mut machine) = (Buffers::new(), Keeper::new());
    let mut reader = Reader::new();
    buffers.renew(&mut reader);
    assert_eq!(reader.space().len(), FEW, "nobody has to share");
    fill(&mut reader, b'a', FEW);
    reader.offer(&mut machine);
    buffers.renew(&mut reader);
    assert_eq!(reader.space().len(), Reader::LENGTH);
    assert_eq!(machine.kept, [vec![b'a'; FEW]]);
}
