//! CONTINUATION arrives: the next fragment of a field block (RFC 9113 §6.10).

use frame::Continuation;

use crate::connection::field_block::FieldBlock;
use crate::connection::{Core, Shared};
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_continuation(&mut self, frame: Continuation<'_>) -> Result<(), Fault> {
        let shared = &mut self.shared;
        let block = shared.inbound.block.take();
        let mut block = block.ok_or(ConnectionRule::Continuation)?;
        block.continued(frame.fragment, &shared.config.limits)?;
        match shared.recv_fragment(block, frame.fragment, frame.end_headers)? {
            Some(block) => self.recv_block(block),
            None => Ok(()),
        }
    }

    /// A block is whole that came in several frames.
    fn recv_block(&mut self, block: FieldBlock) -> Result<(), Fault> {
        if block.is_opening() {
            return self.recv_opening(block);
        }
        let Some(stream) = self.store.resolve(block.message_id()) else {
            return self.shared.recv_unwanted(block);
        };
        let result = self.shared.recv_section(stream, block);
        let has_left = self.shared.take_left(stream);
        self.settle(has_left);
        result
    }
}

impl Shared {
    /// Gives a fragment to the decoder. Returns the block once it is whole.
    pub(super) fn recv_fragment(
        &mut self,
        mut block: FieldBlock,
        fragment: &[u8],
        is_last: bool,
    ) -> Result<Option<FieldBlock>, Fault> {
        block.feed(fragment, &mut self.inbound.fields, &self.config.limits)?;
        if is_last {
            return Ok(Some(block));
        }
        self.inbound.block = Some(block);
        Ok(None)
    }
}
