//! From octets to frames, one at a time (RFC 9113 §4.2).

use crate::{DEFAULT_MAX_FRAME_SIZE, Error, ErrorKind, Frame, Head, MAX_FRAME_SIZE_LIMIT};

/// Finds the frames in a stream of octets, and holds them to the size we allow (RFC 9113 §4.2).
///
/// It keeps no octets: the caller shows what it has, and shows the rest again with more behind it.
///
/// ```
/// use tress_frame::Decoder;
///
/// let mut decoder = Decoder::new();
/// let input = b"\x00\x00\x00\x04\x01\x00\x00\x00\x00 and more";
/// let (frame, consumed) = decoder.decode(input)?.expect("a whole frame is there");
/// assert_eq!(frame.to_string(), "SETTINGS ACK");
/// assert_eq!(consumed, 9);
/// # Ok::<(), tress_frame::Error>(())
/// ```
#[doc(alias("FramedRead", "FrameReader"))]
#[derive(Clone, Debug)]
pub struct Decoder {
    max_frame_size: u32,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            max_frame_size: DEFAULT_MAX_FRAME_SIZE,
        }
    }
}

impl Decoder {
    /// A decoder that allows payloads of up to 16,384 octets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The largest payload that is allowed, in octets.
    #[must_use]
    pub const fn max_frame_size(&self) -> u32 {
        self.max_frame_size
    }

    /// Allows payloads of up to `octets`.
    ///
    /// The value that counts is our own SETTINGS_MAX_FRAME_SIZE. One below 2^14 or above 2^24-1,
    /// which that setting cannot have, is replaced by the nearest that it can.
    pub fn set_max_frame_size(&mut self, octets: u32) {
        self.max_frame_size = octets.clamp(DEFAULT_MAX_FRAME_SIZE, MAX_FRAME_SIZE_LIMIT);
    }

    /// Reads the frame at the front of `input`, and says how many octets long it is.
    ///
    /// `None` means that `input` does not hold the whole frame yet.
    ///
    /// # Errors
    ///
    /// The rule that the frame breaks. If the scope is the stream, the whole frame is in `input`
    /// and `error.head().frame_len()` octets long: a caller can skip it and go on.
    #[inline]
    pub fn decode<'a>(&mut self, input: &'a [u8]) -> Result<Option<(Frame<'a>, usize)>, Error> {
        let Some(head) = Head::parse_prefix(input) else {
            return Ok(None);
        };
        self.check_size(head)?;
        let Some(payload) = input.get(Head::LEN..head.frame_len()) else {
            return Ok(None);
        };
        let frame = Frame::parse(head, payload)?;
        Ok(Some((frame, head.frame_len())))
    }

    /// Reads only the head at the front of `input`, for those who pass payloads on unread.
    ///
    /// `None` means that `input` is shorter than nine octets.
    ///
    /// # Errors
    ///
    /// If the payload will be longer than is allowed; no other rule is checked.
    #[inline]
    pub fn decode_head(&mut self, input: &[u8]) -> Result<Option<Head>, Error> {
        let Some(head) = Head::parse_prefix(input) else {
            return Ok(None);
        };
        self.check_size(head)?;
        Ok(Some(head))
    }

    #[inline]
    fn check_size(&self, head: Head) -> Result<(), Error> {
        // Choice: RFC 9113 §4.2 lets an oversized DATA or PRIORITY frame be an error of its stream;
        // here each ends the connection, because DATA would change the connection's window too,
        // and a peer that ignores our limit cannot be kept in step.
        if head.length > self.max_frame_size {
            return Err(Error::new(head, ErrorKind::FrameTooLarge));
        }
        Ok(())
    }
}
