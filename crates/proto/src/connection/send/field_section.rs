//! A field section leaves: encoded behind what leaves before it, for that is the order of HPACK
//! (RFC 9113 §4.3).

use frame::{Head, Headers, StreamId};

use super::continuation::frame_block;
use crate::connection::Shared;
use crate::message::FieldSection;
use crate::observe::{Direction, Record};

impl Shared {
    /// Encodes a section straight into the output, behind space for the head of its frame.
    pub(super) fn send_block(&mut self, id: StreamId, section: &FieldSection, is_last: bool) {
        let most = self.peer_settings.record().max_frame_size;
        let mut headers = Headers::new(id, &[]);
        headers.end_stream = is_last;
        let Self {
            encoder, output, ..
        } = self;
        let count = output.append(|octets| {
            let start = octets.len();
            octets.extend_from_slice(&[0; Head::LEN]);
            encoder.encode_packed(section.packed(), octets);
            frame_block(octets, start, most, headers);
        });
        self.show_block(count, headers);
    }

    /// Takes note of a section that was sent, and keeps its memory.
    pub(super) fn sent_block(&mut self, id: StreamId, section: FieldSection) {
        self.record(Record::Fields {
            direction: Direction::Sent,
            stream_id: id,
            fields: &section,
        });
        self.input.keep_memory(section);
    }
}
