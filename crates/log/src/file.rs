//! A log in a file, which many connections share.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use proto::{Observe, Record, Side};

use crate::HEADER;
use crate::entry::{Entry, Event};
use crate::recorder::{Recorder, Sink};
use crate::secret::Secrets;

/// How many octets a file has at most, unless told.
const LIMIT: u64 = 1 << 30;

/// A log that many connections write to, by the clock of the system. Clones are the same log.
///
/// Events are gathered, and written in pieces of 64 KiB; [`flush`](Self::flush) writes what there is, of
/// connections that go on, too, and so does every connection that ends.
#[derive(Clone)]
pub struct LogFile {
    shared: Arc<Mutex<Shared>>,
    recorders: Arc<Mutex<Recorders>>,
    begun: Instant,
    secrets: Secrets,
}

struct Shared {
    out: BufWriter<Box<dyn Write + Send>>,
    left: u64,
    is_full: bool,
    failed: Option<io::Error>,
}

/// The recorders of connections that go on, to be asked for what they have gathered.
#[derive(Default)]
struct Recorders {
    count: u64,
    kept: Vec<Weak<Mutex<dyn Gather>>>,
    /// So many are kept before those are let go that have ended.
    most: usize,
}

/// Hands over what it has gathered.
trait Gather: Send {
    fn hand_over(&mut self);
}

impl<C: FnMut() -> Duration + Send> Gather for Recorder<Writer, C> {
    fn hand_over(&mut self) {
        self.flush();
    }
}

/// The observer of one connection.
struct Observer<R>(Arc<Mutex<R>>);

impl<R: Observe> Observe for Observer<R> {
    fn record(&mut self, record: Record<'_>) {
        lock(&self.0).record(record);
    }
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
            recorders: Arc::default(),
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
        let mut recorders = lock(&self.recorders);
        recorders.count += 1;
        let (begun, sink) = (self.begun, Writer(Arc::clone(&self.shared), self.begun));
        let clock = move || begun.elapsed();
        let recorder = Recorder::new(recorders.count, side, name, sink, clock);
        let recorder = Arc::new(Mutex::new(recorder.secrets(self.secrets)));
        recorders.keep(Arc::downgrade(&recorder) as Weak<Mutex<dyn Gather>>);
        Box::new(Observer(recorder))
    }

    /// Writes what was gathered, of all connections.
    ///
    /// # Errors
    ///
    /// What was the first to go wrong with the file since the last time.
    pub fn flush(&self) -> io::Result<()> {
        let kept: Vec<_> = lock(&self.recorders)
            .kept
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        for recorder in kept {
            lock(&recorder).hand_over();
        }
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

    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }
}

impl Recorders {
    fn keep(&mut self, recorder: Weak<Mutex<dyn Gather>>) {
        if self.kept.len() >= self.most {
            self.kept.retain(|its| its.strong_count() > 0);
            self.most = 2 * self.kept.len() + 1;
        }
        self.kept.push(recorder);
    }
}

/// What was kept by a thread that panicked is written all the same.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Says once, and of no connection in particular, that nothing more is written.
    fn fill(&mut self, at: Duration) {
        if !core::mem::replace(&mut self.is_full, true) {
            let mut chunk = Vec::new();
            let entry = Entry {
                connection: 0,
                at,
                event: Event::Full,
            };
            entry.write(&mut chunk);
            self.failed = self.out.write_all(&chunk).err();
        }
    }
}

/// Where the chunks of one connection go, and when the log began.
struct Writer(Arc<Mutex<Shared>>, Instant);

impl Sink for Writer {
    fn chunk(&mut self, octets: &[u8]) -> bool {
        let mut shared = lock(&self.0);
        if shared.failed.is_some() {
            return false;
        }
        let left = shared.left.checked_sub(octets.len() as u64);
        let Some(left) = left.filter(|_| !shared.is_full) else {
            shared.fill(self.1.elapsed());
            return false;
        };
        shared.left = left;
        match shared.out.write_all(octets) {
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
        let mut shared = lock(&self.0);
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
