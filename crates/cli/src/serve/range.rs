//! Which octets of a file are asked for (RFC 9110 §14.1.2, RFC 9110 §14.2).

use alloc::vec::Vec;
use core::ops::Range;

/// How many ranges a request may ask for; more are not worth their heads.
const MOST: usize = 64;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ranges {
    /// Everything: the field is not one, or asks for what would be more than everything.
    Ignored,
    /// These, each within the file and with at least one octet, in the order that was asked for.
    Some(Vec<Range<u64>>),
    /// Nothing that the file has.
    Unsatisfiable,
}

/// Reads a value of the field `range`, for a file of `len` octets.
pub(crate) fn parse(value: &[u8], len: u64) -> Ranges {
    let Some(specs) = specs(value) else {
        return Ranges::Ignored;
    };
    let satisfiable: Vec<_> = specs.iter().filter_map(|spec| spec.within(len)).collect();
    // RFC 9110 §14.2: many ranges, or such that overlap, may be an attack, and may be ignored.
    let octets = satisfiable
        .iter()
        .try_fold(0_u64, |sum, range| sum.checked_add(range.end - range.start));
    if specs.len() > MOST || octets.is_none_or(|octets| octets > len) {
        return Ranges::Ignored;
    }
    if satisfiable.is_empty() {
        // Choice: nothing can be said of where nothing is, and so all of it is sent.
        return if len == 0 {
            Ranges::Ignored
        } else {
            Ranges::Unsatisfiable
        };
    }
    Ranges::Some(satisfiable)
}

/// One member of the list.
#[derive(Clone, Copy, Debug)]
enum Spec {
    /// From the first to the last octet, both included.
    From(u64, u64),
    /// So many octets at the end.
    Suffix(u64),
}

/// The members of the list; `None` if one of them is none, or if they are not octets.
fn specs(value: &[u8]) -> Option<Vec<Spec>> {
    let (unit, list) = core::str::from_utf8(value).ok()?.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let members = list.split(',').map(str::trim);
    let specs: Option<Vec<_>> = members
        .filter(|member| !member.is_empty())
        .map(spec)
        .collect();
    specs.filter(|specs| !specs.is_empty())
}

fn spec(text: &str) -> Option<Spec> {
    let (first, last) = text.split_once('-')?;
    match (first, last) {
        ("", suffix) => number(suffix).map(Spec::Suffix),
        (first, "") => Some(Spec::From(number(first)?, u64::MAX)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::From(first, last))
        }
    }
}

/// Digits; a number too large to be held is larger than any file.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

impl Spec {
    /// The octets of a file of `len` that it names, if there are any.
    fn within(self, len: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From(first, last) => first..last.saturating_add(1).min(len),
            Self::Suffix(octets) => len.saturating_sub(octets)..len,
        };
        (range.start < range.end).then_some(range)
    }
}

#[cfg(test)]
mod tests;
