//! A field block is whole: the head of a message, an informational response, or trailers
//! (RFC 9113 §8.1).

use crate::connection::{Core, Shared};
use crate::input::FieldBlock;
use crate::message::{Assembled, Signal};
use crate::observe::{Direction, Record};
use crate::stream::{Step, Stream};
use crate::violation::{Fault, Limit, On, Violation};

impl Core {
    /// A block is whole that belongs to no stream that is there: it opens one, or is of no use.
    pub(super) fn recv_new_stream(&mut self, block: &FieldBlock) -> Result<(), Fault> {
        let (parent, end_stream) = (block.stream_id(), block.ends_stream());
        let (is_promise, id) = (block.is_promise(), block.message_id());
        let may_refuse = block.opens_stream() && !is_promise;
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
        let window = self.shared.local_settings.record().initial_window_size;
        let stream = self.store.prepare(id, window);
        match self.shared.begin_stream(stream, message, end_stream) {
            Ok(()) => self.open(end_stream),
            Err(rule) => {
                self.store.drop_prepared();
                self.refuse_request(rule.on(id), end_stream)
            }
        }
    }

    /// Opens the stream that was prepared for a request, and ends it if it was ended at once.
    pub(in crate::connection) fn open(&mut self, end_stream: bool) -> Result<(), Fault> {
        let Some(stream) = self.store.prepared() else {
            debug_assert!(false, "no stream was prepared");
            return Ok(());
        };
        let result = match end_stream {
            true => self.shared.recv_end_stream(stream),
            false => Ok(()),
        };
        let has_left = self.shared.take_left(stream);
        self.store.open_prepared();
        self.settle(has_left);
        result
    }
}

impl Shared {
    /// A request opens a stream once it is whole.
    #[inline]
    fn begin_stream(
        &mut self,
        stream: &mut Stream,
        message: Assembled,
        end_stream: bool,
    ) -> Result<(), Violation> {
        stream.recv(Step::Headers)?;
        self.check_decoded(&message)?;
        // RFC 9218 §7: what PRIORITY_UPDATE said, even before, overrides the field.
        if let Some(signal) = self.streams.take_early(stream.id()) {
            stream.reprioritize();
            stream.prioritize(signal);
        } else if message.has_priority {
            stream.prioritize(Signal::of_request(&message.section));
        }
        let limits = &self.config.limits;
        let accepted = stream.accept_section(&message, self.side, end_stream, limits)?;
        self.adopt(stream);
        self.admit(stream);
        self.streams.keep(stream, accepted.piece(message.section));
        Ok(())
    }

    /// A block is whole that continues the message of a stream: a response, or trailers.
    pub(super) fn recv_section(
        &mut self,
        stream: &mut Stream,
        block: &FieldBlock,
    ) -> Result<(), Fault> {
        let end_stream = block.ends_stream();
        let Some(message) = self.finish_block(block)? else {
            return Ok(());
        };
        let accepted = self.accept_message(stream, message, end_stream);
        match accepted.map_err(|rule| rule.on(stream.id()))? {
            true if end_stream => self.recv_end_stream(stream),
            _ => Ok(()),
        }
    }

    /// Ends a block. Returns its fields, if they are wanted.
    #[inline]
    pub(super) fn finish_block(&mut self, block: &FieldBlock) -> Result<Option<Assembled>, Fault> {
        let id = block.message_id();
        let Some(mut message) = self.input.finish(block)? else {
            return Ok(None);
        };
        if self.config.join_cookies {
            message.section.join_cookies();
        }
        self.input.note_section(&message.section);
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
        let accepted = stream.accept_section(&message, self.side, end_stream, limits)?;
        self.streams.keep(stream, accepted.piece(message.section));
        Ok(true)
    }

    /// Fields that wait for the application are bounded over all streams.
    pub(super) fn check_decoded(&self, message: &Assembled) -> Result<(), Limit> {
        let held = self.streams.held_fields() + message.section.capacity();
        if held > self.config.limits.waiting_sections() {
            Err(Limit::DecodedFields)
        } else {
            Ok(())
        }
    }

    /// A stream is open from its beginning, and counts.
    pub(in crate::connection) fn adopt(&mut self, stream: &mut Stream) {
        self.streams.adopt(stream);
        self.windows.open(stream);
    }
}
