//! All requests of a connection, and where they stand.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use blocking::proto::StreamId;

use super::index::Index;
use super::request::Request;

/// A request by its place, and the stream by which it is known whether the place is still its own.
pub(super) type Held = (u32, StreamId);

/// Where requests lie. What is there of one that is over stays until the next takes its place: a
/// request is made where it lies, and never moved.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Place>);

#[derive(Debug)]
struct Place {
    is_taken: bool,
    request: Request,
}

impl Places {
    /// The request of a place that is taken.
    #[inline]
    pub(super) fn get(&mut self, place: u32) -> Option<&mut Request> {
        let place = self.0.get_mut(place as usize);
        place
            .filter(|place| place.is_taken)
            .map(|place| &mut place.request)
    }

    /// Puts a request into a place, which was free or is the next.
    #[inline]
    fn take(&mut self, place: u32, make: impl FnOnce() -> Request) {
        match self.0.get_mut(place as usize) {
            Some(place) => {
                place.is_taken = true;
                place.request = make();
            }
            None => self.0.push(Place {
                is_taken: true,
                request: make(),
            }),
        }
    }

    /// Lets go of a place; what was there may be looked at once more.
    #[inline]
    fn free(&mut self, place: u32) -> Option<&mut Request> {
        let place = self.0.get_mut(place as usize)?;
        core::mem::take(&mut place.is_taken).then_some(&mut place.request)
    }

    /// The requests that are there, and their places.
    fn iter(&self) -> impl Iterator<Item = (u32, &Request)> {
        // Memory ends before such a number.
        let places = (0_u32..).zip(&self.0);
        places.filter_map(|(number, place)| place.is_taken.then_some((number, &place.request)))
    }
}

/// The requests of a connection.
#[derive(Debug, Default)]
pub(super) struct Requests {
    pub(super) places: Places,
    free: Vec<u32>,
    /// Those that wait for their stream.
    pub(super) waiting: VecDeque<u32>,
    index: Index,
    /// How many have a stream.
    pub(super) running: usize,
    /// Those of which the socket has not all.
    pub(super) sending: Vec<Held>,
    /// Those whose answer has begun, and is not whole.
    pub(super) receiving: Vec<Held>,
}

impl Requests {
    /// Adds a request to the end of the queue.
    #[inline]
    pub(super) fn insert(&mut self, make: impl FnOnce() -> Request) -> Option<&mut Request> {
        let place = match self.free.pop() {
            Some(place) => place,
            // Memory ends before such a number.
            None => u32::try_from(self.places.0.len()).unwrap_or(u32::MAX),
        };
        self.places.take(place, make);
        self.waiting.push_back(place);
        self.places.get(place)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.places.0.len() - self.free.len()
    }

    pub(super) fn get(&mut self, place: u32) -> Option<&mut Request> {
        self.places.get(place)
    }

    /// The request of a place, if it is still that of the stream.
    pub(super) fn held(&mut self, (place, stream): Held) -> Option<&mut Request> {
        self.get(place)
            .filter(|request| request.stream == Some(stream))
    }

    /// The request of a stream, and its place.
    pub(super) fn of(&mut self, stream: StreamId) -> Option<(u32, &mut Request)> {
        let place = self.index.get(stream)?;
        Some((place, self.get(place)?))
    }

    /// A request has got its stream.
    pub(super) fn opened(&mut self, place: u32, stream: StreamId) {
        self.index.push(stream, place);
        self.running += 1;
        self.sending.push((place, stream));
        if let Some(request) = self.get(place) {
            request.stream = Some(stream);
        }
    }

    /// A request has lost its stream, and goes on in the queue, as the first: it was there before.
    pub(super) fn reopen(&mut self, place: u32) -> Option<&mut Request> {
        let stream = self.get(place)?.stream?;
        self.index.remove(stream);
        self.running -= 1;
        self.waiting.push_front(place);
        let request = self.get(place)?;
        request.again();
        Some(request)
    }

    /// A request is over, and is not in the queue.
    pub(super) fn remove(&mut self, place: u32) -> Option<&mut Request> {
        let request = self.places.free(place)?;
        self.free.push(place);
        if let Some(stream) = request.stream {
            self.index.remove(stream);
            self.running -= 1;
        }
        Some(request)
    }

    /// The first in the queue, if it was intended before a time; it is in the queue no longer.
    pub(super) fn pop_before(&mut self, time: u64) -> Option<u32> {
        let place = *self.waiting.front()?;
        let is_before = self.get(place)?.intended < time;
        if is_before {
            self.waiting.pop_front();
        }
        is_before.then_some(place)
    }

    /// All places that are taken.
    pub(super) fn places(&self) -> Vec<u32> {
        self.before(u64::MAX).map(|(place, _)| place).collect()
    }

    /// The places of those that have a stream and were intended before a time.
    pub(super) fn running_before(&self, time: u64) -> Vec<u32> {
        self.before(time)
            .filter(|(_, request)| request.is_running())
            .map(|(place, _)| place)
            .collect()
    }

    fn before(&self, time: u64) -> impl Iterator<Item = (u32, &Request)> {
        let all = self.places.iter();
        all.filter(move |(_, request)| request.intended < time)
    }

    /// The connection is gone: its identifiers mean nothing any more.
    pub(super) fn forget_streams(&mut self) {
        self.index = Index::default();
        self.sending.clear();
        self.receiving.clear();
    }
}
