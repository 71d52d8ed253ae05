//! CONTINUATION arrives: the next fragment of a field block (RFC 9113 §6.10).

use frame::Continuation;

use crate::connection::Core;
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_continuation(&mut self, frame: Continuation<'_>) -> Result<(), Fault> {
        let block = self
            .inbound
            .block
            .as_mut()
            .ok_or(ConnectionRule::Continuation)?;
        block.continued(frame.fragment, &self.config.limits)?;
        self.recv_fragment(frame.fragment, frame.end_headers)
    }

    /// Gives a fragment to the decoder, and acts on the block once it is whole.
    pub(super) fn recv_fragment(&mut self, fragment: &[u8], is_last: bool) -> Result<(), Fault> {
        let inbound = &mut self.inbound;
        let Some(block) = &mut inbound.block else {
            return Ok(());
        };
        block.feed(fragment, &mut inbound.fields, &self.config.limits)?;
        match inbound.block.take_if(|_| is_last) {
            Some(block) => self.recv_field_section(block),
            None => Ok(()),
        }
    }
}
