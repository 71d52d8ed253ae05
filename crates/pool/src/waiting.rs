//! Requests that wait for a connection, in the order in which they came.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::time::Duration;

use crate::connection::ConnectionId;
use crate::endpoint::EndpointId;

/// Names a request of an [`Origin`](crate::Origin). Numbers are never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(crate) u64);

/// A request, as far as the policy looks at it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request {
    pub(crate) deadline: Option<Duration>,
    pub(crate) repeatable: bool,
}

impl Request {
    /// A request without a deadline that is not sent again if it may have been processed.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            deadline: None,
            repeatable: false,
        }
    }

    /// The time up to which it may wait for a connection.
    #[must_use]
    pub const fn deadline(mut self, at: Duration) -> Self {
        self.deadline = Some(at);
        self
    }

    /// Allows it to be sent again though a server may have processed it, as for methods that are
    /// idempotent (RFC 9110 §9.2.2).
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

/// What a request has gone through.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) request: Request,
    /// Since when it waits, this time.
    pub(crate) since: Duration,
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// The address that it failed at: another is tried first.
    pub(crate) avoids: Option<EndpointId>,
    /// It goes to a connection that is newer than this one.
    pub(crate) newer_than: Option<ConnectionId>,
    /// It was answered with the status 421 before.
    pub(crate) misdirected: bool,
}

/// The requests that wait.
#[derive(Debug)]
pub(crate) struct Waiting {
    entries: BTreeMap<RequestId, (Entry, Duration)>,
    /// Those whose turn has come.
    ready: BTreeSet<RequestId>,
    /// Those that are sent again, and not before a time.
    delayed: BTreeSet<(Duration, RequestId)>,
    deadlines: BTreeSet<(Duration, RequestId)>,
    /// Those that not every connection will do for: they want a new one.
    particular: BTreeSet<RequestId>,
}

impl Waiting {
    pub(crate) const fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            ready: BTreeSet::new(),
            delayed: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            particular: BTreeSet::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds a request; its turn comes at `not_before`.
    pub(crate) fn push(
        &mut self,
        id: RequestId,
        entry: Entry,
        now: Duration,
        not_before: Duration,
    ) {
        if let Some(deadline) = entry.request.deadline {
            self.deadlines.insert((deadline, id));
        }
        if entry.newer_than.is_some() {
            self.particular.insert(id);
        }
        if not_before > now {
            self.delayed.insert((not_before, id));
        } else {
            self.ready.insert(id);
        }
        self.entries.insert(id, (entry, not_before));
    }

    /// Takes a request out.
    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Entry> {
        let (entry, not_before) = self.entries.remove(&id)?;
        if let Some(deadline) = entry.request.deadline {
            self.deadlines.remove(&(deadline, id));
        }
        self.ready.remove(&id);
        self.particular.remove(&id);
        self.delayed.remove(&(not_before, id));
        Some(entry)
    }

    /// The time has come this far. Says which requests wait in vain.
    pub(crate) fn tick(&mut self, now: Duration) -> impl Iterator<Item = (RequestId, Entry)> + '_ {
        while let Some(&(at, id)) = self.delayed.first().filter(|(at, _)| *at <= now) {
            self.delayed.remove(&(at, id));
            self.ready.insert(id);
        }
        core::iter::from_fn(move || {
            let &(_, id) = self.deadlines.first().filter(|(at, _)| *at <= now)?;
            Some((id, self.remove(id)?))
        })
    }

    /// Those whose turn has come, the longest first.
    pub(crate) fn ready(&self) -> impl Iterator<Item = (RequestId, &Entry)> {
        let entry = |id: &RequestId| Some((*id, &self.entries.get(id)?.0));
        self.ready.iter().filter_map(entry)
    }

    /// Those of them for which not every connection will do.
    pub(crate) fn particular(&self) -> impl Iterator<Item = (RequestId, &Entry)> {
        let is_ready = |id: &&RequestId| self.ready.contains(id);
        let entry = |id: &RequestId| Some((*id, &self.entries.get(id)?.0));
        self.particular.iter().filter(is_ready).filter_map(entry)
    }

    /// Those that may be given to a connection next, the longest first: of the many for which every one
    /// will do, only the first. What does not fit it fits none of the others.
    pub(crate) fn next(&self) -> impl Iterator<Item = (RequestId, &Entry)> {
        let is_common = |id: &&RequestId| !self.particular.contains(id);
        let common = self.ready.iter().find(is_common);
        let common = common.and_then(|id| Some((*id, &self.entries.get(id)?.0)));
        let mut all: Vec<_> = self.particular().chain(common).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all.into_iter()
    }

    /// How many have their turn.
    pub(crate) fn ready_len(&self) -> usize {
        self.ready.len()
    }

    /// When something changes by itself.
    pub(crate) fn next_change(&self) -> Option<Duration> {
        let delayed = self.delayed.first().map(|(at, _)| *at);
        let deadline = self.deadlines.first().map(|(at, _)| *at);
        delayed.into_iter().chain(deadline).min()
    }
}
