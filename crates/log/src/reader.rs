//! A log, line by line.

use core::iter::FusedIterator;

use crate::entry::Entry;
use crate::error::{ErrorKind, ReadError};
use crate::tokens::{Tokens, number};

/// Reads a log. Any octets can be given to it.
///
/// A line that cannot be read is an error, and those behind it are read all the same. A line that
/// does not end is never taken for a whole one.
///
/// ```
/// use tress_log::{Event, HEADER, Reader};
///
/// let log = format!("{HEADER}1 500 written 24\n1 700 writ");
/// let mut reader = Reader::new(log.as_bytes())?;
/// let entry = reader.next().unwrap()?;
/// assert_eq!(entry.event, Event::Written { octets: 24 });
/// assert_eq!(reader.next().unwrap().unwrap_err().to_string(), "line 3: the last line does not end");
/// assert!(reader.next().is_none());
/// # Ok::<(), tress_log::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// How many lines were read.
    line: u64,
}

impl<'a> Reader<'a> {
    /// Begins with the first line, which says what this is.
    ///
    /// # Errors
    ///
    /// It is no log, or of a version that is not known here.
    pub fn new(log: &'a [u8]) -> Result<Self, ReadError> {
        let mut reader = Self { rest: log, line: 0 };
        let line = reader.line().unwrap_or(Err(ErrorKind::Header));
        let mut tokens = Tokens::new(line.unwrap_or_default());
        let is_log = tokens.flag("tress-log");
        let version = tokens.take().map(number);
        match (is_log, version, tokens.end()) {
            (true, Some(Ok(1)), Ok(())) => Ok(reader),
            (true, Some(Ok(version)), Ok(())) => Err(reader.error(ErrorKind::Version(version))),
            _ => Err(reader.error(ErrorKind::Header)),
        }
    }

    /// The next line, without its end.
    fn line(&mut self) -> Option<Result<&'a [u8], ErrorKind>> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let Some(end) = self.rest.iter().position(|octet| *octet == b'\n') else {
            self.rest = &[];
            return Some(Err(ErrorKind::Unfinished));
        };
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..).unwrap_or_default();
        Some(Ok(line))
    }

    const fn error(&self, kind: ErrorKind) -> ReadError {
        ReadError {
            line: self.line,
            kind,
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Entry<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.line()?.and_then(Entry::parse);
        Some(entry.map_err(|kind| self.error(kind)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let octets = self.rest.len();
        (octets.min(1), Some(octets))
    }
}

impl FusedIterator for Reader<'_> {}
