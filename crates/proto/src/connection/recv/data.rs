//! DATA arrives (RFC 9113 §6.1, RFC 9113 §6.9).

use frame::Data;

use crate::connection::{Core, Shared};
use crate::limits::Cost;
use crate::stream::{ClosedBy, Notification, Past, Stream};
use crate::streams::Absent;
use crate::violation::{ConnectionRule, Fault, Limit, On, StreamRule};

impl Core {
    pub(super) fn recv_data(&mut self, frame: Data<'_>) -> Result<(), Fault> {
        self.shared.charge_data(frame)?;
        let Some(stream) = self.store.resolve(frame.stream_id) else {
            return self.shared.data_on_absent(frame);
        };
        let result = self.shared.data_on(stream, frame);
        let has_left = self.shared.take_left(stream);
        self.settle(has_left);
        result
    }
}

impl Shared {
    /// RFC 9113 §6.9: the connection's window counts every DATA frame, whatever its stream.
    fn charge_data(&mut self, frame: Data<'_>) -> Result<(), ConnectionRule> {
        let arrived = self.windows.arrived(frame.flow_len());
        if arrived.map_err(|_| ConnectionRule::WindowExceeded)? {
            self.signals.wake_writer();
        }
        Ok(())
    }

    fn data_on(&mut self, stream: &mut Stream, frame: Data<'_>) -> Result<(), Fault> {
        match stream.accept_data(frame) {
            Ok(true) => self.keep_data(stream, frame),
            Ok(false) => {
                self.credit(stream, frame.flow_len());
                Ok(())
            }
            Err(violation) => {
                self.credit_connection(frame.flow_len());
                Err(violation.on(frame.stream_id))
            }
        }
    }

    fn keep_data(&mut self, stream: &mut Stream, frame: Data<'_>) -> Result<(), Fault> {
        let cost = self.cost(stream, frame)?;
        let content = self.input.content(frame.data);
        let kept = self.streams.store_data(stream, content, cost);
        if kept == 0 {
            self.held.given_back(cost.held());
        }
        // Padding is credited at once, and so is what nobody wants.
        self.credit(stream, frame.flow_len().saturating_sub(kept));
        if kept > 0 {
            self.windows.stored(stream, self.timers.now());
            self.streams.tell(stream, Notification::Readable);
        }
        if frame.end_stream {
            self.recv_end_stream(stream)?;
        }
        Ok(())
    }

    /// What it costs that content comes in so small a frame.
    fn cost(&mut self, stream: &Stream, frame: Data<'_>) -> Result<Cost, Limit> {
        let octets = frame.data.len();
        let is_free = stream.is_free(frame, self.windows.recv_window());
        let refund = if is_free || (self.held.is_bounded() && octets > 0) {
            0
        } else {
            self.pace.received(octets)
        };
        let held = if frame.end_stream {
            0
        } else {
            self.held.received(octets)?
        };
        Ok(Cost::new(refund, held))
    }

    /// The peer has ended its side of a stream (RFC 9113 §5.1).
    pub(in crate::connection) fn recv_end_stream(
        &mut self,
        stream: &mut Stream,
    ) -> Result<(), Fault> {
        let ended = stream.accept_end();
        ended.map_err(|violation| violation.on(stream.id()))?;
        self.streams.forgive_credit(stream);
        self.close_share(stream);
        self.streams.tell(stream, Notification::Readable);
        if stream.state().is_closed() {
            self.finish(stream, Ok(()));
        } else {
            self.end_upload_if_answered(stream);
        }
        Ok(())
    }

    /// DATA on a stream that is not there.
    fn data_on_absent(&mut self, frame: Data<'_>) -> Result<(), Fault> {
        self.credit_connection(frame.flow_len());
        match self.streams.absent(frame.stream_id) {
            Absent::Idle | Absent::Past(Past::Skipped) => Err(StreamRule::Idle.on(frame.stream_id)),
            // RFC 9113 §5.1: what was under way when we reset a stream is ignored.
            Absent::Past(Past::Closed(ClosedBy::ResetSent)) => {
                if !frame.end_stream {
                    self.pace.received(frame.data.len());
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
