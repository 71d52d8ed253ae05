//! What a thread for each connection costs by itself: reading, and writing the same answer again.
//!
//! It is no server: it knows as much of HTTP/2 as a load generator needs to hear. What it takes is
//! what the system takes to switch between threads, and no library over them can take less.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use super::announce;
use crate::sockets::{Outcome, SMALL};

/// The octets of a frame's head.
const HEAD: usize = 9;

/// The octets that a client begins with (RFC 9113 §3.4).
const PREFACE: usize = 24;

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;

/// Empty SETTINGS, and the acknowledgment of the client's.
const GREETING: [u8; 2 * HEAD] = [
    0, 0, 0, SETTINGS, 0, 0, 0, 0, 0, 0, 0, 0, SETTINGS, 1, 0, 0, 0, 0,
];

/// `:status: 200`, `content-length: 100`, `content-type: text/plain`, as literals.
const FIELDS: &[u8] = b"\x88\x0f\x0d\x03100\x0f\x10\x0atext/plain";

pub(super) fn serve() -> Outcome<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    announce(listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        // One whose client has gone ends alone.
        thread::spawn(move || drop(answer(stream)));
    }
}

/// Answers every HEADERS, until the client closes.
fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(&GREETING)?;
    let mut preface = [0; PREFACE];
    stream.read_exact(&mut preface)?;
    let (mut input, mut held, mut output) = (vec![0; 4096], 0, Vec::new());
    loop {
        let count = stream.read(&mut input[held..])?;
        if count == 0 {
            return Ok(());
        }
        held += count;
        let taken = take(&input[..held], &mut output);
        input.copy_within(taken..held, 0);
        held -= taken;
        stream.write_all(&output)?;
        output.clear();
    }
}

/// Takes whole frames; returns how many octets those are.
fn take(input: &[u8], output: &mut Vec<u8>) -> usize {
    let mut rest = input;
    while let [a, b, c, kind, _flags, stream @ ..] = rest {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        let Some(behind) = rest.get(HEAD + length..) else {
            break;
        };
        if *kind == HEADERS {
            let stream = &stream[..4];
            output.extend([0, 0, FIELDS.len() as u8, HEADERS, 4]);
            output.extend_from_slice(stream);
            output.extend_from_slice(FIELDS);
            output.extend([0, 0, SMALL as u8, 0, 1]);
            output.extend_from_slice(stream);
            output.extend([b'x'; SMALL]);
        }
        rest = behind;
    }
    input.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::take;

    #[test]
    fn every_whole_request_is_answered_and_the_rest_is_kept() {
        let request = [0, 0, 1, 1, 5, 0, 0, 0, 1, 0x82];
        let input = [&request[..], &request[..], &request[..5]].concat();
        let mut output = Vec::new();
        assert_eq!(take(&input, &mut output), 20);
        assert_eq!(output.len(), 2 * (9 + super::FIELDS.len() + 9 + 100));
    }
}
