//! A server that answers early and takes no more is heard, whatever failed on the way out.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Mutex, mpsc};

use testkit::Echo;
use tress_blocking::{drive, drive_halves};

use crate::stream::{Act, Scripted};

const KINDS: [ErrorKind; 4] = [
    ErrorKind::BrokenPipe,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
];

/// What a server says that answers before it has all of the content, and then nothing more.
const TOO_LARGE: &[u8] = b"413";

#[test]
fn an_early_answer_is_heard_although_a_write_fails() {
    for kind in KINDS {
        let (mut machine, mut stream) = (Echo::uploading(40_000), Scripted::new(TOO_LARGE));
        stream.writes.extend([Act::AtMost(20_000), Act::Fail(kind)]);
        drive(&mut machine, &mut stream).unwrap();
        assert_eq!(stream.output.len(), 20_000, "{kind}");
        assert_eq!(machine.heard(), TOO_LARGE);
    }
}

#[test]
fn an_early_answer_is_heard_although_a_flush_fails() {
    for kind in KINDS {
        let (mut machine, mut stream) = (Echo::uploading(40_000), Scripted::new(TOO_LARGE));
        stream.flushes.push_back(kind);
        drive(&mut machine, &mut stream).unwrap();
        assert_eq!(machine.heard(), TOO_LARGE);
    }
}

/// It is heard even if the peer's reset is read behind it, and the reset is told.
#[test]
fn an_early_answer_is_heard_although_the_input_is_reset_behind_it() {
    let (mut machine, mut stream) = (Echo::uploading(40_000), Scripted::new(TOO_LARGE));
    stream.writes.push_back(Act::Fail(ErrorKind::BrokenPipe));
    stream.reads.extend([
        Act::AtMost(usize::MAX),
        Act::Fail(ErrorKind::ConnectionReset),
    ]);
    let error = drive(&mut machine, &mut stream).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(machine.heard(), TOO_LARGE);
}

#[test]
fn an_early_answer_is_heard_by_a_thread_of_its_own_although_a_write_fails() {
    for kind in KINDS {
        for fails_late in [false, true] {
            let machine = Mutex::new(Echo::uploading(40_000));
            let mut writer = Scripted::new(b"");
            if fails_late {
                writer.flushes.push_back(kind);
            } else {
                writer.writes.extend([Act::AtMost(20_000), Act::Fail(kind)]);
            }
            let (tx, rx) = mpsc::channel();
            let (reader, writer) = (After(rx, Scripted::new(TOO_LARGE)), Before(tx, writer));
            drive_halves(&machine, reader, writer).unwrap();
            assert_eq!(machine.into_inner().unwrap().heard(), TOO_LARGE);
        }
    }
}

/// Reads only once the other half has failed.
struct After(mpsc::Receiver<()>, Scripted);

impl Read for After {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.1.read_calls == 0 {
            self.0.recv().unwrap();
        }
        self.1.read(into)
    }
}

/// Says when it fails.
struct Before(mpsc::Sender<()>, Scripted);

impl Before {
    fn told<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.is_err() {
            self.0.send(()).unwrap();
        }
        result
    }
}

impl Write for Before {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let written = self.1.write(from);
        self.told(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.1.flush();
        self.told(flushed)
    }
}
