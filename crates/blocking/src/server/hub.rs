//! The connections of a server, and how they end together (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::net::Shutdown;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use proto::{ErrorCode, Server as Role};

use crate::shared::Shared;
use crate::socket::Socket;
use crate::state::State as Connection;

/// The connections of a server.
pub(crate) struct Hub {
    /// Wakes the accept loop, which then sees that it is to end.
    nudge: Box<dyn Fn() + Send + Sync>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    members: HashMap<u64, Member>,
    next: u64,
    stage: Stage,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    #[default]
    Open,
    GoingAway,
    Aborted,
}

/// A connection: one that is being prepared, or one that runs.
#[derive(Clone)]
enum Member {
    Preparing(Arc<dyn Socket>),
    Running(Arc<Shared<Role>>),
}

/// A place among the connections, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Membership {
    hub: Arc<Hub>,
    number: u64,
}

impl Hub {
    pub(crate) fn new(nudge: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            nudge: Box::new(nudge),
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
        self.lock().stage == Stage::Aborted
    }

    /// Waits until there are fewer than `most` connections, or the server ends.
    pub(crate) fn wait_for_place(&self, most: usize) {
        let mut state = self.lock();
        while state.members.len() >= most && state.stage == Stage::Open {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes in a connection that is being prepared.
    pub(crate) fn join(self: &Arc<Self>, socket: Arc<dyn Socket>) -> Membership {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        state.members.insert(number, Member::Preparing(socket));
        Membership {
            hub: Arc::clone(self),
            number,
        }
    }

    /// Ends in good order, and after `limit` at once.
    pub(crate) fn shutdown(&self, limit: Duration) {
        self.advance(Stage::GoingAway);
        if !self.wait_until_empty(Some(limit)) {
            self.abort();
            self.wait_until_empty(None);
        }
    }

    /// Ends at once.
    pub(crate) fn abort(&self) {
        self.advance(Stage::Aborted);
    }

    /// Waits until there is no connection; says whether that is so.
    pub(crate) fn wait_until_empty(&self, limit: Option<Duration>) -> bool {
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut state = self.lock();
        while !state.members.is_empty() {
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
        let members: Vec<Member> = state.members.values().cloned().collect();
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
    pub(crate) fn run(&self, shared: &Arc<Shared<Role>>) {
        let member = Member::Running(Arc::clone(shared));
        let mut state = self.hub.lock();
        state.members.insert(self.number, member.clone());
        let stage = state.stage;
        drop(state);
        member.enter(stage);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.hub.lock().members.remove(&self.number);
        self.hub.changed.notify_all();
    }
}

impl Member {
    fn enter(&self, stage: Stage) {
        match (self, stage) {
            (Self::Running(shared), Stage::GoingAway) => shared.act(Connection::go_away),
            (Self::Running(shared), Stage::Aborted) => shared.abort(ErrorCode::NO_ERROR),
            (Self::Preparing(socket), Stage::Aborted) => {
                // A socket that cannot be shut down any more is closed already.
                let _ = socket.shutdown(Shutdown::Both);
            }
            _ => {}
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}
