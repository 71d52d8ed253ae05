//! A field section leaves: HEADERS and as many CONTINUATION as it takes (RFC 9113 §6.2, RFC 9113 §6.10).

use alloc::vec::Vec;

use frame::{Head, Headers, StreamId};

use crate::connection::Shared;
use crate::connection::parts::Outbound;
use crate::message::FieldSection;
use crate::observe::{Direction, Record};
use crate::stream::{Queued, Step, Stream};

impl Shared {
    /// Sends fields, which end the stream if nothing follows them.
    pub(super) fn send_fields(&mut self, stream: &mut Stream, piece: Queued) {
        let (section, may_end) = match piece {
            Queued::Informational(section) => (section, false),
            Queued::Head(section) | Queued::Trailers(section) => (section, true),
            Queued::Data(_) | Queued::Promise(..) => return,
        };
        let is_last = may_end && stream.ends_here();
        if stream.send(Step::Headers).is_err() {
            debug_assert!(false, "fields on a stream that does not take them");
            return;
        }
        let id = stream.id();
        self.streams.initiated(id).active += u32::from(stream.count());
        self.send_block(id, &section, is_last);
        self.sent_block(id, section);
        self.show_state(stream);
        if is_last {
            self.sent_end_stream(stream);
        }
    }

    /// Encodes a section straight into the output, behind room for the head of its frame.
    fn send_block(&mut self, id: StreamId, section: &FieldSection, is_last: bool) {
        let most = self.settings.peer.max_frame_size;
        let Outbound {
            encoder, output, ..
        } = &mut self.outbound;
        let before = output.octets();
        output.append(|octets| {
            let start = octets.len();
            octets.extend_from_slice(&[0; Head::LEN]);
            encoder.encode_packed(section.packed(), octets);
            frame_block(octets, start, most, |fragment| {
                let headers = Headers::new(id, fragment);
                if is_last {
                    headers.end_stream()
                } else {
                    headers
                }
            });
        });
        let count = output.octets() - before;
        self.show_sent(count);
    }

    /// Takes note of a section that was sent, and keeps its memory.
    pub(super) fn sent_block(&mut self, id: StreamId, section: FieldSection) {
        self.record(Record::Fields {
            direction: Direction::Sent,
            stream_id: id,
            fields: &section,
        });
        self.inbound.spare.give(section);
    }

    /// Our side of a stream has ended on the wire.
    pub(super) fn sent_end_stream(&mut self, stream: &mut Stream) {
        if stream.send(Step::EndStream).is_err() {
            debug_assert!(false, "END_STREAM on a stream that does not take it");
            return;
        }
        stream.sent_end();
        if stream.state().is_closed() {
            self.finish(stream, Ok(()));
        } else {
            self.show_state(stream);
            self.stop_if_sent(stream);
            self.stop_if_answered(stream);
        }
    }
}

/// Writes the head of a frame before the block that follows it, or makes several frames of a block
/// that is too long for one.
fn frame_block(
    octets: &mut Vec<u8>,
    start: usize,
    most: u32,
    headers: impl Fn(&[u8]) -> Headers<'_>,
) {
    let (_, frame) = octets.split_at_mut_checked(start).unwrap_or_default();
    let Some((mut head, block)) = frame.split_at_mut_checked(Head::LEN) else {
        return;
    };
    if block.len() <= most as usize {
        return headers(block).head().encode(&mut head);
    }
    // RFC 9113 §4.3: the frames of a field block follow each other with nothing in between.
    let block = block.to_vec();
    octets.truncate(start);
    for frame in headers(&block).split(most) {
        frame.encode(octets);
    }
}
