//! One stream, as its handles know it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::task::Waker;

use proto::{ErrorCode, Part, Request, Response, Role, StreamError, StreamId};

use crate::failure::Initiator;
use crate::reason::Reason;

/// How far our message has come, as the application said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    Head,
    Content,
    Ended,
}

/// What few streams have: promises, and informational responses.
#[derive(Debug, Default)]
pub(super) struct Rare {
    /// Who waits for promises.
    pub(super) push: Option<Waker>,
    /// The last of the informational responses that nobody took.
    pub(super) informational: VecDeque<Response>,
    /// The request that a server promised to answer on this stream.
    pub(super) promised: Option<Request>,
    /// Streams that were promised on this one, and not taken.
    pub(super) promises: VecDeque<usize>,
}

/// One stream, as its handles know it.
#[derive(Debug)]
pub(crate) struct Slot<R: Role> {
    pub(super) id: StreamId,
    /// How many handles there are.
    pub(super) handles: usize,
    pub(super) sending: Sending,
    /// Who waits for what arrives, and for what can be sent.
    pub(super) recv: Option<Waker>,
    pub(super) send: Option<Waker>,
    /// Whoever waits for what can be sent waits for capacity, too.
    pub(super) awaits_capacity: bool,
    /// Who makes the next request when this one is opened.
    pub(super) ready: Option<Waker>,
    /// What was taken from the machine and not by the application.
    pub(super) next: Option<Part<R>>,
    /// What few streams have.
    rare: Option<Box<Rare>>,
    /// The octets that the application took and whose credit it has not returned.
    pub(super) held: u32,
    /// The octets whose credit it has returned before it took them.
    pub(super) early: u32,
    /// How the stream ended on the wire.
    pub(super) result: Option<Result<(), StreamError>>,
    /// The application, or a message that cannot be said in the types of `http`, reset it.
    pub(super) reset: Option<(Reason, Initiator)>,
    /// With which code it is reset once what is queued has left.
    pub(super) leaves_with: Option<ErrorCode>,
    /// It waits to be accepted.
    pub(super) has_arrived: bool,
    /// It waits to be opened.
    pub(super) is_pending_open: bool,
    /// It counts among the open streams of ours.
    pub(super) is_counted: bool,
    /// It is in the list of those that windows are of interest to.
    pub(super) is_watched: bool,
}

impl<R: Role> Slot<R> {
    pub(super) const fn new(id: StreamId, sending: Sending) -> Self {
        Self {
            id,
            handles: 0,
            sending,
            recv: None,
            send: None,
            awaits_capacity: false,
            ready: None,
            next: None,
            rare: None,
            held: 0,
            early: 0,
            result: None,
            reset: None,
            leaves_with: None,
            has_arrived: false,
            is_pending_open: false,
            is_counted: false,
            is_watched: false,
        }
    }

    /// What few streams have, to be added to.
    pub(super) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The same, if the stream has any of it.
    pub(super) fn look_rare(&mut self) -> Option<&mut Rare> {
        self.rare.as_deref_mut()
    }

    /// Says whether a server promised to answer on this stream, and nobody took that.
    pub(super) fn is_promised(&self) -> bool {
        let rare = self.rare.as_ref();
        rare.is_some_and(|rare| rare.promised.is_some())
    }

    /// Takes who waits for promises.
    pub(super) fn take_push(&mut self) -> Option<Waker> {
        self.look_rare()?.push.take()
    }
}
