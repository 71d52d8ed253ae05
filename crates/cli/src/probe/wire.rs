//! One connection of a case: what is said on it, and what is heard.

use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use tress_testkit::{
    Case, Heard, PREFACE, PROBE, Reader, Seen, Target, Verdict, Wire, flag, kind, ping, settings,
    settings_ack,
};

use super::Judged;

/// How long what came must stay as it is: an error may follow.
const SETTLE: Duration = Duration::from_millis(60);

/// What a transport is here: a socket, and TLS on it where the URL says so.
pub(super) trait Transport: Read + Write {
    /// The socket below.
    fn socket(&self) -> &TcpStream;
}

impl Transport for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Transport for rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref()
    }
}

/// A connection on which a case is tried.
pub(super) struct Trial<'a> {
    transport: &'a mut dyn Transport,
    reader: Reader,
    end: Instant,
    heard: Heard,
}

impl<'a> Trial<'a> {
    pub(super) fn new(transport: &'a mut dyn Transport, patience: Duration) -> Self {
        Self {
            transport,
            reader: Reader::new(),
            end: Instant::now() + patience,
            heard: Heard::default(),
        }
    }

    /// Tries a case on a server.
    pub(super) fn judge_server(mut self, case: &Case, target: &Target) -> Judged {
        if case.greets {
            self.greet();
        }
        self.judge(case, target)
    }

    /// Says what a client begins with, and waits for the same of the server.
    pub(super) fn greet(&mut self) {
        let greeting = (PREFACE, settings());
        self.say(&greeting);
        self.wait_for(|frame| frame.kind == kind::SETTINGS && !frame.has(flag::ACK));
        self.say(&settings_ack());
        self.forget();
    }

    /// Asks a server for something; says whether all of the answer came in time.
    pub(super) fn ask(&mut self, target: &Target, stream: u32, limit: Duration) -> bool {
        self.forget();
        self.end = Instant::now() + limit;
        self.say(&target.get(stream).end());
        let is_over = |frame: &Seen| frame.is_end() || frame.kind == kind::RST_STREAM;
        self.wait_for(|frame| frame.stream == stream && is_over(frame));
        let mut frames = self.heard.frames.iter();
        frames.any(|frame| frame.stream == stream && frame.is_end())
    }

    /// Says whether the transport was closed.
    pub(super) const fn is_closed(&self) -> bool {
        self.heard.is_closed
    }

    /// Tries a case on a client, once it has asked for something.
    pub(super) fn judge_client(mut self, case: &Case, mut target: Target) -> Judged {
        self.skip_preface();
        self.wait_for(|frame| frame.kind == kind::HEADERS);
        let asked = self
            .heard
            .frames
            .iter()
            .rev()
            .find(|frame| frame.kind == kind::HEADERS);
        let Some(asked) = asked else {
            return Judged {
                case: *case,
                verdict: Verdict::Undecided("the client asked for nothing".into()),
                sent: Vec::new(),
                seen: self.heard.frames,
            };
        };
        target.stream = asked.stream;
        if case.greets {
            self.say(&(settings(), settings_ack()));
            self.wait_for(|frame| frame.kind == kind::SETTINGS && frame.has(flag::ACK));
        }
        self.forget();
        self.judge(case, &target)
    }

    fn judge(mut self, case: &Case, target: &Target) -> Judged {
        let said = case.says(target);
        self.say(&said);
        self.say(&ping(*PROBE));
        let verdict = self.settle(case, target.stream);
        Judged {
            case: *case,
            verdict,
            sent: said,
            seen: self.heard.frames,
        }
    }

    /// Waits until what came is judged, and stays so for a moment, or the time is over.
    fn settle(&mut self, case: &Case, stream: u32) -> Verdict {
        self.heard.stream = stream;
        loop {
            let verdict = case.judge(&self.heard);
            let limit = match &verdict {
                Verdict::Passed => self.end.min(Instant::now() + SETTLE),
                _ => self.end,
            };
            if !self.hear(limit) {
                return verdict;
            }
        }
    }

    pub(super) fn say(&mut self, wire: &dyn Wire) {
        // Whoever has closed already is judged by what came before.
        let written = self.transport.write_all(&wire.octets());
        let _ = written.and_then(|()| self.transport.flush());
    }

    fn forget(&mut self) {
        self.heard.frames.clear();
    }

    fn wait_for(&mut self, is_it: impl Fn(&Seen) -> bool) {
        while !self.heard.frames.iter().any(&is_it) && self.hear(self.end) {}
    }

    fn skip_preface(&mut self) {
        let mut preface = [0; PREFACE.len()];
        let left = self.end.saturating_duration_since(Instant::now());
        let socket = self.transport.socket();
        let limited = socket.set_read_timeout(Some(left.max(Duration::from_millis(1))));
        if limited
            .and_then(|()| self.transport.read_exact(&mut preface))
            .is_err()
        {
            self.heard.is_closed = true;
        }
    }

    /// Hears what comes; says whether anything may still come before the limit.
    fn hear(&mut self, limit: Instant) -> bool {
        let left = limit.saturating_duration_since(Instant::now());
        if self.heard.is_closed || left.is_zero() {
            return false;
        }
        let socket = self.transport.socket();
        if socket.set_read_timeout(Some(left)).is_err() {
            return false;
        }
        let mut into = [0; 16 * 1024];
        match self.transport.read(&mut into) {
            Ok(0) => self.heard.is_closed = true,
            Ok(count) => {
                let octets = into.get(..count).unwrap_or_default();
                self.heard.frames.extend(self.reader.read(octets));
            }
            Err(error) if is_late(&error) => return false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // RFC 9113 §5.4.1: a transport that is reset may have lost what was said before.
            Err(_) => self.heard.is_closed = true,
        }
        true
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
