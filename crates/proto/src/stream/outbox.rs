//! What the application has queued on a stream, and whether it ends there.
//!
//! The end is a state, not a piece: HEADERS or DATA that turn out to be the last carry END_STREAM.

use bytes::Bytes;
use frame::StreamId;

use super::pool::{Pool, Queue};
use crate::message::FieldSection;

/// A piece of our message, as it waits.
#[derive(Debug)]
pub(crate) enum Queued {
    /// The request that a pushed stream answers, and the stream on which it is promised.
    Promise(StreamId, FieldSection),
    Informational(FieldSection),
    Head(FieldSection),
    Data(Bytes),
    Trailers(FieldSection),
}

/// What is to be sent next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Fields: an informational response, the head or the trailers.
    Fields,
    /// This many octets of content.
    Data(usize),
    /// Nothing but END_STREAM.
    End,
}

/// The pieces that wait, in order.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: Queue,
    /// The octets of content that wait.
    octets: usize,
    /// Nothing more is to come, and END_STREAM was not sent yet.
    ended: bool,
    /// All that was ever queued: an octet of content, a field section and the end count one each.
    queued: u64,
    /// How much of it was handed out.
    taken: u64,
}

impl Outbox {
    pub(crate) const fn new() -> Self {
        Self {
            queue: Queue::new(),
            octets: 0,
            ended: false,
            queued: 0,
            taken: 0,
        }
    }

    pub(crate) fn push(&mut self, pool: &mut Pool<Queued>, piece: Queued) {
        self.queued += match &piece {
            Queued::Data(data) => {
                self.octets += data.len();
                data.len() as u64
            }
            _ => 1,
        };
        pool.push_back(&mut self.queue, piece);
    }

    /// Takes note that nothing more is to come.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        self.queued += 1;
    }

    /// What is to be sent next, if anything.
    pub(crate) fn next(&self, pool: &Pool<Queued>) -> Option<Next> {
        match pool.front(&self.queue) {
            Some(Queued::Data(_)) => Some(Next::Data(self.octets)),
            Some(_) => Some(Next::Fields),
            None => self.ended.then_some(Next::End),
        }
    }

    /// Takes the next piece if it is fields.
    pub(crate) fn take_fields(&mut self, pool: &mut Pool<Queued>) -> Option<Queued> {
        match pool.front(&self.queue)? {
            Queued::Data(_) => None,
            _ => {
                self.taken += 1;
                pool.pop_front(&mut self.queue)
            }
        }
    }

    /// Takes content, at most `most` octets of it, out of the first piece.
    pub(crate) fn take_data(&mut self, pool: &mut Pool<Queued>, most: usize) -> Option<Bytes> {
        let Some(Queued::Data(data)) = pool.front_mut(&self.queue) else {
            return None;
        };
        let taken = data.split_to(data.len().min(most));
        if data.is_empty() {
            pool.pop_front(&mut self.queue);
        }
        self.octets -= taken.len();
        self.taken += taken.len() as u64;
        Some(taken)
    }

    /// Says whether the stream ends with a frame of the next `octets` of content.
    pub(crate) fn is_last_data(&self, pool: &Pool<Queued>, octets: usize) -> bool {
        // Trailers can only be the last piece.
        let has_trailers = matches!(pool.back(&self.queue), Some(Queued::Trailers(_)));
        self.ended && octets == self.octets && !has_trailers
    }

    /// Takes note that END_STREAM was sent.
    pub(crate) fn sent(&mut self) {
        self.ended = false;
        self.taken += 1;
    }

    /// All that was ever queued, as [`Self::taken`] counts it.
    pub(crate) const fn queued(&self) -> u64 {
        self.queued
    }

    /// How much of what was ever queued was handed out.
    pub(crate) const fn taken(&self) -> u64 {
        self.taken
    }

    /// Drops all that waits. Nothing more may be sent after that.
    pub(crate) fn clear(&mut self, pool: &mut Pool<Queued>) {
        pool.clear(&mut self.queue);
        self.octets = 0;
        self.ended = false;
    }

    /// The octets of content that wait.
    pub(crate) const fn octets(&self) -> usize {
        self.octets
    }

    /// Says whether the stream ends with what was taken last.
    pub(crate) const fn is_last(&self) -> bool {
        self.ended && self.queue.is_empty()
    }
}
