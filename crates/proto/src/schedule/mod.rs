//! Whose turn it is to send (RFC 9113 §5.2, RFC 9218 §10).
//!
//! It keeps the streams that can send, by their urgency and within one in turn, and apart from them those that
//! have to wait for a window, their own or the one that all share, or for others to end. It is not responsible
//! for how much a stream sends in its turn, nor for finding out that it may go on: whoever does wakes it.
//!
//! A stream stands in one list at most. Those that wait have lists of their own, so that a turn never passes
//! over streams that cannot use it, and an open window wakes exactly those that waited for it.

mod blocked;
mod early;
#[cfg(test)]
mod tests;
mod urgency;

pub use self::blocked::Blocked;
pub(crate) use self::early::Early;
use self::urgency::{Rank, Ready};
use crate::stream::{Key, Links, List, Name, Stream};

/// Who may send first where many streams have something to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Priorities {
    /// The more urgent first, as the client asked and the server decided (RFC 9218 §10). Where
    /// nobody says anything, all are equally urgent, and served in turn.
    #[default]
    Urgency,
    /// All in turn, whatever was said.
    RoundRobin,
}

/// The streams that have something to send: those that can, and those that have to wait.
#[derive(Debug)]
pub(crate) struct Schedule {
    priorities: Priorities,
    ready: Ready,
    shared_window: List,
    own_window: List,
    concurrency: List,
}

impl Schedule {
    pub(crate) fn new(priorities: Priorities) -> Self {
        Self {
            priorities,
            ready: Ready::new(),
            shared_window: List::new(Name::SharedWindow),
            own_window: List::new(Name::OwnWindow),
            concurrency: List::new(Name::Concurrency),
        }
    }

    /// Gives a stream a turn, behind all others of its rank, unless it has one to come already.
    pub(crate) fn wake(&mut self, links: &mut Links, stream: &Stream) {
        let key = stream.key();
        if !matches!(links.turn(key), Some(Name::Ready(_))) {
            self.remove(links, key);
            self.stand(links, stream);
            self.push(links, key);
        }
    }

    /// Says whether a stream waits for its turn.
    pub(crate) fn has_ready(&self) -> bool {
        self.ready.is_any()
    }

    /// Takes the stream whose turn it is.
    pub(crate) fn next(&mut self, links: &mut Links) -> Option<Key> {
        self.ready.next(links)
    }

    /// Takes note that the stream that was taken last has sent content.
    pub(crate) fn charge(&mut self) {
        self.ready.charge();
    }

    /// Lets a stream that was taken wait for a window.
    pub(crate) fn park(&mut self, links: &mut Links, stream: &Stream, why: Blocked) {
        self.stand(links, stream);
        let list = match why {
            Blocked::SharedWindow => &mut self.shared_window,
            Blocked::OwnWindow => &mut self.own_window,
            Blocked::Concurrency => &mut self.concurrency,
        };
        list.push_back(links, stream.key());
    }

    /// Says whether a stream waits for a window.
    pub(crate) const fn waits_for_window(&self) -> bool {
        !self.shared_window.is_empty() || !self.own_window.is_empty()
    }

    /// The streams that wait for a window.
    pub(crate) fn waiting_for_window<'a>(
        &self,
        links: &'a Links,
    ) -> impl Iterator<Item = Key> + use<'a> {
        self.shared_window
            .iter(links)
            .chain(self.own_window.iter(links))
    }

    /// Lets those try again that waited for the shared window.
    pub(crate) fn shared_window_opened(&mut self, links: &mut Links) {
        while let Some(key) = self.shared_window.pop_front(links) {
            self.push(links, key);
        }
    }

    /// Lets a stream try again that waited for its own window.
    pub(crate) fn own_window_opened(&mut self, links: &mut Links, key: Key) {
        if self.own_window.remove(links, key) {
            self.push(links, key);
        }
    }

    /// Lets those try again that waited for their own windows, for all of these have moved.
    pub(crate) fn own_windows_opened(&mut self, links: &mut Links) {
        while let Some(key) = self.own_window.pop_front(links) {
            self.push(links, key);
        }
    }

    /// Lets those try again that waited for another stream to end.
    pub(crate) fn concurrency_opened(&mut self, links: &mut Links) {
        while let Some(key) = self.concurrency.pop_front(links) {
            self.push(links, key);
        }
    }

    /// Moves a stream to where it belongs, now that its priority has changed.
    pub(crate) fn reprioritized(&mut self, links: &mut Links, stream: &Stream) {
        let key = stream.key();
        self.stand(links, stream);
        if matches!(links.turn(key), Some(Name::Ready(_))) {
            self.remove(links, key);
            self.push(links, key);
        }
    }

    /// Takes a stream out, wherever it waits.
    pub(crate) fn remove(&mut self, links: &mut Links, key: Key) {
        match links.turn(key) {
            Some(Name::Ready(number)) => self.ready.remove(links, key, number),
            Some(Name::SharedWindow) => _ = self.shared_window.remove(links, key),
            Some(Name::OwnWindow) => _ = self.own_window.remove(links, key),
            Some(Name::Concurrency) => _ = self.concurrency.remove(links, key),
            Some(Name::Events | Name::Waiting | Name::Credit) | None => {}
        }
    }

    /// Keeps where a stream stands among others, for when it is not in the hand.
    fn stand(&self, links: &mut Links, stream: &Stream) {
        let rank = match self.priorities {
            Priorities::Urgency => Rank::of(stream),
            Priorities::RoundRobin => Rank::default(),
        };
        links.stand(stream.key(), rank.number());
    }

    /// Gives back the memory that only streams need.
    pub(crate) fn rest(&mut self) {
        self.ready.rest();
    }

    fn push(&mut self, links: &mut Links, key: Key) {
        let rank = Rank::of_number(links.standing(key));
        self.ready.push(links, key, rank);
    }
}
