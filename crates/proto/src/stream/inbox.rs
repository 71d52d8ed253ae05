//! What has arrived on a stream and the application has not taken yet.

use bytes::{Bytes, BytesMut};

use super::pool::{Pool, Queue};
use crate::input::Content;
use crate::limits::Cost;
use crate::message::FieldSection;
use crate::violation::Refusal;

/// Content is joined up to this many octets, so that tiny frames cost no queue place each.
const JOINED: usize = 16 * 1024;

/// A piece of the peer's message, as it waits.
#[derive(Debug)]
pub(crate) enum Received {
    /// The request that a pushed stream answers; taken on its own.
    Promise(FieldSection),
    Informational(FieldSection),
    Head(FieldSection),
    /// In place of the head of a request.
    Malformed(Refusal),
    /// With what its frames cost.
    Data(BytesMut, Cost),
    /// Content that lies where it was read, with what its frame cost.
    Kept(Bytes, Cost),
    Trailers(FieldSection),
    /// The message is whole. It is taken behind the last piece, and none that waits.
    End,
}

impl Received {
    /// The octets of its content.
    pub(crate) fn content(&self) -> u32 {
        let octets = match self {
            Self::Data(data, _) => data.len(),
            Self::Kept(data, _) => data.len(),
            _ => 0,
        };
        u32::try_from(octets).unwrap_or(u32::MAX)
    }

    /// The octets of memory of its fields.
    fn fields(&self) -> usize {
        match self {
            Self::Promise(section)
            | Self::Informational(section)
            | Self::Head(section)
            | Self::Trailers(section) => section.capacity(),
            Self::Malformed(_) | Self::Data(..) | Self::Kept(..) | Self::End => 0,
        }
    }
}

/// The pieces that wait, in order.
#[derive(Debug)]
pub(crate) struct Inbox {
    queue: Queue,
    /// The octets of content that wait.
    octets: u32,
    end: End,
}

/// How far the end of the message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It has not arrived.
    Open,
    /// It has arrived.
    Arrived,
    /// The application knows.
    Taken,
}

impl Inbox {
    pub(crate) const fn new() -> Self {
        Self {
            queue: Queue::new(),
            octets: 0,
            end: End::Open,
        }
    }

    /// Adds fields.
    pub(crate) fn push(&mut self, pool: &mut Pool<Received>, piece: Received) {
        pool.hold(piece.fields());
        pool.push_back(&mut self.queue, piece);
    }

    /// Adds content, which came in a frame that cost so much.
    pub(crate) fn push_data(
        &mut self,
        pool: &mut Pool<Received>,
        content: Content<'_>,
        cost: Cost,
    ) {
        self.octets += u32::try_from(content.len()).unwrap_or(u32::MAX);
        let data = match content {
            Content::Lent(data) => data,
            Content::Kept(data) => {
                return pool.push_back(&mut self.queue, Received::Kept(data, cost));
            }
        };
        if let Some(Received::Data(last, whole)) = pool.back_mut(&self.queue) {
            if last.len() + data.len() <= JOINED {
                last.extend_from_slice(data);
                whole.join(cost);
                return;
            }
        }
        pool.push_back(&mut self.queue, Received::Data(BytesMut::from(data), cost));
    }

    /// Takes note that the message is whole.
    pub(crate) fn end(&mut self) {
        self.end = End::Arrived;
    }

    /// Takes the promised request out, if it is still there.
    pub(crate) fn take_promise(&mut self, pool: &mut Pool<Received>) -> Option<FieldSection> {
        let Some(Received::Promise(section)) = pool.front_mut(&self.queue) else {
            return None;
        };
        let section = core::mem::take(section);
        pool.released(section.capacity());
        pool.pop_front(&mut self.queue);
        Some(section)
    }

    /// Takes the next piece out.
    pub(crate) fn take(&mut self, pool: &mut Pool<Received>) -> Option<Received> {
        let mut piece = pool.pop_front(&mut self.queue);
        if let Some(Received::Promise(section)) = &piece {
            // The response shows that nobody wants to know what it answers.
            pool.released(section.capacity());
            piece = pool.pop_front(&mut self.queue);
        }
        let Some(received) = &piece else {
            return self.take_end();
        };
        pool.released(received.fields());
        self.octets -= received.content().min(self.octets);
        piece
    }

    /// Takes the end, once it has arrived.
    fn take_end(&mut self) -> Option<Received> {
        let has_arrived = self.end == End::Arrived;
        has_arrived.then(|| {
            self.end = End::Taken;
            Received::End
        })
    }

    /// Drops all that waits. Returns how many octets of content that were, and what they cost.
    pub(crate) fn clear(&mut self, pool: &mut Pool<Received>) -> (u32, Cost) {
        let mut cost = Cost::NONE;
        while let Some(piece) = pool.pop_front(&mut self.queue) {
            pool.released(piece.fields());
            if let Received::Data(_, more) | Received::Kept(_, more) = piece {
                cost.join(more);
            }
        }
        (core::mem::take(&mut self.octets), cost)
    }

    pub(crate) const fn octets(&self) -> u32 {
        self.octets
    }

    /// Says whether no piece waits; the end is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Says whether the end was taken.
    pub(crate) fn is_spent(&self) -> bool {
        self.end == End::Taken
    }

    /// Says whether the message is whole.
    pub(crate) fn is_ended(&self) -> bool {
        self.end != End::Open
    }
}
