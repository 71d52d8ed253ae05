//! The length of the content, announced and real (RFC 9113 §8.1.1, RFC 9110 §8.6).

use super::response_content::ResponseContent;
use super::syntax;
use crate::violation::MessageRule;

/// Compares the DATA that comes with what was announced.
///
/// Two lie in every stream, in eight octets each: the largest numbers stand for what is no length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentLength(u64);

/// The most octets that may be yet to come: nobody sees the end of more.
const MOST: u64 = u64::MAX - 3;

impl ContentLength {
    /// Nothing was announced, or the stream is a tunnel: any length will do.
    const ANY: Self = Self(u64::MAX);
    /// The message has no content, whatever it announces.
    const NONE: Self = Self(u64::MAX - 1);
    /// The message has no content and is whole: what is given of it all the same goes nowhere.
    pub(crate) const DROPPED: Self = Self(u64::MAX - 2);

    /// The content of a message is as long as `content-length` says, if it does.
    pub(crate) const fn new(declared: Option<u64>) -> Self {
        match declared {
            Some(length) if length < MOST => Self(length),
            Some(_) => Self(MOST),
            None => Self::ANY,
        }
    }

    /// What we send with a response. The status 205 says that there is none (RFC 9110 §15.3.6).
    ///
    /// Laxer: that binds whoever generates content; whoever gets some all the same takes it, since
    /// RFC 9110 §6.4.1 does not count 205 among those that never have any.
    pub(crate) const fn of_own_response(
        status: u16,
        declared: Option<u64>,
        is_head: bool,
        is_connect: bool,
    ) -> Result<Self, MessageRule> {
        match (status, declared) {
            (205, _) if is_connect => Ok(Self::ANY),
            (205, None | Some(0)) => Ok(Self::NONE),
            (205, Some(_)) => Err(MessageRule::ContentForbidden),
            _ => Ok(Self::of_response(status, declared, is_head, is_connect)),
        }
    }

    /// The content of a response depends on what was asked, too (RFC 9110 §6.4.1).
    pub(crate) const fn of_response(
        status: u16,
        declared: Option<u64>,
        is_head: bool,
        is_connect: bool,
    ) -> Self {
        match ResponseContent::of(status, is_head, is_connect) {
            ResponseContent::Tunnel => Self::ANY,
            // Laxer: see above.
            ResponseContent::Nothing if status == 205 && !is_head => Self::new(declared),
            ResponseContent::Nothing | ResponseContent::LengthOnly => Self::NONE,
            ResponseContent::Content => Self::new(declared),
        }
    }

    /// What we send with a response whose content goes nowhere where there may be none.
    pub(crate) const fn of_fitted(content: ResponseContent, declared: Option<u64>) -> Self {
        match content {
            ResponseContent::Tunnel => Self::ANY,
            ResponseContent::Content => Self::new(declared),
            ResponseContent::Nothing | ResponseContent::LengthOnly => Self::DROPPED,
        }
    }

    /// Counts octets of DATA, without padding.
    pub(crate) fn add(&mut self, octets: usize) -> Result<(), MessageRule> {
        match *self {
            Self::ANY | Self::DROPPED => Ok(()),
            Self::NONE if octets == 0 => Ok(()),
            Self::NONE => Err(MessageRule::ContentForbidden),
            Self(left) => {
                let octets = u64::try_from(octets).unwrap_or(u64::MAX);
                let left = left.checked_sub(octets);
                self.0 = left.ok_or(MessageRule::ContentTooLong)?;
                Ok(())
            }
        }
    }

    /// Ends the content.
    pub(crate) const fn end(self) -> Result<(), MessageRule> {
        match self {
            Self::ANY | Self::NONE | Self::DROPPED | Self(0) => Ok(()),
            Self(_) => Err(MessageRule::ContentTooShort),
        }
    }
}

/// Reads the value of `content-length`: digits, and nothing else (RFC 9110 §8.6).
pub(super) fn parse(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !syntax::all(value, syntax::DIGIT) {
        return None;
    }
    value.iter().try_fold(0_u64, |length, &digit| {
        length.checked_mul(10)?.checked_add(u64::from(digit & 0x0f))
    })
}

#[cfg(test)]
mod tests;
