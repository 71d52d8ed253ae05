//! An observer that writes a log.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use proto::{Observe, Record, Side};

use crate::entry::Event;
use crate::secret::Secrets;
use crate::text::Text;
use crate::write::Prefix;

/// How many octets are written of a connection at most, unless told.
const LIMIT: u64 = 64 << 20;

/// Space for a line that is no field section, so that it is asked for once.
const CAPACITY: usize = 1024;

/// Where lines go.
pub trait Sink: Send {
    /// Takes a line, with its end. Says whether it takes more.
    fn line(&mut self, line: &[u8]) -> bool;
}

impl Sink for Vec<u8> {
    fn line(&mut self, line: &[u8]) -> bool {
        self.extend_from_slice(line);
        true
    }
}

impl<F: FnMut(&[u8]) -> bool + Send> Sink for F {
    fn line(&mut self, line: &[u8]) -> bool {
        self(line)
    }
}

/// An observer that writes what it sees to a [`Sink`]: a line a record, and no allocation once its
/// line is as long as it gets.
///
/// What a peer can make it cost is bounded. 128 fields of a section are written, and 512 octets of
/// each name and value; of all that a connection does, 64 MiB unless [`limit`](Self::limit) is called.
///
/// The first line of a log, [`HEADER`](crate::HEADER), is the sink's to write: several connections may
/// share one.
pub struct Recorder<S: Sink, C: FnMut() -> Duration + Send> {
    prefix: Prefix,
    sink: S,
    clock: C,
    secrets: Secrets,
    /// How many octets may be written, and how many were.
    limit: u64,
    written: u64,
    is_over: bool,
    line: Vec<u8>,
    /// The name of a limit.
    name: String,
}

impl<S: Sink, C: FnMut() -> Duration + Send> Recorder<S, C> {
    /// Writes that a connection begins: its number in this log, which side this is, and what it is
    /// called. `clock` tells the time on the timeline of the log.
    pub fn new(connection: u64, side: Side, name: &str, sink: S, clock: C) -> Self {
        let mut recorder = Self {
            prefix: Prefix::new(connection),
            sink,
            clock,
            secrets: Secrets::Hidden,
            limit: LIMIT,
            written: 0,
            is_over: false,
            line: Vec::with_capacity(CAPACITY),
            name: String::new(),
        };
        recorder.write(Event::Begin {
            side,
            name: Text::new(name.as_bytes()),
        });
        recorder
    }

    /// Sets what becomes of the values of secret fields; they are hidden unless told.
    #[must_use]
    pub const fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// Writes so many octets at most, and then that the log is full.
    #[must_use]
    pub const fn limit(mut self, octets: u64) -> Self {
        self.limit = octets;
        self
    }

    fn write(&mut self, event: Event<'_>) {
        let at = (self.clock)();
        self.line.clear();
        self.prefix.write(at, event, &mut self.line);
        self.send(at);
    }

    /// Hands the line on, if there is space for it.
    fn send(&mut self, at: Duration) {
        if self.is_over {
            return;
        }
        self.written = self.written.saturating_add(self.line.len() as u64);
        if self.written > self.limit {
            self.is_over = true;
            self.line.clear();
            self.prefix.write(at, Event::Full, &mut self.line);
        }
        self.is_over |= !self.sink.line(&self.line);
    }
}

impl<S: Sink, C: FnMut() -> Duration + Send> Observe for Recorder<S, C> {
    fn record(&mut self, record: Record<'_>) {
        if self.is_over {
            return;
        }
        let at = (self.clock)();
        let Some(event) = Event::of(record, self.secrets, &mut self.name) else {
            return;
        };
        self.line.clear();
        self.prefix.write(at, event, &mut self.line);
        self.send(at);
    }
}

impl<S: Sink, C: FnMut() -> Duration + Send> Drop for Recorder<S, C> {
    /// An observer goes when its connection does.
    fn drop(&mut self) {
        self.write(Event::End);
    }
}

impl<S: Sink, C: FnMut() -> Duration + Send> fmt::Debug for Recorder<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("prefix", &self.prefix)
            .field("written", &self.written)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}
