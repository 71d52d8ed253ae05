//! A field block is whole: the head of a message, an informational response, or trailers
//! (RFC 9113 §8.1).

use frame::StreamId;

use crate::connection::Core;
use crate::connection::field_block::{FieldBlock, Outcome, Purpose};
use crate::limits::Limits;
use crate::message::{Assembled, ContentLength, Signal};
use crate::observe::{Direction, Record};
use crate::role::Side;
use crate::stream::{Key, Phase, PhaseStep, Received, Step, Stream};
use crate::violation::{Fault, Limit, MessageRule, On, StreamRule, Violation};

impl Core {
    pub(super) fn recv_field_section(&mut self, block: FieldBlock) -> Result<(), Fault> {
        let (parent, end_stream) = (block.stream_id, block.end_stream);
        let (is_promise, id) = (block.promised_id.is_some(), block.message_id());
        let is_request = matches!(block.purpose, Purpose::Opening(_)) && !is_promise;
        let mut outcome = match block.finish(&mut self.inbound.fields) {
            Ok(outcome) => outcome,
            Err(fault) if is_request => {
                let key = self.refuse_request(fault)?;
                return self.end_if(end_stream, Some(key));
            }
            Err(fault) => return Err(fault),
        };
        if self.config.join_cookies {
            outcome.join_cookies();
        }
        self.record_fields(id, &outcome);
        let key = match outcome {
            Outcome::Discard => return Ok(()),
            Outcome::Opening(message) if is_promise => {
                let result = self.recv_promise(parent, id, message);
                return result.map_err(|rule| rule.on(id));
            }
            Outcome::Opening(message) => {
                let opened = self.recv_request(id, message, end_stream);
                let opened = opened.or_else(|rule| self.refuse_request(rule.on(id)));
                opened.map(Some)
            }
            Outcome::Message(message) => {
                let continued = self.recv_message(id, message, end_stream);
                continued.map_err(|rule| rule.on(id))
            }
        };
        self.end_if(end_stream, key?)
    }

    /// Ends the peer's side of a stream that is there, if the field section does.
    fn end_if(&mut self, end_stream: bool, key: Option<Key>) -> Result<(), Fault> {
        match key {
            Some(key) if end_stream => self.recv_end_stream(key),
            _ => Ok(()),
        }
    }

    fn record_fields(&mut self, stream_id: StreamId, outcome: &Outcome) {
        if let Outcome::Opening(message) | Outcome::Message(message) = outcome {
            self.inbound.spare.note(&message.section);
            self.record(Record::Fields {
                direction: Direction::Received,
                stream_id,
                fields: &message.section,
            });
        }
    }

    /// A request opens a stream once it is whole.
    fn recv_request(
        &mut self,
        id: StreamId,
        message: Assembled,
        end_stream: bool,
    ) -> Result<Key, Violation> {
        let mut stream = Stream::new(id, self.settings.local.initial_window_size);
        stream.recv(Step::Headers)?;
        self.check_decoded(&message)?;
        // RFC 9218 §7: what PRIORITY_UPDATE said, even before, overrides the field.
        let early = self.streams.early.take(id);
        stream.reprioritized = early.is_some();
        stream.priority = early.unwrap_or_else(|| match message.has_priority {
            true => Signal::of_request(&message.section),
            false => Signal::default(),
        });
        let piece = take_note(
            &mut stream,
            message,
            self.side,
            end_stream,
            &self.config.limits,
        )?;
        let key = self.adopt(stream);
        self.admit(key);
        self.keep(key, piece);
        Ok(key)
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

    /// Takes a stream in that the peer opened.
    pub(in crate::connection) fn adopt(&mut self, mut stream: Stream) -> Key {
        stream.counted = true;
        self.streams.running += 1;
        self.streams.peer.active += 1;
        let key = self.streams.store.insert(stream);
        self.open_share(key);
        key
    }

    /// A response, or trailers. `None` says that the stream takes nothing any more.
    fn recv_message(
        &mut self,
        id: StreamId,
        message: Assembled,
        end_stream: bool,
    ) -> Result<Option<Key>, Violation> {
        let Some(key) = self.streams.store.find(id) else {
            return Ok(None);
        };
        self.check_decoded(&message)?;
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(None);
        };
        if !stream.recv(Step::Headers)? {
            return Ok(None);
        }
        let piece = take_note(stream, message, self.side, end_stream, &self.config.limits)?;
        if !stream.discards {
            self.keep(key, piece);
        }
        Ok(Some(key))
    }

    /// Lets a piece of a message wait for the application.
    fn keep(&mut self, key: Key, piece: Received) {
        if let Some(stream) = self.streams.store.get_mut(key) {
            stream.inbox.push(&mut self.streams.received, piece);
            self.notify(key, |pending| &mut pending.readable);
        }
    }
}

/// Moves the stream's message on by a field section, and says what it is.
fn take_note(
    stream: &mut Stream,
    message: Assembled,
    side: Side,
    end_stream: bool,
    limits: &Limits,
) -> Result<Received, Violation> {
    if stream.receiving != Phase::Head {
        // RFC 9113 §8.5: a tunnel carries nothing but DATA.
        if stream.is_connect {
            return Err(MessageRule::TunnelFields.into());
        }
        // RFC 9113 §8.1: a field section after the head is the trailers, and the last.
        if !end_stream {
            return Err(StreamRule::TrailersNotLast.into());
        }
        stream.receiving = stream.receiving.recv(PhaseStep::Trailers)?;
        stream.recv_length.end()?;
        return Ok(Received::Trailers(message.section));
    }
    if let Some(100..=199) = message.status {
        stream.receiving = stream.receiving.recv(PhaseStep::Informational)?;
        stream.informational += 1;
        if stream.informational > limits.informational {
            return Err(Limit::Informational.into());
        }
        let octets = u32::try_from(message.section.size()).unwrap_or(u32::MAX);
        stream.informational_octets = stream.informational_octets.saturating_add(octets);
        if stream.informational_octets > limits.field_section_octets {
            return Err(Limit::FieldSection.into());
        }
        return Ok(Received::Informational(message.section));
    }
    stream.receiving = stream.receiving.recv(PhaseStep::Head)?;
    stream.recv_length = length(stream, &message, side);
    if end_stream {
        stream.recv_length.end()?;
    }
    Ok(Received::Head(message.section))
}

/// How much content is to follow the head (RFC 9113 §8.1.1).
fn length(stream: &mut Stream, message: &Assembled, side: Side) -> ContentLength {
    match (side, message.status) {
        (Side::Client, Some(status)) => {
            stream.status = status;
            // RFC 9113 §8.5: a tunnel that was refused is a response like any other.
            stream.is_connect &= (200..300).contains(&status);
            let (is_head, is_connect) = (stream.is_head, stream.is_connect);
            ContentLength::of_response(status, message.content_length, is_head, is_connect)
        }
        _ => {
            stream.is_head = message.is_head;
            stream.is_connect = message.is_connect;
            ContentLength::new(message.content_length)
        }
    }
}
