//! Fields as they come from the decoder, on their way to a message (RFC 9113 §8.1).

use hpack::{HeaderField, PackedField, Representation, Sink};

use super::class::Class;
use super::judge::{Judge, Kind, Rules, Use};
use super::section::FieldSection;
use crate::violation::Violation;

/// What a section may hold beyond twice what it needs, in octets.
const SLACK: usize = 256;

/// The octets of memory that a section of so many octets may hold: it grows by doubling.
pub(crate) const fn most_memory(octets: usize) -> usize {
    octets.saturating_add(SLACK).saturating_mul(2)
}

/// Judges and collects the fields of one section.
///
/// What it holds is bounded by the decoder, which stops at the limits of the connection. After the
/// first violation it holds nothing.
#[derive(Debug)]
pub(crate) struct Assembler {
    judge: Judge,
    section: FieldSection,
    violation: Option<Violation>,
}

/// A section that breaks no rule, and what the connection needs to know of it.
#[derive(Debug)]
pub(crate) struct Assembled {
    pub(crate) section: FieldSection,
    /// The length of the content that the message announces; a tunnel has no content.
    pub(crate) content_length: Option<u64>,
    /// The status of a response.
    pub(crate) status: Option<u16>,
    /// The request asks for a tunnel (RFC 9113 §8.5, RFC 8441 §4).
    pub(crate) is_connect: bool,
    /// The response to the request has no content (RFC 9110 §9.3.2).
    pub(crate) is_head: bool,
    /// The message says how urgent it is (RFC 9218 §5).
    pub(crate) has_priority: bool,
}

/// A section that broke no rule, with what is known of it, to be collected again.
#[derive(Debug)]
pub(crate) struct Collected {
    judge: Judge,
    section: FieldSection,
}

impl Collected {
    /// The octets of memory that its fields have.
    pub(crate) fn octets(&self) -> usize {
        self.section.capacity()
    }
}

impl Assembler {
    /// Collects into `section`, which is empty and may hold memory.
    #[inline]
    pub(crate) fn new(kind: Kind, rules: Rules, section: FieldSection) -> Self {
        Self {
            judge: Judge::new(kind, rules),
            section,
            violation: None,
        }
    }

    /// Judges the section as a response to CONNECT (RFC 9113 §8.5).
    pub(crate) fn responds_to_connect(&mut self) {
        self.judge.responds_to_connect = true;
    }

    /// What has come so far, unless it breaks a rule or has more octets than that.
    pub(crate) fn collected(&self, most: usize) -> Option<Collected> {
        let is_wanted = self.violation.is_none() && self.section.octets() <= most;
        is_wanted.then(|| Collected {
            judge: self.judge.clone(),
            section: self.section.clone(),
        })
    }

    /// Collects the same again, if it was judged as what comes is to be.
    #[inline]
    pub(crate) fn collect_again(&mut self, collected: &Collected) -> bool {
        let is_alike = self.judge.judges_like(&collected.judge);
        if is_alike {
            self.judge.clone_from(&collected.judge);
            self.section.clone_from(&collected.section);
        }
        is_alike
    }

    /// Takes an entry of a table whose value is to be read, or that was not looked at yet.
    #[inline(never)]
    fn indexed_with_meaning(&mut self, entry: PackedField<'_>, mark: &mut u8) {
        let field = entry.field();
        let class = Class::of_marked(field, mark);
        if self.keeps(class, field.value) {
            self.section.push_packed(entry, class);
        }
    }

    /// Holds nothing of the section any more. Returns what there was.
    #[inline]
    pub(crate) fn drop_section(&mut self) -> FieldSection {
        core::mem::take(&mut self.section)
    }

    /// Says whether the field belongs into the section.
    #[inline]
    fn keeps(&mut self, class: Class, value: &[u8]) -> bool {
        if self.violation.is_some() {
            return false;
        }
        match self.judge.field(class, value) {
            Ok(Use::Keep) => true,
            Ok(Use::LeaveOut(_)) => false,
            Err(violation) => {
                self.violation = Some(violation);
                self.section = FieldSection::new();
                false
            }
        }
    }

    /// Ends the section, and holds nothing of it any more.
    #[inline]
    pub(crate) fn finish(&mut self) -> Result<Assembled, Violation> {
        let mut section = self.drop_section();
        if let Some(violation) = self.violation {
            return Err(violation);
        }
        self.judge.finish(&section)?;
        // A few octets are not worth a new place.
        if section.capacity() > most_memory(section.octets()) {
            section.shrink_to_fit();
        }
        let control = &self.judge.control;
        Ok(Assembled {
            section,
            // RFC 9110 §9.3.6: what CONNECT says of its length means nothing.
            content_length: self.judge.content_length.filter(|_| !control.is_connect()),
            status: control.status,
            is_connect: control.is_connect(),
            is_head: control.is_head(),
            has_priority: self.judge.has_priority,
        })
    }
}

/// The mark of a table's entry is the class of the field.
impl Sink for Assembler {
    #[inline]
    fn field(&mut self, field: HeaderField<'_>, _: Representation, mark: &mut u8) {
        let class = Class::of_marked(field, mark);
        if self.keeps(class, field.value) {
            self.section.push_classed(field, class);
        }
    }

    #[inline(always)]
    fn indexed(&mut self, entry: PackedField<'_>, mark: &mut u8) {
        // Most fields are a mark to be looked at, and a copy.
        if self.violation.is_none() && self.judge.takes_marked(*mark) {
            return self.section.push_marked(entry, *mark);
        }
        self.indexed_with_meaning(entry, mark);
    }
}

#[cfg(test)]
mod tests;
