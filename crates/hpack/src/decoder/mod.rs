//! Octets to fields, in pieces of any length (RFC 7541 §3).

mod literal;
mod machine;
mod resize;
mod step;

use core::fmt;

use self::resize::Resize;
use self::step::Step;
use crate::buffer::Buffer;
use crate::table::{DEFAULT_SIZE, Table};
use crate::{DecodeError, DynamicTable, Limits, Sink, Summary};

/// Turns field blocks into fields (RFC 7541 §3).
///
/// One decoder serves one direction of one connection, and must see every block of it, whole and
/// in order, also those of messages that nobody wants: later blocks refer to what it learned.
/// After an error it stays failed.
#[doc(alias("nghttp2_hd_inflater", "inflate"))]
pub struct Decoder {
    table: Table,
    limits: Limits,
    resize: Resize,
    /// What the block in progress came to so far.
    summary: Summary,
    /// Where the last fragment left off.
    step: Step,
    name: Buffer,
    value: Buffer,
    failed: Option<DecodeError>,
}

impl Decoder {
    /// Makes a decoder whose table has the initial size of HTTP/2, 4096 octets (RFC 9113 §6.5.2).
    pub fn new() -> Self {
        Self::with_max_size(DEFAULT_SIZE)
    }

    /// Makes a decoder whose table has another initial size, agreed on by both ends beforehand.
    ///
    /// Sizes above 2^32-1 count as that.
    pub fn with_max_size(octets: usize) -> Self {
        let octets = octets.min(u32::MAX as usize);
        Self {
            table: Table::new(octets),
            limits: Limits::default(),
            resize: Resize::new(octets),
            summary: Summary::default(),
            step: Step::default(),
            name: Buffer::default(),
            value: Buffer::default(),
            failed: None,
        }
    }

    /// Decodes the next octets of a block, and hands every field that they complete to `sink`.
    ///
    /// A block may be cut anywhere; only a string that is not whole yet is kept.
    ///
    /// # Errors
    ///
    /// If the block breaks a rule; every later call returns the same error.
    pub fn decode(&mut self, fragment: &[u8], sink: &mut impl Sink) -> Result<(), DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.run(fragment, sink);
        self.failed = result.err();
        result
    }

    /// Ends the block, and says what it came to.
    ///
    /// # Errors
    ///
    /// If the block ends inside a field, or lacks a table size update (RFC 7541 §4.2).
    pub fn finish(&mut self) -> Result<Summary, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = match self.step {
            Step::Boundary => self.resize.finish(self.table.dynamic.max_size()),
            _ => Err(DecodeError::Truncated),
        };
        self.failed = result.err();
        self.name.shrink();
        self.value.shrink();
        result.map(|()| core::mem::take(&mut self.summary))
    }

    /// Allows the peer another table size: our SETTINGS_HEADER_TABLE_SIZE, once acknowledged.
    ///
    /// If it is below the size in use, the next block must begin with a size update
    /// (RFC 7541 §4.2). Sizes above 2^32-1 count as that.
    pub fn set_max_size(&mut self, octets: usize) {
        self.resize.set_limit(octets);
    }

    /// Sets what of a block is handed out; counts for the block in progress, too.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Returns what the block in progress came to so far.
    pub fn progress(&self) -> Summary {
        self.summary
    }

    /// Shows the dynamic table.
    pub fn table(&self) -> DynamicTable<'_> {
        DynamicTable::new(&self.table.dynamic)
    }
}

/// Shows the table, and nothing of strings in progress, which may be secret.
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("table", &self.table())
            .field("limits", &self.limits)
            .field("progress", &self.summary)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}
