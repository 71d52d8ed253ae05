//! What was read, and who owns it.

use testkit::Echo;
use tress_runtime::{ReadOperation, Reader};

const FEW: usize = 16 * 1024;

fn fill(reader: &mut Reader, octets: &[u8]) {
    for (to, from) in reader.space().iter_mut().zip(octets) {
        *to = *from;
    }
    reader.filled(octets.len());
}

#[test]
fn there_is_space_for_a_batch_once_there_was_more_than_a_little() {
    let mut reader = Reader::new();
    assert_eq!(reader.capacity(), 0);
    assert_eq!(reader.space().len(), FEW);
    let mut machine = Echo::listener();
    for (came, next) in [(10, FEW), (FEW, Reader::LENGTH), (5, Reader::LENGTH)] {
        reader.filled(came);
        assert_eq!(reader.offer(&mut machine), ReadOperation::Read);
        assert_eq!((reader.held(), reader.space().len()), (0, next));
    }
}

#[test]
fn there_is_space_behind_whatever_is_held() {
    // It takes nothing but at the end.
    let mut machine = Echo::new().capacity(1);
    let mut reader = Reader::new();
    fill(&mut reader, b"x");
    assert_eq!(reader.offer(&mut machine), ReadOperation::Yield);
    let mut held = 0;
    for _ in 0..4 {
        let space = reader.space().len();
        assert!(space > 0);
        reader.filled(space);
        held += space;
        assert_eq!(reader.held(), held);
    }
    assert!(held > Reader::LENGTH);
}

#[test]
fn a_lent_buffer_has_what_is_held_and_comes_back_with_what_came() {
    let mut machine = Echo::new().capacity(2);
    let mut reader = Reader::new();
    fill(&mut reader, b"abcde");
    assert_eq!(reader.offer(&mut machine), ReadOperation::Yield);
    let mut buffer = reader.lend();
    assert_eq!((&buffer[..], reader.held()), (&b"cde"[..], 0));
    assert_eq!(reader.offer(&mut machine), ReadOperation::Yield);
    let place = buffer.as_ptr();
    buffer.extend_from_slice(b"fg");
    reader.take_back(buffer);
    assert_eq!(reader.held(), 5);
    let buffer = reader.lend();
    assert_eq!((&buffer[..], buffer.as_ptr()), (&b"cdefg"[..], place));
}

#[test]
fn a_lent_buffer_grows_as_one_of_its_own_does() {
    let (mut reader, mut machine) = (Reader::new(), Echo::listener());
    for space in [FEW, Reader::LENGTH, Reader::LENGTH] {
        let mut buffer = reader.lend();
        assert_eq!((buffer.len(), buffer.capacity()), (0, space));
        buffer.resize(space, 7);
        reader.take_back(buffer);
        assert_eq!(reader.offer(&mut machine), ReadOperation::Read);
    }
    assert_eq!(machine.heard().len(), FEW + 2 * Reader::LENGTH);
}

#[test]
fn the_end_is_reported_once_behind_all_that_came() {
    let (mut reader, mut machine) = (Reader::new(), Echo::new().capacity(2));
    fill(&mut reader, b"abcde");
    reader.ended();
    assert!(reader.is_ended());
    assert_eq!(reader.offer(&mut machine), ReadOperation::Yield);
    assert_eq!((machine.queued(), reader.held()), (2, 3));
    let mut machine = Echo::new().capacity(100);
    assert_eq!(reader.offer(&mut machine), ReadOperation::Close);
    assert_eq!(machine.queued(), 3);
    reader.ended();
    // A machine that goes on reading is not told twice.
    let mut other = Echo::new();
    assert_eq!(reader.offer(&mut other), ReadOperation::Close);
    assert_eq!(reader.next(&mut other), ReadOperation::Close);
}

#[test]
fn what_came_is_counted_whoever_owns_the_buffer() {
    let (mut reader, mut machine) = (Reader::new(), Echo::new().capacity(2));
    fill(&mut reader, b"abc");
    let mut buffer = reader.lend();
    buffer.extend_from_slice(b"de");
    reader.take_back(buffer);
    assert_eq!(reader.take_received(), 5);
    reader.offer(&mut machine);
    let buffer = reader.lend();
    reader.take_back(buffer);
    assert_eq!((reader.take_received(), reader.held()), (0, 3));
}

#[test]
fn what_is_dropped_is_not_offered() {
    let (mut reader, mut machine) = (Reader::new(), Echo::listener());
    fill(&mut reader, b"abc");
    reader.discard();
    fill(&mut reader, b"d");
    reader.offer(&mut machine);
    assert_eq!(machine.heard(), b"d");
}

#[test]
fn memory_is_taken_away_only_while_nothing_is_held() {
    let (mut reader, mut machine) = (Reader::new(), Echo::listener());
    fill(&mut reader, b"abc");
    assert_eq!(reader.take_memory().capacity(), 0);
    reader.give_memory(vec![0; 4]);
    assert_eq!((reader.held(), reader.capacity()), (3, FEW));
    reader.offer(&mut machine);
    assert_eq!(machine.heard(), b"abc");
    let memory = reader.take_memory();
    assert_eq!((memory.len(), reader.capacity()), (FEW, 0));
    reader.give_memory(memory);
    assert_eq!((reader.capacity(), reader.space().len()), (FEW, FEW));
}

#[test]
fn a_buffer_takes_a_batch_behind_the_largest_frame_and_no_more() {
    assert_eq!(Reader::LENGTH, 4 * (9 + 16_384));
}

#[cfg(feature = "std")]
mod io {
    use core::task::Poll;
    use std::io::ErrorKind;

    use tress_runtime::Reader;

    #[test]
    fn an_interrupted_read_is_done_again() {
        let (mut reader, mut calls) = (Reader::new(), 0);
        let count = reader.fill(|into| {
            calls += 1;
            match calls {
                1 => Err(ErrorKind::Interrupted.into()),
                _ => Ok(into.len() + 1),
            }
        });
        // More than there was space for did not come.
        assert_eq!((count.unwrap(), calls), (super::FEW, 2));
    }

    #[test]
    fn a_read_that_fails_or_waits_changes_nothing() {
        let mut reader = Reader::new();
        let polled = reader.poll_fill(|_| Poll::Pending);
        assert!(polled.is_pending());
        let error = reader
            .fill(|_| Err(ErrorKind::TimedOut.into()))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!((reader.held(), reader.is_ended()), (0, false));
        assert_eq!(reader.fill(|_| Ok(0)).unwrap(), 0);
        assert!(reader.is_ended());
    }
}
