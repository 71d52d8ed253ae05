//! The settings of a SETTINGS frame, in memory or in a log.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use proto::SettingId;
use proto::frame::{Setting, Settings};

use crate::error::ErrorKind;
use crate::input::Input;
use crate::put;

/// So many settings are written of one frame.
const MOST: usize = 32;

/// Settings, in the order of their frame (RFC 9113 §6.5.1).
///
/// Two are equal if their settings are.
#[derive(Clone, Copy)]
pub struct SettingList<'a>(Form<'a>);

#[derive(Clone, Copy)]
enum Form<'a> {
    Frame(Settings<'a>),
    Slice(&'a [Setting]),
    /// Octets in which each can be read.
    Octets(Input<'a>),
}

impl<'a> SettingList<'a> {
    /// These settings.
    #[must_use]
    pub const fn new(settings: &'a [Setting]) -> Self {
        Self(Form::Slice(settings))
    }

    pub(crate) const fn of_frame(frame: Settings<'a>) -> Self {
        Self(Form::Frame(frame))
    }

    pub(crate) fn read(input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        let count = input.number()?;
        let read = |input: &mut Input<'a>| (0..count).try_for_each(|_| setting(input).map(|_| ()));
        Ok(Self(Form::Octets(input.span(read)?)))
    }

    /// The settings, one by one.
    pub fn iter(self) -> impl Iterator<Item = Setting> + use<'a> {
        let (frame, slice, mut octets) = match self.0 {
            Form::Frame(frame) => (Some(frame.iter()), [].iter(), Input::default()),
            Form::Slice(slice) => (None, slice.iter(), Input::default()),
            Form::Octets(octets) => (None, [].iter(), octets),
        };
        let octets = core::iter::from_fn(move || setting(&mut octets).ok());
        let frame = frame.into_iter().flatten();
        frame.chain(slice.copied()).chain(octets)
    }

    pub(crate) fn put(self, out: &mut Vec<u8>) {
        put::number(self.iter().take(MOST).count() as u64, out);
        for setting in self.iter().take(MOST) {
            put::number(setting.id.0.into(), out);
            put::number(setting.value.into(), out);
        }
    }
}

/// An identifier and a value.
fn setting(input: &mut Input<'_>) -> Result<Setting, ErrorKind> {
    let id = u16::try_from(input.number()?).map_err(|_| ErrorKind::Number)?;
    Ok(Setting::new(SettingId(id), input.small()?))
}

impl PartialEq for SettingList<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for SettingList<'_> {}

impl Hash for SettingList<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|setting| setting.hash(state));
    }
}

impl fmt::Debug for SettingList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
