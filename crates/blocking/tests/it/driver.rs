//! The drivers run a protocol that they do not know.

use alloc::sync::Arc;
use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;

use testkit::Echo;
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

fn sockets() -> (TcpStream, TcpStream) {
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
