//! The machine that a connection's tasks share, and how they take turns with it.
//!
//! Every turn is the same: enter, act, take note of the events, leave, wake. What there is to write
//! the driver writes; nobody is inside across an await. To be inside is to hold the connection's
//! lock, or on one thread to have it borrowed.

use alloc::sync::Arc;
use core::fmt;
use core::ops::Deref;
use core::task::Waker;

use proto::{ErrorCode, Role};

use crate::bell::Bell;
use crate::flavor::{Flavor, Threads};
use crate::local::Machine as _;
use crate::state::State;

/// A connection, as its tasks and handles see it.
pub(crate) struct Shared<R: Role, F: Flavor = Threads> {
    state: F::Cell<State<R, F>>,
    pub(crate) bell: Arc<Bell>,
}

/// One of those that share a connection.
pub(crate) struct Link<R: Role, F: Flavor = Threads>(F::Pointer<Shared<R, F>>);

impl<R: Role, F: Flavor> Link<R, F> {
    pub(crate) fn new(machine: Box<F::Machine<R>>) -> Self {
        Self(F::share(Shared {
            state: F::cell(State::new(machine)),
            bell: Arc::default(),
        }))
    }
}

impl<R: Role, F: Flavor> Deref for Link<R, F> {
    type Target = Shared<R, F>;

    fn deref(&self) -> &Shared<R, F> {
        &self.0
    }
}

impl<R: Role, F: Flavor> Clone for Link<R, F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Role, F: Flavor> Shared<R, F> {
    /// Takes a turn, and calls the driver if there is something for it.
    pub(crate) fn act<T>(&self, action: impl FnOnce(&mut State<R, F>) -> T) -> T {
        let (outcome, is_mute) = self.turn(|state| (action(state), state.is_mute));
        if is_mute {
            self.bell.ring();
        } else {
            self.bell.call_if_rung();
        }
        outcome
    }

    /// Takes a turn of the driver's.
    pub(crate) fn turn<T>(&self, action: impl FnOnce(&mut State<R, F>) -> T) -> T {
        let (outcome, wakes, replaced) = F::with(&self.state, |state| {
            let outcome = action(state);
            state.absorb();
            (outcome, state.take_wakes(), state.take_replaced())
        });
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
    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut State<R, F>) -> T) -> T {
        F::with(&self.state, look)
    }
}

impl<R: Role, F: Flavor> fmt::Debug for Link<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}
