//! Many small queues in one slab, so that a stream's queue costs eight octets and no allocation.

use alloc::vec::Vec;

/// Marks the end of a queue.
const NONE: u32 = u32::MAX;

/// The place where the items of all queues live.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    nodes: Vec<Node<T>>,
    free: u32,
    /// The octets that the items hold elsewhere, as far as their owner counts them.
    held: usize,
}

#[derive(Debug)]
struct Node<T> {
    item: Option<T>,
    next: u32,
}

/// One queue. It must be cleared before it is dropped, or its items stay in the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    head: u32,
    tail: u32,
}

impl Queue {
    pub(crate) const fn new() -> Self {
        Self {
            head: NONE,
            tail: NONE,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.head == NONE
    }
}

impl<T> Pool<T> {
    pub(crate) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            free: NONE,
            held: 0,
        }
    }

    /// The octets that the items hold elsewhere.
    pub(crate) const fn held(&self) -> usize {
        self.held
    }

    /// An item holds so many octets elsewhere.
    pub(super) fn hold(&mut self, octets: usize) {
        self.held += octets;
    }

    /// An item that held so many octets elsewhere is taken out, or dropped.
    pub(super) fn released(&mut self, octets: usize) {
        self.held -= octets;
    }

    /// The octets of memory of the slab itself.
    pub(crate) fn capacity(&self) -> usize {
        self.nodes.capacity() * size_of::<Node<T>>()
    }

    /// Appends an item to a queue.
    pub(crate) fn push_back(&mut self, queue: &mut Queue, item: T) {
        let node = self.allocate(item);
        match self.nodes.get_mut(queue.tail as usize) {
            Some(last) if !queue.is_empty() => last.next = node,
            _ => queue.head = node,
        }
        queue.tail = node;
    }

    /// Takes the first item of a queue.
    pub(crate) fn pop_front(&mut self, queue: &mut Queue) -> Option<T> {
        let node = self.nodes.get_mut(queue.head as usize)?;
        let item = node.item.take();
        let next = core::mem::replace(&mut node.next, self.free);
        self.free = queue.head;
        queue.head = next;
        if next == NONE {
            queue.tail = NONE;
        }
        item
    }

    pub(crate) fn front(&self, queue: &Queue) -> Option<&T> {
        self.nodes.get(queue.head as usize)?.item.as_ref()
    }

    pub(crate) fn front_mut(&mut self, queue: &Queue) -> Option<&mut T> {
        self.nodes.get_mut(queue.head as usize)?.item.as_mut()
    }

    pub(crate) fn back(&self, queue: &Queue) -> Option<&T> {
        self.nodes.get(queue.tail as usize)?.item.as_ref()
    }

    pub(crate) fn back_mut(&mut self, queue: &Queue) -> Option<&mut T> {
        self.nodes.get_mut(queue.tail as usize)?.item.as_mut()
    }

    /// Drops all items of a queue.
    pub(crate) fn clear(&mut self, queue: &mut Queue) {
        while self.pop_front(queue).is_some() {}
    }

    /// How many items there is space for without another allocation.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.nodes.len()
    }

    fn allocate(&mut self, item: T) -> u32 {
        let item = Some(item);
        if let Some(node) = self.nodes.get_mut(self.free as usize) {
            node.item = item;
            return core::mem::replace(&mut self.free, core::mem::replace(&mut node.next, NONE));
        }
        self.nodes.push(Node { item, next: NONE });
        // 2^32 nodes would need more memory than the windows and limits let a peer or us hold.
        u32::try_from(self.nodes.len() - 1).unwrap_or(NONE)
    }
}
