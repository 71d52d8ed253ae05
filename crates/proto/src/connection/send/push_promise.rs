//! PUSH_PROMISE leaves, ahead of what it promises (RFC 9113 §6.6, RFC 9113 §8.4).

use alloc::vec::Vec;

use frame::{PushPromise, StreamId};

use crate::connection::{Core, Shared};
use crate::error::StreamError;
use crate::message::FieldSection;
use crate::stream::{State, Step, Stream};

impl Core {
    /// RFC 9113 §8.4.1: a promise comes on a stream of the client's that we have not ended, and as
    /// long as the client takes any.
    pub(super) fn may_promise(&self, parent: StreamId) -> bool {
        let parent = self.store.find(parent).and_then(|key| self.store.get(key));
        self.shared.peer_settings.record().enable_push
            && parent.is_some_and(|parent| {
                matches!(parent.state(), State::Open | State::HalfClosedRemote)
            })
    }
}

impl Shared {
    /// Promises a stream on another, unless that is not possible any more.
    pub(super) fn send_promise(
        &mut self,
        stream: &mut Stream,
        parent: Option<StreamId>,
        section: FieldSection,
    ) {
        let Some(parent) = parent else {
            return self.finish(stream, Err(StreamError::Unsent));
        };
        if stream.send(Step::Promise).is_err() {
            debug_assert!(false, "a promise of a stream that is not idle");
            return;
        }
        let promised = stream.id();
        let mut block = Vec::new();
        self.encoder.encode_packed(section.packed(), &mut block);
        let promise = PushPromise::new(parent, promised, &block);
        for frame in promise.split(self.peer_settings.record().max_frame_size) {
            self.send_frame(frame);
        }
        self.sent_block(promised, section);
        self.show_state(stream);
    }
}
