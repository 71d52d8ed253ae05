//! nghttp2 at both ends, or as a server alone.

use super::messages::{CONTENT, READ, REQUESTS, RESPONSE, Recording};
use super::pipe::{CAPACITY, Pipe};
use super::{CONNECTION_WINDOW, STREAM_WINDOW, STREAMS};
use crate::nghttp2::engine::{Connection, Fields, Keeping};

/// A frame of nghttp2 has at most so many octets here, and is taken whole.
const FRAME: usize = 9 + 16 * 1024;

/// What a bulk response consists of.
static PIECE: [u8; CAPACITY] = [b'x'; CAPACITY];

fn server(content: &'static [u8], keeping: Keeping) -> Connection {
    let mut server = Connection::server(Fields::new(RESPONSE), content, keeping);
    server.announce(STREAM_WINDOW, CONNECTION_WINDOW, STREAMS);
    server
}

/// Answers a recording in reads of 8 KiB; returns the octets written. The answers may differ in
/// their length and their date.
pub fn replay(recording: &Recording, keeping: Keeping, varied: bool) -> usize {
    replay_octets(&recording.octets, keeping, varied)
}

/// Answers what a client said, likewise.
pub fn replay_octets(octets: &[u8], keeping: Keeping, varied: bool) -> usize {
    let mut server = server(&CONTENT, keeping);
    if varied {
        server.vary();
    }
    let mut written = 0;
    for octets in octets.chunks(READ) {
        server.receive(octets);
        written += discard(&mut server);
    }
    written
}

fn discard(server: &mut Connection) -> usize {
    let mut sum = 0;
    loop {
        match server.send().len() {
            0 => return sum,
            octets => sum += octets,
        }
    }
}

/// Two connections that are joined.
pub struct Pair {
    client: Connection,
    server: Connection,
    up: Pipe,
    down: Pipe,
    requests: Vec<Fields<'static>>,
    next: usize,
}

impl Pair {
    /// Joins two connections.
    pub fn new(keeping: Keeping) -> Self {
        Self::with(&CONTENT, keeping)
    }

    /// Joins two connections for bulk.
    pub fn for_bulk() -> Self {
        Self::with(&PIECE, Keeping::Nothing)
    }

    fn with(content: &'static [u8], keeping: Keeping) -> Self {
        let mut client = Connection::client(keeping);
        client.announce(STREAM_WINDOW, CONNECTION_WINDOW, STREAMS);
        let fields = |fields: &'static [(&str, String); 8]| {
            Fields::new(fields.iter().map(|(name, value)| (*name, value.as_str())))
        };
        let mut pair = Self {
            client,
            server: server(content, keeping),
            up: Pipe::default(),
            down: Pipe::default(),
            requests: REQUESTS.iter().map(fields).collect(),
            next: 0,
        };
        while pair.turn() {}
        pair
    }

    /// Sends requests, so many at a time; returns the octets of content.
    pub fn requests(&mut self, count: usize, at_a_time: usize) -> usize {
        let before = self.client.seen();
        let (mut left, mut expected) = (count, before.closed);
        while left > 0 {
            let batch = left.min(at_a_time);
            left -= batch;
            expected += batch;
            for _ in 0..batch {
                self.send();
            }
            while self.client.seen().closed < expected {
                self.turn();
            }
        }
        self.client.seen().content - before.content
    }

    /// Lets the server answer one request with so many octets; returns the octets of content.
    pub fn bulk(&mut self, octets: usize) -> usize {
        self.server.set_bulk(octets);
        self.requests(1, 1)
    }

    fn send(&mut self) {
        self.next += 1;
        let fields = &self.requests[self.next % self.requests.len()];
        self.client.request(fields);
    }

    /// Moves octets both ways once; says whether there were any.
    fn turn(&mut self) -> bool {
        let up = pass(&mut self.client, &mut self.server, &mut self.up);
        let down = pass(&mut self.server, &mut self.client, &mut self.down);
        up || down
    }
}

/// Moves what one end has to say to the other; says whether there was anything.
fn pass(from: &mut Connection, to: &mut Connection, pipe: &mut Pipe) -> bool {
    while pipe.space() >= FRAME {
        let octets = from.send();
        if octets.is_empty() {
            break;
        }
        pipe.write(octets);
    }
    pipe.read(|octets| {
        to.receive(octets);
        octets.len()
    })
}
