//! The settings of a SETTINGS frame, in memory or in a line.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use proto::SettingId;
use proto::frame::{Setting, Settings};

use crate::error::ErrorKind;
use crate::put;
use crate::tokens::{Tokens, number};

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
    /// Words of which each can be read.
    Words(Tokens<'a>),
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

    pub(crate) fn of_words(words: Tokens<'a>) -> Result<Self, ErrorKind> {
        let mut rest = words;
        while let Some(word) = rest.take() {
            setting(word)?;
        }
        Ok(Self(Form::Words(words)))
    }

    /// The settings, one by one.
    pub fn iter(self) -> impl Iterator<Item = Setting> + use<'a> {
        let (frame, slice, words) = match self.0 {
            Form::Frame(frame) => (Some(frame.iter()), None, None),
            Form::Slice(slice) => (None, Some(slice.iter().copied()), None),
            Form::Words(words) => (None, None, Some(words)),
        };
        let words = words.into_iter().flat_map(|mut words| {
            core::iter::from_fn(move || words.take().and_then(|word| setting(word).ok()))
        });
        let slice = slice.into_iter().flatten();
        frame.into_iter().flatten().chain(slice).chain(words)
    }

    pub(crate) fn put(self, out: &mut Vec<u8>) {
        for setting in self.iter().take(MOST) {
            put::next(setting.id.0.into(), out);
            out.push(b'=');
            put::number(setting.value.into(), out);
        }
    }
}

/// A word `identifier=value`.
fn setting(word: &[u8]) -> Result<Setting, ErrorKind> {
    let place = word.iter().position(|octet| *octet == b'=');
    let (id, value) = place
        .and_then(|place| word.split_at_checked(place))
        .ok_or(ErrorKind::Word)?;
    let id = u16::try_from(number(id)?).map_err(|_| ErrorKind::Number)?;
    let value = number(value.get(1..).unwrap_or_default())?;
    let value = u32::try_from(value).map_err(|_| ErrorKind::Number)?;
    Ok(Setting::new(SettingId(id), value))
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
