//! From what a handler gets wrong to whoever is to hear of it, once for each exchange.

use alloc::string::String;
use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};

use proto::{Blame, Request, Server, StreamId, UserError};

use crate::error::Error;
use crate::failure::{ErrorHook, Failure, FailureKind};
use crate::kind::Kind;
use crate::session::Session;

/// How much of a request's target is kept, in octets.
const MOST: usize = 256;

/// Somebody has heard of it.
const TOLD: u32 = 1;
/// The right to answer was dropped before the answer was whole.
const CUT: u32 = 2;
/// One part of the handler that has not ended; the first is there from the beginning.
const PART: u32 = 4;

/// What becomes of one exchange, for whoever is to hear what its handler gets wrong. Without anybody it is
/// nothing, and costs nothing.
#[derive(Clone, Default)]
pub struct Report(Option<Arc<Reported>>);

struct Reported {
    session: Session<Server>,
    hook: Option<ErrorHook>,
    id: StreamId,
    request: String,
    state: AtomicU32,
}

impl Report {
    /// One for a request, where somebody hears of its failure.
    pub(crate) fn new(session: &Session<Server>, id: StreamId, request: &Request) -> Self {
        let hook = session.error_hook();
        if hook.is_none() && !is_traced() {
            return Self(None);
        }
        Self(Some(Arc::new(Reported {
            session: session.clone(),
            hook: hook.cloned(),
            id,
            request: line(request),
            state: AtomicU32::new(PART),
        })))
    }

    /// Another part of the handler begins, which ends by itself: on another thread, say.
    pub fn begun(&self) {
        if let Some(reported) = &self.0 {
            reported.state.fetch_add(PART, Ordering::AcqRel);
        }
    }

    /// The handler has ended, or a part of it, with this outcome.
    pub fn ended(&self, outcome: &Result<(), Error>) {
        let Some(reported) = &self.0 else { return };
        let left = reported.state.fetch_sub(PART, Ordering::AcqRel) - PART;
        match outcome {
            Err(error) if error.is_no_error_reset() => {}
            Err(error) if is_refusal(error) => self.fail(FailureKind::Response, Some(error)),
            Err(error) => self.fail(FailureKind::Handler, Some(error)),
            Ok(()) if left < PART && left & CUT != 0 => {
                self.fail(FailureKind::Unfinished, None);
            }
            Ok(()) => {}
        }
    }

    /// The handler panicked.
    pub fn panicked(&self) {
        self.fail(FailureKind::Panic, None);
    }

    /// Something went wrong. Only the first is told, for the others follow from it; and nothing that follows
    /// from what the client or the transport did to the stream.
    pub fn fail(&self, kind: FailureKind, cause: Option<&(dyn StdError + 'static)>) {
        let Some(reported) = &self.0 else { return };
        if reported.is_over_elsewhere()
            || reported.state.fetch_or(TOLD, Ordering::AcqRel) & TOLD != 0
        {
            return;
        }
        let failure = Failure {
            stream_id: reported.id,
            request: &reported.request,
            kind,
            cause,
        };
        if let Some(hook) = &reported.hook {
            hook(&failure);
        }
        trace(&failure);
    }

    /// Takes note of what was refused of an answer.
    pub(crate) fn refused<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        if let Some(error) = outcome.as_ref().err().filter(|error| is_refusal(error)) {
            self.fail(FailureKind::Response, Some(error));
        }
        outcome
    }

    /// The right to answer was dropped before the answer was whole. Why, its handler may still say.
    pub(crate) fn cut(&self) {
        let Some(reported) = &self.0 else { return };
        if reported.state.fetch_or(CUT, Ordering::AcqRel) < PART {
            self.fail(FailureKind::Unfinished, None);
        }
    }
}

impl Reported {
    /// Says whether the stream ended by the client's doing, or with its connection.
    fn is_over_elsewhere(&self) -> bool {
        let result = self.session.result_of(self.id);
        let is_elsewhere = |error: proto::StreamError| error.blame() != Blame::Local;
        self.session.is_closed() || result.is_some_and(|result| result.is_err_and(is_elsewhere))
    }
}

/// Says whether a part of an answer was refused for what it is, and not for coming too late.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.0,
        Kind::User(UserError::Malformed(_) | UserError::OutOfOrder, _)
    )
}

/// The method and the target of a request.
fn line(request: &Request) -> String {
    let target = match request.path() {
        Some(path) => path,
        None => request.authority().unwrap_or_default(),
    };
    let target = target.get(..MOST).unwrap_or(target);
    alloc::format!(
        "{} {}",
        request.method().escape_ascii(),
        target.escape_ascii()
    )
}

#[cfg(feature = "tracing")]
fn is_traced() -> bool {
    tracing::enabled!(target: "tress::handler", tracing::Level::ERROR)
}

#[cfg(not(feature = "tracing"))]
const fn is_traced() -> bool {
    false
}

#[cfg(feature = "tracing")]
fn trace(failure: &Failure<'_>) {
    tracing::error!(
        target: "tress::handler",
        stream_id = failure.stream_id.value(),
        request = failure.request,
        kind = %failure.kind,
        error = failure.cause,
    );
}

#[cfg(not(feature = "tracing"))]
const fn trace(_: &Failure<'_>) {}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Report").field(&self.0.is_some()).finish()
    }
}
