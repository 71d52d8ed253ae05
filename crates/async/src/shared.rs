//! The machine that a connection's tasks share, and how they take turns with it.
//!
//! Every turn is the same: enter, act, take note of the events, leave, wake. What there is to write
//! the driver writes; nobody is inside across an await. To be inside is to hold the connection's
//! lock, or on one thread to have it borrowed.

use alloc::sync::Arc;
use core::fmt;
use core::ops::Deref;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Waker;

use proto::{ErrorCode, Role};

use crate::bell::Bell;
use crate::flavor::{Flavor, Threads};
use crate::local::Machine as _;
use crate::state::State;

/// A connection, as its tasks and handles see it.
pub(crate) struct Shared<R: Role, F: Flavor = Threads> {
    state: F::Cell<State<R, F>>,
    /// What is to be done at the end of a turn, as it was asked for in the middle of it.
    later: F::Cell<Vec<Later<R, F>>>,
    has_later: AtomicBool,
    pub(crate) bell: Arc<Bell>,
}

type Later<R, F> = Box<dyn FnOnce(&mut State<R, F>) + Send>;

/// One of those that share a connection.
pub(crate) struct Link<R: Role, F: Flavor = Threads>(F::Pointer<Shared<R, F>>);

impl<R: Role, F: Flavor> Link<R, F> {
    pub(crate) fn new(machine: Box<F::Machine<R>>) -> Self {
        Self(F::share(Shared {
            state: F::cell(State::new(machine)),
            later: F::cell(Vec::new()),
            has_later: AtomicBool::new(false),
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
        let (outcome, is_due) = self.turn_for(action, |state| state.is_mute || state.has_news());
        if is_due {
            self.bell.ring();
        } else {
            self.bell.call_if_rung();
        }
        outcome
    }

    /// Takes a turn whose outcome nobody waits for; at the end of another, where it is asked for in
    /// the middle of that: by an observer, or by what is dropped with content. Says whether it was
    /// taken at once.
    pub(crate) fn act_soon(&self, action: impl FnOnce(&mut State<R, F>) + Send + 'static) -> bool {
        let is_now = !F::is_within(&self.state);
        if is_now {
            self.act(action);
        } else {
            self.add_later(Box::new(action));
        }
        is_now
    }

    /// Takes a turn of the driver's.
    pub(crate) fn turn<T>(&self, action: impl FnOnce(&mut State<R, F>) -> T) -> T {
        self.turn_for(action, |_| ()).0
    }

    /// The same, and looks at what came of it.
    pub(crate) fn turn_for<T, U>(
        &self,
        action: impl FnOnce(&mut State<R, F>) -> T,
        see: impl FnOnce(&State<R, F>) -> U,
    ) -> (T, U) {
        let (outcome, wakes, replaced) = self.look(|state| {
            let outcome = action(state);
            state.absorb();
            while self.has_later.load(Ordering::Relaxed) {
                self.take_later().for_each(|action| action(state));
                state.absorb();
            }
            let outcome = (outcome, see(state));
            (outcome, state.take_wakes(), state.take_replaced())
        });
        wakes.into_iter().for_each(Waker::wake);
        drop(replaced);
        outcome
    }

    /// Goes away: what runs finishes.
    pub(crate) fn go_away(&self) {
        self.act_soon(|state| {
            state.is_going_away = true;
            state.machine.connection().go_away();
            state.rouse_openers();
        });
    }

    /// Ends the connection at once.
    pub(crate) fn abort(&self, code: ErrorCode) {
        let is_now = self.act_soon(move |state| {
            state.is_aborted = true;
            state.machine.connection().abort(code);
        });
        if is_now {
            self.bell.ring();
        }
    }

    /// Looks at the state without acting.
    ///
    /// # Panics
    ///
    /// In the middle of a turn, where there is no answer that could be waited for.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut State<R, F>) -> T) -> T {
        let seen = F::try_with(&self.state, look);
        seen.expect("an observer, or what is dropped with content, asks nothing of its connection")
    }

    fn add_later(&self, action: Later<R, F>) {
        F::try_with(&self.later, |later| later.push(action));
        self.has_later.store(true, Ordering::Relaxed);
        // Whoever takes the turn calls the task after it.
        self.bell.mark();
    }

    fn take_later(&self) -> impl Iterator<Item = Later<R, F>> + use<R, F> {
        self.has_later.store(false, Ordering::Relaxed);
        let later = F::try_with(&self.later, core::mem::take);
        later.into_iter().flatten()
    }
}

impl<R: Role, F: Flavor> fmt::Debug for Link<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}
