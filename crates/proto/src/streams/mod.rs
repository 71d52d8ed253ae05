//! What all streams share: who counts them, what of them waits, and whose turn it is.
//!
//! The streams themselves live in their store, and whoever has one in the hand gives it to these
//! methods. So this is responsible for the lists in which streams stand, for the pieces of messages
//! that wait, for identifiers and what is remembered of them, and for which requests were started. It
//! is not responsible for what a frame means, nor for windows.
//!
//! A stream is in a list exactly as long as it has something to do there: it enters when that comes
//! up, and is taken out of all of them when it finishes and when it leaves.

mod initiated;
mod lists;
mod pending_requests;
mod pieces;
mod started;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;

pub(crate) use self::initiated::Absent;
use self::initiated::Initiated;
use self::pending_requests::PendingRequests;
use self::pieces::Pieces;
use self::started::Started;
use crate::role::Side;
use crate::schedule::{Early, Priorities, Schedule};
use crate::stream::{Links, List, Name, State, Stream};

/// All that streams share.
#[derive(Debug)]
pub(crate) struct Streams {
    links: Links,
    pieces: Pieces,
    schedule: Schedule,
    /// What is known of streams that are still to come (RFC 9218 §7).
    early: Early,
    /// Streams with credit to return.
    credit: List,
    /// Streams with something to tell.
    told: List,
    /// None where none of ours has waited: at a server.
    pending_requests: Option<Box<PendingRequests>>,
    local: Initiated,
    peer: Initiated,
    /// The streams that have not finished.
    running: usize,
    /// How many have.
    finished: u64,
    /// The requests that the application works for.
    work: Started,
    /// Nobody may have to ask about the stream in the hand any more.
    may_leave: bool,
}

impl Streams {
    /// None yet; the application works for `most` requests at once.
    pub(crate) fn new(side: Side, priorities: Priorities, most: u32) -> Self {
        Self {
            links: Links::default(),
            pieces: Pieces::new(),
            schedule: Schedule::new(priorities),
            early: Early::default(),
            credit: List::new(Name::Credit),
            told: List::new(Name::Events),
            pending_requests: None,
            local: Initiated::new(side),
            peer: Initiated::new(side.peer()),
            running: 0,
            finished: 0,
            work: Started::new(most),
            may_leave: false,
        }
    }

    /// How many have not finished.
    pub(crate) const fn running(&self) -> usize {
        self.running
    }

    /// What stays the same for as long as nothing runs.
    pub(crate) fn quiet(&self) -> Option<u64> {
        (self.running == 0).then_some(self.finished)
    }

    /// A stream is open from its beginning, and counts.
    pub(crate) fn adopt(&mut self, stream: &mut Stream) {
        self.links.enter(stream.key(), stream.id());
        self.running += 1;
        self.count(stream);
    }

    /// A stream of ours waits to be opened.
    pub(crate) fn wait_to_open(&mut self, stream: &Stream) {
        self.links.enter(stream.key(), stream.id());
        self.running += 1;
        let pending = self.pending_requests.get_or_insert_with(Box::default);
        pending.push(stream);
    }

    /// Takes a stream that has finished out of everything in which there are only running ones.
    pub(crate) fn finish(&mut self, stream: &mut Stream) {
        let (id, key) = (stream.id(), stream.key());
        self.running -= 1;
        self.finished += 1;
        self.schedule.remove(&mut self.links, key);
        self.credit.remove(&mut self.links, key);
        self.schedule.concurrency_opened(&mut self.links);
        let initiated = self.initiated(id);
        initiated.uncount(stream);
        match stream.state() {
            State::Closed(how) => initiated.note(id, how),
            State::Idle => {
                if let Some(pending) = &mut self.pending_requests {
                    pending.take_back(id);
                }
            }
            _ => {}
        }
        self.may_leave = true;
    }

    /// Somebody has done with the stream in the hand: it is to be looked whether it may leave.
    pub(crate) fn let_leave(&mut self) {
        self.may_leave = true;
    }

    /// Says whether the stream in the hand leaves: somebody has done with it, and nobody else needs
    /// it.
    #[inline]
    pub(crate) fn leaves(&mut self, stream: &Stream) -> bool {
        core::mem::take(&mut self.may_leave) && stream.may_leave()
    }

    /// A stream leaves: takes it out of all lists, with what was not sent of it.
    pub(crate) fn leave(&mut self, stream: &mut Stream) {
        self.told.remove(&mut self.links, stream.key());
        self.drop_queued(stream);
    }

    /// The octets of memory that are kept for streams to come.
    pub(crate) fn spare_octets(&self) -> usize {
        self.links.capacity() + self.pieces.capacity()
    }

    /// Gives that memory back, now that no stream is there.
    pub(crate) fn rest(&mut self) {
        self.links = Links::default();
        self.pieces = Pieces::new();
        self.schedule.rest();
    }
}
