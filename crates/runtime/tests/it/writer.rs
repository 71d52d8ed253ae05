//! What is being written, and what becomes of it where writing fails.

use core::task::Poll;
use std::io::{self, ErrorKind};

use bytes::Bytes;
use testkit::Echo;
use tress_runtime::{
    Chunks, Outbox, ReadOperation, Runtime, Staged, Writer, poll_write_through, write_through,
};

fn speaker(octets: &[u8]) -> Echo {
    let mut machine = Echo::listener();
    machine.say(octets);
    machine
}

fn staged(octets: &[u8]) -> (Echo, Writer) {
    let (mut machine, mut writer) = (speaker(octets), Writer::new());
    assert_eq!(writer.stage(&mut machine, true), Staged::Octets);
    (machine, writer)
}

#[test]
fn what_is_staged_is_written_before_anything_else_is() {
    let (mut machine, mut writer) = staged(b"abcde");
    machine.say(b"f");
    writer.written(2);
    assert_eq!(writer.settle(&mut machine), 2);
    assert_eq!(writer.stage(&mut machine, true), Staged::Octets);
    assert_eq!(writer.left(), 3);
    writer.written(3);
    writer.settle(&mut machine);
    assert_eq!(writer.stage(&mut machine, true), Staged::Octets);
    assert_eq!(writer.left(), 1);
    writer.written(1);
    writer.settle(&mut machine);
    assert_eq!(writer.stage(&mut machine, true), Staged::Nothing);
    machine.hang_up();
    assert_eq!(writer.stage(&mut machine, true), Staged::Closed);
}

#[test]
fn pieces_are_the_memory_they_were_staged_in_and_it_is_used_again() {
    let content = Bytes::from(vec![7; 100]);
    let mut chunks = Chunks::new();
    chunks.push(b"head").unwrap();
    chunks.push_shared(&content).unwrap();
    chunks.push(b"tail").unwrap();
    let mut outbox = Outbox::new();
    outbox.share(&chunks);
    outbox.written(2);
    let copied = outbox.io_slices().0[0].as_ptr();
    let pieces: Vec<Bytes> = outbox.pieces().collect();
    assert_eq!(pieces.concat(), [&b"ad"[..], &content, b"tail"].concat());
    assert_eq!(pieces[0].as_ptr(), copied);
    assert_eq!(pieces[1].as_ptr(), content.as_ptr());
    // They are there until they are written.
    outbox.written(3);
    assert_eq!(outbox.pieces().next().unwrap(), content[1..]);
    outbox.written(103);
    assert_eq!((outbox.left(), outbox.pieces().count()), (0, 0));
    drop(pieces);
    let memory = outbox.take_memory();
    assert!(memory.capacity() >= 8);
    assert_eq!(memory.as_ptr(), copied.wrapping_sub(2));
}

#[test]
fn memory_that_somebody_holds_is_not_written_over() {
    let mut outbox = Outbox::new();
    outbox.copy(&[b"abc".as_slice()].into_iter().collect());
    let held = outbox.pieces().next().unwrap();
    outbox.written(3);
    outbox.copy(&[b"xyz".as_slice()].into_iter().collect());
    assert_eq!(held, b"abc"[..]);
    assert_eq!(&*outbox.io_slices().0[0], b"xyz");
}

#[test]
fn memory_is_taken_away_only_when_all_is_written_and_settled() {
    let (mut machine, mut writer) = staged(b"abc");
    assert_eq!(writer.take_memory().capacity(), 0);
    writer.written(3);
    assert_eq!(writer.take_memory().capacity(), 0);
    assert_eq!(writer.settle(&mut machine), 3);
    assert!(writer.take_memory().capacity() >= 3);
    machine.say(b"d");
    writer.stage_with(&mut machine, true, || Vec::with_capacity(512));
    writer.written(1);
    writer.settle(&mut machine);
    assert_eq!(writer.take_memory().capacity(), 512);
}

/// One rule for all drivers: the machine is told, and reads on.
#[test]
fn a_peer_that_takes_no_more_is_still_heard() {
    for kind in [
        ErrorKind::WriteZero,
        ErrorKind::BrokenPipe,
        ErrorKind::ConnectionReset,
        ErrorKind::ConnectionAborted,
        ErrorKind::NotConnected,
    ] {
        let (mut machine, mut writer) = staged(b"abc");
        writer.written(2);
        writer.fail(&mut machine, kind.into());
        assert!(machine.exn().is_none(), "{kind}");
        assert_eq!((machine.sent(), writer.left()), (2, 0));
        assert_eq!(machine.next_read_operation(), ReadOperation::Read);
        assert_eq!(writer.stage(&mut machine, true), Staged::Closed);

        let mut machine = speaker(b"abc");
        let result = write_through(&mut machine, |_| Err(kind.into()));
        assert_eq!(result.unwrap(), Staged::Closed);
        assert_eq!(machine.next_read_operation(), ReadOperation::Read);
    }
}

#[test]
fn a_transport_that_fails_otherwise_has_failed_as_a_whole() {
    let (mut machine, mut writer) = staged(b"abc");
    writer.fail(&mut machine, ErrorKind::PermissionDenied.into());
    assert!(machine.exn().is_some());
    assert_eq!(machine.next_read_operation(), ReadOperation::Close);
    assert_eq!(writer.stage(&mut machine, true), Staged::Closed);
    let error = write_through(&mut speaker(b"abc"), |_| {
        Err(io::Error::from(ErrorKind::PermissionDenied))
    });
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
}

/// A machine that followed another does not know that nothing can be written any more.
#[test]
fn a_closed_writer_tells_whoever_wants_to_write() {
    let (mut machine, mut writer) = staged(b"abc");
    writer.close(&mut machine);
    let mut next = speaker(b"more");
    assert_eq!(writer.stage(&mut next, true), Staged::Closed);
    assert_eq!(next.next_write_operation_is_close(), 4);
    assert_eq!(writer.stage(&mut Echo::listener(), true), Staged::Closed);
}

trait Ended {
    fn next_write_operation_is_close(&mut self) -> usize;
}

impl Ended for Echo {
    /// How much was not delivered.
    fn next_write_operation_is_close(&mut self) -> usize {
        match self.next_write_operation() {
            tress_runtime::WriteOperation::Close(octets) => octets,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_write_that_takes_nothing_or_waits_or_is_interrupted() {
    let (_, mut writer) = staged(b"abc");
    let mut acts = vec![Ok(0), Err(ErrorKind::Interrupted), Ok(1)].into_iter();
    let error = writer
        .drain(|_| acts.next_back().unwrap().map_err(Into::into))
        .unwrap_err();
    assert_eq!((error.kind(), writer.left()), (ErrorKind::WriteZero, 2));
    assert!(writer.poll_drain(|_| Poll::Pending).is_pending());
    assert!(writer.drain(|slices| Ok(slices[0].len())).is_ok());
    assert_eq!(writer.left(), 0);

    let mut machine = speaker(b"abc");
    let mut acts = vec![Ok(2), Err(ErrorKind::Interrupted), Ok(1)].into_iter();
    let result = write_through(&mut machine, |_| {
        acts.next_back().unwrap().map_err(Into::into)
    });
    assert_eq!((result.unwrap(), machine.sent()), (Staged::Nothing, 3));
    machine.say(b"d");
    assert!(poll_write_through(&mut machine, |_| Poll::Pending).is_pending());
    let closed = write_through(&mut machine, |_| Ok(0)).unwrap();
    assert_eq!((closed, machine.sent()), (Staged::Closed, 3));
}
