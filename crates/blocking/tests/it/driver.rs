//! The drivers run a protocol that they do not know.

use alloc::sync::Arc;
use core::task::Waker;
use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Mutex, mpsc};
use std::thread;

use testkit::{Echo, PREFACE, Wire, data, headers, settings, settings_ack};
use tress_blocking::proto::runtime::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_blocking::proto::{Config, Connection, Part, Server, StreamId};
use tress_blocking::{drive, drive_halves};

use crate::stream::{Act, Scripted};

fn octets(count: usize) -> Vec<u8> {
    (0_u8..=250).cycle().take(count).collect()
}

fn echoes(machine: &mut Echo, stream: &mut Scripted) {
    let expected: Vec<u8> = stream.input.iter().copied().collect();
    drive(machine, stream).unwrap();
    assert_eq!(stream.output, expected);
}

#[test]
fn what_is_read_is_echoed() {
    echoes(&mut Echo::new(), &mut Scripted::new(&octets(200_000)));
}

#[test]
fn short_reads_and_writes_lose_nothing() {
    echoes(
        &mut Echo::new(),
        &mut Scripted::octet_by_octet(&octets(3000)),
    );
    echoes(
        &mut Echo::new().piece(3),
        &mut Scripted::octet_by_octet(&octets(100)),
    );
}

#[test]
fn a_machine_that_takes_little_at_a_time_gets_all() {
    echoes(
        &mut Echo::new().capacity(1),
        &mut Scripted::new(&octets(1000)),
    );
    echoes(
        &mut Echo::new().capacity(7).bite(3),
        &mut Scripted::new(&octets(1000)),
    );
}

#[test]
fn after_a_pause_the_driver_offers_what_it_holds_before_it_reads() {
    let mut stream = Scripted::new(&octets(1000));
    echoes(&mut Echo::new().capacity(10), &mut stream);
    // One read of everything, one of the end.
    assert_eq!(stream.read_calls, 2);
}

#[test]
fn reads_ask_for_a_batch_once_there_was_more_than_a_little() {
    const BATCH: usize = 64 * 1024;
    let mut stream = Scripted::new(&octets(16 * 1024 + 10 * BATCH));
    echoes(&mut Echo::new().capacity(1024 * 1024), &mut stream);
    // A small one at first, at most ten of what follows, and one of the end.
    assert!(stream.read_calls <= 12, "{}", stream.read_calls);
    assert_eq!(stream.asked.first(), Some(&(16 * 1024)));
    assert!(stream.asked.iter().skip(1).all(|asked| *asked >= BATCH));
}

#[test]
fn an_interrupted_call_is_made_again() {
    let mut stream = Scripted::new(b"again");
    stream
        .reads
        .extend([Act::Fail(ErrorKind::Interrupted), Act::AtMost(2)]);
    stream
        .writes
        .extend([Act::Fail(ErrorKind::Interrupted), Act::AtMost(1)]);
    echoes(&mut Echo::new(), &mut stream);
}

#[test]
fn a_read_that_ran_out_of_time_is_made_again() {
    let mut stream = Scripted::new(b"later");
    stream.reads.extend([
        Act::Fail(ErrorKind::WouldBlock),
        Act::Fail(ErrorKind::TimedOut),
    ]);
    echoes(&mut Echo::new(), &mut stream);
}

#[test]
fn the_end_of_the_input_ends_the_machine_once_all_is_written() {
    let (mut machine, mut stream) = (Echo::new(), Scripted::new(b""));
    echoes(&mut machine, &mut stream);
    assert_eq!(stream.read_calls, 1);
    assert!(machine.exn().is_none());
}

#[test]
fn a_read_error_is_reported_and_returned() {
    let (mut machine, mut stream) = (Echo::new(), Scripted::new(b"x"));
    stream
        .reads
        .extend([Act::AtMost(1), Act::Fail(ErrorKind::ConnectionReset)]);
    let error = drive(&mut machine, &mut stream).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(machine.exn().is_some());
}

#[test]
fn a_write_error_is_reported_and_returned() {
    let (mut machine, mut stream) = (Echo::new(), Scripted::new(b"x"));
    stream
        .writes
        .push_back(Act::Fail(ErrorKind::PermissionDenied));
    let error = drive(&mut machine, &mut stream).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(machine.exn().is_some());
}

#[test]
fn a_write_of_nothing_means_that_the_transport_is_closed() {
    let (mut machine, mut stream) = (Echo::new(), Scripted::new(b"x"));
    stream.writes.push_back(Act::AtMost(0));
    drive(&mut machine, &mut stream).unwrap();
    assert_eq!(machine.sent(), 0);
    assert!(machine.exn().is_none());
}

pub(crate) fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (near, listener.accept().unwrap().0)
}

#[test]
fn two_halves_echo_over_loopback() {
    let (mut near, far) = sockets();
    let echo = thread::spawn(move || {
        let machine = Mutex::new(Echo::new().capacity(100_000));
        drive_halves(&machine, &far, &far).unwrap();
        machine.into_inner().unwrap().sent()
    });
    let sent = octets(3_000_000);
    let mut writer = near.try_clone().unwrap();
    let writing = thread::spawn({
        let sent = sent.clone();
        move || {
            writer.write_all(&sent).unwrap();
            writer.shutdown(Shutdown::Write).unwrap();
        }
    });
    let mut received = vec![0; sent.len()];
    near.read_exact(&mut received).unwrap();
    assert!(received == sent);
    writing.join().unwrap();
    assert_eq!(echo.join().unwrap(), sent.len());
}

#[test]
fn both_ends_may_write_more_than_the_sockets_hold() {
    const SIZE: usize = 64 * 1024 * 1024;
    let (near, far) = sockets();
    let ends = [near, far].map(|stream| {
        let machine = Arc::new(Mutex::new(Echo::listener()));
        machine.lock().unwrap().say(&vec![7; SIZE]);
        machine.lock().unwrap().hang_up();
        thread::spawn(move || {
            let writer = stream.try_clone().unwrap();
            drive_halves(&machine, &stream, HangUp(writer)).unwrap();
            machine.lock().unwrap().heard().len()
        })
    });
    for end in ends {
        assert_eq!(end.join().unwrap(), SIZE);
    }
}

/// Ends the output when it is dropped, so that the other end sees the end of its input.
struct HangUp(TcpStream);

impl Write for HangUp {
    fn write(&mut self, from: &[u8]) -> std::io::Result<usize> {
        self.0.write(from)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.shutdown(Shutdown::Write).unwrap();
    }
}

#[test]
fn a_command_from_elsewhere_is_written_while_the_reader_waits() {
    let (mut near, far) = sockets();
    let machine = Arc::new(Mutex::new(Echo::listener()));
    let driven = Arc::clone(&machine);
    let driving = thread::spawn(move || drive_halves(&driven, &far, &far));
    thread::sleep(Duration::from_millis(20));
    machine.lock().unwrap().say(b"hello");
    let mut received = [0; 5];
    near.read_exact(&mut received).unwrap();
    assert_eq!(&received, b"hello");
    machine.lock().unwrap().hang_up();
    drop(near);
    driving.join().unwrap().unwrap();
}

#[test]
fn a_machine_that_reads_no_more_is_driven_until_all_is_written() {
    let (mut machine, mut stream) = (Late::new(b"the last words"), Scripted::new(b""));
    stream.writes.push_back(Act::AtMost(3));
    drive(&mut machine, &mut stream).unwrap();
    assert!(machine.is_closed());
    assert_eq!(stream.output, b"the last words");
    assert_eq!(stream.read_calls, 0);
}

/// Reads nothing, and has something to write only after a while.
struct Late {
    /// It is there once this is dropped elsewhere.
    waits: Option<Arc<()>>,
    waker: Option<mpsc::Sender<Waker>>,
    left: Vec<u8>,
}

impl Late {
    fn new(octets: &[u8]) -> Self {
        let (waits, (tx, rx)) = (Arc::new(()), mpsc::channel::<Waker>());
        let held = Arc::clone(&waits);
        thread::spawn(move || {
            // The driver has nothing to do any more but to wait for this.
            let waker = rx.recv();
            thread::sleep(Duration::from_millis(20));
            drop(held);
            waker.into_iter().for_each(Waker::wake);
        });
        Self {
            waits: Some(waits),
            waker: Some(tx),
            left: octets.to_vec(),
        }
    }
}

impl Runtime for Late {
    fn next_read_operation(&mut self) -> ReadOperation {
        ReadOperation::Close
    }

    fn read(&mut self, _: &[u8]) -> usize {
        panic!("it reads nothing")
    }

    fn read_eof(&mut self, _: &[u8]) -> usize {
        panic!("it reads nothing")
    }

    fn yield_reader(&mut self, waker: &Waker) {
        waker.wake_by_ref();
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        if self
            .waits
            .as_ref()
            .is_some_and(|waits| Arc::strong_count(waits) > 1)
        {
            return WriteOperation::Yield;
        }
        self.waits = None;
        if self.left.is_empty() {
            return WriteOperation::Close(0);
        }
        WriteOperation::Write(core::iter::once(&self.left[..]).collect())
    }

    fn report_write_result(&mut self, result: WriteResult) {
        let WriteResult::Ok(count) = result else {
            panic!("all is taken")
        };
        self.left.drain(..count);
    }

    fn yield_writer(&mut self, waker: &Waker) {
        if let Some(tx) = self.waker.take() {
            tx.send(waker.clone()).unwrap();
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        panic!("{exn}")
    }

    fn shutdown(&mut self) {}

    fn is_closed(&self) -> bool {
        self.waits.is_none() && self.left.is_empty()
    }
}

/// Frames about as long as the buffer that octets are read into, and longer.
pub(crate) const LONG: [usize; 6] = [81_919, 81_920, 81_921, 163_849, 200_000, 1_000_000];

/// An end that takes frames of any length, each within its windows.
pub(crate) fn wide() -> Config {
    let config = Config::default().max_frame_size(0xff_ffff).unwrap();
    config.initial_window(2 << 20).unwrap()
}

#[test]
fn a_frame_longer_than_the_buffer_is_taken_whole() {
    for length in LONG {
        let content = octets(length);
        let wire = (
            (PREFACE, settings(), settings_ack()),
            (headers(1).post("/"), data(1, &content).end()),
        );
        let (mut machine, mut stream) = (
            Connection::<Server>::new(wide()),
            Scripted::new(&wire.octets()),
        );
        drive(&mut machine, &mut stream).unwrap();
        let mut body = machine.stream_mut(StreamId::new(1).unwrap()).unwrap();
        let mut taken = Vec::new();
        while let Ok(Some(part)) = body.recv() {
            if let Part::Data(octets) = part {
                taken.extend_from_slice(&octets);
            }
        }
        assert!(taken == content, "{length}: {}", taken.len());
    }
}
