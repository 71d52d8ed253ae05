//! HEADERS leave: an informational response, a head, or trailers (RFC 9113 §6.2).

use crate::connection::Shared;
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
        self.streams.count(stream);
        self.send_block(id, &section, is_last);
        self.sent_block(id, section);
        self.show_state(stream);
        if is_last {
            self.sent_end_stream(stream);
        }
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
