//! Facts that hold for a while, and the one cause that follows from them at each instant.

use alloc::vec::Vec;
use core::time::Duration;

use proto::Direction;

use crate::cause::Cause;

/// A part of a stream's life, and what it was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Span {
    /// From when.
    pub from: Duration,
    /// Until when.
    pub to: Duration,
    /// On what.
    pub cause: Cause,
    /// Which way the content goes that moves or waits, if it is about content.
    pub direction: Option<Direction>,
}

impl Span {
    /// How long it is.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.to.saturating_sub(self.from)
    }
}

/// What may hold of a stream for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// It is not opened yet.
    Unopened,
    /// A field block of it is on its way.
    Block,
    /// The application has queued what was not made a frame yet.
    Pending,
    /// Its own send window is shut.
    OwnWindow,
    /// The connection's send window is shut.
    SharedWindow,
    /// Frames of it wait for the transport.
    Unwritten,
    /// The next content to be sent is its own.
    OwnTurn,
    /// The next content to be sent is another's.
    OtherTurn,
    /// The application has yet to end its message.
    Owes,
    /// The peer has yet to end its message.
    PeerOwes,
    /// The peer's message has begun.
    PeerBegun,
    /// By what the peer can know, it may not send on the stream.
    PeerOwnWindow,
    /// By what the peer can know, it may not send at all.
    PeerSharedWindow,
    /// The next content to arrive is its own.
    OwnArrival,
    /// The next content to arrive is another's.
    OtherArrival,
    /// Content has arrived that was not taken.
    Untaken,
    /// We are the client.
    Client,
}

/// How many facts there are.
const FACTS: usize = Fact::Client as usize + 1;

/// The facts of one stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(Vec<(u64, Fact, bool)>);

impl Facts {
    /// A fact holds from one time to another, in nanoseconds.
    pub(crate) fn add(&mut self, fact: Fact, from: u64, to: u64) {
        if from < to {
            self.0.push((from, fact, true));
            self.0.push((to, fact, false));
        }
    }

    /// The causes from `begin` to `end`: they follow each other with nothing in between.
    pub(crate) fn spans(mut self, begin: u64, end: u64) -> Vec<Span> {
        self.0.sort_unstable_by_key(|(at, ..)| *at);
        let mut holds = [0_u32; FACTS];
        let mut spans = Vec::new();
        let mut now = begin;
        let mut rest = self.0.as_slice();
        while now < end {
            while let Some(((at, fact, begins), after)) = rest.split_first() {
                if *at > now {
                    break;
                }
                if let Some(count) = holds.get_mut(*fact as usize) {
                    *count = match begins {
                        true => *count + 1,
                        false => count.saturating_sub(1),
                    };
                }
                rest = after;
            }
            let next = rest.first().map_or(end, |(at, ..)| (*at).min(end));
            let holds = |fact: Fact| holds.get(fact as usize).is_some_and(|count| *count > 0);
            push(&mut spans, now, next, cause(&holds));
            now = next;
        }
        spans
    }
}

/// Adds a span, to the last one if that is the same.
fn push(spans: &mut Vec<Span>, from: u64, to: u64, why: (Cause, Option<Direction>)) {
    let (cause, direction) = why;
    match spans.last_mut() {
        Some(last) if (last.cause, last.direction) == why => last.to = Duration::from_nanos(to),
        _ => spans.push(Span {
            from: Duration::from_nanos(from),
            to: Duration::from_nanos(to),
            cause,
            direction,
        }),
    }
}

/// What follows from the facts: the order of the lines is the order of precedence.
fn cause(holds: &dyn Fn(Fact) -> bool) -> (Cause, Option<Direction>) {
    let sent = |cause| (cause, Some(Direction::Sent));
    if holds(Fact::Unopened) {
        (Cause::Opening, None)
    } else if holds(Fact::Block) {
        (Cause::Headers, None)
    } else if holds(Fact::Unwritten) {
        sent(Cause::Socket)
    } else if holds(Fact::Pending) {
        sent(if holds(Fact::OwnWindow) {
            Cause::StreamWindow
        } else if holds(Fact::SharedWindow) {
            Cause::ConnectionWindow
        } else if holds(Fact::OwnTurn) {
            Cause::Content
        } else if holds(Fact::OtherTurn) {
            Cause::Others
        } else {
            // It may be sent, it is its turn, and nobody asks for it.
            Cause::Socket
        })
    } else if holds(Fact::PeerOwes) {
        peer(holds)
    } else if holds(Fact::Owes) {
        (Cause::Application, None)
    } else {
        sent(Cause::Content)
    }
}

/// What the peer's message waits for.
fn peer(holds: &dyn Fn(Fact) -> bool) -> (Cause, Option<Direction>) {
    let received = |cause| (cause, Some(Direction::Received));
    if holds(Fact::PeerOwnWindow) {
        received(Cause::StreamWindow)
    } else if holds(Fact::PeerSharedWindow) {
        received(Cause::ConnectionWindow)
    } else if holds(Fact::OwnArrival) {
        received(Cause::Content)
    } else if holds(Fact::PeerBegun) && holds(Fact::OtherArrival) {
        received(Cause::Others)
    } else if holds(Fact::Owes) && (holds(Fact::Untaken) || waits_for_request(holds)) {
        (Cause::Application, None)
    } else {
        (Cause::Peer, None)
    }
}

/// A server that has not begun to answer a request which is not whole waits for the rest of it.
fn waits_for_request(holds: &dyn Fn(Fact) -> bool) -> bool {
    holds(Fact::Client) && !holds(Fact::PeerBegun)
}
