//! Padding, and the fixed fields that stand before what it pads (RFC 9113 §6.1).

use bytes::BufMut;

use crate::{Error, ErrorKind, Flags, Head, StreamId};

/// A payload that is read from the front.
pub(crate) struct Payload<'a> {
    head: Head,
    rest: &'a [u8],
}

impl<'a> Payload<'a> {
    #[inline]
    pub(crate) const fn new(head: Head, octets: &'a [u8]) -> Self {
        Self { head, rest: octets }
    }

    /// Takes the Pad Length field, if the flag says that there is one.
    #[inline]
    pub(crate) fn pad_length(&mut self) -> Result<Option<u8>, Error> {
        if !self.head.flags.contains(Flags::PADDED) {
            return Ok(None);
        }
        let [pad_length] = self.take()?;
        Ok(Some(pad_length))
    }

    /// Takes `N` octets of mandatory fields.
    #[inline]
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        // RFC 9113 §4.2: a frame too small for its mandatory fields is a frame size error.
        let (fields, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| Error::new(self.head, ErrorKind::PayloadTooShort))?;
        self.rest = rest;
        Ok(*fields)
    }

    /// Takes a stream identifier.
    #[inline]
    pub(crate) fn stream_id(&mut self) -> Result<StreamId, Error> {
        Ok(StreamId::from_wire(u32::from_be_bytes(self.take()?)))
    }

    /// What is left, without the padding at its end.
    #[inline]
    pub(crate) fn unpadded(self, pad_length: Option<u8>) -> Result<&'a [u8], Error> {
        let Some(pad_length) = pad_length else {
            return Ok(self.rest);
        };
        // RFC 9113 §6.1: padding of the payload's length or more ends the connection.
        // Choice: RFC 9113 §6.2 and RFC 9113 §6.6 leave open what padding is that reaches into
        // the fixed fields; it is the same fault.
        // Choice: RFC 9113 §6.1 lets a receiver verify that padding is zero; we do not, because
        // it costs time and shows nothing.
        self.rest
            .len()
            .checked_sub(usize::from(pad_length))
            .and_then(|end| self.rest.get(..end))
            .ok_or_else(|| Error::new(self.head, ErrorKind::PaddingTooLong))
    }

    /// What is left.
    #[inline]
    pub(crate) const fn rest(self) -> &'a [u8] {
        self.rest
    }
}

/// How many octets padding adds to a payload, its length field included.
#[inline]
pub(crate) fn padded_len(pad_length: Option<u8>) -> usize {
    pad_length.map_or(0, |octets| 1 + usize::from(octets))
}

/// Appends the Pad Length field, if there is to be one.
#[inline]
pub(crate) fn put_pad_length(pad_length: Option<u8>, out: &mut impl BufMut) {
    if let Some(octets) = pad_length {
        out.put_u8(octets);
    }
}

/// Appends the padding itself.
#[inline]
pub(crate) fn put_padding(pad_length: Option<u8>, out: &mut impl BufMut) {
    if let Some(octets) = pad_length {
        // RFC 9113 §6.1: padding is sent as zeros.
        out.put_bytes(0, usize::from(octets));
    }
}
