//! PUSH_PROMISE arrives, where it may not (RFC 9113 §6.6, §8.4).

use frame::PushPromise;

use crate::connection::Core;
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_push_promise(&mut self, _: PushPromise<'_>) -> Result<(), Fault> {
        // RFC 9113 §8.4: a server takes no promises. RFC 9113 §6.6: neither does a client that has
        // said so before its first request, which a promise must follow.
        Err(ConnectionRule::PushNotAllowed.into())
    }
}
