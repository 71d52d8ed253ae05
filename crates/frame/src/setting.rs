//! One setting: a number and its value (RFC 9113 §6.5.2).

use core::fmt;

use bytes::BufMut;

use crate::open::open_codes;
use crate::{DEFAULT_MAX_FRAME_SIZE, ErrorKind, MAX_FRAME_SIZE_LIMIT};

open_codes! {
    /// Which setting (RFC 9113 §6.5.2).
    ///
    /// Open: an endpoint ignores the settings that it does not know.
    #[doc(alias("nghttp2_settings_id"))]
    SettingId(u16), "0x{:04x}";
    /// The table size for decoding field blocks, in octets (RFC 9113 §6.5.2).
    HEADER_TABLE_SIZE = 0x1,
    /// Whether the server may push (RFC 9113 §6.5.2).
    ENABLE_PUSH = 0x2,
    /// How many streams the peer may have open (RFC 9113 §6.5.2).
    MAX_CONCURRENT_STREAMS = 0x3,
    /// The window that a stream starts with, in octets (RFC 9113 §6.5.2).
    INITIAL_WINDOW_SIZE = 0x4,
    /// The largest payload of a frame, in octets (RFC 9113 §6.5.2).
    MAX_FRAME_SIZE = 0x5,
    /// The largest field section, in octets and 32 for each field (RFC 9113 §6.5.2).
    MAX_HEADER_LIST_SIZE = 0x6,
    /// Whether extended CONNECT may be used (RFC 8441 §3).
    ENABLE_CONNECT_PROTOCOL = 0x8,
    /// Whether the priorities of RFC 7540 are out of use (RFC 9218 §2.1).
    NO_RFC7540_PRIORITIES = 0x9,
}

/// A setting and its value (RFC 9113 §6.5.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Setting {
    /// Which setting.
    pub id: SettingId,
    /// Its value.
    pub value: u32,
}

impl Setting {
    /// The length on the wire, in octets.
    pub(crate) const LEN: usize = 6;

    /// A setting of the given value.
    #[inline]
    #[must_use]
    pub const fn new(id: SettingId, value: u32) -> Self {
        Self { id, value }
    }

    /// Checks the value, as far as it shows by itself whether it is legal.
    ///
    /// Settings without a name are legal with any value.
    ///
    /// # Errors
    ///
    /// The rule that the value breaks; [`ErrorKind::code`] has the code for the peer.
    #[inline]
    pub const fn validate(self) -> Result<(), ErrorKind> {
        let (is_legal, otherwise) = match self.id {
            // RFC 9113 §6.5.2: values that are neither 0 nor 1 end the connection.
            SettingId::ENABLE_PUSH => (self.value <= 1, ErrorKind::EnablePush),
            // RFC 9113 §6.5.2: a window above 2^31-1 is an error of flow control.
            SettingId::INITIAL_WINDOW_SIZE => {
                (self.value <= 0x7fff_ffff, ErrorKind::InitialWindowSize)
            }
            // RFC 9113 §6.5.2: frames can be limited to no less than 2^14 octets.
            SettingId::MAX_FRAME_SIZE => (
                DEFAULT_MAX_FRAME_SIZE <= self.value && self.value <= MAX_FRAME_SIZE_LIMIT,
                ErrorKind::MaxFrameSize,
            ),
            // Choice: RFC 8441 §3 demands 0 or 1 and names no error; it is treated like its kin.
            SettingId::ENABLE_CONNECT_PROTOCOL => {
                (self.value <= 1, ErrorKind::EnableConnectProtocol)
            }
            // RFC 9218 §2.1: values that are neither 0 nor 1 end the connection.
            SettingId::NO_RFC7540_PRIORITIES => (self.value <= 1, ErrorKind::NoRfc7540Priorities),
            _ => return Ok(()),
        };
        if is_legal { Ok(()) } else { Err(otherwise) }
    }

    #[inline]
    pub(crate) const fn parse(octets: [u8; Self::LEN]) -> Self {
        let [i0, i1, v0, v1, v2, v3] = octets;
        Self {
            id: SettingId(u16::from_be_bytes([i0, i1])),
            value: u32::from_be_bytes([v0, v1, v2, v3]),
        }
    }

    #[inline]
    pub(crate) fn encode(self, out: &mut impl BufMut) {
        out.put_u16(self.id.0);
        out.put_u32(self.value);
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.id, self.value)
    }
}
