//! Which streams have a turn to come, credit to return, or something to tell.

use frame::StreamId;

use super::Streams;
use crate::message::Signal;
use crate::schedule::Blocked;
use crate::stream::{Key, Notification, Stream};

/// Turns (RFC 9113 §5.2, RFC 9218 §10).
impl Streams {
    /// Gives a stream a turn, unless it has one to come already.
    pub(crate) fn wake(&mut self, stream: &Stream) {
        self.schedule.wake(&mut self.links, stream);
    }

    /// Gives a stream another turn if it has something to send.
    pub(crate) fn give_turn(&mut self, stream: &Stream) {
        if self.wants_turn(stream) {
            self.wake(stream);
        }
    }

    /// Says whether a stream has something to send. What was not sent of one that has finished is
    /// kept, and never will be.
    pub(crate) fn wants_turn(&self, stream: &Stream) -> bool {
        stream.is_running() && self.next_piece(stream).is_some()
    }

    /// Takes the stream whose turn it is.
    pub(crate) fn next_turn(&mut self) -> Option<Key> {
        self.schedule.next(&mut self.links)
    }

    /// The stream that was taken last has sent content.
    pub(crate) fn charge_turn(&mut self) {
        self.schedule.charge();
    }

    /// Lets a stream wait that cannot use its turn.
    pub(crate) fn park(&mut self, stream: &Stream, why: Blocked) {
        self.schedule.park(&mut self.links, stream, why);
    }

    /// Says whether a stream waits for its turn.
    pub(crate) fn has_turn(&self) -> bool {
        self.schedule.has_ready()
    }

    /// Says whether a stream waits for a window.
    pub(crate) const fn waits_for_window(&self) -> bool {
        self.schedule.waits_for_window()
    }

    /// The streams that wait for a window.
    pub(crate) fn waiting_for_window(&self) -> impl Iterator<Item = Key> {
        self.schedule.waiting_for_window(&self.links)
    }

    /// The window that all share has opened.
    pub(crate) fn shared_window_opened(&mut self) {
        self.schedule.shared_window_opened(&mut self.links);
    }

    /// A stream's own window has opened.
    pub(crate) fn own_window_opened(&mut self, stream: &Stream) {
        self.schedule
            .own_window_opened(&mut self.links, stream.key());
    }

    /// The windows of all streams have opened.
    pub(crate) fn own_windows_opened(&mut self) {
        self.schedule.own_windows_opened(&mut self.links);
    }

    /// The peer may take another stream.
    pub(crate) fn concurrency_opened(&mut self) {
        self.schedule.concurrency_opened(&mut self.links);
    }

    /// Somebody says how urgent a stream is.
    pub(crate) fn prioritize(&mut self, stream: &mut Stream, signal: Signal) {
        stream.prioritize(signal);
        self.schedule.reprioritized(&mut self.links, stream);
    }

    /// Keeps how urgent a stream is that is still to come. Returns whether it is the first word on it,
    /// and on how many such streams there is one.
    pub(crate) fn prioritize_early(&mut self, id: StreamId, signal: Signal) -> (bool, usize) {
        // What was kept for streams that were refused is of no use any more.
        self.early.take(self.highest_of_peer());
        let is_first = self.early.put(id, signal).is_none();
        (is_first, self.early.len())
    }

    /// Forgets how urgent a stream is that is still to come.
    pub(crate) fn forget_early(&mut self, id: StreamId) {
        self.early.forget(id);
    }

    /// How urgent a stream is that opens, if PRIORITY_UPDATE came before it.
    pub(crate) fn take_early(&mut self, id: StreamId) -> Option<Signal> {
        self.early.take(id)
    }
}

/// Credit that is due (RFC 9113 §6.9).
impl Streams {
    /// A stream has credit to return.
    pub(crate) fn owe_credit(&mut self, stream: &Stream) {
        self.credit.push_back(&mut self.links, stream.key());
    }

    /// A stream needs no credit any more.
    pub(crate) fn forgive_credit(&mut self, stream: &Stream) {
        self.credit.remove(&mut self.links, stream.key());
    }

    /// Takes the next stream that has credit to return.
    pub(crate) fn next_credit(&mut self) -> Option<Key> {
        self.credit.pop_front(&mut self.links)
    }
}

/// What the application is to be told.
impl Streams {
    /// Tells the application something of a stream, if it wants to know.
    pub(crate) fn tell(&mut self, stream: &mut Stream, what: Notification) {
        if stream.notify(what) {
            self.told.push_back(&mut self.links, stream.key());
        }
    }

    /// Tells the application nothing more of a stream.
    pub(crate) fn withdraw(&mut self, stream: &mut Stream) {
        stream.withdraw();
        self.told.remove(&mut self.links, stream.key());
    }

    /// The first stream that has something to tell.
    pub(crate) const fn first_to_notify(&self) -> Option<Key> {
        self.told.front()
    }

    /// The first stream has told all.
    pub(crate) fn all_notified(&mut self) {
        self.told.pop_front(&mut self.links);
    }
}
