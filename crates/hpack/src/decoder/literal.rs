//! What becomes of a literal once it is whole (RFC 7541 §6.2).

use super::Decoder;
use super::step::{Name, Text};
use crate::buffer::Buffer;
use crate::table::{Source, Table};
use crate::{HeaderField, Representation, Sensitivity, Sink};

impl Decoder {
    /// Hands out a literal, and makes it an entry if it is to be one.
    #[inline(always)]
    pub(super) fn literal<S: Sink>(
        &mut self,
        form: Representation,
        name: Name<'_>,
        value: Text<'_>,
        sink: &mut S,
    ) {
        let value = value.octets(&self.value);
        let source = match name {
            Name::Indexed(index) => Ok(Table::source(index)),
            Name::Literal(text) => text.octets(&self.name).map(Source::Octets),
        };
        let name = source.and_then(|source| self.table.dynamic.octets(source).ok_or(0));
        let mut mark = 0;
        let admitted = self
            .summary
            .admit(length(name), length(value), &self.limits);
        if let (true, Ok(name), Ok(value)) = (admitted, name, value) {
            let field = HeaderField {
                name,
                value,
                sensitivity: sensitivity(form),
            };
            sink.field(field, form, &mut mark);
        }
        if form == Representation::IncrementalIndexing {
            match (source, value) {
                (Ok(source), Ok(value)) => self.table.dynamic.insert(source, value, mark),
                // RFC 7541 §4.4: an entry larger than the table empties it.
                _ => self.table.dynamic.clear(),
            }
        }
    }

    /// Returns how long a string may be that has to wait for its end: what the caller would take,
    /// or what the table has to.
    #[inline]
    pub(super) fn keep(&self, form: Representation) -> usize {
        let longest = self.summary.longest(&self.limits);
        match form {
            Representation::IncrementalIndexing => longest.max(self.table.dynamic.max_size()),
            _ => longest,
        }
    }

    /// Moves a name out of the fragment, which ends before its field does.
    pub(super) fn keep_name(&mut self, form: Representation, name: Name<'_>) -> Name<'static> {
        Name::Literal(match name {
            Name::Indexed(index) => return Name::Indexed(index),
            Name::Literal(Text::Here(octets)) if octets.len() > self.keep(form) => {
                Text::TooLong(octets.len())
            }
            Name::Literal(Text::Here(octets)) => {
                self.name.clear();
                self.name.extend(octets);
                Text::Buffered
            }
            Name::Literal(Text::Buffered) => Text::Buffered,
            Name::Literal(Text::TooLong(octets)) => Text::TooLong(octets),
        })
    }
}

impl<'f> Text<'f> {
    /// Returns the octets, or how many there would be.
    #[inline]
    fn octets(self, buffer: &'f Buffer) -> Result<&'f [u8], usize> {
        match self {
            Self::Here(octets) => Ok(octets),
            Self::Buffered => Ok(buffer.as_slice()),
            Self::TooLong(octets) => Err(octets),
        }
    }
}

#[inline]
fn length(text: Result<&[u8], usize>) -> usize {
    text.map_or_else(|octets| octets, <[u8]>::len)
}

const fn sensitivity(form: Representation) -> Sensitivity {
    match form {
        Representation::NeverIndexed => Sensitivity::NeverIndexed,
        _ => Sensitivity::Normal,
    }
}
