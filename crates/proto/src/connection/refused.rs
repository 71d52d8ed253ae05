//! A request that gets an answer, though what it begins with broke a rule (RFC 9113 §8.1.1).
//!
//! Whoever sent it, a browser with a jar full of cookies say, learns what is wrong. One with more
//! fields than we take, or with an authority that is not valid, is answered here. Where the application wants to hear of such requests, the
//! answer is its own.

use super::{Core, Shared};
use crate::message::Response;
use crate::stream::{Notification, Queued, Received, Step, Stream};
use crate::violation::{Fault, On, Refusal, Violation};

impl Core {
    /// Takes in the stream of a request that broke a rule, if anyone will answer it. Where it ends,
    /// nothing more comes.
    pub(super) fn refuse_request(&mut self, fault: Fault, end_stream: bool) -> Result<(), Fault> {
        let refusal = Refusal::of(fault.violation).ok_or(fault)?;
        let is_notified = self.shared.config.malformed;
        if !is_notified && !refusal.is_answered() {
            return Err(fault);
        }
        self.begin_refused(fault)?;
        let window = self.shared.local_settings.record().initial_window_size;
        let stream = self.store.prepare(fault.stream_id, window);
        if let Err(violation) = self.shared.refuse(stream, refusal) {
            self.store.drop_prepared();
            return Err(violation.on(fault.stream_id));
        }
        if is_notified {
            self.shared.tell_malformed(stream, refusal);
        } else {
            self.shared.answer_refused(stream, refusal);
        }
        self.open(end_stream)
    }

    /// RFC 9113 §10.5: an answer to what should not have been asked costs as much as a reset.
    fn begin_refused(&mut self, fault: Fault) -> Result<(), Fault> {
        self.shared.show_fault(fault);
        self.shared.limits.reset_sent().map_err(|limit| {
            self.reset_absent(fault.stream_id, fault.violation.scope_and_code().1);
            limit.into()
        })
    }
}

impl Shared {
    /// Makes this the stream of such a request: it takes no content, and is reset behind its answer.
    fn refuse(&mut self, stream: &mut Stream, refusal: Refusal) -> Result<(), Violation> {
        stream.recv(Step::Headers)?;
        stream.refuse(refusal);
        self.adopt(stream);
        Ok(())
    }

    /// Leaves the answer to the application.
    fn tell_malformed(&mut self, stream: &mut Stream, refusal: Refusal) {
        let malformed = Received::Malformed(refusal);
        self.streams.store_fields(stream, malformed);
        self.admit(stream);
        self.streams.tell(stream, Notification::Readable);
    }

    /// Answers a request with the status that says what is wrong, and asks to be spared its content.
    fn answer_refused(&mut self, stream: &mut Stream, refusal: Refusal) {
        stream.release();
        let response = Response::new(refusal.status()).into_section();
        let streams = &mut self.streams;
        streams.queue(stream, Queued::Head(response));
        stream.end_queue();
        streams.wake(stream);
        self.signals.wake_writer();
    }
}
