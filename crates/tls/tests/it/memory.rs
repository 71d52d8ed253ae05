//! What an idle session holds: no buffers of ours.

use core::task::Waker;

use runtime::{Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use tress_tls::rustls;

use testkit::{Certified, settle};

use crate::world::{VERSIONS, join};

/// How much goes each way.
const LEN: usize = 1 << 20;

/// What may stay of a mebibyte each way, in octets: what the queues of rustls have grown by.
const KEPT: i64 = 1024;

/// A machine that holds nothing: it says as much as it is told to, and counts what it hears. It would
/// always read on.
#[derive(Default)]
pub(crate) struct Counter {
    pub(crate) unsaid: usize,
    /// How much it says in one piece at most; 0 stands for as much as there is.
    pub(crate) piece: usize,
    pub(crate) heard: usize,
    /// How often it was told that nothing follows.
    pub(crate) ends: usize,
    /// It says nothing more, and is done.
    pub(crate) is_over: bool,
}

static WORDS: [u8; 16_384] = [1; 16_384];

impl Runtime for Counter {
    fn next_read_operation(&mut self) -> ReadOperation {
        ReadOperation::Read
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.heard += input.len();
        input.len()
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.ends += 1;
        self.read(input)
    }

    fn yield_reader(&mut self, _: &Waker) {}

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        let piece = match self.piece {
            0 => WORDS.len(),
            piece => piece,
        };
        match WORDS.get(..self.unsaid.min(piece)) {
            Some([]) | None if self.is_over => WriteOperation::Close(0),
            Some([]) | None => WriteOperation::Yield,
            Some(words) => WriteOperation::Write(Chunks::from_iter([words])),
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        if let WriteResult::Ok(len) = result {
            self.unsaid -= len;
        }
    }

    fn yield_writer(&mut self, _: &Waker) {}

    fn report_exn(&mut self, _: Exn) {}

    fn shutdown(&mut self) {}

    fn is_closed(&self) -> bool {
        self.is_over && self.unsaid == 0
    }
}

/// How many octets two ends hold once they fall silent, after so much was said each way.
fn held(version: &'static rustls::SupportedProtocolVersion, len: usize) -> i64 {
    let configs = Certified::new(&[version]);
    let mut ends = None;
    let info = allocation_counter::measure(|| {
        let (mut client, mut server) = join(configs, Counter::default(), Counter::default());
        settle(&mut client.tls, &mut server.tls, 1000);
        client.tls.inner_mut().unsaid = len;
        server.tls.inner_mut().unsaid = len;
        settle(&mut client.tls, &mut server.tls, 65_536);
        ends = Some((client, server));
    });
    let (client, server) = ends.unwrap();
    assert_eq!(client.tls.inner().heard, len);
    assert_eq!(server.tls.inner().heard, len);
    info.bytes_current
}

#[test]
fn an_idle_session_holds_no_buffers() {
    for version in VERSIONS {
        let (without, with) = (held(version, 0), held(version, LEN));
        assert!(
            with - without <= KEPT,
            "{version:?}: {without} octets before, {with} after"
        );
    }
}

/// Most connections have little to say at a time, and many wait for their transports.
#[test]
fn a_little_that_waits_to_be_written_has_little_space() {
    for version in VERSIONS {
        let configs = Certified::new(&[version]);
        let (mut client, mut server) = join(configs, Counter::default(), Counter::default());
        settle(&mut client.tls, &mut server.tls, 1000);
        let info = allocation_counter::measure(|| {
            client.tls.inner_mut().unsaid = 100;
            let said = client.tls.next_write_operation();
            assert!(matches!(said, WriteOperation::Write(_)));
        });
        assert!(info.bytes_current <= 4096, "{version:?}: {info:?}");
    }
}
