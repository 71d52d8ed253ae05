//! The life of a stream: its state, how it finished, and who still counts on it (RFC 9113 §5.1).
//!
//! The state is what has been said on the wire, and only moves by the table in `state.rs`. How the
//! stream finished is known once, and for good. After that it stays for as long as someone has
//! something to learn of it: the application what it was not told yet, and whoever works for it.

use core::num::NonZeroU32;

use super::{State, Step, Stream, Transition, Work};
use crate::error::{StreamError, UserError};
use crate::violation::Violation;

/// State, result, and who counts the stream.
#[derive(Debug)]
pub(super) struct Life {
    state: State,
    /// The state that the observer was shown last.
    shown: State,
    /// How the stream finished, once it has.
    result: Option<Result<(), StreamError>>,
    pending: Pending,
    /// Whether the application works for the stream.
    work: Work,
    /// The stream counts towards SETTINGS_MAX_CONCURRENT_STREAMS.
    counted: bool,
    /// The application was notified of the error.
    error_taken: bool,
    /// The application will not ask about this stream any more.
    released: bool,
    /// A word of the application's, for as long as which the stream stays.
    user_data: Option<NonZeroU32>,
}

/// What the application has not been told yet, at most one notification of each kind: a bit for each, the
/// first to be told in the lowest place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pending(u8);

/// Something to tell the application of a stream, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notification {
    Opened,
    Readable,
    Writable,
    Finished,
}

impl Pending {
    const fn has(self, what: Notification) -> bool {
        self.0 & 1 << what as u8 != 0
    }

    fn add(&mut self, what: Notification) {
        self.0 |= 1 << what as u8;
    }

    /// Takes the first one.
    #[inline]
    fn take(&mut self) -> Option<Notification> {
        let first = if self.has(Notification::Opened) {
            Notification::Opened
        } else if self.has(Notification::Readable) {
            Notification::Readable
        } else if self.has(Notification::Writable) {
            Notification::Writable
        } else if self.has(Notification::Finished) {
            Notification::Finished
        } else {
            return None;
        };
        self.0 &= self.0 - 1;
        Some(first)
    }
}

impl Life {
    pub(super) fn new() -> Self {
        Self {
            state: State::Idle,
            shown: State::Idle,
            result: None,
            pending: Pending::default(),
            work: Work::None,
            counted: false,
            error_taken: false,
            released: false,
            user_data: None,
        }
    }
}

impl Stream {
    /// What has been said on the wire.
    pub(crate) const fn state(&self) -> State {
        self.life.state
    }

    /// The state that the observer was shown last, if it is another now. The next time it is this one.
    pub(crate) fn show_state(&mut self) -> Option<State> {
        let state = self.state();
        let before = core::mem::replace(&mut self.life.shown, state);
        (before != state).then_some(before)
    }

    /// How the stream finished, once it has.
    pub(crate) const fn result(&self) -> Option<Result<(), StreamError>> {
        self.life.result
    }

    /// Moves the state by what we send.
    pub(crate) fn send(&mut self, step: Step) -> Result<(), UserError> {
        self.life.state = self.life.state.send(step)?;
        Ok(())
    }

    /// Moves the state by what we receive. `false` means that the frame is to be dropped.
    pub(crate) fn recv(&mut self, step: Step) -> Result<bool, Violation> {
        match self.life.state.recv(step)? {
            Transition::Accept(state) => {
                self.life.state = state;
                Ok(true)
            }
            Transition::Discard => Ok(false),
        }
    }

    /// Says whether the stream has not finished.
    pub(crate) const fn is_running(&self) -> bool {
        self.life.result.is_none()
    }

    /// Says whether nothing has been said on the wire, and may still be.
    pub(crate) fn is_unopened(&self) -> bool {
        self.state() == State::Idle && self.is_running()
    }

    /// How the stream finished, if it did not finish in good order.
    pub(crate) fn error(&self) -> Option<StreamError> {
        self.life.result.and_then(Result::err)
    }

    /// The stream is closed on the wire, or will never get there. Returns how, the first time.
    pub(crate) fn finish(
        &mut self,
        result: Result<(), StreamError>,
    ) -> Option<Result<(), StreamError>> {
        if self.life.result.is_some() {
            return None;
        }
        // RFC 9113 §10.5: an answer to what should not have been asked is no useful work.
        let refused = self.refusal().filter(|_| result.is_ok());
        self.life.result = Some(match refused {
            Some(refusal) => Err(Violation::from(refusal).into()),
            None => result,
        });
        self.life.result
    }

    /// The stream counts from now on. Says whether it did not before.
    pub(crate) fn count(&mut self) -> bool {
        !core::mem::replace(&mut self.life.counted, true)
    }

    /// The stream counts no more. Says whether it did.
    pub(crate) fn uncount(&mut self) -> bool {
        core::mem::take(&mut self.life.counted)
    }

    /// The application is to hear of the stream, once it works for few enough.
    pub(crate) fn wait_for_start(&mut self) {
        self.life.work = Work::Waiting;
    }

    /// The application works for the stream from now on.
    pub(crate) fn start(&mut self, how: Work) {
        self.life.work = how;
    }

    /// The application works for the stream no more. Returns how far it had come.
    pub(crate) fn end_work(&mut self) -> Work {
        core::mem::replace(&mut self.life.work, Work::None)
    }

    /// Says whether a reset costs the peer a token for work that was begun: the application was told,
    /// and nothing has paid for it yet.
    pub(crate) fn is_unpaid_work(&self) -> bool {
        self.life.work == Work::Started && !self.life.pending.has(Notification::Opened)
    }

    /// Says whether the application has not heard of the stream, and need not hear of it any more
    /// now that it finished so.
    pub(crate) fn is_unheard(&self, result: Result<(), StreamError>) -> bool {
        let is_reset = matches!(result, Err(StreamError::Reset(_)));
        self.life.work == Work::Waiting || (self.life.pending.has(Notification::Opened) && is_reset)
    }

    /// Adds to what the application is to be told. Says whether it wants to know.
    pub(crate) fn notify(&mut self, what: Notification) -> bool {
        let is_wanted = !self.life.released;
        if is_wanted {
            self.life.pending.add(what);
        }
        is_wanted
    }

    /// Takes the first thing that the application is to be told.
    #[inline]
    pub(crate) fn next_notification(&mut self) -> Option<Notification> {
        self.life.pending.take()
    }

    /// The application is told nothing more.
    pub(crate) fn withdraw(&mut self) {
        self.life.pending = Pending::default();
    }

    /// The application will not ask any more: what still comes is dropped.
    pub(crate) fn release(&mut self) {
        self.life.released = true;
        self.discard();
    }

    /// Why nothing comes any more, if the peer's message will never be whole. The application knows
    /// from now on.
    pub(crate) fn take_error(&mut self) -> Option<StreamError> {
        let result = self.life.result?;
        let is_cut = result.is_ok() && !self.is_whole();
        let error = result.err().or(is_cut.then_some(StreamError::Answered))?;
        self.life.error_taken = true;
        Some(error)
    }

    /// A word of the application's, for as long as which the stream stays.
    pub(crate) const fn user_data(&self) -> Option<NonZeroU32> {
        self.life.user_data
    }

    /// The application leaves a word, or takes it back. Returns the one before it.
    pub(crate) fn set_user_data(&mut self, word: Option<NonZeroU32>) -> Option<NonZeroU32> {
        core::mem::replace(&mut self.life.user_data, word)
    }

    /// Says whether nothing of the stream can matter to anyone any more.
    pub(crate) fn may_leave(&self) -> bool {
        let life = &self.life;
        if life.result.is_none() || life.pending != Pending::default() {
            return false;
        }
        let is_dropped = life.released || life.error_taken;
        is_dropped || (self.is_spent() && !self.is_worked_for())
    }

    /// Says whether the application may still be at work for a request whose stream has failed: until
    /// it has taken the error, has nothing more to say, or releases it.
    fn is_worked_for(&self) -> bool {
        let is_over = match self.life.result {
            Some(Err(error)) => {
                matches!(error, StreamError::Canceled | StreamError::ConnectionLost)
            }
            _ => true,
        };
        self.life.work.is_started() && !self.is_said() && !is_over
    }
}
