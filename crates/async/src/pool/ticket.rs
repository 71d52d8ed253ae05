//! A request of a pool: it vanishes when it is dropped.

use alloc::sync::Arc;
use core::future::poll_fn;

use ::pool::{ConnectionId, Content, Decision, Outcome, Request, RequestId};
use proto::ErrorCode;
use session::Error;

use super::error::PoolError;
use super::origin::{Core, Origin, poll_request};
use crate::client::Client;

/// A request, as the policy knows it. Dropped before it has ended, it is one that nobody wants.
pub(super) struct Ticket {
    origin: Arc<Origin>,
    id: RequestId,
    has_ended: bool,
}

impl Ticket {
    pub(super) fn new(origin: &Arc<Origin>, request: Request) -> Result<Self, PoolError> {
        let id = origin.act(|core| core.request(request));
        let id = id.map_err(|failure| PoolError::waited(failure, None))?;
        Ok(Self {
            origin: Arc::clone(origin),
            id,
            has_ended: false,
        })
    }

    /// Waits for a connection.
    pub(super) async fn connection(&mut self) -> Result<(ConnectionId, Client), PoolError> {
        let decided = poll_fn(|cx| poll_request(&self.origin, self.id, cx)).await;
        decided.map_err(|(failure, last)| {
            self.end();
            PoolError::waited(failure, last)
        })
    }

    /// The head of its answer came; it ends with the content.
    pub(super) fn answered(&self) {
        self.origin.act(|core| core.policy.answered(self.id));
    }

    /// All of its answer came.
    pub(super) fn finish(mut self) {
        let decision = self.finished(Outcome::Answered, Content::Spent);
        debug_assert!(matches!(decision, Decision::Done { .. }));
    }

    /// It has ended in this way. It goes on if it is to be sent again.
    pub(super) fn finished(&mut self, outcome: Outcome, content: Content) -> Decision {
        self.judge(content, |_| outcome)
    }

    /// An exchange failed on a connection, of which the policy hears first.
    pub(super) fn failed(
        &mut self,
        connection: ConnectionId,
        error: &Error,
        content: Content,
    ) -> Decision {
        self.judge(content, |core| outcome(error, core.failed_on(connection)))
    }

    fn judge(&mut self, content: Content, outcome: impl FnOnce(&mut Core) -> Outcome) -> Decision {
        let id = self.id;
        let (outcome, decision) = self.origin.act(|core| {
            let outcome = outcome(core);
            let decision = core.policy.finished(id, outcome, content);
            match decision {
                Decision::Again => core.wait_again(id),
                Decision::Done { .. } => core.forget(id),
            }
            (outcome, decision)
        });
        super::tracing::decision(id, outcome, decision);
        self.has_ended = matches!(decision, Decision::Done { .. });
        decision
    }

    fn end(&mut self) {
        self.origin.act(|core| core.forget(self.id));
        self.has_ended = true;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.has_ended {
            self.origin.act(|core| {
                core.forget(self.id);
                core.policy.dropped(self.id);
            });
        }
    }
}

/// What a failed exchange means for the policy, of whose peer this was the last word.
fn outcome(error: &Error, said: Option<ErrorCode>) -> Outcome {
    if !error.is_retryable() {
        return match error.is_timeout() {
            true => Outcome::TimedOut,
            false => Outcome::Failed,
        };
    }
    if error.reason() == Some(ErrorCode::REFUSED_STREAM) {
        return Outcome::Refused;
    }
    let code = error.going_away().map(|said| said.code).or(said);
    Outcome::Unprocessed {
        graceful: code == Some(ErrorCode::NO_ERROR),
    }
}
