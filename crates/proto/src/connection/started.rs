//! Requests that the application works for, and those that wait until it works for fewer
//! (RFC 9113 §10.5).
//!
//! A stream that the peer reset is over on the wire, and what was begun for it may go on. So not the
//! open streams bound the work but those that the application was told of and has not let go of: at
//! most N, as many as the peer may have open. Further ones wait, in the order in which they came, and
//! are neither refused nor lost. One that is reset while it waits costs nobody anything.

use core::time::Duration;

use frame::ErrorCode;

use super::{Connection, Core, Shared};
use crate::error::StreamError;
use crate::role::Server;
use crate::stream::{Key, Links, List, Name, Notification, Stream, Work};
use crate::violation::{Limit, On};

/// The requests of a connection that were started, and those that wait.
pub(super) struct Started {
    /// How many the application was told of and has not let go of.
    running: u32,
    waiting: List,
    /// How many were ever started.
    count: u64,
    /// The budget of resets was spent, and each request that waits starts when it has a token.
    is_slowed: bool,
    /// How many may run.
    most: u32,
    /// The most streams that the peer might ever have open.
    widest: u32,
    /// Those that wait are to be looked at: something has changed that they may have waited for.
    pub(super) may_start: bool,
}

impl Started {
    pub(super) const fn new(most: u32) -> Self {
        Self {
            running: 0,
            waiting: List::new(Name::Waiting),
            count: 0,
            is_slowed: false,
            most,
            widest: most,
            may_start: false,
        }
    }

    pub(super) const fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// A request waits no more, for nobody is to hear of it.
    pub(super) fn withdraw(&mut self, links: &mut Links, key: Key) {
        self.waiting.remove(links, key);
    }

    /// The application has let go of a request.
    pub(super) const fn ended(&mut self) {
        self.running -= 1;
    }

    /// What stays the same for as long as requests wait and none starts.
    pub(super) fn occasion(&self) -> Option<u64> {
        self.has_waiting().then_some(self.count)
    }
}

impl Connection<Server> {
    /// How many requests the application works for at most: as many as the client may have open at
    /// once, or what stands for that where nothing is announced: N. It is told of no more
    /// ([`Event::Opened`](crate::Event::Opened)) until it has let go of some. One whose work goes on
    /// after that keeps to this number itself (RFC 9113 §10.5).
    #[must_use]
    pub fn max_started(&self) -> usize {
        usize::try_from(self.core.shared.streams.work.most).unwrap_or(usize::MAX)
    }
}

impl Core {
    /// Tells the application of the requests that wait, as many as may start.
    pub(super) fn start_waiting(&mut self) {
        while let Some((key, how)) = self.shared.next_start() {
            if let Some(stream) = self.store.get_mut(key) {
                self.shared.start(stream, how);
            }
            // Whoever drives the connection hands it on, and may have nothing else to wake for.
            self.shared.signals.wake_writer();
        }
    }

    /// Refuses the requests that wait: whoever made them may try elsewhere (RFC 9113 §8.7).
    pub(super) fn refuse_waiting(&mut self) {
        let error = StreamError::Limit(Limit::NotStarted);
        while let Some(key) = self.shared.streams.work.waiting.front() {
            self.act(key, |shared, stream| {
                shared.show_fault(Limit::NotStarted.on(stream.id()));
                shared.reset(stream, ErrorCode::REFUSED_STREAM, error);
                shared.end_work(stream);
            });
        }
    }
}

impl Shared {
    /// How many streams the peer may have open at once, or what stands for that where nothing is
    /// announced: N.
    pub(super) fn peer_streams(&self) -> u32 {
        match self.max_peer_streams() {
            u32::MAX => self.config.limits.assumed_streams,
            streams => streams,
        }
    }

    /// Takes note that N may be another. A budget never shrinks: what is open already may be reset,
    /// and what was reset before was allowed.
    pub(super) fn resize_budgets(&mut self) {
        let most = self.peer_streams().max(1);
        let work = &mut self.streams.work;
        work.most = most;
        work.widest = work.widest.max(most);
        work.may_start = true;
        self.limits.resize(&self.config.limits, work.widest);
    }

    /// Tells the application of a request, now or when its turn has come.
    pub(super) fn admit(&mut self, stream: &mut Stream) {
        if !self.streams.work.has_waiting() && self.has_room_for_work() && self.limits.may_start() {
            return self.start(stream, Work::Started);
        }
        stream.wait_for_start();
        let streams = &mut self.streams;
        let waiting = &mut streams.work.waiting;
        waiting.push_back(&mut streams.links, stream.key());
        streams.work.may_start = true;
    }

    /// Resets that the application asked for hold their place until they are sent: till then the
    /// peer cannot know, and what it opens meanwhile must not make us queue more of them.
    fn has_room_for_work(&self) -> bool {
        let work = &self.streams.work;
        work.running
            .saturating_add(self.outbound.control.canceled())
            < work.most
    }

    fn start(&mut self, stream: &mut Stream, how: Work) {
        stream.start(how);
        self.streams.work.running += 1;
        self.streams.work.count += 1;
        self.notify(stream, Notification::Opened);
    }

    /// Takes the next request that waits, if one more may start.
    fn next_start(&mut self) -> Option<(Key, Work)> {
        if self.life.is_over() || self.life.is_flooded() {
            return None;
        }
        let Some(key) = self.streams.work.waiting.front() else {
            self.streams.work.is_slowed = false;
            return None;
        };
        let how = self.payment()?;
        let streams = &mut self.streams;
        streams.work.waiting.remove(&mut streams.links, key);
        Some((key, how))
    }

    /// Says whether one more may start, and whether the budget pays for it now.
    fn payment(&mut self) -> Option<Work> {
        if !self.has_room_for_work() {
            return None;
        }
        let work = &mut self.streams.work;
        work.is_slowed |= !self.limits.may_start();
        if !work.is_slowed {
            Some(Work::Started)
        } else if self.limits.prepay() {
            Some(Work::Prepaid)
        } else {
            // Where nobody tells the time only finished exchanges refill the budget: one goes on.
            (!self.limits.is_timed() && work.running == 0).then_some(Work::Started)
        }
    }

    /// When the next request that waits may start, where it waits for the budget.
    pub(super) fn next_start_at(&self) -> Option<Duration> {
        let is_held_up = self.streams.work.is_slowed && self.has_room_for_work();
        is_held_up.then(|| self.limits.next_start_at()).flatten()
    }
}
