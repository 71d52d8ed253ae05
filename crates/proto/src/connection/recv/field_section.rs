//! A field block is whole: the head of a message, an informational response, or trailers
//! (RFC 9113 §8.1).

use crate::connection::Core;
use crate::connection::field_block::{FieldBlock, Outcome};
use crate::message::{Assembled, ContentLength};
use crate::observe::{Direction, Record};
use crate::role::Side;
use crate::stream::{Key, Phase, PhaseStep, Received, State, Step, Stream};
use crate::violation::{Fault, Limit, MessageRule, On, StreamRule, Violation};

impl Core {
    pub(super) fn recv_field_section(&mut self, block: FieldBlock) -> Result<(), Fault> {
        let (parent, end_stream) = (block.stream_id, block.end_stream);
        let (is_promise, id) = (block.promised_id.is_some(), block.message_id());
        let outcome = block.finish(&mut self.inbound.fields);
        let key = self.streams.store.find(id);
        if let (Some(key), Err(fault)) = (key, &outcome) {
            self.open_malformed(key, fault);
        }
        let (Some(key), Outcome::Message(message)) = (key, outcome?) else {
            return Ok(());
        };
        if self.observer.is_some() {
            let fields = &message.section;
            self.record(Record::Fields {
                direction: Direction::Received,
                stream_id: id,
                fields,
            });
        }
        if is_promise {
            let result = self.recv_promise(key, parent, message);
            return result.map_err(|rule| rule.on(id));
        }
        let is_taken = self
            .recv_message(key, message, end_stream)
            .map_err(|rule| rule.on(id))?;
        if is_taken && end_stream {
            self.recv_end_stream(key)
        } else {
            Ok(())
        }
    }

    /// A request that is malformed has opened its stream all the same (RFC 9113 §8.1.1); nobody
    /// hears of it.
    fn open_malformed(&mut self, key: Key, fault: &Fault) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if stream.state() == State::Idle && !fault.stream_id.is_connection() {
            let _ = stream.recv(Step::Headers);
            stream.released = true;
            stream.discards = true;
        }
    }

    /// Says whether the stream still takes anything.
    fn recv_message(
        &mut self,
        key: Key,
        message: Assembled,
        end_stream: bool,
    ) -> Result<bool, Violation> {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(false);
        };
        let was_idle = stream.state() == State::Idle;
        if !stream.recv(Step::Headers)? {
            return Ok(false);
        }
        if was_idle {
            stream.counted = true;
            stream.pending.opened = true;
            self.streams.peer.active += 1;
        }
        let piece = take_note(
            stream,
            message,
            self.side,
            end_stream,
            self.config.limits.informational,
        )?;
        if !stream.discards {
            stream.inbox.push(&mut self.streams.received, piece);
            self.notify(key, |pending| &mut pending.readable);
        }
        Ok(true)
    }
}

/// Moves the stream's message on by a field section, and says what it is.
fn take_note(
    stream: &mut Stream,
    message: Assembled,
    side: Side,
    end_stream: bool,
    most_informational: u32,
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
        if stream.informational > most_informational {
            return Err(Limit::Informational.into());
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
