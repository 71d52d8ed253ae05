//! What is left of a chunk.

use proto::StreamId;

use crate::error::ErrorKind;
use crate::text::Text;

/// What is left of the octets of a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(crate) const fn len(self) -> usize {
        self.0.len()
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Takes so many octets.
    pub(crate) fn take(&mut self, count: u64) -> Result<&'a [u8], ErrorKind> {
        let count = usize::try_from(count).map_err(|_| ErrorKind::TooShort)?;
        let (octets, rest) = self.0.split_at_checked(count).ok_or(ErrorKind::TooShort)?;
        self.0 = rest;
        Ok(octets)
    }

    /// Takes what `read` reads, as the octets that it was.
    pub(crate) fn span(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<(), ErrorKind>,
    ) -> Result<Self, ErrorKind> {
        let before = self.0;
        read(self)?;
        let octets = before.get(..before.len() - self.0.len());
        octets.map(Self).ok_or(ErrorKind::TooShort)
    }

    pub(crate) fn octet(&mut self) -> Result<u8, ErrorKind> {
        let (first, rest) = self.0.split_first().ok_or(ErrorKind::TooShort)?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number, which has no octet more than it needs.
    pub(crate) fn number(&mut self) -> Result<u64, ErrorKind> {
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let octet = self.octet()?;
            let bits = u64::from(octet & 0x7f);
            if bits << shift >> shift != bits || (octet == 0 && shift > 0) {
                return Err(ErrorKind::Number);
            }
            value |= bits << shift;
            if octet < 0x80 {
                return Ok(value);
            }
        }
        Err(ErrorKind::Number)
    }

    /// The same, of 32 bits.
    pub(crate) fn small(&mut self) -> Result<u32, ErrorKind> {
        u32::try_from(self.number()?).map_err(|_| ErrorKind::Number)
    }

    pub(crate) fn stream_id(&mut self) -> Result<StreamId, ErrorKind> {
        StreamId::new(self.small()?).ok_or(ErrorKind::Number)
    }

    pub(crate) fn text(&mut self) -> Result<Text<'a>, ErrorKind> {
        let length = self.number()?;
        self.take(length).map(Text::new)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Input;
    use crate::error::ErrorKind;
    use crate::put;

    #[test]
    fn numbers_read_as_they_were_written_and_no_other_way() {
        let around = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]);
        for value in around.chain([u64::MAX]) {
            let mut out = Vec::new();
            put::number(value, &mut out);
            let mut input = Input::new(&out);
            assert_eq!(input.number(), Ok(value));
            assert!(input.is_empty());
            for end in 0..out.len() {
                let cut = Input::new(out.get(..end).unwrap_or_default()).number();
                assert_eq!(cut, Err(ErrorKind::TooShort));
            }
        }
        for wrong in [&[0x80, 0][..], &[0xff, 0], &[0xff; 11], &[0x80; 10]] {
            assert_eq!(
                Input::new(wrong).number(),
                Err(ErrorKind::Number),
                "{wrong:?}"
            );
        }
        let too_large = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert_eq!(Input::new(&too_large).number(), Err(ErrorKind::Number));
    }
}
