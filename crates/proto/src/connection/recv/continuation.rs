//! CONTINUATION arrives: the next fragment of a field block (RFC 9113 §6.10).

use frame::Continuation;

use crate::connection::Core;
use crate::connection::field_block::FieldBlock;
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_continuation(&mut self, frame: Continuation<'_>) -> Result<(), Fault> {
        let block = self.inbound.block.take();
        let mut block = block.ok_or(ConnectionRule::Continuation)?;
        block.continued(frame.fragment, &self.config.limits)?;
        self.recv_fragment(block, frame.fragment, frame.end_headers)
    }

    /// Gives a fragment to the decoder, and acts on the block once it is whole.
    pub(super) fn recv_fragment(
        &mut self,
        mut block: FieldBlock,
        fragment: &[u8],
        is_last: bool,
    ) -> Result<(), Fault> {
        block.feed(fragment, &mut self.inbound.fields, &self.config.limits)?;
        if is_last {
            return self.recv_field_section(block);
        }
        self.inbound.block = Some(block);
        Ok(())
    }
}
