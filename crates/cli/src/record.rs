//! What is kept of connections: a log in a file, and a picture of it when all is done.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use blocking::proto::{Observe, Record, Side};
use tress_log::LogFile;

use crate::exit::{Failure, Result};
use crate::timeline;

/// How many octets of a log are kept in memory for a picture.
const KEPT: u64 = 256 << 20;

/// What is kept of connections; clones keep it together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    log: Option<LogFile>,
    picture: Option<Picture>,
}

/// A log in memory, and where its picture goes.
#[derive(Clone, Debug)]
struct Picture {
    log: LogFile,
    octets: Octets,
    path: PathBuf,
}

/// The octets of a log in memory.
#[derive(Clone, Default)]
struct Octets(Arc<Mutex<Vec<u8>>>);

impl Recording {
    /// Begins what was asked for.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(crate) fn new(log: Option<&Path>, picture: Option<&Path>) -> Result<Self> {
        Ok(Self {
            log: log.map(open).transpose()?,
            picture: picture.map(Picture::new).transpose()?,
        })
    }

    /// Says whether anything is kept.
    pub(crate) const fn is_on(&self) -> bool {
        self.log.is_some() || self.picture.is_some()
    }

    /// The observers of a connection.
    pub(crate) fn observers(&self, side: Side, name: &str) -> Vec<Box<dyn Observe>> {
        let pictures = self.picture.iter().map(|picture| &picture.log);
        let logs = self.log.iter().chain(pictures);
        logs.map(|log| log.observer(side, name)).collect()
    }

    /// Writes all that was seen until now.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(crate) fn finish(&self) -> Result<()> {
        if let Some(log) = &self.log {
            log.flush()
                .map_err(|error| Failure::write("the log", &error))?;
        }
        self.picture.as_ref().map_or(Ok(()), Picture::draw)
    }
}

fn open(path: &Path) -> Result<LogFile> {
    let log = if path == Path::new("-") {
        if io::stdout().is_terminal() {
            return Err(
                Failure::usage("a log is octets, and no text for a terminal")
                    .hint("pipe it into tress inspect --events -, or give a file"),
            );
        }
        LogFile::new(io::stdout())
    } else {
        LogFile::create(path)
    };
    log.map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format_args!("cannot write {}: {error}", path.display()))
        .hint("give a file that you may write")
}

impl Picture {
    fn new(path: &Path) -> Result<Self> {
        let octets = Octets::default();
        if path != Path::new("-") {
            // Whoever cannot have a picture in the end wants to know it now.
            File::create(path).map_err(|error| refused(path, &error))?;
        }
        let log = LogFile::new(octets.clone()).map_err(|error| Failure::write("memory", &error))?;
        Ok(Self {
            log: log.limit(KEPT),
            octets,
            path: path.to_path_buf(),
        })
    }

    fn draw(&self) -> Result<()> {
        self.log
            .flush()
            .map_err(|error| Failure::write("memory", &error))?;
        let octets = self.octets.0.lock().unwrap_or_else(PoisonError::into_inner);
        timeline::draw(&octets, &self.path)
    }
}

impl Write for Octets {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Octets")
    }
}

/// Several observers of one connection.
pub(crate) struct Observers(pub(crate) Vec<Box<dyn Observe>>);

impl Observe for Observers {
    fn record(&mut self, record: Record<'_>) {
        for observer in &mut self.0 {
            observer.record(record);
        }
    }
}
