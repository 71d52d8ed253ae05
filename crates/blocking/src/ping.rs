//! A ping of ours (RFC 9113 §6.7).

use alloc::sync::Arc;
use core::time::Duration;
use std::time::Instant;

use proto::{Client as Role, StreamId};

use crate::error::Error;
use crate::shared::{Shared, Subject};

/// Sends a ping and waits for the answer; returns how long it took.
pub(crate) fn ping(
    shared: &Arc<Shared<Role>>,
    payload: [u8; 8],
    until: Option<Instant>,
) -> Result<Duration, Error> {
    let begin = Instant::now();
    shared.act(|state| match state.machine.connection().ping(payload) {
        Ok(()) => {
            state.pings.insert(payload, None);
            Ok(())
        }
        Err(error) => Err(state.refusal(StreamId::MAX, error)),
    })?;
    let answered = shared.wait(Subject::Connection, until, |state| {
        *state.pings.get(&payload)?
    });
    shared.prepare(|state| {
        state.pings.remove(&payload);
        match answered {
            Ok(true) => Ok(begin.elapsed()),
            Ok(false) => Err(state.connection_error()),
            Err(error) => Err(error),
        }
    })
}
