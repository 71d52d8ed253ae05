//! A field section of the peer's, and how it moves its message on (RFC 9113 §8.1).

use super::{Phase, PhaseStep, Received, Stream};
use crate::limits::Limits;
use crate::message::{Assembled, ContentLength};
use crate::role::Side;
use crate::violation::{MessageRule, StreamRule, Violation};

impl Stream {
    /// Moves the peer's message on by a field section, and says what it is.
    pub(crate) fn accept_section(
        &mut self,
        message: Assembled,
        side: Side,
        end_stream: bool,
        limits: &Limits,
    ) -> Result<Received, Violation> {
        if self.receiving() != Phase::Head {
            return self.accept_trailers(message, end_stream);
        }
        if let Some(100..=199) = message.status {
            self.hear(PhaseStep::Informational)?;
            self.count_informational(&message.section, limits)?;
            return Ok(Received::Informational(message.section));
        }
        let length = self.length_after(&message, side);
        self.hear_head(length)?;
        if end_stream {
            self.end_content()?;
        }
        Ok(Received::Head(message.section))
    }

    fn accept_trailers(
        &mut self,
        message: Assembled,
        end_stream: bool,
    ) -> Result<Received, Violation> {
        // RFC 9113 §8.5: a tunnel carries nothing but DATA.
        if self.is_tunnel() {
            return Err(MessageRule::TunnelFields.into());
        }
        // RFC 9113 §8.1: a field section after the head is the trailers, and the last.
        if !end_stream {
            return Err(StreamRule::TrailersNotLast.into());
        }
        self.hear(PhaseStep::Trailers)?;
        self.end_content()?;
        Ok(Received::Trailers(message.section))
    }

    /// How much content is to follow the head (RFC 9113 §8.1.1).
    fn length_after(&mut self, message: &Assembled, side: Side) -> ContentLength {
        match (side, message.status) {
            (Side::Client, Some(status)) => {
                self.answered(status);
                let (is_head, is_connect) = (self.exchange.is_head, self.is_tunnel());
                ContentLength::of_response(status, message.content_length, is_head, is_connect)
            }
            _ => {
                self.requested(message.is_head, message.is_connect);
                ContentLength::new(message.content_length)
            }
        }
    }
}
