//! Flush tokens are resolved: what was queued has been written, or never will be.

use super::Shared;
use crate::error::StreamError;
use crate::event::Event;
use crate::output::FlushToken;
use crate::stream::Stream;

impl Shared {
    /// Makes a token for all that is queued on a stream.
    pub(super) fn flush(&mut self, stream: &Stream) -> FlushToken {
        let token = self.output.flush(stream);
        self.note_sent(stream);
        // Whoever drives the machine is to hear of a token that is resolved at once.
        self.signals.wake_writer();
        token
    }

    /// Looks which tokens' content a stream has handed out by now.
    pub(super) fn note_sent(&mut self, stream: &Stream) {
        if self.output.handed_out(stream) {
            self.resolve_written();
        }
    }

    /// Resolves the tokens whose content the transport has taken.
    pub(super) fn resolve_written(&mut self) {
        if self.control.is_shut() {
            // What was lost counts as neither waiting nor written.
            return self.resolve_lost();
        }
        while let Some(token) = self.output.next_flushed() {
            self.resolve(token, Ok(()));
        }
    }

    /// Resolves the tokens of a stream that ends, as far as their content was not sent.
    pub(super) fn resolve_finished(&mut self, stream: &Stream, result: Result<(), StreamError>) {
        self.note_sent(stream);
        let error = result.err().unwrap_or(StreamError::Canceled);
        while let Some(token) = self.output.next_cut(stream.id()) {
            self.resolve(token, Err(error));
        }
    }

    /// Resolves all tokens, for nothing will be written any more.
    pub(super) fn resolve_lost(&mut self) {
        for token in self.output.lose_flushes() {
            self.resolve(token, Err(StreamError::ConnectionLost));
        }
    }

    fn resolve(&mut self, token: FlushToken, result: Result<(), StreamError>) {
        self.signals.push(Event::Flushed { token, result });
    }
}
