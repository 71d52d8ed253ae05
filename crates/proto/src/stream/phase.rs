//! How far one message of a stream has come (RFC 9113 §8.1).
//!
//! A second machine beside the state, one for each direction: their product would have dozens of
//! states. What we send is judged when the application says it, what we receive when it arrives.

use crate::error::UserError;
use crate::violation::StreamRule;

/// How far a message has come.
///
#[doc = include_str!("phase.md")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the grammar is that of the specification"
)]
pub enum Phase {
    /// Its head is to come; informational responses may come first.
    Head,
    /// Its content may come, then trailers, then the end.
    Content,
    /// Its trailers have come: only the end may follow.
    Trailers,
    /// It is whole.
    Ended,
}

/// A piece of a message, as the grammar sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhaseStep {
    /// An informational response.
    Informational,
    /// The request, or the final response.
    Head,
    /// Some of the content.
    Data,
    /// The trailers.
    Trailers,
    /// The end.
    End,
}

impl Phase {
    /// The phase after the application says a piece.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] where the piece does not belong.
    pub const fn send(self, step: PhaseStep) -> Result<Self, UserError> {
        match self.next(step) {
            Some(phase) => Ok(phase),
            None => Err(UserError::OutOfOrder),
        }
    }

    /// The phase after a piece has arrived.
    ///
    /// # Errors
    ///
    /// The rule that a piece breaks which does not belong.
    pub const fn recv(self, step: PhaseStep) -> Result<Self, StreamRule> {
        match (self.next(step), self, step) {
            (Some(phase), ..) => Ok(phase),
            (None, Self::Head, PhaseStep::End) => Err(StreamRule::InformationalLast),
            (None, Self::Head, _) => Err(StreamRule::DataBeforeHead),
            (None, Self::Content, _) => Err(StreamRule::TrailersNotLast),
            (None, Self::Trailers | Self::Ended, _) => Err(StreamRule::HalfClosed),
        }
    }

    /// The one table of both directions.
    const fn next(self, step: PhaseStep) -> Option<Self> {
        Some(match (self, step) {
            (Self::Head, PhaseStep::Informational) => Self::Head,
            (Self::Head, PhaseStep::Head) | (Self::Content, PhaseStep::Data) => Self::Content,
            (Self::Content, PhaseStep::Trailers) => Self::Trailers,
            (Self::Content | Self::Trailers, PhaseStep::End) => Self::Ended,
            _ => return None,
        })
    }
}
