//! An attack on its own connection: sent as fast as it is taken, within its bounds.

use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::thread;
use std::time::Instant;

use tress_testkit::{Attack, Reader, Seen, Target, kind};

use crate::probe::wire::{Transport, Trial};

/// How many octets are sent at most.
const MOST: u64 = 8 * 1024 * 1024;

/// After how many octets it is told how many were sent.
const STEP: u64 = 128 * 1024;

/// How long to wait where nothing can be sent and nothing heard.
const NAP: Duration = Duration::from_micros(200);

/// How long to listen for the last words behind an attack that did not listen.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What became of an attack on its own connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempt {
    /// The octets that the transport took.
    pub(super) sent: u64,
    /// How long they took.
    pub(super) lasted: Duration,
    /// How long of it the transport took nothing, although there was something to be sent.
    pub(super) stalled: Duration,
    /// The code of the last GOAWAY.
    pub(super) goaway: Option<u32>,
    /// The transport was closed.
    pub(super) is_closed: bool,
}

/// What sends an attack.
struct Sender<'a> {
    transport: &'a mut dyn Transport,
    reader: Reader,
    pending: Vec<u8>,
    /// How much of `pending` was taken.
    taken: usize,
    attempt: Attempt,
}

impl Attempt {
    /// Sends an attack until its bounds, or the end of the connection.
    pub(super) fn send(
        transport: &mut dyn Transport,
        attack: &Attack,
        target: &Target,
        limit: Duration,
        on_sent: impl FnMut(u64),
    ) -> Self {
        Trial::new(transport, limit).greet();
        let is_ready = transport.socket().set_nonblocking(true).is_ok();
        let mut sender = Sender {
            transport,
            reader: Reader::new(),
            pending: attack.begins(target),
            taken: 0,
            attempt: Self::default(),
        };
        if is_ready {
            sender.run(attack, target, Instant::now() + limit, on_sent);
        }
        sender.attempt
    }
}

impl Sender<'_> {
    fn run(
        &mut self,
        attack: &Attack,
        target: &Target,
        end: Instant,
        mut on_sent: impl FnMut(u64),
    ) {
        let began = Instant::now();
        let (mut pieces, mut due, mut sent) = (0, began + attack.pause, 0);
        let mut blocked: Option<Instant> = None;
        on_sent(0);
        while !self.attempt.is_closed && Instant::now() < end {
            if self.taken == self.pending.len() && Instant::now() >= due {
                self.pending = attack.piece(target, pieces);
                if self.attempt.sent + length(&self.pending) > MOST {
                    break;
                }
                (self.taken, pieces, due) = (0, pieces + 1, Instant::now() + attack.pause);
            }
            let (is_written, is_heard) = (self.write(), attack.reads && self.read());
            let waits = self.taken < self.pending.len() && !is_written;
            match blocked.take() {
                Some(since) if waits => blocked = Some(since),
                Some(since) => self.attempt.stalled += since.elapsed(),
                None if waits => blocked = Some(Instant::now()),
                None => {}
            }
            if self.attempt.sent >= sent + STEP {
                sent = self.attempt.sent;
                on_sent(sent);
            }
            if !is_written && !is_heard {
                thread::sleep(NAP);
            }
        }
        self.attempt.stalled += blocked.map_or(Duration::ZERO, |since| since.elapsed());
        self.attempt.lasted = began.elapsed();
        on_sent(self.attempt.sent);
        self.hear_last_words();
    }

    /// Hears what was not heard before: a GOAWAY says why.
    fn hear_last_words(&mut self) {
        let end = Instant::now() + LAST_WORDS;
        while !self.attempt.is_closed && Instant::now() < end {
            if !self.read() {
                if self.attempt.goaway.is_some() {
                    break;
                }
                thread::sleep(NAP);
            }
        }
    }

    /// Sends on; says whether anything was taken.
    fn write(&mut self) -> bool {
        let rest = self.pending.get(self.taken..).unwrap_or_default();
        if rest.is_empty() {
            return false;
        }
        let written = self.transport.write(rest);
        let taken = match written.and_then(|taken| self.transport.flush().map(|()| taken)) {
            Ok(taken) => taken,
            Err(error) if is_for_later(&error) => 0,
            Err(_) => {
                // What was sent before may still be heard.
                while self.read() {}
                self.attempt.is_closed = true;
                0
            }
        };
        self.taken += taken;
        self.attempt.sent += u64::try_from(taken).unwrap_or(u64::MAX);
        taken > 0
    }

    /// Hears what is there; says whether anything was.
    fn read(&mut self) -> bool {
        let mut into = [0; 64 * 1024];
        match self.transport.read(&mut into) {
            Ok(0) => self.attempt.is_closed = true,
            Ok(count) => {
                let seen = self.reader.read(into.get(..count).unwrap_or_default());
                let goaway = seen.iter().rfind(|frame| frame.kind == kind::GOAWAY);
                let code = goaway.and_then(Seen::code);
                self.attempt.goaway = code.or(self.attempt.goaway);
                return true;
            }
            Err(error) if is_for_later(&error) => {}
            Err(_) => self.attempt.is_closed = true,
        }
        false
    }
}

fn length(octets: &[u8]) -> u64 {
    u64::try_from(octets.len()).unwrap_or(u64::MAX)
}

fn is_for_later(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
