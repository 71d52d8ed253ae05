//! The connections of a server, and how they end together (RFC 9113 §6.8).

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proto::ErrorCode;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::serving::ConnectionHandle;

/// How long connections get to say goodbye when they are aborted.
const GOODBYE: Duration = Duration::from_secs(1);

/// The connections of a server.
#[derive(Default)]
pub(crate) struct Hub {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// `None` while the connection is being prepared.
    members: HashMap<u64, Option<ConnectionHandle>>,
    next: u64,
    stage: Stage,
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

/// A place among the connections, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Membership {
    hub: Arc<Hub>,
    number: u64,
}

impl Hub {
    pub(crate) fn connections(&self) -> usize {
        self.lock().members.len()
    }

    /// Takes in a connection that is being prepared.
    pub(crate) fn join(self: &Arc<Self>) -> Membership {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        state.members.insert(number, None);
        Membership {
            hub: Arc::clone(self),
            number,
        }
    }

    /// Ends in good order, and after `limit` at once.
    pub(crate) async fn shutdown(&self, limit: Duration) {
        self.advance(Stage::GoingAway);
        if timeout(limit, self.wait_for(|state| state.members.is_empty()))
            .await
            .is_err()
        {
            self.abort();
            let empty = self.wait_for(|state| state.members.is_empty());
            if timeout(GOODBYE, empty).await.is_err() {
                self.advance(Stage::Dropped);
                self.wait_for(|state| state.members.is_empty()).await;
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

    /// Waits until there are fewer than `most` connections, or the server ends.
    pub(crate) async fn wait_for_place(&self, most: usize) {
        self.wait_for(|state| state.members.len() < most || state.stage != Stage::Open)
            .await;
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
    fn advance(&self, stage: Stage) {
        let mut state = self.lock();
        state.stage = state.stage.max(stage);
        let members: Vec<ConnectionHandle> = state.members.values().flatten().cloned().collect();
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
        let mut state = self.hub.lock();
        state.members.insert(self.number, Some(handle.clone()));
        let stage = state.stage;
        drop(state);
        enter(&handle, stage);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.hub.lock().members.remove(&self.number);
        self.hub.changed.notify_waiters();
    }
}

fn enter(member: &ConnectionHandle, stage: Stage) {
    match stage {
        Stage::Open => {}
        Stage::GoingAway => member.go_away(),
        Stage::Aborted | Stage::Dropped => member.abort(ErrorCode::NO_ERROR),
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}
