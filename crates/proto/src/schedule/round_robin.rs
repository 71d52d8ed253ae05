//! Everyone in turn.

use super::Blocked;
use crate::stream::{Key, List, Name, Store};

/// Gives each stream that can send one turn after the other.
#[derive(Debug)]
pub(crate) struct RoundRobin {
    ready: List,
    shared_window: List,
    own_window: List,
    concurrency: List,
}

impl RoundRobin {
    pub(crate) const fn new() -> Self {
        Self {
            ready: List::new(Name::Ready),
            shared_window: List::new(Name::SharedWindow),
            own_window: List::new(Name::OwnWindow),
            concurrency: List::new(Name::Concurrency),
        }
    }

    /// Gives a stream a turn, behind all others, unless it has one to come already.
    pub(crate) fn wake(&mut self, store: &mut Store, key: Key) {
        self.shared_window.remove(store, key);
        self.own_window.remove(store, key);
        self.concurrency.remove(store, key);
        self.ready.push_back(store, key);
    }

    /// Takes the stream whose turn it is.
    pub(crate) fn next(&mut self, store: &mut Store) -> Option<Key> {
        self.ready.pop_front(store)
    }

    /// Lets a stream that was taken wait for a window.
    pub(crate) fn park(&mut self, store: &mut Store, key: Key, why: Blocked) {
        match why {
            Blocked::SharedWindow => self.shared_window.push_back(store, key),
            Blocked::OwnWindow => self.own_window.push_back(store, key),
            Blocked::Concurrency => self.concurrency.push_back(store, key),
        }
    }

    /// Lets those try again that waited for the shared window.
    pub(crate) fn shared_window_opened(&mut self, store: &mut Store) {
        self.ready.append(store, &mut self.shared_window);
    }

    /// Lets a stream try again that waited for its own window.
    pub(crate) fn own_window_opened(&mut self, store: &mut Store, key: Key) {
        if self.own_window.remove(store, key) {
            self.ready.push_back(store, key);
        }
    }

    /// Lets those try again that waited for their own windows, for all of these have moved.
    pub(crate) fn own_windows_opened(&mut self, store: &mut Store) {
        self.ready.append(store, &mut self.own_window);
    }

    /// Lets those try again that waited for another stream to end.
    pub(crate) fn concurrency_opened(&mut self, store: &mut Store) {
        self.ready.append(store, &mut self.concurrency);
    }

    /// Takes a stream out, wherever it waits.
    pub(crate) fn remove(&mut self, store: &mut Store, key: Key) {
        for list in [
            &mut self.ready,
            &mut self.shared_window,
            &mut self.own_window,
            &mut self.concurrency,
        ] {
            list.remove(store, key);
        }
    }
}
