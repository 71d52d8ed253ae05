//! One stream: a life, a receiving half, a sending half, and the rest (RFC 9113 §5).
//!
//! Each of the four lies in a file of its own, and its state is seen by nobody else. What concerns one
//! of them is said there, about the stream as a whole.
//!
//! A stream is not responsible for the lists in which it stands, nor for the windows that it shares: those are
//! handed in. What the application said (`phase`) and what was said on the wire (`state`) are two things,
//! since a command is judged at once and sent late.

mod id;
mod inbox;
mod life;
mod links;
mod outbox;
mod phase;
mod pool;
mod receiving;
mod recent;
mod rest;
mod section;
mod sending;
mod share;
mod stall;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod work;

use alloc::boxed::Box;

use frame::StreamId;

pub(crate) use self::id::Ids;
use self::inbox::Inbox;
pub(crate) use self::inbox::Received;
use self::life::Life;
pub(crate) use self::life::Notification;
pub(crate) use self::links::{Links, List, Name};
use self::outbox::Outbox;
pub(crate) use self::outbox::{Next, Queued};
pub use self::phase::{Phase, PhaseStep};
pub(crate) use self::pool::Pool;
use self::receiving::Receiving;
pub(crate) use self::recent::{Past, Recent};
use self::rest::Rest;
use self::sending::Sending;
use self::share::Share;
pub(crate) use self::stall::{Look, Stall, Waited};
pub use self::state::{ClosedBy, State, Step, Transition};
pub(crate) use self::store::{Key, Store};
pub(crate) use self::work::Work;
use crate::message::{ContentLength, ResponseContent};
use crate::violation::MessageRule;

/// All that is kept of one stream.
#[derive(Debug)]
pub(crate) struct Stream {
    id: StreamId,
    key: Key,
    life: Life,
    receiving: Receiving,
    sending: Sending,
    rest: Option<Box<Rest>>,
    exchange: Exchange,
}

/// What the request and the status say of both messages.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    /// The status of the final response, whichever end sends it; 0 before there is one.
    status: u16,
    /// The request was HEAD, so that its response has no content (RFC 9110 §9.3.2).
    is_head: bool,
    /// The request was CONNECT: the stream is a tunnel (RFC 9113 §8.5).
    is_connect: bool,
}

impl Stream {
    /// Makes an idle stream for the next slot of the store, with the window that we grant it.
    #[inline]
    pub(crate) fn new(key: Key, id: StreamId, recv_window: u32) -> Self {
        Self {
            id,
            key,
            life: Life::new(),
            receiving: Receiving::new(recv_window),
            sending: Sending::new(),
            rest: None,
            exchange: Exchange {
                status: 0,
                is_head: false,
                is_connect: false,
            },
        }
    }

    pub(crate) const fn id(&self) -> StreamId {
        self.id
    }

    /// Where it lives.
    pub(crate) const fn key(&self) -> Key {
        self.key
    }

    /// The request is HEAD, or CONNECT, or neither.
    pub(crate) fn requested(&mut self, is_head: bool, is_connect: bool) {
        self.exchange.is_head = is_head;
        self.exchange.is_connect = is_connect;
    }

    /// The final response has come, or is queued.
    pub(crate) fn answered(&mut self, status: u16) {
        self.exchange.status = status;
        // RFC 9113 §8.5: a tunnel that is refused is a response like any other.
        self.exchange.is_connect &= (200..300).contains(&status);
    }

    /// Says whether there is a final response, and not one that the request asked for.
    pub(crate) const fn is_unsuccessful(&self) -> bool {
        self.exchange.status >= 300
    }

    /// How much content our final response has, where it declares so much (RFC 9110 §9.3.2).
    pub(crate) fn response_length(
        &self,
        status: u16,
        declared: Option<u64>,
    ) -> Result<ContentLength, MessageRule> {
        // RFC 9113 §8.5: a tunnel that is refused is a response like any other.
        let is_tunnel = self.exchange.is_connect && (200..300).contains(&status);
        ContentLength::of_own_response(status, declared, self.exchange.is_head, is_tunnel)
    }

    /// What may go with our final response (RFC 9110 §6.4.1).
    pub(crate) const fn response_content(&self, status: u16) -> ResponseContent {
        ResponseContent::of(status, self.exchange.is_head, self.exchange.is_connect)
    }

    pub(crate) const fn is_tunnel(&self) -> bool {
        self.exchange.is_connect
    }

    /// Says whether the stream is over because the request was answered before it was whole.
    pub(crate) fn is_answered(&self) -> bool {
        self.result() == Some(Ok(())) && !self.is_said()
    }
}
