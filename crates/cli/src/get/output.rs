//! Where content goes: to stdout, or into a file that is whole or not there.

use alloc::string::String;
use std::fs::{self, File};
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

use super::interrupt;
use crate::exit::{Failure, Result};

/// How many octets of content tell whether it is text.
const LOOKED_AT: usize = 2000;

/// Where content is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To stdout.
    Stdout {
        /// Whether the command line says so.
        is_asked_for: bool,
    },
    /// Into a file.
    File(PathBuf),
    /// To nobody: it is counted.
    Nowhere,
}

/// Where content goes. Nothing is opened until there is something to write.
#[derive(Debug)]
pub(crate) struct Output<'a> {
    target: &'a Target,
    sink: Option<Sink<'a>>,
    /// How many octets of content were written.
    octets: u64,
}

#[derive(Debug)]
enum Sink<'a> {
    Stdout(StdoutLock<'static>),
    File(HalfWritten<'a>),
    Nowhere,
}

/// A file that is removed unless it is finished.
#[derive(Debug)]
struct HalfWritten<'a> {
    file: File,
    path: &'a Path,
    /// Whether there is something to remove; not so for a device.
    is_removed: bool,
}

impl<'a> Output<'a> {
    /// Writes to the target; a file that is there is overwritten once there is something to write.
    pub(crate) const fn new(target: &'a Target) -> Self {
        Self {
            target,
            sink: None,
            octets: 0,
        }
    }

    /// How many octets of content were written.
    pub(crate) const fn octets(&self) -> u64 {
        self.octets
    }

    /// Says whether a person reads it as it comes.
    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self.target, Target::Stdout { .. }) && io::stdout().is_terminal()
    }

    /// Writes a piece of content.
    ///
    /// # Errors
    ///
    /// The target's, or the content is not one for a terminal.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<()> {
        let is_for_person = *self.target
            == Target::Stdout {
                is_asked_for: false,
            };
        if self.octets == 0 && is_for_person && is_binary(piece) && self.is_terminal() {
            return Err(
                Failure::transfer("the content is binary, and might upset the terminal")
                    .hint("give -o FILE to keep it, or -o - to write it all the same"),
            );
        }
        self.octets += piece.len() as u64;
        self.put(piece)
    }

    /// Writes the head of an answer, or its trailers, as curl does.
    pub(crate) fn write_head(&mut self, text: &[u8]) -> Result<()> {
        self.put(text)
    }

    /// Says that nothing is missing.
    pub(crate) fn finish(&mut self) -> Result<()> {
        match self.sink()? {
            Sink::Stdout(stdout) => stdout
                .flush()
                .map_err(|error| Failure::write("stdout", &error)),
            Sink::Nowhere => Ok(()),
            Sink::File(half) => {
                interrupt::forget();
                half.is_removed = false;
                Ok(())
            }
        }
    }

    fn put(&mut self, octets: &[u8]) -> Result<()> {
        let (written, name) = match self.sink()? {
            Sink::Stdout(stdout) => (stdout.write_all(octets), String::from("stdout")),
            Sink::Nowhere => return Ok(()),
            Sink::File(half) => (half.file.write_all(octets), name(half.path)),
        };
        written.map_err(|error| Failure::write(name, &error))
    }

    /// Opens the target, if that is yet to be done.
    fn sink(&mut self) -> Result<&mut Sink<'a>> {
        let sink = match self.sink.take() {
            Some(sink) => sink,
            None => open(self.target)?,
        };
        Ok(self.sink.insert(sink))
    }
}

fn open(target: &Target) -> Result<Sink<'_>> {
    let path = match target {
        Target::File(path) => path,
        Target::Stdout { .. } => return Ok(Sink::Stdout(io::stdout().lock())),
        Target::Nowhere => return Ok(Sink::Nowhere),
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
        .map(Sink::File)
        .map_err(|error| Failure::write(name(path), &error))
}

fn name(path: &Path) -> String {
    alloc::format!("{}", path.display())
}

/// Says whether content is no text, by its beginning: text has no NUL.
fn is_binary(piece: &[u8]) -> bool {
    piece.iter().take(LOOKED_AT).any(|&octet| octet == 0)
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
