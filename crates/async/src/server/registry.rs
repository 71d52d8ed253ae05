//! The connections of a server, and how they end together (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use session::{Step, Terms, Watch};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::serving::ConnectionHandle;

/// How long connections get to send GOAWAY when they are aborted.
const GRACE: Duration = Duration::from_secs(1);

/// The connections of a server.
pub(crate) struct Registry {
    begun: Instant,
    terms: Terms,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    members: HashMap<u64, Member>,
    next: u64,
    /// How many accept loops may still take in connections.
    loops: usize,
    stage: Stage,
}

impl State {
    fn is_over(&self) -> bool {
        self.members.is_empty() && self.loops == 0
    }
}

/// A connection.
#[derive(Debug)]
struct Member {
    /// `None` while the connection is being prepared.
    handle: Option<ConnectionHandle>,
    watch: Watch,
    /// The number of the worker that it is of.
    worker: usize,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    #[default]
    Open,
    GoingAway,
    Aborted,
    /// Tasks that do not end are dropped.
    Dropped,
}

/// An accept loop may still take in connections, for as long as this lives.
#[derive(Debug)]
pub(super) struct Looping(Arc<Registry>);

/// A place among the connections, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Membership {
    registry: Arc<Registry>,
    number: u64,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            terms: Terms::default(),
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }
}

impl Registry {
    /// Makes one that treats connections otherwise.
    #[cfg(all(test, not(tress_loom)))]
    pub(super) fn with_terms(terms: Terms) -> Self {
        Self {
            terms,
            ..Self::default()
        }
    }

    /// How often connections are looked at, where there are as many as there may be.
    pub(super) const fn every(&self) -> Duration {
        self.terms.every
    }

    pub(crate) fn connections(&self) -> usize {
        self.lock().members.len()
    }

    /// How many connections each of so many workers has.
    pub(super) fn connections_of_workers(&self, count: usize) -> Vec<usize> {
        let mut counts = vec![0; count];
        for member in self.lock().members.values() {
            if let Some(its) = counts.get_mut(member.worker) {
                *its += 1;
            }
        }
        counts
    }

    /// Says whether the end has come this far.
    pub(crate) fn has_reached(&self, stage: Stage) -> bool {
        self.lock().stage >= stage
    }

    /// Begins with an accept loop; `None` where the server has ended before.
    pub(super) fn begin_loop(self: &Arc<Self>) -> Option<Looping> {
        let mut state = self.lock();
        if state.stage != Stage::Open {
            return None;
        }
        state.loops += 1;
        Some(Looping(Arc::clone(self)))
    }

    /// Takes in a connection of a worker that is being prepared, where there are less than `most`, in one
    /// go with the look at how many there are: several accept at once. `Err` where there is no place yet;
    /// `None` where there will be none, for all connections are aborted.
    fn try_join(self: &Arc<Self>, most: usize, worker: usize) -> Result<Option<Membership>, ()> {
        let mut state = self.lock();
        if state.stage >= Stage::Aborted {
            return Ok(None);
        }
        if state.members.len() >= most {
            return Err(());
        }
        let number = state.next;
        state.next += 1;
        let member = Member {
            handle: None,
            watch: Watch::new(self.begun.elapsed()),
            worker,
        };
        state.members.insert(number, member);
        Ok(Some(Membership {
            registry: Arc::clone(self),
            number,
        }))
    }

    /// Ends in good order, and after `limit` at once.
    pub(crate) async fn shutdown(&self, limit: Duration) {
        self.advance(Stage::GoingAway);
        if timeout(limit, self.wait_for(State::is_over)).await.is_err() {
            self.abort();
            let over = self.wait_for(State::is_over);
            if timeout(GRACE, over).await.is_err() {
                self.advance(Stage::Dropped);
                self.wait_for(State::is_over).await;
            }
        }
    }

    /// Ends at once.
    pub(crate) fn abort(&self) {
        self.advance(Stage::Aborted);
    }

    /// Waits until a stage is reached.
    pub(crate) async fn reach(&self, stage: Stage) {
        self.wait_for(|state| state.stage >= stage).await;
    }

    /// Takes in a connection that was accepted. Where there are `most` of them, it asks one after the
    /// other to go that may be asked, and waits until one has gone. One that was accepted before the server
    /// was to end is taken in, too, and told so in good order; `None` where all are aborted.
    pub(crate) async fn join(self: &Arc<Self>, most: usize, worker: usize) -> Option<Membership> {
        loop {
            if let Ok(outcome) = self.try_join(most, worker) {
                return outcome;
            }
            self.look_at_all();
            self.shed();
            // A look every second, also where nothing happens.
            let is_done =
                |state: &State| state.members.len() < most || state.stage >= Stage::Aborted;
            let _ = timeout(self.terms.every, self.wait_for(is_done)).await;
        }
    }

    /// Takes note of how all connections stand.
    pub(crate) fn look_at_all(&self) {
        // What a connection is asked takes its own lock.
        let handles: Vec<_> = {
            let state = self.lock();
            let members = state.members.iter();
            let handle =
                |(number, member): (&u64, &Member)| Some((*number, member.handle.clone()?));
            members.filter_map(handle).collect()
        };
        for (number, handle) in handles {
            let Some(standing) = handle.standing() else {
                continue;
            };
            if let Some(member) = self.lock().members.get_mut(&number) {
                member.watch.see(self.begun.elapsed(), standing);
            }
        }
    }

    /// Asks the connection to go that is needed least, if any may be asked.
    fn shed(&self) {
        let now = self.begun.elapsed();
        let chosen = {
            let mut state = self.lock();
            let members = state.members.values_mut();
            let watched = members.map(|member| (&mut member.watch, &member.handle));
            let chosen = Watch::choose(watched, now, self.terms);
            chosen.and_then(|(step, handle)| Some((step, handle.clone()?)))
        };
        match chosen {
            Some((Step::GoAway, handle)) => handle.go_away(),
            Some((Step::Abort(code), handle)) => handle.abort(code),
            Some((Step::Wait, _)) | None => {}
        }
    }

    /// Waits until the connections are as they should be.
    async fn wait_for(&self, condition: impl Fn(&State) -> bool) {
        loop {
            let notified = self.changed.notified();
            let mut notified = core::pin::pin!(notified);
            // From here on no change is missed.
            notified.as_mut().enable();
            if condition(&self.lock()) {
                return;
            }
            notified.await;
        }
    }

    /// Moves on to a stage, and all connections with it.
    pub(super) fn advance(&self, stage: Stage) {
        let mut state = self.lock();
        state.stage = state.stage.max(stage);
        let members = state.members.values();
        let members: Vec<_> = members.filter_map(|member| member.handle.clone()).collect();
        drop(state);
        members.iter().for_each(|member| enter(member, stage));
        self.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Membership {
    /// The connection runs from now on.
    pub(crate) fn run(&self, handle: ConnectionHandle) {
        let mut state = self.registry.lock();
        if let Some(member) = state.members.get_mut(&self.number) {
            member.handle = Some(handle.clone());
        }
        let stage = state.stage;
        drop(state);
        enter(&handle, stage);
    }
}

impl Drop for Looping {
    fn drop(&mut self) {
        self.0.lock().loops -= 1;
        self.0.changed.notify_waiters();
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.registry.lock().members.remove(&self.number);
        self.registry.changed.notify_waiters();
    }
}

fn enter(member: &ConnectionHandle, stage: Stage) {
    match stage {
        Stage::Open => {}
        Stage::GoingAway => member.go_away(),
        Stage::Aborted | Stage::Dropped => member.shut_down(),
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}
