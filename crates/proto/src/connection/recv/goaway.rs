//! GOAWAY arrives (RFC 9113 §6.8).

use alloc::vec::Vec;

use frame::GoAway;

use crate::connection::{Core, Shared};
use crate::error::StreamError;
use crate::event::Event;
use crate::limits::SuspiciousFrame;
use crate::stream::{Key, State, Step, Stream};
use crate::violation::Fault;

impl Core {
    pub(super) fn recv_goaway(&mut self, frame: GoAway<'_>) -> Result<(), Fault> {
        let (last, code) = (frame.last_stream_id, frame.error_code);
        let most = self.shared.config.limits.debug_data;
        let debug_data = frame.debug_data.get(..most).unwrap_or(frame.debug_data);
        if !self.shared.life.hear_goaway(last, code, debug_data)? {
            self.suspicious_frame(SuspiciousFrame::GoAway);
        }
        let event = Event::GoAway {
            last_stream_id: last,
            code,
        };
        self.shared.signals.push(event);
        self.drop_unprocessed(frame);
        self.shared.close_if_done();
        Ok(())
    }

    /// RFC 9113 §6.8: streams of ours above the last identifier were not processed, and never will
    /// be; all others go on.
    fn drop_unprocessed(&mut self, frame: GoAway<'_>) {
        let streams = &self.shared.streams;
        let is_dropped = |stream: &Stream| {
            let is_above = stream.id() > frame.last_stream_id;
            streams.is_local(stream.id())
                && stream.is_running()
                && (is_above || stream.state() == State::Idle)
        };
        let dropped = self.store.iter().filter(|stream| is_dropped(stream));
        let dropped: Vec<Key> = dropped.map(Stream::key).collect();
        for key in dropped {
            self.act(key, |shared, stream| {
                if stream.state() == State::Idle {
                    shared.finish(stream, Err(StreamError::Unsent));
                } else {
                    shared.abandon(stream, StreamError::Unprocessed(frame.error_code));
                }
            });
        }
        self.shared.streams.open_no_more();
    }
}

impl Shared {
    /// Gives a stream up without a word to the peer, which ignores it.
    fn abandon(&mut self, stream: &mut Stream, error: StreamError) {
        let id = stream.id();
        let _ = stream.send(Step::RstStream);
        self.streams.ignore(id);
        self.finish(stream, Err(error));
    }
}
