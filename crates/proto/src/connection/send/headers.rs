//! A field section leaves: HEADERS and as many CONTINUATION as it takes (RFC 9113 §6.2, §6.10).

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
            Queued::Data(_) => return,
        };
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let is_last = may_end && stream.outbox.is_last();
        if stream.send(Step::Headers).is_err() {
            debug_assert!(false, "fields on a stream that does not take them");
            return;
        }
        self.send_block(id, &section, is_last);
        if is_last {
            self.sent_end_stream(key);
        }
    }

    /// Encodes a section and appends its frames, with nothing in between (RFC 9113 §4.3).
    fn send_block(&mut self, id: StreamId, section: &FieldSection, is_last: bool) {
        let mut block = core::mem::take(&mut self.outbound.block);
        self.outbound.encoder.encode(section.iter(), &mut block);
        let headers = Headers::new(id, &block);
        let headers = if is_last {
            headers.end_stream()
        } else {
            headers
        };
        for frame in headers.split(self.settings.peer.max_frame_size) {
            self.send_frame(frame);
        }
        self.record(Record::Fields {
            direction: Direction::Sent,
            stream_id: id,
            fields: section,
        });
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
            self.stop_if_sent(key);
        }
    }
}
