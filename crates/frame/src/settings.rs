//! SETTINGS: how an endpoint wants to be spoken to (RFC 9113 §6.5).

use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::FusedIterator;

use bytes::BufMut;

use crate::{Error, ErrorKind, Flags, FrameType, Head, Setting, StreamId, text};

/// The configuration of the sender, or its acknowledgment of ours (RFC 9113 §6.5).
///
/// ```
/// use tress_frame::{Setting, SettingId, Settings};
///
/// let mut out = Vec::new();
/// Settings::new(&[Setting::new(SettingId::ENABLE_PUSH, 0)]).encode(&mut out);
/// assert_eq!(out, b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00");
/// ```
#[doc(alias("nghttp2_settings_entry"))]
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Whether it acknowledges the peer's settings; it then has none of its own.
    pub ack: bool,
    /// Flags without a meaning here.
    pub unused_flags: Flags,
    entries: Entries<'a>,
}

/// Where the settings are: on the wire, or in memory.
#[derive(Clone, Copy)]
enum Entries<'a> {
    Wire(&'a [u8]),
    Memory(&'a [Setting]),
}

impl<'a> Settings<'a> {
    /// Settings to send.
    #[inline]
    #[must_use]
    pub const fn new(entries: &'a [Setting]) -> Self {
        Self {
            ack: false,
            unused_flags: Flags::NONE,
            entries: Entries::Memory(entries),
        }
    }

    /// An acknowledgment.
    #[inline]
    #[must_use]
    pub const fn ack() -> Self {
        Self {
            ack: true,
            unused_flags: Flags::NONE,
            entries: Entries::Memory(&[]),
        }
    }

    /// The settings in order; where one occurs twice, the last value counts.
    #[inline]
    pub fn iter(&self) -> SettingsIter<'a> {
        SettingsIter(self.entries)
    }

    /// How many settings there are.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no settings.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = Flags::ACK
            .when(self.ack)
            .union(self.unused_flags.without(Flags::ACK));
        let payload_len = self.len() * Setting::LEN;
        Head::of(
            FrameType::SETTINGS,
            flags,
            StreamId::CONNECTION,
            payload_len,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        for setting in self {
            setting.encode(out);
        }
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_connection()?;
        let ack = head.flags.contains(Flags::ACK);
        if ack && !payload.is_empty() {
            return Err(Error::new(head, ErrorKind::SettingsAckLength));
        }
        if payload.len() % Setting::LEN != 0 {
            return Err(Error::new(head, ErrorKind::SettingsLength));
        }
        let settings = Self {
            ack,
            unused_flags: head.flags.without(Flags::ACK),
            entries: Entries::Wire(payload),
        };
        settings.validate().map_err(|kind| Error::new(head, kind))?;
        Ok(settings)
    }

    /// Checks every value; apart, as the loop would take registers from the frames that come often.
    #[inline(never)]
    fn validate(&self) -> Result<(), ErrorKind> {
        self.into_iter().try_for_each(|setting| setting.validate())
    }

    /// The settings in `octets`, up to the first that is illegal or cut off.
    #[cfg(feature = "arbitrary")]
    pub(crate) fn legal_prefix(octets: &'a [u8]) -> Self {
        let legal = octets
            .chunks_exact(Setting::LEN)
            .filter_map(|setting| setting.try_into().ok())
            .take_while(|setting| Setting::parse(*setting).validate().is_ok())
            .count();
        let (octets, _) = octets.split_at(legal * Setting::LEN);
        Self {
            entries: Entries::Wire(octets),
            ..Self::new(&[])
        }
    }
}

impl Entries<'_> {
    #[inline]
    const fn len(&self) -> usize {
        match self {
            Self::Wire(octets) => octets.len() / Setting::LEN,
            Self::Memory(settings) => settings.len(),
        }
    }
}

/// The settings of a frame, in order; made by [`Settings::iter`].
#[derive(Clone)]
pub struct SettingsIter<'a>(Entries<'a>);

impl Iterator for SettingsIter<'_> {
    type Item = Setting;

    #[inline]
    fn next(&mut self) -> Option<Setting> {
        match &mut self.0 {
            Entries::Wire(octets) => {
                let (setting, rest) = octets.split_first_chunk()?;
                *octets = rest;
                Some(Setting::parse(*setting))
            }
            Entries::Memory(settings) => {
                let (setting, rest) = settings.split_first()?;
                *settings = rest;
                Some(*setting)
            }
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl ExactSizeIterator for SettingsIter<'_> {}

impl FusedIterator for SettingsIter<'_> {}

impl fmt::Debug for SettingsIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'a> IntoIterator for &Settings<'a> {
    type Item = Setting;
    type IntoIter = SettingsIter<'a>;

    #[inline]
    fn into_iter(self) -> SettingsIter<'a> {
        self.iter()
    }
}

/// Equal if they say the same, wherever the settings are stored.
impl PartialEq for Settings<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.ack == other.ack
            && self.unused_flags == other.unused_flags
            && self.iter().eq(other.iter())
    }
}

impl Eq for Settings<'_> {}

impl Hash for Settings<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.ack, self.unused_flags).hash(state);
        self.iter().for_each(|setting| setting.hash(state));
    }
}

/// Writes one line, such as `SETTINGS ENABLE_PUSH=0` or `SETTINGS ACK`.
impl fmt::Display for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SETTINGS")?;
        text::flag(f, self.ack, "ACK")?;
        for setting in self {
            write!(f, " {setting}")?;
        }
        text::rarities(f, None, self.unused_flags)
    }
}

impl fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("ack", &self.ack)
            .field("entries", &self.iter())
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
