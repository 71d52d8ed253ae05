//! Small files in memory, bounded in octets and in entries.
//!
//! There are two generations. What is asked for moves to the young one; once that is half of what may
//! be kept, it becomes the old one, and what nobody has asked for meanwhile is dropped.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::mem;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Instant;

use blocking::proto::Bytes;

use super::resource::Resource;

/// How long a file is taken for what it was.
pub(crate) const FRESH: Duration = Duration::from_secs(1);
/// How many octets may be kept in all.
const OCTETS: usize = 64 << 20;
/// How many files may be kept in all.
const ENTRIES: usize = 4096;
/// What an entry costs besides its content and its path, in octets: more than it measures.
const OVERHEAD: usize = 1024;

/// A file that is kept.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What is said of it.
    pub(crate) resource: Resource,
    /// All of it.
    pub(crate) content: Bytes,
    /// When it was found to be so.
    checked: Instant,
}

/// The files that are kept, by their paths as requests have them.
#[derive(Debug)]
pub(crate) struct Cache {
    generations: RwLock<Generations>,
    /// What a generation may have.
    octets: usize,
    entries: usize,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Box<str>, Arc<Entry>>,
    /// What `young` costs.
    octets: usize,
    old: HashMap<Box<str>, Arc<Entry>>,
}

impl Entry {
    /// What was found at a time.
    pub(crate) const fn new(resource: Resource, content: Bytes, checked: Instant) -> Self {
        Self {
            resource,
            content,
            checked,
        }
    }

    /// Says whether the file need not be looked at again.
    pub(crate) fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.checked) < FRESH
    }

    fn cost(&self, path: &str) -> usize {
        self.content.len() + path.len() + OVERHEAD
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self::bounded(OCTETS, ENTRIES)
    }
}

impl Cache {
    /// Keeps no more than this.
    pub(crate) fn bounded(octets: usize, entries: usize) -> Self {
        Self {
            generations: RwLock::default(),
            octets: octets / 2,
            entries: entries / 2,
        }
    }

    /// What is kept of a path.
    pub(crate) fn get(&self, path: &str) -> Option<Arc<Entry>> {
        let generations = self.generations.read();
        let generations = generations.unwrap_or_else(PoisonError::into_inner);
        let known = generations.young.get(path);
        known.or_else(|| generations.old.get(path)).cloned()
    }

    /// Keeps a file, in the place of what is kept of its path.
    pub(crate) fn put(&self, path: &str, entry: Arc<Entry>) {
        let cost = entry.cost(path);
        if cost > self.octets || self.entries == 0 {
            return;
        }
        let generations = self.generations.write();
        let mut generations = generations.unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = generations.young.remove(path) {
            generations.octets -= known.cost(path);
        }
        if generations.octets + cost > self.octets || generations.young.len() >= self.entries {
            generations.old = mem::take(&mut generations.young);
            generations.octets = 0;
        }
        generations.old.remove(path);
        generations.octets += cost;
        generations.young.insert(path.into(), entry);
    }
}

#[cfg(test)]
mod tests;
