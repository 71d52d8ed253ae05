//! The fields of a section, in memory or in a log.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use proto::hpack::PackedField;
use proto::{FieldSection, HeaderField, Sensitivity};

use crate::error::ErrorKind;
use crate::input::Input;
use crate::put;
use crate::secret::{Secrets, is_secret, may_be_secret};
use crate::text::Text;

/// So many fields are written of one section, and so many octets of a name or value.
const MOST: usize = 128;
const MOST_OCTETS: usize = 512;

/// A value below has a length of one octet, with how much there is of it.
const SHORT: usize = 32;

/// How much there is of a value: two bits below its length.
const FORM: u32 = 2;
const WHOLE: u64 = 0;
const PART: u64 = 1;
const HIDDEN: u64 = 2;

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
    /// Octets in which each can be read, of a section that had so many more.
    Octets(Input<'a>, u64),
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

    pub(crate) fn read(input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        let (count, more) = (input.number()?, input.number()?);
        let read =
            |input: &mut Input<'a>| (0..count).try_for_each(|_| Field::read(input).map(|_| ()));
        Ok(Self(Form::Octets(input.span(read)?, more)))
    }

    /// The fields that were written, one by one.
    pub fn iter(self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let (section, slice, mut octets) = match self.0 {
            Form::Section(section, secrets) => {
                (Some((section, secrets)), [].iter(), Input::default())
            }
            Form::Slice(slice, _) => (None, slice.iter(), Input::default()),
            Form::Octets(octets, _) => (None, [].iter(), octets),
        };
        let section = section.into_iter().flat_map(|(section, secrets)| {
            let fields = section.iter().take(MOST);
            fields.map(move |field| Field::new(field, secrets))
        });
        let octets = core::iter::from_fn(move || Field::read(&mut octets).ok());
        section.chain(slice.copied()).chain(octets)
    }

    /// How many fields the section had that were not written.
    #[must_use]
    pub fn more(self) -> u64 {
        match self.0 {
            Form::Section(section, _) => section.len().saturating_sub(MOST) as u64,
            Form::Slice(_, more) | Form::Octets(_, more) => more,
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
        match self.0 {
            Form::Section(section, secrets) => {
                put::number(section.len().min(MOST) as u64, out);
                put::number(self.more(), out);
                for packed in section.packed().take(MOST) {
                    put_packed(packed, secrets, out);
                }
            }
            Form::Slice(..) | Form::Octets(..) => {
                put::number(self.iter().count() as u64, out);
                put::number(self.more(), out);
                self.iter().for_each(|field| field.put(out));
            }
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

    /// The length of the name and whether the field is sensitive, the length of the value and how much
    /// of it there is, and then the octets.
    fn put(self, out: &mut Vec<u8>) {
        let name = self.name.as_bytes();
        put::number(
            ((name.len() as u64) << 1) | u64::from(self.is_sensitive),
            out,
        );
        let (form, text, octets) = match self.value {
            Value::Whole(text) => (WHOLE, text.as_bytes(), text.len() as u64),
            Value::Part(text, octets) => (PART, text.as_bytes(), octets),
            Value::Hidden(octets) => (HIDDEN, &[][..], octets),
        };
        if form == WHOLE {
            put::number((octets << FORM) | WHOLE, out);
        } else {
            put::number(((text.len() as u64) << FORM) | form, out);
            put::number(octets, out);
        }
        out.extend_from_slice(name);
        out.extend_from_slice(text);
    }

    fn read(input: &mut Input<'a>) -> Result<Self, ErrorKind> {
        let name = input.number()?;
        let value = input.number()?;
        let (form, length) = (value & ((1 << FORM) - 1), value >> FORM);
        let octets = match form {
            WHOLE => length,
            PART | HIDDEN => input.number()?,
            _ => return Err(ErrorKind::Unknown),
        };
        Ok(Self {
            name: input.take(name >> 1).map(Text::new)?,
            is_sensitive: name & 1 == 1,
            value: match (form, input.take(length).map(Text::new)?) {
                (WHOLE, text) => Value::Whole(text),
                (PART, text) => Value::Part(text, octets),
                (_, text) if text.is_empty() => Value::Hidden(octets),
                _ => return Err(ErrorKind::Unknown),
            },
        })
    }
}

/// The same of a field that lies in one piece: its head, name and value are one copy.
#[inline]
fn put_packed(packed: PackedField<'_>, secrets: Secrets, out: &mut Vec<u8>) {
    let (name, value) = packed.lengths();
    let may_be_secret = secrets == Secrets::Hidden && may_be_secret(name);
    let is_usual = packed.sensitivity() == Sensitivity::Normal && name < 64 && value < SHORT;
    if !is_usual || (may_be_secret && is_secret(packed.field().name)) {
        return Field::new(packed.field(), secrets).put(out);
    }
    let start = out.len();
    // The two octets before the name make space for the two numbers, which have one octet each.
    let octets = packed.as_bytes().get(PackedField::HEAD - 2..);
    out.extend_from_slice(octets.unwrap_or_default());
    let [name, ..] = (name << 1).to_le_bytes();
    let [value, ..] = (value << FORM).to_le_bytes();
    if let Some(head) = out.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
        *head = [name, value];
    }
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
