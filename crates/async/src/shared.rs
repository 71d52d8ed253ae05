//! The machine that a connection's tasks share, and how they take turns with it.
//!
//! Every turn is the same: lock, act, take note of the events, unlock, wake. What there is to write
//! the driver writes; no lock is held across an await.

use alloc::sync::Arc;
use core::fmt;
use core::task::Waker;
use std::sync::PoisonError;

use proto::{ErrorCode, Role};

use crate::bell::Bell;
use crate::machine::Machine;
use crate::state::State;
use crate::sync::{Mutex, MutexGuard};

/// A connection, as its tasks and handles see it.
pub(crate) struct Shared<R: Role> {
    state: Mutex<State<R>>,
    pub(crate) bell: Arc<Bell>,
}

impl<R: Role> Shared<R> {
    pub(crate) fn new(machine: Box<dyn Machine<R>>) -> Self {
        Self {
            state: Mutex::new(State::new(machine)),
            bell: Arc::default(),
        }
    }

    /// Takes a turn, and calls the driver if there is something for it.
    pub(crate) fn act<T>(&self, action: impl FnOnce(&mut State<R>) -> T) -> T {
        let (outcome, is_mute) = self.turn(|state| (action(state), state.is_mute));
        if is_mute {
            self.bell.ring();
        } else {
            self.bell.call_if_rung();
        }
        outcome
    }

    /// Takes a turn of the driver's.
    pub(crate) fn turn<T>(&self, action: impl FnOnce(&mut State<R>) -> T) -> T {
        let mut state = self.lock();
        let outcome = action(&mut state);
        state.absorb();
        let (wakes, replaced) = (state.take_wakes(), state.take_replaced());
        drop(state);
        wakes.into_iter().for_each(Waker::wake);
        drop(replaced);
        outcome
    }

    /// Goes away: what runs finishes.
    pub(crate) fn go_away(&self) {
        self.act(|state| {
            state.is_going_away = true;
            state.machine.connection().go_away();
            state.rouse_openers();
        });
    }

    /// Ends the connection at once.
    pub(crate) fn abort(&self, code: ErrorCode) {
        self.act(|state| {
            state.is_aborted = true;
            state.machine.connection().abort(code);
        });
        self.bell.ring();
    }

    /// Looks at the state without acting.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State<R>> {
        // The machine is whole after every operation, also where the application panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Role> fmt::Debug for Shared<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
