//! Every decision of a pool, as an event of `tracing`: the target `tress::pool`, at the level debug.

use ::pool::{Action, Decision, Outcome, RequestId};

use super::connector::Address;

/// The policy asks for something.
pub(super) fn action(action: &Action<Address>) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "tress::pool", ?action);
    #[cfg(not(feature = "tracing"))]
    let _ = action;
}

/// A request has ended in this way, and this is what becomes of it.
pub(super) fn decision(request: RequestId, outcome: Outcome, decision: Decision) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "tress::pool", ?request, ?outcome, ?decision);
    #[cfg(not(feature = "tracing"))]
    let _ = (request, outcome, decision);
}
