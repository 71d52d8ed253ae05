//! Machines that break the contract of the waist are caught.

use core::task::Waker;

use runtime::{Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_testkit::{Echo, Link, Pair, Peer};

/// How a machine breaks the contract.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    ConsumesTooMuch,
    ConsumesNothing,
    ShowsNothing,
    ChangesWhatItShowed,
    ForgetsItsWriter,
    ForgetsItsReader,
    NeverStopsWriting,
}

/// An echo of single octets with a fault.
struct Faulty {
    fault: Fault,
    echo: Echo,
    shows: u8,
    octet: [u8; 2],
    has_read: bool,
}

impl Faulty {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            echo: Echo::new(),
            shows: 0,
            octet: [0; 2],
            has_read: false,
        }
    }
}

impl Runtime for Faulty {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.shows = self.shows.wrapping_add(1);
        match self.fault {
            Fault::ForgetsItsReader if self.shows == 1 => ReadOperation::Yield,
            _ => ReadOperation::Read,
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.has_read = true;
        match self.fault {
            Fault::ConsumesTooMuch => input.len() + 1,
            Fault::ConsumesNothing => 0,
            _ => input.len(),
        }
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        input.len()
    }

    fn yield_reader(&mut self, _: &Waker) {}

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        self.octet = [self.shows; 2];
        match self.fault {
            Fault::ShowsNothing => WriteOperation::Write(Chunks::new()),
            Fault::ChangesWhatItShowed | Fault::NeverStopsWriting => {
                WriteOperation::Write([&self.octet[..]].into_iter().collect())
            }
            Fault::ForgetsItsWriter if self.has_read => {
                WriteOperation::Write([&self.octet[..]].into_iter().collect())
            }
            _ => WriteOperation::Yield,
        }
    }

    fn report_write_result(&mut self, _: WriteResult) {}

    fn yield_writer(&mut self, _: &Waker) {}

    fn report_exn(&mut self, exn: Exn) {
        self.echo.report_exn(exn);
    }

    fn shutdown(&mut self) {}

    fn is_closed(&self) -> bool {
        false
    }
}

fn run(fault: Fault, change: fn(&mut Link)) {
    let mut pair = Pair::new(Echo::listener(), Faulty::new(fault))
        .read_buffer(50)
        .step_limit(10_000);
    change(&mut pair.b_to_a);
    pair.run();
    pair.a.say(&[7; 100]);
    pair.run();
}

#[test]
#[should_panic(expected = "machine b consumed 51 of 50 octets")]
fn consuming_more_than_was_offered() {
    run(Fault::ConsumesTooMuch, |_| {});
}

#[test]
#[should_panic(expected = "machine b wants to read, but consumes nothing of 50 octets")]
fn consuming_nothing_of_a_full_buffer() {
    run(Fault::ConsumesNothing, |_| {});
}

#[test]
#[should_panic(expected = "machine b shows no octets to write")]
fn showing_no_octets() {
    run(Fault::ShowsNothing, |_| {});
}

#[test]
#[should_panic(expected = "machine b showed 2 octets beginning with [01, 01], and now 2 beginning")]
fn changing_what_was_shown() {
    run(Fault::ChangesWhatItShowed, |link| {
        link.capacity(0);
    });
}

#[test]
#[should_panic(expected = "machine b did not wake its writer")]
fn not_waking_the_writer() {
    run(Fault::ForgetsItsWriter, |_| {});
}

#[test]
#[should_panic(expected = "machine b did not wake its reader")]
fn not_waking_the_reader() {
    run(Fault::ForgetsItsReader, |_| {});
}

#[test]
#[should_panic(expected = "not idle after 10000 steps")]
fn never_coming_to_rest() {
    run(Fault::NeverStopsWriting, |_| {});
}

#[test]
#[should_panic(expected = "did not wake its writer")]
fn a_peer_checks_the_same() {
    Peer::new(Faulty::new(Fault::ForgetsItsWriter)).feed([0]);
}
