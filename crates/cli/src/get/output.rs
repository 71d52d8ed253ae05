//! Where content goes: to stdout, or into a file that is whole or not there.

use std::fs::{self, File};
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

use super::interrupt;
use crate::exit::{Failure, Result};

/// Where content is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To stdout.
    Stdout,
    /// Into a file.
    File(PathBuf),
}

/// Where content goes.
#[derive(Debug)]
pub(crate) enum Output<'a> {
    /// To stdout.
    Stdout(StdoutLock<'static>),
    /// Into a file.
    File(HalfWritten<'a>),
}

/// A file that is removed unless it is finished.
#[derive(Debug)]
pub(crate) struct HalfWritten<'a> {
    file: File,
    path: &'a Path,
    /// Whether there is something to remove; not so for a device.
    is_removed: bool,
}

impl<'a> Output<'a> {
    /// Opens the target; a file that is there is overwritten.
    pub(crate) fn open(target: &'a Target) -> Result<Self> {
        let Target::File(path) = target else {
            return Ok(Self::Stdout(io::stdout().lock()));
        };
        let opened = File::create(path).and_then(|file| {
            let is_removed = file.metadata()?.is_file();
            if is_removed {
                interrupt::watch(path);
            }
            Ok(HalfWritten {
                file,
                path,
                is_removed,
            })
        });
        opened
            .map(Self::File)
            .map_err(|error| Failure::write(path.display(), &error))
    }

    /// Says whether a person reads it as it comes.
    pub(crate) fn is_terminal(&self) -> bool {
        match self {
            Self::Stdout(stdout) => stdout.is_terminal(),
            Self::File(_) => false,
        }
    }

    /// Writes a piece.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<()> {
        match self {
            Self::Stdout(stdout) => stdout
                .write_all(piece)
                .map_err(|error| Failure::write("stdout", &error)),
            Self::File(half) => half
                .file
                .write_all(piece)
                .map_err(|error| Failure::write(half.path.display(), &error)),
        }
    }

    /// Says that nothing is missing.
    pub(crate) fn finish(&mut self) -> Result<()> {
        match self {
            Self::Stdout(stdout) => stdout
                .flush()
                .map_err(|error| Failure::write("stdout", &error)),
            Self::File(half) => {
                interrupt::forget();
                half.is_removed = false;
                Ok(())
            }
        }
    }
}

impl Drop for HalfWritten<'_> {
    fn drop(&mut self) {
        if self.is_removed {
            interrupt::forget();
            // What is wrong already has been said or will be.
            let _ = fs::remove_file(self.path);
        }
    }
}

#[cfg(test)]
mod tests;
