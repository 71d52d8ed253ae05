//! The content that `-d` sends.

use alloc::boxed::Box;
use alloc::string::String;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::PathBuf;

use crate::exit::{Failure, Result};

/// Where content comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// The command line.
    Text(String),
    /// A file, with its length if it has one.
    File(PathBuf, Option<u64>),
    /// Our own stdin.
    Stdin,
}

impl Data {
    /// Reads the argument of `-d`; a file must be there.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let Some(file) = text.strip_prefix('@') else {
            return Ok(Self::Text(text.into()));
        };
        if file == "-" {
            return Ok(Self::Stdin);
        }
        let unreadable = |error: io::Error| {
            Failure::usage(format_args!("cannot read {file} to send it: {error}"))
                .hint("give -d @FILE with a file that exists and that you may read")
        };
        let metadata = fs::metadata(file).map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        // Opened anew for each URL; whether that can be done is better known now.
        if metadata.is_file() {
            File::open(file).map_err(unreadable)?;
        }
        Ok(Self::File(
            file.into(),
            metadata.is_file().then_some(metadata.len()),
        ))
    }

    /// How many octets it has, if that is known before it is read.
    pub(crate) fn len(&self) -> Option<u64> {
        match self {
            Self::Text(text) => Some(text.len() as u64),
            Self::File(_, len) => *len,
            Self::Stdin => None,
        }
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Text(_) => String::from("the content"),
            Self::File(file, _) => file.display().to_string(),
            Self::Stdin => String::from("stdin"),
        }
    }

    /// Begins to read it.
    ///
    /// # Errors
    ///
    /// The file cannot be opened any more.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Text(text) => Box::new(Cursor::new(text.clone())),
            Self::File(file, _) => Box::new(File::open(file)?),
            Self::Stdin => Box::new(io::stdin()),
        })
    }
}
