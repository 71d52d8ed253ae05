//! GOAWAY arrives (RFC 9113 §6.8).

use frame::GoAway;

use crate::connection::Core;
use crate::error::StreamError;
use crate::event::Event;
use crate::limits::Glitch;
use crate::stream::{ClosedBy, Key, State};
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_goaway(&mut self, frame: GoAway<'_>) -> Result<(), Fault> {
        let (last, code) = (frame.last_stream_id, frame.error_code);
        match self.life.received {
            // RFC 9113 §6.8: the last identifier does not grow.
            Some((before, _)) if last > before => return Err(ConnectionRule::GoAwayGrew.into()),
            Some(_) => self.glitch(Glitch::GoAway),
            None => {}
        }
        self.life.received = Some((last, code));
        let most = self.config.limits.debug_data;
        self.life.keep_debug_data(frame.debug_data, most);
        let event = Event::GoAway {
            last_stream_id: last,
            code,
        };
        self.signals.push(event);
        self.drop_unprocessed(frame);
        self.close_if_done();
        Ok(())
    }

    /// RFC 9113 §6.8: streams of ours above the last identifier were not processed, and never will
    /// be; all others go on.
    fn drop_unprocessed(&mut self, frame: GoAway<'_>) {
        let local = &self.streams.local.ids;
        let dropped: alloc::vec::Vec<(Key, State)> = self
            .streams
            .store
            .keys()
            .filter_map(|key| Some((key, self.streams.store.get(key)?)))
            .filter(|(_, stream)| local.is_own(stream.id) && stream.result.is_none())
            .filter(|(_, stream)| stream.id > frame.last_stream_id || stream.state() == State::Idle)
            .map(|(key, stream)| (key, stream.state()))
            .collect();
        for (key, state) in dropped {
            if state == State::Idle {
                self.finish(key, Err(StreamError::Unsent));
            } else {
                self.abandon(key, StreamError::Unprocessed(frame.error_code));
            }
        }
        self.outbound.openings.clear();
    }

    /// Gives a stream up without a word to the peer, which ignores it.
    fn abandon(&mut self, key: Key, error: StreamError) {
        if let Some(stream) = self.streams.store.get_mut(key) {
            let id = stream.id;
            let _ = stream.send(crate::stream::Step::RstStream);
            self.streams
                .initiated(id)
                .recent
                .note(id, ClosedBy::ResetSent);
        }
        self.finish(key, Err(error));
    }
}
