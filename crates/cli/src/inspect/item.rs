//! One thing that was sent: the preface, a frame, or what is neither.

use alloc::string::String;
use alloc::vec::Vec;

/// One thing that was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// Where it is: the place of its first octet, or the time in a log.
    pub(super) place: String,
    /// Whether it came to the side whose log it is.
    pub(super) is_received: bool,
    /// Whether it is an event of a log that went neither way.
    pub(super) is_event: bool,
    /// Its stream, if it has one.
    pub(super) stream: Option<u32>,
    /// What it is.
    pub(super) what: String,
    /// The fields of a field block that ends with it: names, and values unless they are secret.
    pub(super) fields: Vec<(String, String)>,
    /// All of its octets, if they are known.
    pub(super) octets: Vec<u8>,
    /// Each part of its octets, and what it means.
    pub(super) parts: Vec<Part>,
    /// The rules that it broke.
    pub(super) broken: Vec<Broken>,
}

/// Some of its octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) octets: usize,
    pub(crate) means: String,
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) rule: String,
    pub(super) says: String,
    pub(super) section: String,
    /// What that reaches, and with which code.
    pub(super) then: String,
}
