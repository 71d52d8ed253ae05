//! What the caller is willing to be handed, and what a block came to (RFC 7541 §7.3, RFC 7541 §7.4).

use crate::field::OVERHEAD;

/// How much of one block the caller takes; the rest is decoded, but not handed out.
///
/// Nothing is limited by default. Past a limit the decoder still keeps its table in step, and
/// buffers no string that neither the caller nor the table can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub struct Limits {
    /// The octets of all names and values, plus 32 for each field.
    pub list_octets: usize,
    /// The number of fields.
    pub fields: usize,
    /// The octets of one name or one value, once decoded.
    pub string_octets: usize,
}

impl Limits {
    /// Returns these limits with another one on the octets of the list (32 more for each field).
    #[must_use]
    pub const fn list_octets(mut self, octets: usize) -> Self {
        self.list_octets = octets;
        self
    }

    /// Returns these limits with another one on the number of fields.
    #[must_use]
    pub const fn fields(mut self, fields: usize) -> Self {
        self.fields = fields;
        self
    }

    /// Returns these limits with another one on the octets of one name or value.
    #[must_use]
    pub const fn string_octets(mut self, octets: usize) -> Self {
        self.string_octets = octets;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            list_octets: usize::MAX,
            fields: usize::MAX,
            string_octets: usize::MAX,
        }
    }
}

/// One of the [`Limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::list_octets`].
    ListOctets,
    /// [`Limits::fields`].
    Fields,
    /// [`Limits::string_octets`].
    StringOctets,
}

/// What a block came to, counting also the fields that were not handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Summary {
    /// How many fields the block has.
    pub fields: usize,
    /// The octets of all names and values, plus 32 for each field (RFC 7541 §4.1).
    pub octets: usize,
    /// The first limit that was passed; the field that passed it and all after it were kept back.
    pub exceeded: Option<Limit>,
}

impl Summary {
    /// Counts one field, and says whether it may be handed out.
    #[inline]
    pub(crate) fn admit(&mut self, name: usize, value: usize, limits: &Limits) -> bool {
        self.admit_text(name.saturating_add(value), limits, || (name, value))
    }

    /// Counts one field whose name and value have so many octets together, and says whether it may be
    /// handed out. How many each of them has matters only past a limit.
    #[inline]
    pub(crate) fn admit_text(
        &mut self,
        text: usize,
        limits: &Limits,
        lengths: impl FnOnce() -> (usize, usize),
    ) -> bool {
        let octets = text.saturating_add(OVERHEAD);
        self.octets = self.octets.saturating_add(octets);
        self.fields = self.fields.saturating_add(1);
        // No string is longer than all of them together.
        let most = limits.list_octets.min(limits.string_octets);
        let is_within = self.octets <= most && self.fields <= limits.fields;
        self.exceeded.is_none() && (is_within || self.admit_slowly(lengths(), limits))
    }

    /// Looks at each limit on its own.
    #[cold]
    fn admit_slowly(&mut self, (name, value): (usize, usize), limits: &Limits) -> bool {
        self.exceeded = if name > limits.string_octets || value > limits.string_octets {
            Some(Limit::StringOctets)
        } else if self.fields > limits.fields {
            Some(Limit::Fields)
        } else if self.octets > limits.list_octets {
            Some(Limit::ListOctets)
        } else {
            None
        };
        self.exceeded.is_none()
    }

    /// Returns the longest string that may still be handed out.
    #[inline]
    pub(crate) fn longest(&self, limits: &Limits) -> usize {
        match self.exceeded {
            Some(_) => 0,
            None => limits.string_octets.min(limits.list_octets),
        }
    }
}
