//! Output that is made, and how the transport takes it (RFC 9113 §10.5).
//!
//! It keeps octets in the order in which they leave, what of them the driver was shown, how they have
//! moved since, and the tokens of whoever wants to know when something was written. It is not
//! responsible for what leaves, nor for the consequences of a transport that takes nothing.
//!
//! The machine sees what was shown to the driver, and what the driver reports. Whether that goes on
//! over the network, or lies in a kernel, it cannot see.

mod flushes;
mod moved;
mod segments;
#[cfg(test)]
mod tests;
mod transport;

use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use frame::StreamId;
use runtime::Chunks;

pub use self::flushes::FlushToken;
use self::flushes::Flushes;
use self::moved::Moved;
use self::segments::Segments;
use self::transport::Transport;
use crate::limits::Limits;
use crate::stream::Stream;
use crate::violation::Limit;

/// So many octets are made ready for one write; what comes after waits for its turn.
const BATCH: usize = 64 * 1024;

/// What is made, and how it moves.
#[derive(Debug)]
pub(crate) struct Output {
    segments: Segments,
    transport: Transport,
    moved: Moved,
    flushes: Flushes,
    /// The octets that were queued when the transport closed.
    lost: usize,
}

/// Making output.
impl Output {
    pub(crate) fn new() -> Self {
        Self {
            segments: Segments::new(),
            transport: Transport::default(),
            moved: Moved::default(),
            flushes: Flushes::default(),
            lost: 0,
        }
    }

    /// How many octets wait.
    pub(crate) const fn octets(&self) -> usize {
        self.segments.octets()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Says whether more is to be made ready for one write.
    pub(crate) const fn has_capacity(&self) -> bool {
        self.segments.octets() < BATCH
    }

    /// How much more is made ready for one write, in octets.
    pub(crate) const fn space(&self) -> usize {
        BATCH.saturating_sub(self.segments.octets())
    }

    /// Appends what `write` writes. Returns how many octets that were.
    pub(crate) fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        let before = self.segments.octets();
        self.segments.append(write);
        self.segments.octets() - before
    }

    /// Appends content, by reference where it is large.
    pub(crate) fn append_content(&mut self, content: Bytes) {
        self.segments.append_content(content);
    }

    /// The copied octets that were appended last.
    pub(crate) fn last(&self, octets: usize) -> &[u8] {
        self.segments.last(octets)
    }

    /// Gives memory back that was not needed since the last time, while nothing waits.
    pub(crate) fn rest(&mut self) {
        self.segments.rest();
    }

    /// Gives all memory back while nothing waits.
    pub(crate) fn give_back(&mut self) {
        self.flushes.rest();
        self.segments.give_back();
    }

    /// The octets of memory that it holds.
    pub(crate) fn capacity(&self) -> usize {
        self.segments.capacity()
    }
}

/// How the transport takes it.
impl Output {
    /// Shows the driver the first of what waits.
    pub(crate) fn show(&mut self) -> Chunks<'_> {
        let before = self.segments.written_in_all();
        let chunks = self.segments.chunks();
        self.transport.showed(before + chunks.octets() as u64);
        chunks
    }

    /// The driver wrote `octets`. What waits after all was taken is a new wait, unless something still
    /// waits for credit.
    pub(crate) fn written(&mut self, octets: usize, waits_for_credit: bool) {
        self.segments.written(octets);
        self.transport.took(self.segments.written_in_all());
        if !self.is_stuck() && !waits_for_credit {
            self.moved = Moved::default();
        }
    }

    /// The driver can write no more.
    pub(crate) fn shut(&mut self) {
        self.lost += self.segments.clear();
        self.transport = Transport::default();
        self.moved = Moved::default();
    }

    /// The octets that were queued when the transport closed.
    pub(crate) const fn lost(&self) -> usize {
        self.lost
    }

    /// The octets that have left since the beginning.
    pub(crate) const fn written_in_all(&self) -> u64 {
        self.segments.written_in_all()
    }

    /// Says whether something that was shown is still to be taken.
    pub(crate) const fn is_stuck(&self) -> bool {
        self.transport.is_waiting(self.segments.written_in_all())
    }

    /// Looks at what was taken. Says which limit was passed, if any.
    pub(crate) fn look(&mut self, now: Duration, limits: &Limits) -> Option<Limit> {
        let taken = self.segments.written_in_all();
        self.transport.look(now, taken, limits)
    }

    /// When to look again at the latest.
    pub(crate) fn deadline(&self, limits: &Limits) -> Option<Duration> {
        self.transport.deadline(limits)
    }

    /// Takes note of what has moved, where any output waits for the peer. `least` octets are progress.
    pub(crate) fn note_moved(&mut self, is_waiting: bool, now: Duration, least: u32) {
        let taken = self.segments.written_in_all();
        self.moved.note(is_waiting, now, taken, least);
    }

    /// Since when fewer octets left than are progress, and how many.
    pub(crate) fn progress(&self) -> Option<(Duration, u64)> {
        self.moved.progress(self.segments.written_in_all())
    }
}

/// Tokens of whoever wants to know when something was written.
impl Output {
    /// Makes a token for all that is queued on a stream.
    pub(crate) fn flush(&mut self, stream: &Stream) -> FlushToken {
        self.flushes.make(stream.id(), stream.queued_in_all())
    }

    /// Says whether any token is not resolved.
    pub(crate) fn has_flushes(&self) -> bool {
        !self.flushes.is_empty()
    }

    /// Looks which tokens' content a stream has handed out by now. Says whether there may be any.
    pub(crate) fn handed_out(&mut self, stream: &Stream) -> bool {
        let appended = self.segments.appended();
        self.flushes
            .handed_out(stream.id(), stream.handed_out(), appended)
    }

    /// Takes a token whose content the transport has taken.
    pub(crate) fn next_flushed(&mut self) -> Option<FlushToken> {
        self.flushes.next_written(self.segments.written_in_all())
    }

    /// Takes a token of a stream whose content is not sent any more.
    pub(crate) fn next_cut(&mut self, id: StreamId) -> Option<FlushToken> {
        self.flushes.next_of(id, u64::MAX)
    }

    /// Takes all tokens, for nothing will be written any more.
    pub(crate) fn lose_flushes(&mut self) -> impl Iterator<Item = FlushToken> + use<> {
        self.flushes.take_all()
    }
}
