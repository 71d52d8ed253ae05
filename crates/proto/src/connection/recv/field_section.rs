//! A field block is whole: the head of a message, an informational response, or trailers
//! (RFC 9113 §8.1).

use frame::StreamId;

use crate::connection::field_block::{FieldBlock, Outcome};
use crate::connection::{Core, Shared};
use crate::message::{Assembled, Signal};
use crate::observe::{Direction, Record};
use crate::stream::{Notification, Received, Step, Stream};
use crate::violation::{Fault, Limit, On, Violation};

impl Core {
    /// A block is whole that belongs to no stream that is there: it opens one, or is of no use.
    pub(super) fn recv_opening(&mut self, block: FieldBlock) -> Result<(), Fault> {
        let (parent, end_stream) = (block.stream_id, block.end_stream);
        let (is_promise, id) = (block.promised_id.is_some(), block.message_id());
        let may_refuse = block.is_opening() && !is_promise;
        let message = match self.shared.finish_block(block) {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(()),
            Err(fault) if may_refuse => return self.refuse_request(fault, end_stream),
            Err(fault) => return Err(fault),
        };
        if is_promise {
            let result = self.recv_promise(parent, id, message);
            return result.map_err(|rule| rule.on(id));
        }
        match self.recv_request(id, message, end_stream) {
            Ok(stream) => self.open(stream, end_stream),
            Err(rule) => self.refuse_request(rule.on(id), end_stream),
        }
    }

    /// A request opens a stream once it is whole.
    fn recv_request(
        &mut self,
        id: StreamId,
        message: Assembled,
        end_stream: bool,
    ) -> Result<Stream, Violation> {
        let shared = &mut self.shared;
        let window = shared.settings.local.initial_window_size;
        let mut stream = Stream::new(self.store.next_key(), id, window);
        stream.recv(Step::Headers)?;
        shared.check_decoded(&message)?;
        // RFC 9218 §7: what PRIORITY_UPDATE said, even before, overrides the field.
        if let Some(signal) = shared.streams.early.take(id) {
            stream.reprioritize();
            stream.prioritize(signal);
        } else if message.has_priority {
            stream.prioritize(Signal::of_request(&message.section));
        }
        let limits = &shared.config.limits;
        let piece = stream.accept_section(message, shared.side, end_stream, limits)?;
        shared.adopt(&mut stream);
        shared.admit(&mut stream);
        shared.keep(&mut stream, piece);
        Ok(stream)
    }

    /// Gives a stream that the peer opened its slot, and ends it if it was ended at once.
    pub(in crate::connection) fn open(
        &mut self,
        mut stream: Stream,
        end_stream: bool,
    ) -> Result<(), Fault> {
        let result = match end_stream {
            true => self.shared.recv_end_stream(&mut stream),
            false => Ok(()),
        };
        let has_left = self.shared.take_left(&mut stream);
        self.store.insert(stream);
        self.settle(has_left);
        result
    }
}

impl Shared {
    /// A block is whole that continues the message of a stream: a response, or trailers.
    pub(super) fn recv_section(
        &mut self,
        stream: &mut Stream,
        block: FieldBlock,
    ) -> Result<(), Fault> {
        let end_stream = block.end_stream;
        let Some(message) = self.finish_block(block)? else {
            return Ok(());
        };
        let accepted = self.accept_message(stream, message, end_stream);
        match accepted.map_err(|rule| rule.on(stream.id()))? {
            true if end_stream => self.recv_end_stream(stream),
            _ => Ok(()),
        }
    }

    /// A block is whole, and its stream has left meanwhile.
    pub(super) fn recv_unwanted(&mut self, block: FieldBlock) -> Result<(), Fault> {
        self.finish_block(block).map(|_| ())
    }

    /// Ends a block. Returns its fields, if they are wanted.
    fn finish_block(&mut self, block: FieldBlock) -> Result<Option<Assembled>, Fault> {
        let id = block.message_id();
        let outcome = block.finish(&mut self.inbound.fields)?;
        let (Outcome::Message(mut message) | Outcome::Opening(mut message)) = outcome else {
            return Ok(None);
        };
        if self.config.join_cookies {
            message.section.join_cookies();
        }
        self.inbound.spare.note(&message.section);
        self.record(Record::Fields {
            direction: Direction::Received,
            stream_id: id,
            fields: &message.section,
        });
        Ok(Some(message))
    }

    /// Moves a stream's message on. `false` says that the stream takes nothing any more.
    fn accept_message(
        &mut self,
        stream: &mut Stream,
        message: Assembled,
        end_stream: bool,
    ) -> Result<bool, Violation> {
        self.check_decoded(&message)?;
        if !stream.recv(Step::Headers)? {
            return Ok(false);
        }
        let limits = &self.config.limits;
        let piece = stream.accept_section(message, self.side, end_stream, limits)?;
        if !stream.is_discarding() {
            self.keep(stream, piece);
        }
        Ok(true)
    }

    /// Fields that wait for the application are bounded over all streams.
    pub(super) fn check_decoded(&self, message: &Assembled) -> Result<(), Limit> {
        let held = self.streams.received.held() + message.section.capacity();
        if held > self.config.limits.decoded_octets {
            Err(Limit::DecodedFields)
        } else {
            Ok(())
        }
    }

    /// A stream is open from its beginning, and counts.
    pub(in crate::connection) fn adopt(&mut self, stream: &mut Stream) {
        let streams = &mut self.streams;
        streams.links.enter(stream.key(), stream.id());
        streams.running += 1;
        streams.initiated(stream.id()).active += u32::from(stream.count());
        self.open_share(stream);
    }

    /// Lets a piece of a message wait for the application.
    fn keep(&mut self, stream: &mut Stream, piece: Received) {
        stream.store_fields(&mut self.streams.received, piece);
        self.notify(stream, Notification::Readable);
    }
}
