//! The first octet of an event: what it is, and what of it has two or three values.

pub(crate) const BEGIN: u8 = 0;
pub(crate) const PREFACE: u8 = 2;
pub(crate) const FRAME: u8 = 4;
pub(crate) const FIELDS: u8 = 6;
pub(crate) const PART: u8 = 8;
pub(crate) const WRITTEN: u8 = 9;
pub(crate) const CREATED: u8 = 10;
pub(crate) const TAKEN: u8 = 11;
pub(crate) const QUEUED: u8 = 12;
pub(crate) const STALL: u8 = 14;
pub(crate) const STALLED: u8 = 16;
pub(crate) const STATE: u8 = 18;
pub(crate) const VIOLATION: u8 = 19;
pub(crate) const LIMIT: u8 = 20;
pub(crate) const FULL: u8 = 21;
pub(crate) const END: u8 = 22;
pub(crate) const TIMED: u8 = 23;
