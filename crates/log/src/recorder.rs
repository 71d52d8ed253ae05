//! An observer that writes a log.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use proto::{ClosedBy, Observe, Record, Side, State};

use crate::at::{At, nanoseconds};
use crate::chunk;
use crate::secret::Secrets;
use crate::text::Text;

/// How many octets are written of a connection at most, unless told.
const LIMIT: u64 = 64 << 20;

/// So many octets are gathered before they are handed over, unless told.
const GATHERED: usize = 4096;

/// Space behind what is gathered for most events, so that it is asked for once.
const SPARE: usize = 512;

/// Where a log goes.
pub trait Sink: Send {
    /// Takes a chunk of a log: one event or several. Says whether it takes more.
    fn chunk(&mut self, octets: &[u8]) -> bool;
}

impl Sink for Vec<u8> {
    fn chunk(&mut self, octets: &[u8]) -> bool {
        self.extend_from_slice(octets);
        true
    }
}

impl<F: FnMut(&[u8]) -> bool + Send> Sink for F {
    fn chunk(&mut self, octets: &[u8]) -> bool {
        self(octets)
    }
}

/// An observer that writes what it sees to a [`Sink`]: an event a record, gathered in chunks, and no
/// allocation once its buffer is as large as it gets.
///
/// What is gathered is handed over when it comes to 4 KiB, when [`flush`](Self::flush) is called, and
/// when the recorder is dropped.
///
/// What a peer can make it cost is bounded. 128 fields of a section are written, and 512 octets of
/// each name and value; of all that a connection does, 64 MiB unless [`limit`](Self::limit) is called.
///
/// The first line of a log, [`HEADER`](crate::HEADER), is the sink's to write: several connections may
/// share one.
pub struct Recorder<S: Sink, C: FnMut() -> Duration + Send> {
    connection: u64,
    sink: S,
    clock: C,
    secrets: Secrets,
    /// How many octets may be handed over, and how many are gathered before they are.
    left: u64,
    gathered: usize,
    is_over: bool,
    /// The chunk that is being gathered, and the time of its last event.
    chunk: Vec<u8>,
    last: u64,
    /// It was a frame, or what a frame has done.
    was_frame: bool,
    /// The name of a limit.
    name: String,
}

impl<S: Sink, C: FnMut() -> Duration + Send> Recorder<S, C> {
    /// Writes that a connection begins: its number in this log, which side this is, and what it is
    /// called. `clock` tells the time on the timeline of the log.
    pub fn new(connection: u64, side: Side, name: &str, sink: S, clock: C) -> Self {
        let mut recorder = Self {
            connection,
            sink,
            clock,
            secrets: Secrets::Hidden,
            left: LIMIT,
            gathered: GATHERED,
            is_over: false,
            chunk: Vec::with_capacity(GATHERED + SPARE),
            last: 0,
            was_frame: false,
            name: String::new(),
        };
        let now = recorder.now();
        recorder.write(now, |at, _| at.begin(side, Text::new(name.as_bytes())));
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
        self.left = octets;
        self
    }

    /// Gathers so many octets before it hands them over, 4096 unless told; with 0 it hands over each event
    /// when it happens.
    #[must_use]
    pub fn gather(mut self, octets: usize) -> Self {
        self.gathered = octets;
        if octets == 0 {
            self.flush();
        }
        self
    }

    /// Hands over what was gathered.
    pub fn flush(&mut self) {
        if !self.chunk.is_empty() && !self.is_over {
            let octets = chunk::close(&mut self.chunk);
            self.left = self.left.saturating_sub(octets.len() as u64);
            self.is_over = !self.sink.chunk(octets);
        }
        self.chunk.clear();
    }

    #[inline]
    fn now(&mut self) -> u64 {
        nanoseconds((self.clock)())
    }

    /// Writes an event.
    #[inline]
    fn write(&mut self, time: u64, put: impl FnOnce(At<'_>, &mut String)) {
        if self.chunk.is_empty() {
            chunk::open(self.connection, time, &mut self.chunk);
            self.last = time;
        }
        let before = self.chunk.len();
        // Whatever a clock says, time does not go back.
        let delta = time.saturating_sub(self.last);
        self.last += delta;
        let at = At {
            out: &mut self.chunk,
            delta,
        };
        put(at, &mut self.name);
        let length = self.chunk.len();
        if length >= self.gathered || length as u64 > self.left {
            self.settle(before);
        }
    }

    /// Hands the chunk over, of which the last event began there, if there is space for it.
    #[cold]
    fn settle(&mut self, before: usize) {
        let is_full = self.chunk.len() as u64 > self.left;
        if is_full {
            self.chunk.truncate(before);
            let at = At {
                out: &mut self.chunk,
                delta: 0,
            };
            at.full();
        }
        self.flush();
        self.is_over |= is_full;
    }
}

impl<S: Sink, C: FnMut() -> Duration + Send> Observe for Recorder<S, C> {
    fn record(&mut self, record: Record<'_>) {
        if self.is_over {
            return;
        }
        let (is_frame, is_effect) = kind(&record);
        // What a frame has done is shown in the same breath: a clock costs more than the event.
        let now = match is_effect && self.was_frame {
            true => self.last,
            false => self.now(),
        };
        self.was_frame = is_frame;
        let secrets = self.secrets;
        self.write(now, |at, name| at.record(&record, secrets, name));
    }
}

/// Whether it is a frame or what a frame has done, and whether it is the latter: its fields, or the state
/// of its stream, unless that is a reset that the application has asked for.
#[inline]
const fn kind(record: &Record<'_>) -> (bool, bool) {
    match record {
        Record::Frame { .. } => (true, false),
        Record::Fields { .. } => (true, true),
        Record::State { to, .. } => (true, !matches!(to, State::Closed(ClosedBy::ResetSent))),
        _ => (false, false),
    }
}

impl<S: Sink, C: FnMut() -> Duration + Send> Drop for Recorder<S, C> {
    /// An observer goes when its connection does.
    fn drop(&mut self) {
        if !self.is_over {
            let now = self.now();
            self.write(now, |at, _| at.end());
            self.flush();
        }
    }
}

impl<S: Sink, C: FnMut() -> Duration + Send> fmt::Debug for Recorder<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("connection", &self.connection)
            .field("left", &self.left)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}
