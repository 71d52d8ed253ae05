//! The fields of a section, in memory or in a line.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use proto::{FieldSection, HeaderField, Sensitivity};

use crate::error::ErrorKind;
use crate::put;
use crate::secret::{Secrets, is_secret};
use crate::text::Text;
use crate::tokens::{Tokens, number};

/// So many fields are written of one section, and so many octets of a name or value.
const MOST: usize = 128;
const MOST_OCTETS: usize = 512;

/// A field of a section (RFC 9113 §8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a field has these three")]
pub struct Field<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its value, as far as it was written.
    pub value: Value<'a>,
    /// Whether it is never indexed (RFC 7541 §7.1.3).
    pub is_sensitive: bool,
}

/// The value of a field, as far as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "all, some or nothing of it was written"
)]
pub enum Value<'a> {
    /// All of it.
    Whole(Text<'a>),
    /// Its beginning, and how many octets it has in all.
    Part(Text<'a>, u64),
    /// A secret of so many octets.
    Hidden(u64),
}

/// Fields, in the order of their section.
///
/// Two are equal if their fields are.
#[derive(Clone, Copy)]
pub struct FieldList<'a>(Form<'a>);

#[derive(Clone, Copy)]
enum Form<'a> {
    Section(&'a FieldSection, Secrets),
    Slice(&'a [Field<'a>], u64),
    /// Words of which each can be read.
    Words(Tokens<'a>),
}

impl<'a> FieldList<'a> {
    /// These fields, of a section that had `more` than these.
    #[must_use]
    pub const fn new(fields: &'a [Field<'a>], more: u64) -> Self {
        Self(Form::Slice(fields, more))
    }

    pub(crate) const fn of_section(section: &'a FieldSection, secrets: Secrets) -> Self {
        Self(Form::Section(section, secrets))
    }

    pub(crate) fn of_words(words: Tokens<'a>) -> Result<Self, ErrorKind> {
        let mut rest = words;
        while let Some(word) = rest.take() {
            if let Some(more) = word.strip_prefix(b"+") {
                number(more)?;
                rest.end()?;
                break;
            }
            field(word)?;
        }
        Ok(Self(Form::Words(words)))
    }

    /// The fields that were written, one by one.
    pub fn iter(self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let (section, slice, words) = match self.0 {
            Form::Section(section, secrets) => (Some((section, secrets)), None, None),
            Form::Slice(slice, _) => (None, Some(slice.iter().copied()), None),
            Form::Words(words) => (None, None, Some(words)),
        };
        let section = section.into_iter().flat_map(|(section, secrets)| {
            let fields = section.iter().take(MOST);
            fields.map(move |field| Field::new(field, secrets))
        });
        let words = words.into_iter().flat_map(|mut words| {
            core::iter::from_fn(move || words.take().and_then(|word| field(word).ok()))
        });
        section.chain(slice.into_iter().flatten()).chain(words)
    }

    /// How many fields the section had that were not written.
    #[must_use]
    pub fn more(self) -> u64 {
        match self.0 {
            Form::Section(section, _) => section.len().saturating_sub(MOST) as u64,
            Form::Slice(_, more) => more,
            Form::Words(mut words) => loop {
                match words.take() {
                    None => return 0,
                    Some(word) => {
                        if let Some(more) = word.strip_prefix(b"+") {
                            return number(more).unwrap_or(0);
                        }
                    }
                }
            },
        }
    }

    /// The value of the first field of this name, if all of it was written.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Text<'a>> {
        let field = self.iter().find(|field| field.name == name)?;
        match field.value {
            Value::Whole(text) => Some(text),
            Value::Part(..) | Value::Hidden(_) => None,
        }
    }

    pub(crate) fn put(self, out: &mut Vec<u8>) {
        let mut put = |field: Field<'_>| {
            out.push(b' ');
            field.put(out);
        };
        match self.0 {
            Form::Section(section, secrets) => {
                for field in section.iter().take(MOST) {
                    put(Field::new(field, secrets));
                }
            }
            Form::Slice(..) | Form::Words(_) => self.iter().for_each(put),
        }
        let more = self.more();
        if more > 0 {
            out.extend_from_slice(b" +");
            put::number(more, out);
        }
    }
}

impl<'a> Field<'a> {
    fn new(field: HeaderField<'a>, secrets: Secrets) -> Self {
        let is_sensitive = field.sensitivity == Sensitivity::NeverIndexed;
        let octets = field.value.len();
        let is_hidden = secrets == Secrets::Hidden && (is_sensitive || is_secret(field.name));
        let value = Text::new(field.value);
        Self {
            name: Text::new(field.name).first(MOST_OCTETS),
            value: match is_hidden {
                true => Value::Hidden(octets as u64),
                false if octets > MOST_OCTETS => {
                    Value::Part(value.first(MOST_OCTETS), octets as u64)
                }
                false => Value::Whole(value),
            },
            is_sensitive,
        }
    }

    fn put(self, out: &mut Vec<u8>) {
        if self.is_sensitive {
            out.push(b'!');
        }
        self.name.put(out);
        match self.value {
            Value::Whole(text) => {
                out.push(b'=');
                text.put(out);
            }
            Value::Part(text, octets) => {
                out.push(b'=');
                text.put(out);
                out.push(b'~');
                put::number(octets, out);
            }
            Value::Hidden(octets) => {
                out.push(b'~');
                put::number(octets, out);
            }
        }
    }
}

/// A word `name=value`, `name=beginning~octets` or `name~octets`, behind `!` if it is never indexed.
fn field(word: &[u8]) -> Result<Field<'_>, ErrorKind> {
    let (word, is_sensitive) = match word.strip_prefix(b"!") {
        Some(word) => (word, true),
        None => (word, false),
    };
    let text = |word| Text::of_word(word).ok_or(ErrorKind::Text);
    let (before, octets) = match split(word, b'~') {
        Some((before, octets)) => (before, Some(number(octets)?)),
        None => (word, None),
    };
    let (name, value) = match (split(before, b'='), octets) {
        (Some((name, value)), None) => (name, Value::Whole(text(value)?)),
        (Some((name, value)), Some(octets)) => (name, Value::Part(text(value)?, octets)),
        (None, Some(octets)) => (before, Value::Hidden(octets)),
        (None, None) => return Err(ErrorKind::Word),
    };
    Ok(Field {
        name: text(name)?,
        value,
        is_sensitive,
    })
}

fn split(word: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = word.iter().position(|octet| *octet == at)?;
    Some((word.get(..place)?, word.get(place + 1..)?))
}

impl PartialEq for FieldList<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter()) && self.more() == other.more()
    }
}

impl Eq for FieldList<'_> {}

impl Hash for FieldList<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|field| field.hash(state));
        self.more().hash(state);
    }
}

impl fmt::Debug for FieldList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
