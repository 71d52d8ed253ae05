//! What is known of the streams of a connection beside the machine, under the same lock.
//!
//! The word in the machine's own slot of a stream leads to its place here, for as long as anybody holds
//! a handle on it, or it runs. There is no other way to find a stream.

mod accept;
mod failure;
mod hold;
mod note;
mod promise;
mod recv;
mod response;
mod send;
mod slot;
mod sync;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::num::NonZeroU32;
use core::task::Waker;

use proto::{Role, StreamId};
use session::{Spent, Tracked};

pub(crate) use self::accept::Arrived;
pub(crate) use self::slot::{Sending, Slot};
use crate::capacity::{Capacity, make_space};
use crate::failure::Failure;
use crate::setup::{INITIAL_WINDOW, Setup};

/// The streams of a connection, and what else its handles share.
#[derive(Debug)]
pub(crate) struct Table<R: Role> {
    slots: Vec<Option<Slot<R>>>,
    free: Vec<usize>,
    capacity: Capacity,
    /// Streams that the peer opened and nobody accepted yet.
    arrived: VecDeque<usize>,
    /// Some have come since all that had were taken on.
    has_come: bool,
    /// Streams of ours that are not open on the wire yet, oldest first.
    pending_open: VecDeque<usize>,
    /// Streams that a change of windows is of interest to.
    watched: Vec<usize>,
    /// Streams that nobody holds any more, and that are reset once what is queued has left.
    leaving: Vec<usize>,
    /// Handles: those of streams, and those that make requests.
    references: usize,
    /// Streams that are not over.
    running: usize,
    /// Streams of ours that are open on the wire.
    open: usize,
    /// How the connection ended.
    ended: Option<Result<(), Failure>>,
    /// What the peer's GOAWAY said.
    going_away: Option<Failure>,
    ping: Ping,
    settings: OwnSettings,
    /// How many of our requests may be open before the peer has said so.
    before_settings: usize,
    /// Whoever drives the connection is to look, though nothing is to be written.
    is_due: bool,
}

/// The application's ping.
#[derive(Debug, Default)]
pub(crate) struct Ping {
    pub(crate) is_taken: bool,
    pub(crate) is_sent: bool,
    pub(crate) is_answered: bool,
    pub(crate) waker: Option<Waker>,
}

/// What we announced.
#[derive(Debug)]
struct OwnSettings {
    /// How many announcements are not acknowledged.
    pending: usize,
    /// The window that streams of the peer's messages begin with.
    initial_window: u32,
    /// What it is once the latest announcement is acknowledged.
    next_initial_window: u32,
    max_streams: usize,
}

/// A turn with a connection: nobody else sees it meanwhile.
pub(crate) struct Turn<'a, R: Role> {
    pub(crate) connection: Tracked<'a, R>,
    pub(crate) table: &'a mut Table<R>,
    pub(crate) spent: &'a mut Spent,
}

impl<R: Role> Table<R> {
    /// The table of a connection that was set up so.
    pub(crate) fn new(setup: &Setup) -> Self {
        let next_initial_window = setup.initial_window_size.unwrap_or(INITIAL_WINDOW);
        let max_streams = setup.streams().map_or(usize::MAX, to_usize);
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            capacity: Capacity::new(65_535, setup.max_send_buffer_size),
            arrived: VecDeque::new(),
            has_come: false,
            pending_open: VecDeque::new(),
            watched: Vec::new(),
            leaving: Vec::new(),
            references: 0,
            running: 0,
            open: 0,
            ended: None,
            going_away: None,
            ping: Ping::default(),
            settings: OwnSettings {
                // Our first are on their way.
                pending: 1,
                initial_window: INITIAL_WINDOW,
                next_initial_window,
                max_streams,
            },
            before_settings: setup.initial_max_send_streams,
            is_due: false,
        }
    }

    /// Says whether the driver is to look, and forgets it.
    pub(crate) fn take_due(&mut self) -> bool {
        core::mem::take(&mut self.is_due)
    }

    /// Says whether streams run.
    pub(crate) const fn has_streams(&self) -> bool {
        self.running > 0
    }

    /// Says whether streams run, or anybody holds a handle that could make some.
    pub(crate) const fn is_used(&self) -> bool {
        self.running > 0 || self.references > 0
    }

    /// How many streams the peer may have open at once, by what we announced.
    pub(crate) const fn max_recv_streams(&self) -> usize {
        self.settings.max_streams
    }

    /// The application's ping.
    pub(crate) const fn ping(&mut self) -> &mut Ping {
        &mut self.ping
    }

    /// Says whether the connection has ended.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Says whether settings of ours are not acknowledged.
    pub(crate) const fn has_unacknowledged_settings(&self) -> bool {
        self.settings.pending > 0
    }

    /// Takes note that other settings were announced.
    pub(crate) fn announced(&mut self, initial_window: Option<u32>) {
        self.settings.pending += 1;
        if let Some(octets) = initial_window {
            self.settings.next_initial_window = octets;
        }
    }

    fn slot(&mut self, place: usize) -> Option<&mut Slot<R>> {
        self.slots.get_mut(place)?.as_mut()
    }

    fn look(&self, place: usize) -> Option<&Slot<R>> {
        self.slots.get(place)?.as_ref()
    }

    /// Makes a place for a stream.
    fn insert(&mut self, slot: Slot<R>) -> usize {
        let place = self.free.pop().unwrap_or(self.slots.len());
        if place == self.slots.len() {
            make_space(&mut self.slots);
            self.slots.push(None);
        }
        if let Some(there) = self.slots.get_mut(place) {
            *there = Some(slot);
        }
        self.capacity.insert(place);
        self.running += 1;
        place
    }

    /// Takes a stream out, which nobody knows any more.
    fn remove(&mut self, place: usize) -> Option<Slot<R>> {
        let slot = self.slots.get_mut(place)?.take()?;
        self.capacity.remove(place);
        self.free.push(place);
        Some(slot)
    }
}

impl<R: Role> Turn<'_, R> {
    /// The place of a stream, by the word that the machine keeps.
    pub(super) fn place(&self, id: StreamId) -> Option<usize> {
        let word = self.connection.stream(id)?.user_data()?;
        usize::try_from(word.get() - 1).ok()
    }

    /// Makes a place for a stream of the machine's.
    pub(super) fn enter(&mut self, slot: Slot<R>) -> usize {
        let id = slot.id;
        let place = self.table.insert(slot);
        let word = u32::try_from(place + 1).ok().and_then(NonZeroU32::new);
        if let (Some(word), Ok(mut stream)) = (word, self.connection.stream_mut(id)) {
            stream.set_user_data(word);
        }
        place
    }

    /// Wakes who waits for what arrives.
    fn wake_recv(&mut self, place: usize) {
        if let Some(slot) = self.table.slot(place) {
            self.spent.wake(slot.recv.take());
            self.spent.wake(slot.take_push());
        }
    }

    /// Wakes who waits for capacity, for its stream to open, or for a reset.
    fn wake_send(&mut self, place: usize) {
        if let Some(slot) = self.table.slot(place) {
            self.spent.wake(slot.send.take());
            self.spent.wake(slot.ready.take());
        }
    }

    /// Tells those whose capacity has grown, and who wait for that.
    pub(crate) fn tell_capacity(&mut self) {
        while let Some(place) = self.table.capacity.next_grown() {
            let Some(slot) = self.table.slot(place) else {
                continue;
            };
            if core::mem::take(&mut slot.awaits_capacity) {
                let waker = slot.send.take();
                self.spent.wake(waker);
            }
        }
    }
}

/// Notes who waits. Who did before, if that was somebody else, is dropped without the lock.
pub(crate) fn park(place: &mut Option<Waker>, waker: &Waker, spent: &mut Spent) {
    if !place.as_ref().is_some_and(|place| place.will_wake(waker)) {
        spent.discard(place.replace(waker.clone()));
    }
}

pub(crate) fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
