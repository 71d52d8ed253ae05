//! A request that gets an answer, though what it begins with broke a rule (RFC 9113 §8.1.1).
//!
//! Whoever sent it, a browser with a jar full of cookies say, learns what is wrong. One with more
//! fields than we take, or with an authority that is not valid, is answered here. Where the application wants to hear of such requests, the
//! answer is its own.

use frame::ErrorCode;

use super::Core;
use crate::message::Response;
use crate::stream::{Key, Phase, Queued, Received, Step, Stream};
use crate::violation::{Fault, On, Refusal};

impl Core {
    /// Takes in the stream of a request that broke a rule, if anyone will answer it.
    pub(super) fn refuse_request(&mut self, fault: Fault) -> Result<Key, Fault> {
        let refusal = Refusal::of(fault.violation).ok_or(fault)?;
        match refusal {
            _ if self.config.malformed => self.tell_malformed(fault, refusal),
            _ if refusal.is_answered() => self.answer(fault, refusal),
            _ => Err(fault),
        }
    }

    /// Leaves the answer to the application.
    fn tell_malformed(&mut self, fault: Fault, refusal: Refusal) -> Result<Key, Fault> {
        let mut stream = self.refused(fault, refusal)?;
        let malformed = Received::Malformed(refusal);
        stream.inbox.push(&mut self.streams.received, malformed);
        let key = self.adopt(stream);
        self.admit(key);
        self.notify(key, |pending| &mut pending.readable);
        Ok(key)
    }

    /// Answers a request with the status that says what is wrong, and asks to be spared its content.
    fn answer(&mut self, fault: Fault, refusal: Refusal) -> Result<Key, Fault> {
        let mut stream = self.refused(fault, refusal)?;
        stream.sending = Phase::Ended;
        stream.released = true;
        let response = Response::new(refusal.status()).into_section();
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

    /// The stream of such a request: it takes no content, and is reset behind its answer.
    fn refused(&mut self, fault: Fault, refusal: Refusal) -> Result<Stream, Fault> {
        self.show_fault(fault);
        // RFC 9113 §10.5: an answer to what should not have been asked costs as much as a reset.
        let id = fault.stream_id;
        if let Err(limit) = self.limits.reset_sent() {
            self.reset_absent(id, fault.violation.verdict().1);
            return Err(limit.into());
        }
        let mut stream = Stream::new(id, self.settings.local.initial_window_size);
        stream
            .recv(Step::Headers)
            .map_err(|violation| violation.on(id))?;
        stream.receiving = Phase::Content;
        stream.discards = true;
        stream.refused = Some(refusal);
        // Choice: RFC 9113 §8.1.1 lets a response precede the reset, and clients drop one that comes
        // with an error. After a whole response, a request may be cut short without (RFC 9113 §8.1).
        stream.stop = Some(ErrorCode::NO_ERROR);
        Ok(stream)
    }
}
