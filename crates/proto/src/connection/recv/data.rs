//! DATA arrives (RFC 9113 §6.1, RFC 9113 §6.9).

use frame::Data;

use crate::connection::Core;
use crate::connection::parts::Absent;
use crate::flow::Window;
use crate::limits::SMALL;
use crate::stream::{ClosedBy, Key, Past, PhaseStep, Step, Stream};
use crate::violation::{ConnectionRule, Fault, On, StreamRule, Violation};

impl Core {
    pub(super) fn recv_data(&mut self, frame: Data<'_>) -> Result<(), Fault> {
        // RFC 9113 §6.9: the connection's window counts every DATA frame, whatever its stream.
        let octets = frame.flow_len();
        self.windows
            .recv
            .charge(octets)
            .map_err(|_| ConnectionRule::WindowExceeded)?;
        self.arrived(octets);
        let Some(key) = self.streams.store.find(frame.stream_id) else {
            self.credit_connection(octets);
            return self.data_on_absent(frame);
        };
        match self.accept_data(key, frame) {
            Ok(true) => self.keep_data(key, frame),
            Ok(false) => {
                self.credit(key, octets);
                Ok(())
            }
            Err(violation) => {
                self.credit_connection(octets);
                Err(violation.on(frame.stream_id))
            }
        }
    }

    /// Judges DATA in the order window, state, phase, length. `false` means to drop it.
    fn accept_data(&mut self, key: Key, frame: Data<'_>) -> Result<bool, Violation> {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(false);
        };
        if !stream.recv(Step::Data)? {
            return Ok(false);
        }
        // RFC 9113 §6.9.1: checked before it is charged, and charged before the content is looked at.
        stream
            .recv_window
            .charge(frame.flow_len())
            .map_err(|_| StreamRule::WindowExceeded)?;
        stream.receiving = stream.receiving.recv(PhaseStep::Data)?;
        stream.recv_length.add(frame.data.len())?;
        if frame.end_stream {
            stream.recv_length.end()?;
        }
        Ok(true)
    }

    fn keep_data(&mut self, key: Key, frame: Data<'_>) -> Result<(), Fault> {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(());
        };
        let is_free = is_free(stream, frame, self.windows.recv.window());
        let cost = if is_free {
            0
        } else {
            self.inbound.pace.received(frame.data.len())
        };
        let kept = if stream.discards || frame.data.is_empty() {
            0
        } else {
            stream
                .inbox
                .push_data(&mut self.streams.received, frame.data, cost);
            frame.data.len()
        };
        // Padding is credited at once, and so is what nobody wants.
        let kept = u32::try_from(kept).unwrap_or(u32::MAX);
        self.credit(key, frame.flow_len().saturating_sub(kept));
        if kept > 0 {
            self.stored(key);
            self.notify(key, |pending| &mut pending.readable);
        }
        if frame.end_stream {
            self.recv_end_stream(key)?;
        }
        Ok(())
    }

    /// The peer has ended its side of a stream (RFC 9113 §5.1).
    pub(super) fn recv_end_stream(&mut self, key: Key) -> Result<(), Fault> {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(());
        };
        let id = stream.id;
        stream.receiving = stream
            .receiving
            .recv(PhaseStep::End)
            .map_err(|rule| rule.on(id))?;
        stream
            .recv(Step::EndStream)
            .map_err(|violation| violation.on(id))?;
        // What was refused never becomes a whole message.
        if stream.refused.is_none() {
            stream.inbox.end();
        }
        let is_closed = stream.state().is_closed();
        self.streams.credit.remove(&mut self.streams.store, key);
        self.close_share(key);
        self.notify(key, |pending| &mut pending.readable);
        if is_closed {
            self.finish(key, Ok(()));
        } else {
            self.end_upload_if_answered(key);
        }
        Ok(())
    }

    /// DATA on a stream that is not there: its octets are credited already.
    fn data_on_absent(&mut self, frame: Data<'_>) -> Result<(), Fault> {
        match self.streams.absent(frame.stream_id) {
            Absent::Idle | Absent::Past(Past::Skipped) => Err(StreamRule::Idle.on(frame.stream_id)),
            // RFC 9113 §5.1: what was under way when we reset a stream is ignored.
            Absent::Past(Past::Closed(ClosedBy::ResetSent)) => {
                if !frame.end_stream {
                    self.inbound.pace.received(frame.data.len());
                }
                Ok(())
            }
            Absent::Past(Past::Closed(ClosedBy::EndStream)) => {
                Err(StreamRule::Closed.on(frame.stream_id))
            }
            Absent::Past(Past::Closed(ClosedBy::ResetReceived)) => {
                Err(StreamRule::Reset.on(frame.stream_id))
            }
        }
    }
}

/// Says whether a frame costs nothing, however short it is: it ends its stream, a tunnel has no
/// messages to be read at once, and a window lets its sender send no more.
fn is_free(stream: &Stream, frame: Data<'_>, shared: Window) -> bool {
    let room = stream.recv_window.window().usable().min(shared.usable());
    let fills_window = room < SMALL && !frame.data.is_empty();
    frame.end_stream || stream.is_connect || fills_window
}
