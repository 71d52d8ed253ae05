//! What may be wrong with a request that is answered all the same (RFC 9113 §8.1.1).

use super::{Limit, MessageRule, Violation};

/// "Bad Request" (RFC 9110 §15.5.1).
pub(super) const BAD_REQUEST: u16 = 400;

/// "Request Header Fields Too Large", an error of the client (RFC 9110 §15.5).
const TOO_LARGE: u16 = 431;

/// Why a request is refused with an answer. Smaller than a violation, as every stream has space for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is malformed.
    Message(MessageRule),
    /// It has more fields than we take.
    Limit(Limit),
}

impl Refusal {
    /// The refusal that a violation is, if it is one of those that can be answered.
    pub(crate) const fn of(violation: Violation) -> Option<Self> {
        match violation {
            Violation::Message(rule) => Some(Self::Message(rule)),
            Violation::Limit(limit @ (Limit::FieldSection | Limit::Fields)) => {
                Some(Self::Limit(limit))
            }
            _ => None,
        }
    }

    /// Says whether it is answered even where the application does not ask to hear of it.
    ///
    /// Choice: RFC 9113 §8.1.1 lets a server answer a malformed request. Too many fields and an authority
    /// that is not valid are what a person can set right who sees the status; anything else is a
    /// fault of the client's code.
    pub(crate) const fn is_answered(self) -> bool {
        match self {
            Self::Limit(_) => true,
            Self::Message(rule) => matches!(
                rule,
                MessageRule::AuthoritySyntax
                    | MessageRule::AuthorityEmpty
                    | MessageRule::AuthorityUserinfo
                    | MessageRule::ConnectAuthority
                    | MessageRule::HostDiffers
                    | MessageRule::HostRepeated
            ),
        }
    }

    /// The status that says so.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Message(_) => BAD_REQUEST,
            Self::Limit(_) => TOO_LARGE,
        }
    }
}

impl From<Refusal> for Violation {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Message(rule) => rule.into(),
            Refusal::Limit(limit) => limit.into(),
        }
    }
}
