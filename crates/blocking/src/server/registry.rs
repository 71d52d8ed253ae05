//! The connections of a server, and how they end together (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::net::Shutdown;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use proto::{ErrorCode, Server as Role};
use session::{Step, Terms, Watch};

use crate::link::Link;
use crate::socket::Socket;

/// The connections of a server.
pub(crate) struct Registry {
    /// Wakes the accept loop, which then sees that it is to end.
    nudge: Box<dyn Fn() + Send + Sync>,
    begun: Instant,
    terms: Terms,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    members: HashMap<u64, (Member, Watch)>,
    next: u64,
    /// The accept loop may still take in connections.
    is_accepting: bool,
    stage: Stage,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    #[default]
    Open,
    GoingAway,
    /// The time to go away in is over.
    Late,
    Aborted,
}

/// A connection: one that is being prepared, or one that runs.
#[derive(Clone)]
enum Member {
    Preparing(Arc<dyn Socket>),
    Running(Link<Role>),
}

/// A place among the connections, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Membership {
    registry: Arc<Registry>,
    number: u64,
}

impl Registry {
    pub(crate) fn new(nudge: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            nudge: Box::new(nudge),
            begun: Instant::now(),
            terms: Terms::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.lock().members.len()
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.lock().stage != Stage::Open
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.lock().stage >= Stage::Late
    }

    /// Makes one that treats connections otherwise.
    #[cfg(test)]
    pub(crate) fn with_terms(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// Begins with the accept loop. Says whether it may: not where the server has ended before.
    pub(crate) fn begin_to_accept(&self) -> bool {
        let mut state = self.lock();
        state.is_accepting = state.stage == Stage::Open;
        state.is_accepting
    }

    /// No more connections will be taken in.
    pub(crate) fn end_accepting(&self) {
        self.lock().is_accepting = false;
        self.changed.notify_all();
    }

    /// Makes place for a further connection, where there are `most` of them: asks one after the other
    /// to go that may be asked, and waits until one has gone. Says whether there is place: not where all
    /// are aborted.
    pub(crate) fn make_place(&self, most: usize) -> bool {
        let is_done = |state: &State| state.members.len() < most || state.stage >= Stage::Late;
        let mut state = self.lock();
        while !is_done(&state) {
            drop(state);
            self.look_at_all();
            self.shed();
            state = self.lock();
            if !is_done(&state) {
                // A look every second, also where nothing happens.
                let waited = self.changed.wait_timeout(state, self.terms.every);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        state.stage < Stage::Late
    }

    /// Takes note of how all connections stand.
    pub(crate) fn look_at_all(&self) {
        // What a connection is asked takes its own lock.
        let running: Vec<_> = {
            let state = self.lock();
            let members = state.members.iter();
            let running = |(number, (member, _)): (&u64, &(Member, Watch))| match member {
                Member::Running(link) => Some((*number, link.clone())),
                Member::Preparing(_) => None,
            };
            members.filter_map(running).collect()
        };
        for (number, link) in running {
            let Some(standing) = link.standing() else {
                continue;
            };
            if let Some((_, watch)) = self.lock().members.get_mut(&number) {
                watch.see(self.begun.elapsed(), standing);
            }
        }
    }

    /// Asks the connection to go that is needed least, if any may be asked.
    fn shed(&self) {
        let now = self.begun.elapsed();
        let chosen = {
            let mut state = self.lock();
            let members = state.members.values_mut();
            let watched = members.map(|(member, watch)| (watch, &*member));
            Watch::choose(watched, now, self.terms).map(|(step, member)| (step, member.clone()))
        };
        match chosen {
            Some((Step::GoAway, Member::Running(link))) => link.session.go_away(),
            Some((Step::Abort(code), Member::Running(link))) => link.abort(code),
            _ => {}
        }
    }

    /// Takes in a connection that is being prepared.
    pub(crate) fn join(self: &Arc<Self>, socket: Arc<dyn Socket>) -> Membership {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let watch = Watch::new(self.begun.elapsed());
        let member = (Member::Preparing(socket), watch);
        state.members.insert(number, member);
        Membership {
            registry: Arc::clone(self),
            number,
        }
    }

    /// Ends in good order, and after `limit` at once.
    pub(crate) fn shutdown(&self, limit: Duration) {
        self.advance(Stage::GoingAway);
        if !self.wait_until_empty(Some(limit)) {
            self.advance(Stage::Late);
            self.wait_until_empty(None);
        }
    }

    /// Ends at once.
    pub(crate) fn abort(&self) {
        self.advance(Stage::Aborted);
    }

    /// Waits until there is no connection and none will be; says whether that is so.
    pub(crate) fn wait_until_empty(&self, limit: Option<Duration>) -> bool {
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut state = self.lock();
        while state.is_accepting || !state.members.is_empty() {
            state = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return false,
                Some(left) => {
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        true
    }

    /// Moves on to a stage, and all connections with it.
    fn advance(&self, stage: Stage) {
        let mut state = self.lock();
        state.stage = state.stage.max(stage);
        let members = state.members.values();
        let members: Vec<Member> = members.map(|(member, _)| member.clone()).collect();
        drop(state);
        self.changed.notify_all();
        members.iter().for_each(|member| member.enter(stage));
        (self.nudge)();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Membership {
    /// The connection runs from now on.
    pub(crate) fn run(&self, link: &Link<Role>) {
        let member = Member::Running(link.clone());
        let mut state = self.registry.lock();
        if let Some((place, _)) = state.members.get_mut(&self.number) {
            *place = member.clone();
        }
        let stage = state.stage;
        drop(state);
        member.enter(stage);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.registry.lock().members.remove(&self.number);
        self.registry.changed.notify_all();
    }
}

impl Member {
    fn enter(&self, stage: Stage) {
        match (self, stage) {
            (Self::Running(link), Stage::GoingAway) => link.session.go_away(),
            (Self::Running(link), Stage::Late) => link.shut_down(),
            (Self::Running(link), Stage::Aborted) => link.abort(ErrorCode::NO_ERROR),
            (Self::Preparing(socket), Stage::Late | Stage::Aborted) => {
                // A socket that cannot be shut down any more is closed already.
                let _ = socket.shutdown(Shutdown::Both);
            }
            _ => {}
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}
