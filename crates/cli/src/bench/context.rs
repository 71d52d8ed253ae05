//! What all connections of a thread share.

use alloc::vec::Vec;

use super::clock::Clock;
use super::plan::Plan;
use super::spare::Spare;
use super::supply::Supply;
use super::tally::Tally;

/// What is at hand wherever something happens.
pub(super) struct Context<'a> {
    pub(super) plan: &'a Plan,
    pub(super) clock: Clock,
    pub(super) tally: Tally,
    /// Where requests come from in a closed loop.
    pub(super) supply: Option<Supply>,
    /// What counts.
    pub(super) counted: Supply,
    /// What is read into, by whoever reads.
    pub(super) memory: Vec<u8>,
    /// The heads of answers, in whose memory the next requests are made.
    pub(super) spare: Spare,
    /// When a request was answered last.
    pub(super) last: u64,
    /// How many times in a row no connection could be made.
    pub(super) refused: u32,
}
