//! Lists that run beside the slots of the store: no allocation, and any member leaves at once.
//!
//! The links lie apart from the streams, so that whoever has a stream in the hand can still put it
//! into a list, or take it out of one.

use alloc::vec::Vec;

use frame::StreamId;

use super::store::{Key, make_space};

/// The lists there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Has something to tell the application.
    Events,
    /// Waits for the application to be notified of it: until then it tells nothing.
    Waiting,
    /// Has credit to return.
    Credit,
    /// Can send. The number tells the lists of different ranks apart.
    Ready(u8),
    /// Could send if the shared window let it.
    SharedWindow,
    /// Could send if its own window let it.
    OwnWindow,
    /// Could send if the peer took more streams at once.
    Concurrency,
}

impl Name {
    /// How many links a slot has.
    pub(super) const CHAINS: usize = 3;

    /// The link that the list uses. A stream is in at most one list of each chain.
    const fn chain(self) -> usize {
        match self {
            Self::Events | Self::Waiting => 0,
            Self::Credit => 1,
            Self::Ready(_) | Self::SharedWindow | Self::OwnWindow | Self::Concurrency => 2,
        }
    }
}

/// A slot's neighbors in the list that it is in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Link {
    list: Option<Name>,
    prev: Option<Key>,
    next: Option<Key>,
}

/// The links of all slots.
#[derive(Debug, Default)]
pub(crate) struct Links {
    nodes: Vec<Node>,
}

/// The links of one slot, and whose they are.
#[derive(Clone, Copy, Debug)]
struct Node {
    id: StreamId,
    /// Where the stream stands among those that want to send, as the schedule numbers it.
    standing: u8,
    links: [Link; Name::CHAINS],
}

/// A list of streams, first come, first served.
#[derive(Debug)]
pub(crate) struct List {
    name: Name,
    head: Option<Key>,
    tail: Option<Key>,
}

impl List {
    pub(crate) const fn new(name: Name) -> Self {
        Self {
            name,
            head: None,
            tail: None,
        }
    }

    pub(crate) const fn front(&self) -> Option<Key> {
        self.head
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// All streams in it, the first one first.
    pub(crate) fn iter<'a>(&self, links: &'a Links) -> impl Iterator<Item = Key> + use<'a> {
        let chain = self.name.chain();
        core::iter::successors(self.head, move |key| links.link(*key, chain)?.next)
    }

    /// Appends a stream, unless it is in a list of this chain already.
    pub(crate) fn push_back(&mut self, links: &mut Links, key: Key) {
        self.insert(links, key, self.tail, None);
    }

    /// Adds a stream ahead of those with greater identifiers, unless it is in a list of this chain
    /// already. All streams must have been added so.
    pub(crate) fn insert_by_id(&mut self, links: &mut Links, key: Key) {
        let id = |key: Key| links.node(key).map(|node| node.id);
        let chain = self.name.chain();
        let (mut prev, mut next) = (self.tail, None);
        if self.head.is_some_and(|head| id(key) < id(head)) {
            (prev, next) = (None, self.head);
        }
        // Streams become ready mostly in order, so that there is little to pass over.
        while let Some(before) = prev.filter(|before| id(key) < id(*before)) {
            (prev, next) = (links.link(before, chain).and_then(|link| link.prev), prev);
        }
        self.insert(links, key, prev, next);
    }

    /// Adds a stream between two neighbors, unless it is in a list of this chain already.
    fn insert(&mut self, links: &mut Links, key: Key, prev: Option<Key>, next: Option<Key>) {
        let chain = self.name.chain();
        let Some(link) = links.link_mut(key, chain) else {
            return;
        };
        if link.list.is_some() {
            return;
        }
        let list = Some(self.name);
        *link = Link { list, prev, next };
        match prev.and_then(|prev| links.link_mut(prev, chain)) {
            Some(before) => before.next = Some(key),
            None => self.head = Some(key),
        }
        match next.and_then(|next| links.link_mut(next, chain)) {
            Some(after) => after.prev = Some(key),
            None => self.tail = Some(key),
        }
    }

    /// Takes the first stream.
    pub(crate) fn pop_front(&mut self, links: &mut Links) -> Option<Key> {
        let key = self.head?;
        self.remove(links, key);
        Some(key)
    }

    /// Takes a stream out, wherever it stands. Says whether it was in this list.
    pub(crate) fn remove(&mut self, links: &mut Links, key: Key) -> bool {
        let chain = self.name.chain();
        let Some(link) = links.link_mut(key, chain) else {
            return false;
        };
        if link.list != Some(self.name) {
            return false;
        }
        let Link { prev, next, .. } = core::mem::take(link);
        match prev.and_then(|prev| links.link_mut(prev, chain)) {
            Some(before) => before.next = next,
            None => self.head = next,
        }
        match next.and_then(|next| links.link_mut(next, chain)) {
            Some(after) => after.prev = prev,
            None => self.tail = prev,
        }
        true
    }
}

impl Links {
    /// A stream takes a slot, and is in no list.
    pub(crate) fn enter(&mut self, key: Key, id: StreamId) {
        let node = Node {
            id,
            standing: 0,
            links: [Link::default(); Name::CHAINS],
        };
        match self.nodes.get_mut(key.place()) {
            Some(place) => *place = node,
            // Slots are taken one behind the other.
            None => {
                make_space(&mut self.nodes);
                self.nodes.push(node);
            }
        }
    }

    /// The list in which a stream waits for its turn, if it does.
    pub(crate) fn turn(&self, key: Key) -> Option<Name> {
        self.link(key, Name::OwnWindow.chain())?.list
    }

    /// Keeps where a stream stands among those that want to send.
    pub(crate) fn stand(&mut self, key: Key, standing: u8) {
        if let Some(node) = self.nodes.get_mut(key.place()) {
            node.standing = standing;
        }
    }

    /// Where a stream stands among those that want to send.
    pub(crate) fn standing(&self, key: Key) -> u8 {
        self.node(key).map_or(0, |node| node.standing)
    }

    /// The octets of memory that they take.
    pub(crate) fn capacity(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
    }

    fn node(&self, key: Key) -> Option<&Node> {
        self.nodes.get(key.place())
    }

    #[inline]
    fn link(&self, key: Key, chain: usize) -> Option<&Link> {
        self.node(key)?.links.get(chain)
    }

    #[inline]
    fn link_mut(&mut self, key: Key, chain: usize) -> Option<&mut Link> {
        self.nodes.get_mut(key.place())?.links.get_mut(chain)
    }
}
