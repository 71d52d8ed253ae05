//! A log, event by event.

use core::iter::FusedIterator;
use core::time::Duration;

use crate::chunk::Head;
use crate::entry::{Entry, Event};
use crate::error::{ErrorKind, ReadError};
use crate::input::Input;

/// What the first line begins with, before the version.
const NAME: &[u8] = b"tress-log ";

/// Reads a log. Any octets can be given to it.
///
/// Where an event cannot be read, there is an error, and the next chunk is read all the same. Of a chunk
/// that does not end the events are read that do.
///
/// ```
/// use core::time::Duration;
/// use tress_log::{Entry, Event, HEADER, Reader};
///
/// let mut log = HEADER.as_bytes().to_vec();
/// for octets in [24, 9] {
///     let (at, event) = (Duration::from_nanos(500), Event::Written { octets });
///     Entry { connection: 1, at, event }.write(&mut log);
/// }
/// log.pop();
/// let mut reader = Reader::new(&log)?;
/// let entry = reader.next().unwrap()?;
/// assert_eq!(entry.event, Event::Written { octets: 24 });
/// assert_eq!(reader.next().unwrap().unwrap_err().to_string(), "octet 23: the log ends in the middle");
/// assert!(reader.next().is_none());
/// # Ok::<(), tress_log::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    /// How many octets the log has.
    length: usize,
    /// What is behind the chunk that is read.
    rest: Input<'a>,
    /// What is left of that chunk.
    events: Input<'a>,
    connection: u64,
    /// The time of the event before.
    now: u64,
    /// The chunk does not end.
    is_cut: bool,
}

impl<'a> Reader<'a> {
    /// Begins with the first line, which says what this is.
    ///
    /// # Errors
    ///
    /// It is no log, or of a version that is not known here.
    pub fn new(log: &'a [u8]) -> Result<Self, ReadError> {
        let wrong = |kind| ReadError { at: 0, kind };
        let (version, rest) = header(log).ok_or(wrong(ErrorKind::Header))?;
        match version {
            2 => Ok(Self {
                length: log.len(),
                rest: Input::new(rest),
                events: Input::default(),
                connection: 0,
                now: 0,
                is_cut: false,
            }),
            version => Err(wrong(ErrorKind::Version(version))),
        }
    }

    /// Where the octets begin of which so many are left in all.
    const fn error(&self, left: usize, kind: ErrorKind) -> ReadError {
        ReadError {
            at: (self.length - left) as u64,
            kind,
        }
    }

    /// Begins with the next chunk.
    fn chunk(&mut self) -> Result<(), ErrorKind> {
        let length = self.rest.number().inspect_err(|_| {
            // Where the next one begins is not known.
            self.rest = Input::default();
            self.is_cut = true;
        })?;
        match self.rest.take(length) {
            Ok(octets) => self.events = Input::new(octets),
            Err(_) => {
                self.is_cut = true;
                self.events = core::mem::take(&mut self.rest);
            }
        }
        let head = Head::read(&mut self.events).inspect_err(|_| self.events = Input::default())?;
        let Head { connection, time } = head;
        (self.connection, self.now) = (connection, time);
        Ok(())
    }

    fn entry(&mut self) -> Result<Entry<'a>, ErrorKind> {
        let kind = self.events.octet()?;
        let delta = self.events.number()?;
        let event = Event::read(kind, &mut self.events)?;
        self.now = self.now.saturating_add(delta);
        Ok(Entry {
            connection: self.connection,
            at: Duration::from_nanos(self.now),
            event,
        })
    }

    /// What is wrong, in a chunk that may be cut.
    fn judged(&mut self, kind: ErrorKind) -> ErrorKind {
        match core::mem::take(&mut self.is_cut) {
            true if kind == ErrorKind::TooShort => ErrorKind::Unfinished,
            _ => kind,
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Entry<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.events.is_empty() {
            if core::mem::take(&mut self.is_cut) {
                return Some(Err(self.error(0, ErrorKind::Unfinished)));
            }
            if self.rest.is_empty() {
                return None;
            }
            let left = self.rest.len();
            if let Err(kind) = self.chunk() {
                let kind = self.judged(kind);
                return Some(Err(self.error(left, kind)));
            }
        }
        let left = self.events.len() + self.rest.len();
        let entry = self.entry();
        Some(entry.map_err(|kind| {
            self.events = Input::default();
            let kind = self.judged(kind);
            self.error(left, kind)
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // Each takes an octet at least, and a log that is cut off ends with an error.
        (0, Some(self.events.len() + self.rest.len() + 1))
    }
}

impl FusedIterator for Reader<'_> {}

/// The version that a log says it has, and what is behind its first line.
fn header(log: &[u8]) -> Option<(u64, &[u8])> {
    let rest = log.strip_prefix(NAME)?;
    let end = rest.iter().take(8).position(|octet| *octet == b'\n')?;
    let (digits, rest) = rest.split_at_checked(end)?;
    let is_canonical = !digits.starts_with(b"0") && digits.iter().all(u8::is_ascii_digit);
    let digits = core::str::from_utf8(digits).ok().filter(|_| is_canonical)?;
    Some((digits.parse().ok()?, rest.get(1..)?))
}
