//! A field section leaves: HEADERS and as many CONTINUATION as it takes (RFC 9113 §6.2, RFC 9113 §6.10).

use alloc::vec::Vec;

use frame::{Headers, StreamId};

use crate::connection::Core;
use crate::message::FieldSection;
use crate::observe::{Direction, Record};
use crate::stream::{Key, Queued, Step};

/// The octets of room that are kept for the next field block.
const KEPT: usize = 4096;

impl Core {
    /// Sends fields, which end the stream if nothing follows them.
    pub(super) fn send_fields(&mut self, key: Key, id: StreamId, piece: Queued) {
        let (section, may_end) = match piece {
            Queued::Informational(section) => (section, false),
            Queued::Head(section) | Queued::Trailers(section) => (section, true),
            Queued::Data(_) | Queued::Promise(..) => return,
        };
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let is_last = may_end && stream.outbox.is_last();
        if stream.send(Step::Headers).is_err() {
            debug_assert!(false, "fields on a stream that does not take them");
            return;
        }
        let is_new = !stream.counted;
        stream.counted = true;
        stream.has_answered = true;
        self.streams.initiated(id).active += u32::from(is_new);
        let block = self.encode_block(&section);
        let headers = Headers::new(id, &block);
        let headers = if is_last {
            headers.end_stream()
        } else {
            headers
        };
        // RFC 9113 §4.3: the frames of a field block follow each other with nothing in between.
        for frame in headers.split(self.settings.peer.max_frame_size) {
            self.send_frame(frame);
        }
        self.sent_block(id, block, section);
        self.show_state(key);
        if is_last {
            self.sent_end_stream(key);
        }
    }

    /// Encodes a section, whose frames must be the next to leave: HPACK order is wire order.
    pub(super) fn encode_block(&mut self, section: &FieldSection) -> Vec<u8> {
        let mut block = core::mem::take(&mut self.outbound.block);
        self.outbound.encoder.encode(section.iter(), &mut block);
        block
    }

    /// Keeps the room of a block that was sent.
    pub(super) fn sent_block(&mut self, id: StreamId, mut block: Vec<u8>, section: FieldSection) {
        self.record(Record::Fields {
            direction: Direction::Sent,
            stream_id: id,
            fields: &section,
        });
        self.inbound.spare.give(section);
        block.clear();
        block.shrink_to(KEPT);
        self.outbound.block = block;
    }

    /// Our side of a stream has ended on the wire.
    pub(super) fn sent_end_stream(&mut self, key: Key) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if stream.send(Step::EndStream).is_err() {
            debug_assert!(false, "END_STREAM on a stream that does not take it");
            return;
        }
        stream.outbox.sent();
        if stream.state().is_closed() {
            self.finish(key, Ok(()));
        } else {
            self.show_state(key);
            self.stop_if_sent(key);
        }
    }
}
