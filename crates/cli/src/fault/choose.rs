//! Whom a rule hits: by what it says, and by how many it has met before.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicU64, Ordering};

use super::rule::{Fault, MILLION, Rule, Select};
use crate::shaper::Way;

/// Rules, and what they have met on all connections.
///
/// Whether the n-th that matches a rule is hit by chance depends on the seed, the rule and n alone.
#[derive(Debug)]
pub(crate) struct Chooser {
    seed: u64,
    rules: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    rule: Rule,
    met: AtomicU64,
    hit: AtomicU64,
}

/// A request, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) connection: u64,
    pub(super) stream: u32,
    pub(super) path: &'a [u8],
    pub(super) method: &'a [u8],
}

impl Chooser {
    pub(super) fn new(seed: u64, rules: Vec<Rule>) -> Self {
        let counted = rules.into_iter().map(|rule| Counted {
            rule,
            met: AtomicU64::new(0),
            hit: AtomicU64::new(0),
        });
        Self {
            seed,
            rules: counted.collect(),
        }
    }

    /// The faults that hit a connection.
    pub(super) fn of_connection(&self, connection: u64) -> Vec<&Rule> {
        self.hit(|rule| {
            rule.fault.is_of_connection() && is_within(rule.select.connection.as_ref(), connection)
        })
    }

    /// The faults that hit a stream.
    pub(super) fn of_stream(&self, asked: Asked<'_>) -> Vec<&Rule> {
        self.hit(|rule| !rule.fault.is_of_connection() && matches(&rule.select, asked))
    }

    /// The smallest window that a rule holds streams to whose content goes this way.
    pub(super) fn smallest_window(&self, way: Way) -> Option<u32> {
        let limits = self
            .rules
            .iter()
            .filter_map(|counted| match counted.rule.fault {
                Fault::StreamWindow(limit) if limit.way == way => Some(limit.octets),
                _ => None,
            });
        limits.min()
    }

    fn hit(&self, is_it: impl Fn(&Rule) -> bool) -> Vec<&Rule> {
        let matching = (0..).zip(&self.rules);
        let matching = matching.filter(|(_, counted)| is_it(&counted.rule));
        let hit = matching.filter(|(number, counted)| counted.is_hit(self.seed, *number));
        hit.map(|(_, counted)| &counted.rule).collect()
    }
}

impl Counted {
    /// Counts one that matches, and says whether it is hit.
    fn is_hit(&self, seed: u64, number: u64) -> bool {
        let select = &self.rule.select;
        let met = self.met.fetch_add(1, Ordering::Relaxed);
        let Some(place) = met.checked_sub(select.skip) else {
            return false;
        };
        if place % select.every != 0 {
            return false;
        }
        let drawn = scatter(seed ^ scatter(number) ^ scatter(place).rotate_left(32)) % MILLION;
        let more = |hit: u64| (hit < select.count).then_some(hit + 1);
        drawn < select.chance
            && self
                .hit
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
                .is_ok()
    }
}

fn matches(select: &Select, asked: Asked<'_>) -> bool {
    let method = select.method.as_ref();
    let path = select.path.as_ref();
    is_within(select.connection.as_ref(), asked.connection)
        && is_within(select.stream.as_ref(), asked.stream.into())
        && method.is_none_or(|method| method.as_bytes() == asked.method)
        && path.is_none_or(|pattern| is_like(pattern.as_bytes(), asked.path))
}

fn is_within(range: Option<&core::ops::RangeInclusive<u64>>, number: u64) -> bool {
    range.is_none_or(|range| range.contains(&number))
}

/// Says whether a text is like a pattern, in which `*` stands for any octets.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let mut pieces = pattern.split(|octet| *octet == b'*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let places = 0..=rest.len().saturating_sub(piece.len());
        let found = places
            .filter_map(|place| rest.get(place..))
            .find_map(|from| from.strip_prefix(piece));
        match found {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// A number that looks like any other: the finalizer of splitmix64.
const fn scatter(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Asked, is_like};
    use crate::fault::Script;

    #[test]
    fn a_star_stands_for_any_octets() {
        for (pattern, text, is) in [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/a*", "/ab", true),
            ("*", "", true),
            ("*.js", "/x/y.js", true),
            ("*.js", "/x/y.jsx", false),
            ("/*/b*c", "/a/bxc", true),
            ("/*/b*c", "/a/bx", false),
            ("/a*a", "/a", false),
        ] {
            assert_eq!(
                is_like(pattern.as_bytes(), text.as_bytes()),
                is,
                "{pattern} {text}"
            );
        }
    }

    /// Which of so many requests are hit by a script of one rule.
    fn hit(script: &str, requests: u32) -> Vec<u32> {
        let chooser = Script::parse(script).unwrap().chooser();
        let asked = |number: u32| Asked {
            connection: 1,
            stream: 2 * number - 1,
            path: b"/a",
            method: b"GET",
        };
        let numbers = 1..=requests;
        numbers
            .filter(|number| !chooser.of_stream(asked(*number)).is_empty())
            .collect()
    }

    #[test]
    fn counts_say_which_of_those_that_match_are_hit() {
        assert_eq!(hit("refuse", 3), [1, 2, 3]);
        assert_eq!(hit("refuse count=2", 5), [1, 2]);
        assert_eq!(hit("refuse skip=1 count=1", 5), [2]);
        assert_eq!(hit("refuse every=3", 7), [1, 4, 7]);
        assert_eq!(hit("refuse stream=3..5", 5), [2, 3]);
        assert_eq!(hit("refuse path=/b*", 5), [0_u32; 0]);
        assert_eq!(hit("refuse method=POST", 5), [0_u32; 0]);
        assert_eq!(hit("refuse connection=2", 5), [0_u32; 0]);
    }

    #[test]
    fn a_chance_is_what_it_says_and_the_same_for_the_same_seed() {
        let some = hit("seed 7; refuse chance=25%", 4000);
        assert!((900..1100).contains(&some.len()), "{}", some.len());
        assert_eq!(some, hit("seed 7; refuse chance=0.25", 4000));
        assert_ne!(some, hit("seed 8; refuse chance=25%", 4000));
        assert_eq!(hit("refuse chance=0%", 100), [0_u32; 0]);
    }
}
