//! What a server holds for connections that rest, and for streams that are open.
//!
//! The clients are a few octets each, written by hand, so that they cost next to nothing.

use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use super::peer::{Peer, Running};
use super::{Outcome, account};

/// How many connections rest at the same time.
pub const CONNECTIONS: usize = 2000;

/// How many connections have open streams.
const ACTIVE: usize = 100;

/// How many open streams each of them has.
const STREAMS: u32 = 100;

/// The servers whose memory is compared: that of a thread is the system's to say.
pub const PEERS: [Peer; 6] = [
    Peer::Tokio,
    Peer::Tower,
    Peer::Hyper,
    Peer::H2,
    Peer::Nghttpd,
    Peer::H2o,
];

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a server gets to come to rest.
const REST: Duration = Duration::from_millis(300);

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// What a server holds, in octets.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// For a connection that rests after a request.
    pub connection: f64,
    /// For a stream whose request is not whole.
    pub stream: f64,
}

/// Measures both. What is there from the start, and what the first connections leave behind in the
/// allocator, does not count.
pub fn measure(server: &Running) -> Outcome<Memory> {
    drop(connections(server.address, ACTIVE)?);
    thread::sleep(REST);
    let empty = account::resident(server.pid())?;
    let mut resting = connections(server.address, CONNECTIONS)?;
    thread::sleep(REST);
    let full = account::resident(server.pid())?;
    // The others go on resting: what they would leave behind would do for the streams.
    for active in resting.iter_mut().take(ACTIVE) {
        active.open(STREAMS)?;
    }
    thread::sleep(REST);
    let open = account::resident(server.pid())?;
    let share =
        |more: u64, less: u64, count: usize| more.saturating_sub(less) as f64 / count as f64;
    Ok(Memory {
        connection: share(full, empty, CONNECTIONS),
        stream: share(open, full, ACTIVE * STREAMS as usize),
    })
}

/// Connects so often, and has one request answered on each connection.
fn connections(address: SocketAddr, count: usize) -> io::Result<Vec<Connection>> {
    (0..count).map(|_| Connection::new(address)).collect()
}

/// A connection of a client that knows frames, and no more.
struct Connection {
    stream: TcpStream,
    next: u32,
}

impl Connection {
    fn new(address: SocketAddr) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut octets = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        frame(&mut octets, SETTINGS, 0, 0, &[]);
        frame(&mut octets, HEADERS, END_STREAM | END_HEADERS, 1, GET);
        stream.write_all(&octets)?;
        let mut connection = Self { stream, next: 3 };
        while !connection.read_frame()? {}
        Ok(connection)
    }

    /// Reads a frame, and acknowledges settings; says whether it ends a stream.
    fn read_frame(&mut self) -> io::Result<bool> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head)?;
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.stream.read_exact(&mut payload)?;
        if kind == SETTINGS && flags == 0 {
            let mut octets = Vec::new();
            frame(&mut octets, SETTINGS, 1, 0, &[]);
            self.stream.write_all(&octets)?;
        }
        Ok(kind <= HEADERS && flags & END_STREAM != 0)
    }

    /// Begins requests that have content, and says no more.
    fn open(&mut self, count: u32) -> io::Result<()> {
        let mut octets = Vec::new();
        for _ in 0..count {
            frame(&mut octets, HEADERS, END_HEADERS, self.next, POST);
            self.next += 2;
        }
        self.stream.write_all(&octets)
    }
}

/// `GET /small` of `localhost`, without a dynamic table (RFC 7541 §6).
const GET: &[u8] = b"\x82\x86\x04\x06/small\x01\x09localhost";

/// `POST /upload` to `localhost`.
const POST: &[u8] = b"\x83\x86\x04\x07/upload\x01\x09localhost";

/// Writes a frame (RFC 9113 §4.1).
fn frame(octets: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or_default();
    octets.extend_from_slice(&length.to_be_bytes()[1..]);
    octets.extend_from_slice(&[kind, flags]);
    octets.extend_from_slice(&stream.to_be_bytes());
    octets.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::{END_HEADERS, GET, HEADERS, frame};

    #[test]
    fn a_frame_has_its_length_type_flags_and_stream_in_front() {
        let mut octets = Vec::new();
        frame(&mut octets, HEADERS, END_HEADERS, 0x0102_0304, GET);
        assert_eq!(octets[..9], [0, 0, 21, 1, 4, 1, 2, 3, 4]);
        assert_eq!(&octets[9..], GET);
    }
}
