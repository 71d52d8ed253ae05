//! One stream: a state, two messages, two windows, an inbox and an outbox (RFC 9113 §5).

mod id;
mod inbox;
mod links;
mod outbox;
mod phase;
mod pool;
mod recent;
mod share;
mod stall;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod work;

use alloc::boxed::Box;
use core::num::NonZeroU32;
use core::time::Duration;

use frame::{ErrorCode, StreamId};

pub(crate) use self::id::Ids;
pub(crate) use self::inbox::{Inbox, Received, Taken};
pub(crate) use self::links::{List, Name};
pub(crate) use self::outbox::{Next, Outbox, Queued};
pub use self::phase::{Phase, PhaseStep};
pub(crate) use self::pool::Pool;
pub(crate) use self::recent::{Past, Recent};
pub(crate) use self::share::Share;
pub(crate) use self::stall::{Look, Stall, Waited};
pub use self::state::{ClosedBy, State, Step, Verdict};
pub(crate) use self::store::{Key, Store};
pub(crate) use self::work::Work;

use crate::error::{StreamError, UserError};
use crate::flow::{Growth, RecvWindow, SendWindow};
use crate::message::{ContentLength, Signal};
use crate::observe::Window;
use crate::schedule::Blocked;
use crate::violation::{Refusal, Violation};

/// All that is kept of one stream.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) id: StreamId,
    state: State,
    /// How far the application's message has come.
    pub(crate) sending: Phase,
    /// How far the peer's message has come.
    pub(crate) receiving: Phase,
    pub(crate) recv_window: RecvWindow,
    /// How the window grows by what is taken.
    pub(crate) growth: Growth,
    /// What the stream takes of what all may hold together.
    pub(crate) share: Share,
    pub(crate) send_window: SendWindow,
    pub(crate) recv_length: ContentLength,
    pub(crate) send_length: ContentLength,
    pub(crate) inbox: Inbox,
    pub(crate) outbox: Outbox,
    /// What the application has not been told yet.
    pub(crate) pending: Pending,
    /// The stream counts towards SETTINGS_MAX_CONCURRENT_STREAMS.
    pub(crate) counted: bool,
    /// How the stream finished, once it has.
    pub(crate) result: Option<Result<(), StreamError>>,
    /// The request was HEAD, so that its response has no content (RFC 9110 §9.3.2).
    pub(crate) is_head: bool,
    /// The request was CONNECT: the stream is a tunnel (RFC 9113 §8.5).
    pub(crate) is_connect: bool,
    /// The status of the final response, whichever end sends it; 0 before there is one.
    pub(crate) status: u16,
    /// What our RST_STREAM says that follows the end of our message.
    pub(crate) stop: Option<ErrorCode>,
    /// The head waits for what follows it.
    pub(crate) corked: bool,
    /// What arrives is dropped, and credited at once.
    pub(crate) discards: bool,
    /// The application was told of the error.
    pub(crate) error_taken: bool,
    /// The application will not ask about this stream any more.
    pub(crate) released: bool,
    /// The application found no capacity, and wants to be told.
    pub(crate) wants_capacity: bool,
    /// What was wrong with the request, which is answered all the same.
    pub(crate) refused: Option<Refusal>,
    /// The informational responses that have arrived.
    pub(crate) informational: u32,
    /// What their fields count for together.
    pub(crate) informational_octets: u32,
    /// Whether the application works for the stream.
    pub(crate) work: Work,
    pub(crate) stall: Stall,
    /// The octets that were taken and whose credit the application still holds.
    pub(crate) held: u32,
    /// The octets of content that were not counted when they came, and give no credit.
    pub(crate) uncounted: u32,
    /// The state that the observer was shown last.
    pub(crate) shown: State,
    /// Why the stream did not get its last turn.
    pub(crate) blocked: Option<Blocked>,
    /// The stall that the observer was shown, and since when it lasts.
    /// Boxed, for only with an observer there is one.
    pub(crate) stalled: Option<Box<(Window, Duration)>>,
    /// How urgent the response is, as far as anyone said (RFC 9218 §4).
    pub(crate) priority: Signal,
    /// The priority came by PRIORITY_UPDATE (RFC 9218 §7.1).
    pub(crate) reprioritized: bool,
    /// Our PRIORITY_UPDATE is to be sent.
    pub(crate) priority_due: bool,
    /// A word of the application's, for as long as which the stream stays.
    pub(crate) user_data: Option<NonZeroU32>,
}

/// What the application has not been told yet, at most one notification of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) opened: bool,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    pub(crate) finished: bool,
}

impl Pending {
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl Stream {
    /// Makes an idle stream with the window that we grant it.
    pub(crate) fn new(id: StreamId, recv_window: u32) -> Self {
        Self {
            id,
            state: State::Idle,
            sending: Phase::Head,
            receiving: Phase::Head,
            recv_window: RecvWindow::new(recv_window),
            growth: Growth::new(recv_window),
            share: Share::NONE,
            send_window: SendWindow::default(),
            recv_length: ContentLength::new(None),
            send_length: ContentLength::new(None),
            inbox: Inbox::new(),
            outbox: Outbox::new(),
            pending: Pending::default(),
            counted: false,
            result: None,
            is_head: false,
            is_connect: false,
            status: 0,
            stop: None,
            corked: false,
            discards: false,
            error_taken: false,
            released: false,
            wants_capacity: false,
            refused: None,
            informational: 0,
            informational_octets: 0,
            work: Work::None,
            stall: Stall::default(),
            held: 0,
            uncounted: 0,
            shown: State::Idle,
            blocked: None,
            stalled: None,
            priority: Signal::default(),
            reprioritized: false,
            priority_due: false,
            user_data: None,
        }
    }

    pub(crate) const fn state(&self) -> State {
        self.state
    }

    /// Moves the state by what we send.
    pub(crate) fn send(&mut self, step: Step) -> Result<(), UserError> {
        self.state = self.state.send(step)?;
        Ok(())
    }

    /// Moves the state by what we receive. `false` means that the frame is to be dropped.
    pub(crate) fn recv(&mut self, step: Step) -> Result<bool, Violation> {
        match self.state.recv(step)? {
            Verdict::Accept(state) => {
                self.state = state;
                Ok(true)
            }
            Verdict::Discard => Ok(false),
        }
    }

    /// The octets of content that have come and whose credit did not go back, taken or not.
    pub(crate) const fn untaken(&self) -> u32 {
        self.inbox.octets().saturating_add(self.held)
    }

    /// How the stream finished, if it did not finish in good order.
    pub(crate) fn error(&self) -> Option<StreamError> {
        self.result.and_then(Result::err)
    }

    /// Says whether the stream is over because the request was answered before it was whole.
    pub(crate) fn is_answered(&self) -> bool {
        self.result == Some(Ok(())) && self.sending != Phase::Ended
    }

    /// Why nothing comes any more, if the peer's message will never be whole.
    pub(crate) fn recv_error(&self) -> Option<StreamError> {
        let result = self.result?;
        let is_cut = result.is_ok() && !self.inbox.is_ended();
        result.err().or(is_cut.then_some(StreamError::Answered))
    }

    /// Says whether nothing of the stream can matter to anyone any more.
    pub(crate) fn may_leave(&self) -> bool {
        let is_dropped = self.released || self.error_taken;
        // Nothing more comes to a stream that was stopped.
        let is_spent = self.inbox.is_spent() || (self.stop.is_some() && self.inbox.is_empty());
        let is_known = is_dropped || (is_spent && !self.is_worked_for());
        self.result.is_some() && self.pending.is_empty() && is_known
    }

    /// Says whether the application may still be at work for a request whose stream has failed: until
    /// it has taken the error, has nothing more to say, or lets go.
    fn is_worked_for(&self) -> bool {
        let is_over = match self.result {
            Some(Err(error)) => {
                matches!(error, StreamError::Canceled | StreamError::ConnectionLost)
            }
            _ => true,
        };
        self.work.is_started() && self.sending != Phase::Ended && !is_over
    }
}
