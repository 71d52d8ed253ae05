//! A log as a whole, gathered line by line into a trace.

use alloc::collections::BTreeMap;

use crate::entry::Entry;
use crate::error::ReadError;
use crate::gather::Gathering;
use crate::reader::Reader;
use crate::trace::Trace;

/// So many lines that cannot be read are kept.
const MOST_ERRORS: usize = 16;

impl Trace {
    /// Reads a log.
    ///
    /// # Errors
    ///
    /// Its first line is not that of a log that is known here. Lines that cannot be read are counted,
    /// and the others are read all the same.
    pub fn read(log: &[u8]) -> Result<Self, ReadError> {
        let mut trace = Self::default();
        let mut connections = BTreeMap::new();
        for entry in Reader::new(log)? {
            match entry {
                Ok(entry) => note(&mut connections, &entry),
                Err(error) => {
                    trace.unread += 1;
                    if trace.errors.len() < MOST_ERRORS {
                        trace.errors.push(error);
                    }
                }
            }
        }
        trace.conversations = connections.into_values().map(Gathering::finish).collect();
        Ok(trace)
    }

    /// Looks at entries that are in memory.
    pub fn of<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let mut connections = BTreeMap::new();
        for entry in entries {
            note(&mut connections, &entry);
        }
        Self {
            conversations: connections.into_values().map(Gathering::finish).collect(),
            ..Self::default()
        }
    }
}

fn note(connections: &mut BTreeMap<u64, Gathering>, entry: &Entry<'_>) {
    // What is said of no connection in particular is no connection.
    if entry.connection != 0 {
        let new = || Gathering::new(entry.connection, entry.at);
        let connection = connections.entry(entry.connection).or_insert_with(new);
        connection.note(entry);
    }
}
