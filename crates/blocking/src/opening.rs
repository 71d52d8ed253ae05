//! Waiting for a stream to be had (RFC 9113 §5.1.2).

use alloc::sync::Arc;
use std::time::Instant;

use proto::{Bytes, Client as Role, ErrorCode, Request, StreamId, UserError};

use crate::error::{Error, Kind};
use crate::shared::{Shared, Subject};
use crate::state::State;

/// A request that waits for its stream.
#[derive(Debug)]
pub(crate) struct Opening {
    request: Option<Request>,
    /// All of the content, where that is known.
    content: Option<Bytes>,
    /// What follows has it written.
    is_batched: bool,
}

impl Opening {
    /// A request whose content follows. Its stream has two holders.
    pub(crate) fn begun(request: Request) -> Self {
        Self {
            request: Some(request),
            content: None,
            is_batched: false,
        }
    }

    /// A request with its content. Its stream has one holder: there is nothing more to send.
    pub(crate) fn whole(request: Request, content: Bytes) -> Self {
        Self {
            request: Some(request),
            content: Some(content),
            is_batched: false,
        }
    }

    /// The same, but others follow at once, so that it is not written yet.
    pub(crate) fn batched(request: Request, content: Bytes) -> Self {
        Self {
            is_batched: true,
            ..Self::whole(request, content)
        }
    }

    /// Waits for a stream. A request whose content follows is not written yet.
    pub(crate) fn wait(
        mut self,
        shared: &Arc<Shared<Role>>,
        until: Option<Instant>,
    ) -> Result<StreamId, Error> {
        let opened = if self.is_batched || self.content.is_none() {
            shared.prepare(|state| state.open(&mut self))
        } else {
            shared.act(|state| state.open(&mut self))
        };
        match opened {
            Some(opened) => opened,
            None => shared.wait(Subject::Connection, until, |state| state.open(&mut self))?,
        }
    }
}

impl State<Role> {
    /// Opens a stream, if there is one to be had.
    fn open(&mut self, opening: &mut Opening) -> Option<Result<StreamId, Error>> {
        let is_ending = self.is_going_away || self.closed.is_some();
        if !is_ending && self.machine.connection().available() == 0 {
            return None;
        }
        let request = opening.request.take()?;
        Some(match self.machine.connection().request(request) {
            Ok(id) => self.hold_opened(id, opening.content.take()),
            Err(UserError::ConnectionClosed) => Err(self.too_late()),
            Err(error) => Err(error.into()),
        })
    }

    /// Why the connection takes no more requests, of one of which nothing was sent.
    fn too_late(&self) -> Error {
        match &self.closed {
            Some(result) => Kind::TooLate(result.clone().err()).into(),
            None => UserError::ConnectionClosed.into(),
        }
    }

    fn hold_opened(&mut self, id: StreamId, content: Option<Bytes>) -> Result<StreamId, Error> {
        self.slots.open(id);
        self.slots.hold(id);
        let Some(content) = content else {
            self.slots.hold(id);
            return Ok(id);
        };
        let said = self.with(id, |stream| {
            if !content.is_empty() {
                stream.send_data(content)?;
            }
            stream.end()
        });
        if said.is_err() {
            // What was never whole is taken back; nothing of it has been sent.
            let _ = self.with(id, |stream| stream.reset(ErrorCode::CANCEL));
            self.let_go(id);
        }
        said.map(|()| id)
    }
}
