//! A field section of the peer's, and how it moves its message on (RFC 9113 §8.1).

use super::{Phase, PhaseStep, Received, Stream};
use crate::limits::Limits;
use crate::message::{Assembled, ContentLength, FieldSection};
use crate::role::Side;
use crate::violation::{MessageRule, StreamRule, Violation};

/// What a field section is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Accepted {
    Informational,
    Head,
    Trailers,
}

impl Accepted {
    /// The section as a piece of the message.
    #[inline]
    pub(crate) fn piece(self, section: FieldSection) -> Received {
        match self {
            Self::Informational => Received::Informational(section),
            Self::Head => Received::Head(section),
            Self::Trailers => Received::Trailers(section),
        }
    }
}

impl Stream {
    /// Moves the peer's message on by a field section, and says what it is.
    pub(crate) fn accept_section(
        &mut self,
        message: &Assembled,
        side: Side,
        end_stream: bool,
        limits: &Limits,
    ) -> Result<Accepted, Violation> {
        if self.receiving() != Phase::Head {
            return self.accept_trailers(end_stream);
        }
        if let Some(100..=199) = message.status {
            self.hear(PhaseStep::Informational)?;
            self.count_informational(&message.section, limits)?;
            return Ok(Accepted::Informational);
        }
        let length = self.length_after(message, side);
        self.hear_head(length)?;
        if end_stream {
            self.end_content()?;
        }
        Ok(Accepted::Head)
    }

    fn accept_trailers(&mut self, end_stream: bool) -> Result<Accepted, Violation> {
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
        Ok(Accepted::Trailers)
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
