//! Reading runs of equal frames, the same work for each implementation.

use tress_frame::{Decoder, Frame};

use crate::nghttp2::Session;

/// What a client says before anything else: the preface, no settings, and a POST that stays open.
const PREFACE_AND_SETTINGS: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\
    \x00\x00\x00\x04\x00\x00\x00\x00\x00\
    \x00\x00\x10\x01\x04\x00\x00\x00\x01\x83\x86\x84\x41\x0bexample.com";

/// A run of equal frames; short enough for the window that a connection starts with.
#[derive(Clone, Debug)]
pub struct Run {
    /// What they are.
    pub name: &'static str,
    /// How many there are.
    pub count: usize,
    /// Their octets.
    pub wire: Vec<u8>,
}

impl Run {
    fn new(name: &'static str, frame: &[u8], count: usize) -> Self {
        Self {
            name,
            count,
            wire: frame.repeat(count),
        }
    }

    fn data(name: &'static str, octets: u16, count: usize) -> Self {
        let [high, low] = octets.to_be_bytes();
        let mut frame = vec![0, high, low, 0, 0, 0, 0, 0, 1];
        frame.resize(9 + usize::from(octets), b'x');
        Self::new(name, &frame, count)
    }
}

/// The runs that are measured.
pub fn runs() -> [Run; 4] {
    let ping = [0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    [
        Run::data("DATA of 10 octets", 10, 1000),
        Run::data("DATA of 100 octets", 100, 300),
        Run::data("DATA of 16384 octets", 16_384, 3),
        Run::new("PING with ACK", &ping, 1000),
    ]
}

/// A connection of nghttp2 on which the runs are welcome.
pub fn session() -> Session {
    let mut session = Session::after(PREFACE_AND_SETTINGS);
    session.discard_output();
    session
}

/// Reads a run by `tress-frame`; returns the octets of content and opaque data.
pub fn read_tress(run: &Run) -> usize {
    let mut decoder = Decoder::new();
    let (mut rest, mut octets) = (run.wire.as_slice(), 0);
    while let Some((frame, consumed)) = decoder.decode(rest).expect("the frames are right") {
        octets += match frame {
            Frame::Data(data) => data.data.len(),
            Frame::Ping(ping) => ping.payload.len(),
            _ => 0,
        };
        rest = &rest[consumed..];
    }
    octets
}

/// Reads a run by the session of nghttp2, which also keeps the windows; returns the octets read.
pub fn read_nghttp2(session: &mut Session, run: &Run) -> usize {
    session.receive(&run.wire);
    session.discard_output();
    run.wire.len()
}

#[cfg(test)]
mod tests {
    use super::{read_nghttp2, read_tress, runs, session};

    #[test]
    fn both_read_every_run_again_and_again() {
        let mut session = session();
        for run in runs() {
            let octets = run.wire.len() - 9 * run.count;
            for _ in 0..20 {
                assert_eq!(read_tress(&run), octets, "{}", run.name);
                assert_eq!(read_nghttp2(&mut session, &run), run.wire.len());
            }
        }
    }
}
