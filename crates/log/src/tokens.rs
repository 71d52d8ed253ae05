//! The words of a line, one after the other.

use crate::error::ErrorKind;
use crate::text::Text;

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens<'a>(Option<&'a [u8]>);

impl<'a> Tokens<'a> {
    /// Begins with a line, without its end.
    pub(crate) const fn new(line: &'a [u8]) -> Self {
        Self(Some(line))
    }

    /// The next word, if there is one.
    pub(crate) fn take(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        let end = rest.iter().position(|octet| *octet == b' ');
        let (word, rest) = match end {
            Some(end) => (rest.get(..end)?, rest.get(end + 1..)),
            None => (rest, None),
        };
        self.0 = rest;
        Some(word)
    }

    /// The next word.
    pub(crate) fn word(&mut self) -> Result<&'a [u8], ErrorKind> {
        self.take().ok_or(ErrorKind::TooShort)
    }

    /// The next word, as a number.
    pub(crate) fn number(&mut self) -> Result<u64, ErrorKind> {
        self.word().and_then(number)
    }

    /// The same, of 32 bits.
    pub(crate) fn small(&mut self) -> Result<u32, ErrorKind> {
        u32::try_from(self.number()?).map_err(|_| ErrorKind::Number)
    }

    /// A word `name=text`.
    pub(crate) fn text(&mut self, name: &str) -> Result<Text<'a>, ErrorKind> {
        let word = self.word()?;
        let text = word.strip_prefix(name.as_bytes());
        let text = text.and_then(|text| text.strip_prefix(b"="));
        text.and_then(Text::of_word).ok_or(ErrorKind::Text)
    }

    /// Takes the next word if it is this one.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let mut rest = *self;
        let is_set = rest.take() == Some(name.as_bytes());
        if is_set {
            *self = rest;
        }
        is_set
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> Option<&'a [u8]> {
        self.0.take()
    }

    /// There may be nothing left.
    pub(crate) const fn end(self) -> Result<(), ErrorKind> {
        match self.0 {
            None => Ok(()),
            Some(_) => Err(ErrorKind::TooLong),
        }
    }
}

/// A number in decimal digits, as it is written: without zeros before it.
pub(crate) fn number(word: &[u8]) -> Result<u64, ErrorKind> {
    let is_canonical = !word.is_empty() && (word == b"0" || !word.starts_with(b"0"));
    let mut value = is_canonical.then_some(0_u64);
    for octet in word {
        let digit = octet.is_ascii_digit().then(|| u64::from(octet - b'0'));
        value = value.and_then(|value| value.checked_mul(10)?.checked_add(digit?));
    }
    value.ok_or(ErrorKind::Number)
}
