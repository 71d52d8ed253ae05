//! What is read from a transport stays where it was read, as far as that is allowed (RFC 9113 §6.1).

use core::ops::Range;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::io;

use testkit::{PREFACE, Wire, data, headers, settings};
use tress_session::proto::runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_session::proto::{Connection, Event, Part, Server, StreamId};
use tress_session::transport::{ReadHalf, Reader};
use tress_session::{Bytes, Config};

/// A transport that has all of its octets there at once, and remembers where it put the last.
struct Source {
    octets: Vec<u8>,
    read: Range<*const u8>,
}

impl ReadHalf for Source {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let source = self.get_mut();
        let count = source.octets.len().min(into.len());
        if count == 0 {
            return Poll::Pending;
        }
        for (to, from) in into.iter_mut().zip(source.octets.drain(..count)) {
            *to = from;
        }
        source.read = into.as_ptr_range();
        Poll::Ready(Ok(count))
    }
}

/// A server and what moves octets to it.
struct Served {
    server: Connection<Server>,
    reader: Reader,
    source: Source,
}

impl Served {
    /// One that has heard the head of a request.
    fn new() -> Self {
        let mut served = Self {
            server: Connection::new(Config::default()),
            reader: Reader::new(),
            source: Source {
                octets: Vec::new(),
                read: Bytes::new().as_ptr_range(),
            },
        };
        served.hear((PREFACE.to_vec(), settings(), headers(1).post("/")));
        assert!(matches!(served.recv(), Some(Part::Head(_))));
        served
    }

    /// Reads all that somebody says.
    fn hear(&mut self, said: impl Wire) {
        self.source.octets = said.octets();
        let mut cx = Context::from_waker(Waker::noop());
        while self.reader.offer(&mut self.server) == ReadOperation::Read {
            let read = Pin::new(&mut self.source);
            if self.reader.poll_fill(&mut cx, read).is_pending() {
                return;
            }
        }
    }

    /// Says what is to be said, credit before all.
    fn say(&mut self) {
        while let WriteOperation::Write(chunks) = self.server.next_write_operation() {
            let octets = chunks.octets();
            self.server.report_write_result(WriteResult::Ok(octets));
        }
    }

    fn recv(&mut self) -> Option<Part<Server>> {
        while self
            .server
            .poll_event()
            .is_some_and(|event| !matches!(event, Event::Closed(_)))
        {}
        let id = StreamId::new(1).unwrap();
        self.server.stream_mut(id).unwrap().recv().unwrap()
    }

    /// Takes content; says, too, whether it lies where it was read.
    fn content(&mut self) -> (Bytes, bool) {
        let Some(Part::Data(content)) = self.recv() else {
            panic!("content has come");
        };
        let is_inside = self.source.read.contains(&content.as_ptr());
        (content, is_inside)
    }
}

/// Four frames that nearly fill a buffer, the last of which is the smallest.
fn full(first: u8) -> Vec<u8> {
    let frames = [0, 1, 2].map(|frame| data(1, vec![first + frame; 16_384]).octets());
    let rest = data(1, vec![first + 3; 15_000]).octets();
    [frames.concat(), rest].concat()
}

#[test]
fn content_that_fills_a_buffer_is_a_slice_of_what_was_read() {
    let mut served = Served::new();
    served.hear(full(1));
    for octet in 1..=3 {
        let (content, is_inside) = served.content();
        assert!(is_inside && content == vec![octet; 16_384], "{octet}");
    }
    let (content, is_inside) = served.content();
    assert!(
        content == vec![4; 15_000] && !is_inside,
        "less than a quarter"
    );
}

#[test]
fn what_the_application_holds_stays_as_it_is_while_more_is_read() {
    let mut served = Served::new();
    let mut held = Vec::new();
    for round in 0..20 {
        served.hear(full(round));
        for frame in 0..4 {
            held.push((round + frame, served.content().0));
        }
        served.say();
    }
    for (octet, content) in held {
        assert!(content.len() >= 15_000 && content.iter().all(|it| *it == octet));
    }
}

#[test]
fn what_came_with_little_else_is_copied() {
    let mut served = Served::new();
    served.hear(data(1, vec![7; 16_384]));
    let (content, is_inside) = served.content();
    assert!(
        !is_inside && content == vec![7; 16_384],
        "the buffer would be held for it"
    );
}
