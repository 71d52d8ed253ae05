//! A log in a file, which many connections share.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use proto::{Observe, Side};

use crate::HEADER;
use crate::entry::{Entry, Event};
use crate::recorder::{Recorder, Sink};
use crate::secret::Secrets;

/// How many octets a file has at most, unless told.
const LIMIT: u64 = 1 << 30;

/// A log that many connections write to, by the clock of the system. Clones are the same log.
///
/// Lines are gathered and written in pieces of 64 KiB; [`flush`](Self::flush) writes what there is, and
/// so does the last clone when it is dropped.
#[derive(Clone)]
pub struct LogFile {
    shared: Arc<Mutex<Shared>>,
    connections: Arc<AtomicU64>,
    begun: Instant,
    secrets: Secrets,
}

struct Shared {
    out: BufWriter<Box<dyn Write + Send>>,
    left: u64,
    is_full: bool,
    failed: Option<io::Error>,
}

impl LogFile {
    /// Makes a file anew, and writes the first line of a log.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::new(File::create(path)?)
    }

    /// Writes the first line of a log to wherever it is to go.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn new(out: impl Write + Send + 'static) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 16, Box::new(out) as Box<dyn Write + Send>);
        out.write_all(HEADER.as_bytes())?;
        out.flush()?;
        Ok(Self {
            shared: Arc::new(Mutex::new(Shared {
                out,
                left: LIMIT,
                is_full: false,
                failed: None,
            })),
            connections: Arc::default(),
            begun: Instant::now(),
            secrets: Secrets::Hidden,
        })
    }

    /// Sets what becomes of the values of secret fields; they are hidden unless told.
    #[must_use]
    pub const fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// Writes so many octets at most; 1 GiB unless told.
    #[must_use]
    pub fn limit(self, octets: u64) -> Self {
        self.shared().left = octets;
        self
    }

    /// An observer for one connection more, which is called `name`.
    #[must_use]
    pub fn observer(&self, side: Side, name: &str) -> Box<dyn Observe> {
        let number = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        let (begun, sink) = (self.begun, Writer(self.clone()));
        let clock = move || begun.elapsed();
        let recorder = Recorder::new(number, side, name, sink, clock).secrets(self.secrets);
        Box::new(recorder)
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    ///
    /// What was the first to go wrong with the file since the last time.
    pub fn flush(&self) -> io::Result<()> {
        let mut shared = self.shared();
        match shared.failed.take() {
            Some(error) => Err(error),
            None => shared.out.flush(),
        }
    }

    /// The time on the timeline of the log.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn shared(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Says once, and of no connection in particular, that nothing more is written.
    fn fill(&mut self, at: Duration) {
        if !core::mem::replace(&mut self.is_full, true) {
            let mut line = Vec::new();
            let entry = Entry {
                connection: 0,
                at,
                event: Event::Full,
            };
            entry.write(&mut line);
            self.failed = self.out.write_all(&line).err();
        }
    }
}

/// Where the lines of one connection go.
struct Writer(LogFile);

impl Sink for Writer {
    fn line(&mut self, line: &[u8]) -> bool {
        let mut shared = self.0.shared();
        if shared.failed.is_some() {
            return false;
        }
        let left = shared.left.checked_sub(line.len() as u64);
        let Some(left) = left.filter(|_| !shared.is_full) else {
            shared.fill(self.0.begun.elapsed());
            return false;
        };
        shared.left = left;
        match shared.out.write_all(line) {
            Ok(()) => true,
            Err(error) => {
                shared.failed = Some(error);
                false
            }
        }
    }
}

impl Drop for Writer {
    /// Whoever reads the file meanwhile finds whole connections in it.
    fn drop(&mut self) {
        let mut shared = self.0.shared();
        if let Err(error) = shared.out.flush() {
            shared.failed.get_or_insert(error);
        }
    }
}

impl fmt::Debug for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogFile").finish_non_exhaustive()
    }
}
