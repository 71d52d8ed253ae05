//! What the handles of one stream know of it, and how they reach the machine.

use proto::{ErrorCode, Response, StreamError, StreamId, UserError};

use super::queue::Queue;
use super::{Command, Order};
use crate::cell::Shared;

/// One stream, as its handles and the machine share it.
#[derive(Clone)]
pub(crate) struct Link {
    queue: Queue,
    state: Shared<Known>,
}

#[derive(Default)]
struct Known {
    /// Absent until the machine has opened the stream.
    id: Option<StreamId>,
    /// A read is scheduled.
    is_reading: bool,
    /// The reader was closed, or the peer's message is whole.
    is_reader_closed: bool,
    /// How the peer's message ended, once all of it was taken.
    received: Option<Result<(), StreamError>>,
    sending: Sending,
    /// Our message is whole, and what is written of it goes nowhere.
    is_content_dropped: bool,
    response: Option<Response>,
    code: Option<ErrorCode>,
    /// How the stream finished.
    result: Option<Result<(), StreamError>>,
}

/// How far our message has come, as the application said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sending {
    #[default]
    Head,
    /// The application failed; only its error handler may still answer.
    Failed,
    Content,
    Ended,
}

impl Link {
    pub(crate) fn new(queue: &Queue, id: Option<StreamId>, sending: Sending) -> Self {
        let state = Shared::new(Known {
            id,
            sending,
            ..Known::default()
        });
        Self {
            queue: queue.clone(),
            state,
        }
    }

    /// A stream of the same connection, which the machine is yet to open.
    pub(crate) fn sibling(&self) -> Self {
        Self::new(&self.queue, None, Sending::Head)
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(crate) fn order(&self, order: Order) {
        self.queue.push(Command::Stream(self.clone(), order));
    }

    pub(crate) fn id(&self) -> Option<StreamId> {
        self.state.with(|known| known.id)
    }

    pub(crate) fn set_id(&self, id: StreamId) {
        self.state.with(|known| known.id = Some(id));
    }

    /// Moves our message on, from one of `from`.
    pub(crate) fn step(&self, from: &[Sending], to: Sending) -> Result<(), UserError> {
        self.state.with(|known| {
            if known.result.is_some() && !known.is_content_dropped {
                return Err(UserError::StreamClosed);
            }
            if !from.contains(&known.sending) {
                return Err(UserError::OutOfOrder);
            }
            known.sending = to;
            Ok(())
        })
    }

    /// Takes note that our message is whole without content: what is written is no error, and goes
    /// nowhere.
    pub(crate) fn drop_content(&self) {
        self.state.with(|known| known.is_content_dropped = true);
    }

    /// Takes note that the application failed; returns how far our message was.
    pub(crate) fn fail(&self) -> Sending {
        self.state.with(|known| {
            known.code = known.code.or(Some(ErrorCode::INTERNAL_ERROR));
            core::mem::replace(&mut known.sending, Sending::Failed)
        })
    }

    /// Says whether a message of ours that stands at `sending` is given up with its last handle.
    pub(crate) fn is_unfinished(&self, sending: Sending) -> bool {
        self.state.with(|known| {
            known.result.is_none() && !known.is_content_dropped && known.sending == sending
        })
    }

    pub(crate) fn set_response(&self, response: Response) {
        let old = self.state.with(|known| known.response.replace(response));
        drop(old);
    }

    pub(crate) fn response(&self) -> Option<Response> {
        self.state.with(|known| known.response.clone())
    }

    /// Takes note that a read is scheduled; says whether another one was.
    pub(crate) fn read_scheduled(&self) -> bool {
        self.state
            .with(|known| core::mem::replace(&mut known.is_reading, true))
    }

    pub(crate) fn read_done(&self) {
        self.state.with(|known| known.is_reading = false);
    }

    pub(crate) fn close_reader(&self) {
        self.state.with(|known| known.is_reader_closed = true);
    }

    pub(crate) fn is_reader_closed(&self) -> bool {
        self.state
            .with(|known| known.is_reader_closed || known.result.is_some())
    }

    /// Takes note of how the peer's message ended; the first word counts.
    pub(crate) fn set_received(&self, result: Result<(), StreamError>) {
        self.state.with(|known| {
            known.is_reader_closed = true;
            known.received.get_or_insert(result);
        });
    }

    pub(crate) fn received(&self) -> Option<Result<(), StreamError>> {
        self.state.with(|known| known.received)
    }

    /// Takes note of how the stream finished; the first word counts.
    pub(crate) fn finish(&self, result: Result<(), StreamError>) {
        self.state.with(|known| {
            let first = *known.result.get_or_insert(result);
            known.code = known.code.or(first.err().and_then(|error| error.code()));
        });
    }

    pub(crate) fn result(&self) -> Option<Result<(), StreamError>> {
        self.state.with(|known| known.result)
    }

    pub(crate) fn is_writer_closed(&self) -> bool {
        self.state
            .with(|known| known.result.is_some() || known.sending != Sending::Content)
    }

    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.state.with(|known| known.code)
    }
}
