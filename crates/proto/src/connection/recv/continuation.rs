//! CONTINUATION arrives: the next fragment of a field block (RFC 9113 §6.10).

use frame::Continuation;

use crate::connection::Core;
use crate::violation::Fault;

impl Core {
    pub(super) fn recv_continuation(&mut self, frame: Continuation<'_>) -> Result<(), Fault> {
        let shared = &mut self.shared;
        let limits = &shared.config.limits;
        let block = shared
            .input
            .go_on(frame.fragment, frame.end_headers, limits)?;
        let Some(block) = block else {
            return Ok(());
        };
        if block.opens_stream() {
            return self.recv_new_stream(&block);
        }
        let Some(stream) = self.store.resolve(block.message_id()) else {
            // It has left meanwhile.
            return shared.finish_block(&block).map(|_| ());
        };
        let result = shared.recv_section(stream, &block);
        let has_left = shared.take_left(stream);
        self.settle(has_left);
        result
    }
}
