//! The right to open a stream, before there is a request (RFC 9113 §5.1.2).

use core::task::{Context, Poll};

use proto::{Bytes, Client as Role, Request, StreamId, UserError};

use super::upload::Content;
use crate::error::Error;
use crate::handle::{Handle, SendHalf};
use crate::send_body::SendBody;
use crate::shared::Link;
use crate::state::State;
use crate::tasks::Job;

/// Waits for the right to open a stream, and keeps it until it is used.
#[derive(Debug)]
pub(crate) struct Reserving {
    shared: Link<Role>,
    number: Option<u64>,
    is_reserved: bool,
}

impl Reserving {
    pub(crate) const fn new(shared: Link<Role>) -> Self {
        Self {
            shared,
            number: None,
            is_reserved: false,
        }
    }

    pub(crate) const fn shared(&self) -> &Link<Role> {
        &self.shared
    }

    /// Is ready when a stream may be opened at once, and nobody else will take it.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.act(|state| {
            if state.is_ending() {
                return Poll::Ready(Err(state.ending()));
            }
            if self.is_reserved {
                return Poll::Ready(Ok(()));
            }
            if !state.may_open(self.number) {
                self.number = Some(state.wait_to_open(self.number, cx.waker()));
                return Poll::Pending;
            }
            self.is_reserved = true;
            state.openers.reserved += 1;
            state.stop_waiting(self.number.take());
            Poll::Ready(Ok(()))
        })
    }

    /// Opens a stream, by right where there is one. Returns the content if it is to be held back.
    pub(crate) fn open<J>(
        &mut self,
        request: Request,
        content: Content<J>,
    ) -> Result<(StreamId, Option<Job>), Error>
    where
        J: FnOnce(SendBody<Role>) -> Job,
    {
        let shared = &self.shared;
        // What is not sent is dropped without the lock: a body may belong to this very connection.
        let mut content = Some(content);
        shared.act(|state| {
            state.openers.reserved -= usize::from(core::mem::take(&mut self.is_reserved));
            let opened = state.open_with(shared, request, &mut content);
            state.stop_waiting(self.number.take());
            opened
        })
    }

    /// Gives up the right, and the place among those who wait.
    pub(crate) fn give_up(&mut self) {
        if self.is_reserved || self.number.is_some() {
            let is_reserved = core::mem::take(&mut self.is_reserved);
            let number = self.number.take();
            self.shared.act_soon(move |state| {
                state.openers.reserved -= usize::from(is_reserved);
                state.stop_waiting(number);
            });
        }
    }
}

impl Drop for Reserving {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl State<Role> {
    fn open_with<J>(
        &mut self,
        shared: &Link<Role>,
        request: Request,
        content: &mut Option<Content<J>>,
    ) -> Result<(StreamId, Option<Job>), Error>
    where
        J: FnOnce(SendBody<Role>) -> Job,
    {
        let whole = matches!(content, Some(Content::None)).then(Bytes::new);
        let id = self.open_now(request, whole)?;
        let send = || SendBody::new(SendHalf::new(Handle::new(shared.clone(), id)));
        match content.take() {
            Some(Content::Asked(job)) if self.alarms.is_enabled() => {
                return Ok((id, Some(job(send()))));
            }
            Some(Content::AtOnce(job) | Content::Asked(job)) => self.jobs.push(job(send())),
            Some(Content::None) | None => {}
        }
        Ok((id, None))
    }

    /// Why no more streams are opened.
    fn ending(&self) -> Error {
        if self.closed.is_some() {
            self.too_late()
        } else {
            UserError::GoingAway.into()
        }
    }
}
