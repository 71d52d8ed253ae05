//! One direction of a connection: what came of it, and what is to go on.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use super::credit::{Account, Initial};
use super::fields::Fields;
use super::unit::Units;
use crate::shaper::Item;

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Direction {
    pub(super) units: Units,
    pub(super) fields: Fields,
    /// What goes on.
    pub(super) out: Vec<u8>,
    /// How it ends, behind that.
    pub(super) end: Option<Item>,
    /// Its source has ended.
    pub(super) is_finished: bool,
    /// Its end was passed on.
    pub(super) is_ended: bool,
    /// How many octets are held of its streams.
    pub(super) held: usize,
    /// The largest payload that its receiver takes (RFC 9113 §4.2).
    pub(super) max_frame: u32,
    /// The windows of its streams, and its own, where its sender is told less than is granted.
    pub(super) initial: Initial,
    pub(super) window: Option<Account>,
    pub(super) window_until: Option<Duration>,
    /// What SETTINGS of its receiver, which it has not acknowledged yet, allow its dynamic table.
    pub(super) tables: VecDeque<Option<u32>>,
    /// How late its acknowledgments go on, and those that wait.
    pub(super) ack_delay: Option<Option<Duration>>,
    pub(super) acks: VecDeque<(Option<Duration>, Vec<u8>)>,
    /// Its sender's first SETTINGS went on.
    pub(super) has_settings: bool,
}

impl Direction {
    pub(super) fn new(awaits_preface: bool, initial: Initial) -> Self {
        Self {
            units: Units::new(awaits_preface),
            fields: Fields::new(),
            out: Vec::new(),
            end: None,
            is_finished: false,
            is_ended: false,
            held: 0,
            max_frame: blocking::proto::frame::DEFAULT_MAX_FRAME_SIZE,
            initial,
            window: None,
            window_until: None,
            tables: VecDeque::new(),
            ack_delay: None,
            acks: VecDeque::new(),
            has_settings: false,
        }
    }
}
