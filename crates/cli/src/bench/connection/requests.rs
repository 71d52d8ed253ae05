//! All requests of a connection, and where they stand.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use blocking::proto::StreamId;

use super::index::Index;
use super::request::Request;

/// A request by its place, and the stream by which it is known whether the place is still its own.
pub(super) type Held = (u32, StreamId);

/// The requests of a connection.
#[derive(Debug, Default)]
pub(super) struct Requests {
    pub(super) places: Vec<Option<Request>>,
    free: Vec<u32>,
    /// Those that wait for their stream.
    pub(super) queue: VecDeque<u32>,
    index: Index,
    /// How many have a stream.
    pub(super) running: usize,
    /// Those of which the socket has not all.
    pub(super) sending: Vec<Held>,
    /// Those whose answer has begun, and is not whole.
    pub(super) receiving: Vec<Held>,
}

impl Requests {
    /// Adds a request, which is in no list yet.
    pub(super) fn insert(&mut self, request: Request) -> u32 {
        if let Some(place) = self.free.pop() {
            if let Some(free) = self.places.get_mut(place as usize) {
                *free = Some(request);
            }
            return place;
        }
        self.places.push(Some(request));
        // Memory ends before such a number.
        u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(super) fn get(&mut self, place: u32) -> Option<&mut Request> {
        self.places.get_mut(place as usize)?.as_mut()
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
    pub(super) fn reopen(&mut self, place: u32, window: u32) -> Option<&mut Request> {
        let stream = self.get(place)?.stream?;
        self.index.remove(stream);
        self.running -= 1;
        self.queue.push_front(place);
        let request = self.get(place)?;
        request.again(window);
        Some(request)
    }

    /// A request is over, and is not in the queue.
    pub(super) fn remove(&mut self, place: u32) -> Option<Request> {
        let request = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        if let Some(stream) = request.stream {
            self.index.remove(stream);
            self.running -= 1;
        }
        Some(request)
    }

    /// The first in the queue, if it was intended before a time; it is in the queue no longer.
    pub(super) fn pop_before(&mut self, time: u64) -> Option<u32> {
        let place = *self.queue.front()?;
        let is_before = self.get(place)?.intended < time;
        if is_before {
            self.queue.pop_front();
        }
        is_before.then_some(place)
    }

    /// All places that are taken.
    pub(super) fn places(&self) -> Vec<u32> {
        self.before(u64::MAX)
    }

    /// The places of those that have a stream and were intended before a time.
    pub(super) fn running_before(&self, time: u64) -> Vec<u32> {
        let mut places = self.before(time);
        places.retain(|place| {
            let request = self.places.get(*place as usize);
            request.is_some_and(|request| request.as_ref().is_some_and(Request::is_running))
        });
        places
    }

    fn before(&self, time: u64) -> Vec<u32> {
        let mut places = Vec::new();
        for (place, request) in self.places.iter().enumerate() {
            if request
                .as_ref()
                .is_some_and(|request| request.intended < time)
            {
                places.extend(u32::try_from(place));
            }
        }
        places
    }

    /// The connection is gone: its identifiers mean nothing any more.
    pub(super) fn forget_streams(&mut self) {
        self.index = Index::default();
        self.sending.clear();
        self.receiving.clear();
    }
}
