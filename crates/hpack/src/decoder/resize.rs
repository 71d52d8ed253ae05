//! When a size update must, may and may not come (RFC 7541 §4.2, RFC 7541 §6.3).

use crate::DecodeError;
use crate::table::Dynamic;

/// How many updates one block may have: the smallest size in between, and the final one.
const MAX_UPDATES: u8 = 2;

/// The rules of table size updates, for one decoder.
#[derive(Debug)]
pub(super) struct Resize {
    /// The greatest size that we allow.
    limit: u32,
    /// The lowest limit there was since the last block.
    lowest: u32,
    /// How many updates the block in progress has.
    updates: u8,
    /// Whether the block in progress has had no field yet.
    at_start: bool,
}

impl Resize {
    pub(super) fn new(limit: usize) -> Self {
        let limit = clamped(limit);
        Self {
            limit,
            lowest: limit,
            updates: 0,
            at_start: true,
        }
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = clamped(limit);
        self.lowest = self.lowest.min(self.limit);
    }

    /// Judges whether an update may stand here.
    pub(super) fn begin_update(&mut self) -> Result<(), DecodeError> {
        if !self.at_start {
            return Err(DecodeError::SizeUpdateAfterField);
        }
        if self.updates == MAX_UPDATES {
            return Err(DecodeError::TooManySizeUpdates);
        }
        self.updates += 1;
        Ok(())
    }

    /// Changes the size of the table, if the update is right.
    pub(super) fn update(&mut self, size: u32, table: &mut Dynamic) -> Result<(), DecodeError> {
        if size > self.limit {
            return Err(DecodeError::SizeUpdateAboveLimit {
                size,
                limit: self.limit,
            });
        }
        // RFC 7541 §4.2: of several changes between two blocks, the smallest one is signaled, too.
        if size > self.lowest && self.is_owed(table.max_size()) {
            return Err(DecodeError::SizeUpdateMissing);
        }
        self.lowest = self.limit;
        table.set_max_size(size as usize);
        Ok(())
    }

    /// Judges whether a field may stand here.
    #[inline]
    pub(super) fn begin_field(&mut self, max_size: usize) -> Result<(), DecodeError> {
        if self.at_start {
            self.close(max_size)?;
        }
        Ok(())
    }

    /// Judges whether a block may end here, and begins the next one.
    pub(super) fn finish(&mut self, max_size: usize) -> Result<(), DecodeError> {
        self.begin_field(max_size)?;
        self.at_start = true;
        self.updates = 0;
        Ok(())
    }

    /// Ends the part of the block in which updates may stand.
    fn close(&mut self, max_size: usize) -> Result<(), DecodeError> {
        if self.is_owed(max_size) {
            return Err(DecodeError::SizeUpdateMissing);
        }
        self.lowest = self.limit;
        self.at_start = false;
        Ok(())
    }

    /// Says whether the limit was lowered below the size in use, and no update followed.
    fn is_owed(&self, max_size: usize) -> bool {
        (self.lowest as usize) < max_size
    }
}

/// Returns the size, or the greatest one that a block can express.
fn clamped(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}
