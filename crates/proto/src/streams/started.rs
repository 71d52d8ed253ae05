//! Requests that the application works for, and those that wait until it works for fewer
//! (RFC 9113 §10.5).
//!
//! A stream that the peer reset is over on the wire, and what was begun for it may go on. So not the
//! open streams bound the work but those that the application was notified of and has not released: at
//! most N, as many as the peer may have open. Further ones wait, in the order in which they came, and
//! are neither refused nor lost. One that is reset while it waits costs nobody anything.

use core::time::Duration;

use super::Streams;
use crate::limits::Ledger;
use crate::stream::{Key, Links, List, Name, Notification, Stream, Work};

/// The requests of a connection that were started, and those that wait.
#[derive(Debug)]
pub(super) struct Started {
    /// How many the application was notified of and has not released.
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
    /// Something has changed that those that wait may have waited for.
    may_start: bool,
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

    /// Says whether one more may run. Resets that the application asked for hold their place until
    /// they are sent: till then the peer cannot know, and what it opens meanwhile must not make us
    /// queue more of them.
    fn has_capacity(&self, canceled: u32) -> bool {
        self.running.saturating_add(canceled) < self.most
    }

    /// Says whether one more may start, and whether the budget pays for it now.
    fn payment(&mut self, canceled: u32, limits: &mut Ledger) -> Option<Work> {
        if !self.has_capacity(canceled) {
            return None;
        }
        self.is_slowed |= !limits.may_start();
        if !self.is_slowed {
            Some(Work::Started)
        } else if limits.prepay() {
            Some(Work::Prepaid)
        } else {
            // Where nobody tells the time only finished exchanges refill the budget: one goes on.
            (!limits.is_timed() && self.running == 0).then_some(Work::Started)
        }
    }

    /// Takes the next request that waits, if one more may start.
    fn next(
        &mut self,
        links: &mut Links,
        canceled: u32,
        limits: &mut Ledger,
    ) -> Option<(Key, Work)> {
        let Some(key) = self.waiting.front() else {
            self.is_slowed = false;
            return None;
        };
        let how = self.payment(canceled, limits)?;
        self.waiting.remove(links, key);
        Some((key, how))
    }
}

/// Requests that the application works for. `canceled` is how many resets that it asked for wait.
impl Streams {
    /// How many requests the application works for at most.
    pub(crate) const fn most_work(&self) -> u32 {
        self.work.most
    }

    /// The application works for `most` at once from now on. Returns the most that it ever might.
    pub(crate) fn limit_work(&mut self, most: u32) -> u32 {
        let work = &mut self.work;
        work.most = most;
        work.widest = work.widest.max(most);
        work.may_start = true;
        work.widest
    }

    /// Tells the application of a request, now or when its turn has come. Says whether that was now.
    pub(crate) fn admit(&mut self, stream: &mut Stream, canceled: u32, limits: &Ledger) -> bool {
        let is_first = self.work.waiting.is_empty();
        if is_first && self.work.has_capacity(canceled) && limits.may_start() {
            self.start(stream, Work::Started);
            return true;
        }
        stream.wait_for_start();
        self.work.waiting.push_back(&mut self.links, stream.key());
        self.work.may_start = true;
        false
    }

    /// Tells the application of a request.
    pub(crate) fn start(&mut self, stream: &mut Stream, how: Work) {
        stream.start(how);
        self.work.running += 1;
        self.work.count += 1;
        self.tell(stream, Notification::Opened);
    }

    /// The application has released a request, or will never hear of it.
    pub(crate) fn end_work(&mut self, stream: &mut Stream) {
        match stream.end_work() {
            Work::None => return,
            Work::Waiting => _ = self.work.waiting.remove(&mut self.links, stream.key()),
            Work::Started | Work::Prepaid => self.work.running -= 1,
        }
        self.work.may_start = true;
    }

    /// Something has changed that requests may have waited for.
    pub(crate) fn let_start(&mut self) {
        self.work.may_start = true;
    }

    /// Says whether something has, since this was asked last.
    #[inline]
    pub(crate) fn may_start(&mut self) -> bool {
        core::mem::take(&mut self.work.may_start)
    }

    /// Takes the next request that waits, if one more may start, and says what pays for it.
    pub(crate) fn next_start(&mut self, canceled: u32, limits: &mut Ledger) -> Option<(Key, Work)> {
        self.work.next(&mut self.links, canceled, limits)
    }

    /// When the next request that waits may start, where it waits for the budget.
    pub(crate) fn next_start_at(&self, canceled: u32, limits: &Ledger) -> Option<Duration> {
        let is_held_up = self.work.is_slowed && self.work.has_capacity(canceled);
        is_held_up.then(|| limits.next_start_at()).flatten()
    }

    /// The first request that waits.
    pub(crate) const fn first_waiting(&self) -> Option<Key> {
        self.work.waiting.front()
    }

    /// What stays the same for as long as requests wait and none starts.
    pub(crate) fn waiting_for_start(&self) -> Option<u64> {
        self.first_waiting().map(|_| self.work.count)
    }
}
