//! A request whose fields are more than we take is answered, not reset (RFC 9113 §10.5.1).
//!
//! The application never hears of it. Whoever sent it, a browser with a jar full of cookies say,
//! learns what is wrong.

use frame::ErrorCode;

use super::Core;
use crate::message::Response;
use crate::stream::{Key, Phase, Queued, Step, Stream};
use crate::violation::{Fault, Limit, On, Violation};

/// "Request Header Fields Too Large", an error of the client (RFC 9110 §15.5).
const TOO_LARGE: u16 = 431;

impl Core {
    /// Answers a request with the status 431, and asks to be spared its content.
    pub(super) fn answer_too_large(&mut self, fault: Fault, limit: Limit) -> Result<Key, Fault> {
        self.show_fault(fault);
        // RFC 9113 §10.5: an answer that the application did not ask for costs as much as a reset.
        self.limits.reset_sent()?;
        let id = fault.stream_id;
        let mut stream = Stream::new(id, self.settings.local.initial_window_size);
        stream
            .recv(Step::Headers)
            .map_err(|violation| violation.on(id))?;
        stream.receiving = Phase::Content;
        stream.sending = Phase::Ended;
        (stream.released, stream.discards) = (true, true);
        stream.refused = Some(limit);
        // RFC 9113 §8.1: after a whole response, a request may be cut short without an error.
        stream.stop = Some(ErrorCode::NO_ERROR);
        let response = Response::new(TOO_LARGE).into_section();
        stream
            .outbox
            .push(&mut self.streams.queued, Queued::Head(response));
        stream.outbox.end();
        let key = self.adopt(stream);
        let streams = &mut self.streams;
        streams.schedule.wake(&mut streams.store, key);
        self.signals.wake_writer();
        Ok(key)
    }
}

/// The limit that a request's fields went over, if it is one to be answered.
pub(super) fn too_large(fault: &Fault) -> Option<Limit> {
    match fault.violation {
        Violation::Limit(limit @ (Limit::FieldSection | Limit::Fields)) => Some(limit),
        _ => None,
    }
}
