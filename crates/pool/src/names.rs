//! The addresses of an origin, and when its name is resolved again.

use alloc::vec::Vec;
use core::time::Duration;

use crate::config::Config;
use crate::endpoint::{Endpoint, EndpointId};

/// The addresses, in the order in which they are to be tried.
#[derive(Debug)]
pub(crate) struct Names<A> {
    known: Vec<Named<A>>,
    next: u64,
    resolving: bool,
    /// When the latest resolution was asked for.
    asked: Option<Duration>,
    /// An answer came, of whatever kind.
    answered: bool,
}

/// An address and what is known of it.
#[derive(Debug)]
pub(crate) struct Named<A> {
    pub(crate) id: EndpointId,
    pub(crate) address: A,
    pub(crate) endpoint: Endpoint,
    /// The answers in a row that were without it.
    missed: u8,
}

impl<A: Clone + PartialEq> Names<A> {
    pub(crate) const fn new() -> Self {
        Self {
            known: Vec::new(),
            next: 0,
            resolving: false,
            asked: None,
            answered: false,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Named<A>> {
        self.known.iter()
    }

    pub(crate) fn get(&self, id: EndpointId) -> Option<&Endpoint> {
        let named = self.known.iter().find(|named| named.id == id)?;
        Some(&named.endpoint)
    }

    pub(crate) fn get_mut(&mut self, id: EndpointId) -> Option<&mut Endpoint> {
        let named = self.known.iter_mut().find(|named| named.id == id)?;
        Some(&mut named.endpoint)
    }

    /// Says whether nothing can be connected to, and no answer is to come.
    pub(crate) fn has_failed(&self) -> bool {
        self.known.is_empty() && self.answered && !self.resolving
    }

    /// Takes an answer, in the order of RFC 6724; one without addresses changes nothing. Says which
    /// addresses are gone.
    pub(crate) fn resolved(&mut self, answer: Vec<A>, forget_after: u8) -> Vec<EndpointId> {
        self.resolving = false;
        self.answered = true;
        if answer.is_empty() {
            return Vec::new();
        }
        for named in &mut self.known {
            named.missed = named.missed.saturating_add(1);
        }
        let mut known = Vec::with_capacity(answer.len());
        for address in answer {
            if known
                .iter()
                .any(|named: &Named<A>| named.address == address)
            {
                continue;
            }
            let place = self.known.iter().position(|named| named.address == address);
            let mut named = match place {
                Some(place) => self.known.remove(place),
                None => self.named(address),
            };
            named.missed = 0;
            known.push(named);
        }
        // One that is missing once may be back: some resolvers answer with a part, in turns.
        let (kept, gone): (Vec<_>, Vec<_>) = core::mem::take(&mut self.known)
            .into_iter()
            .partition(|named| named.missed < forget_after);
        known.extend(kept);
        self.known = known;
        gone.into_iter().map(|named| named.id).collect()
    }

    fn named(&mut self, address: A) -> Named<A> {
        let id = EndpointId(self.next);
        self.next += 1;
        Named {
            id,
            address,
            endpoint: Endpoint::new(),
            missed: 0,
        }
    }

    /// Asks for a resolution if one is due: at once where none was, else after the interval, or the
    /// pause where connecting failed. Says whether to resolve now.
    pub(crate) fn ask(&mut self, now: Duration, is_urgent: bool, config: &Config) -> bool {
        if self.resolving || self.next_ask(is_urgent, config) > now {
            return false;
        }
        self.resolving = true;
        self.asked = Some(now);
        true
    }

    /// When the next resolution is due.
    pub(crate) fn next_ask(&self, is_urgent: bool, config: &Config) -> Duration {
        let pause = if is_urgent || self.known.is_empty() {
            config.resolve_pause.min(config.resolve_interval)
        } else {
            config.resolve_interval
        };
        match self.asked {
            _ if self.resolving => Duration::MAX,
            None => Duration::ZERO,
            Some(asked) => asked.saturating_add(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn addresses(names: &Names<u8>) -> Vec<u8> {
        names.iter().map(|named| named.address).collect()
    }

    #[test]
    fn an_address_is_gone_after_three_answers_without_it() {
        let mut names = Names::new();
        assert!(names.resolved(vec![1, 2], 3).is_empty());
        assert!(names.resolved(vec![2, 3], 3).is_empty());
        assert!(names.resolved(vec![3], 3).is_empty());
        assert_eq!(
            addresses(&names),
            [3, 2, 1],
            "the newest answer comes first"
        );
        assert_eq!(names.resolved(vec![3], 3), [EndpointId(0)]);
        assert!(names.resolved(vec![2, 3], 3).is_empty());
        assert_eq!(addresses(&names), [2, 3]);
    }

    #[test]
    fn an_empty_answer_keeps_what_is_known() {
        let mut names = Names::new();
        names.resolved(vec![1], 3);
        for _ in 0..10 {
            assert!(names.resolved(vec![], 3).is_empty());
        }
        assert_eq!(addresses(&names), [1]);
        assert!(!names.has_failed());
    }

    #[test]
    fn a_name_is_resolved_at_most_once_in_five_seconds() {
        let (mut names, config) = (Names::new(), Config::default());
        let secs = Duration::from_secs;
        assert!(names.ask(secs(1), true, &config));
        assert!(!names.ask(secs(100), true, &config), "one is under way");
        names.resolved(vec![1], 3);
        assert!(names.ask(secs(6), true, &config));
        names.resolved(vec![1], 3);
        assert!(!names.ask(secs(10), true, &config));
        assert!(!names.ask(secs(65), false, &config));
        assert!(names.ask(secs(66), false, &config));
    }
}
