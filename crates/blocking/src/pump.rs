//! The thread that writes what takes long, so that a blocked write never stops reading.
//!
//! Over a socket it is started on first need. Over two halves that know no time limits it does all
//! the writing, and keeps the time, too.

use alloc::sync::Arc;
use core::time::Duration;

use proto::Role;
use runtime::Staged;

use crate::clock::{is_out_of_time, park, thread_waker};
use crate::shared::Shared;
use crate::sync::thread;
use crate::writing::{Job, Outlet, PATIENCE};

/// How long a write may wait before the thread looks whether it is still wanted.
const LONG: Duration = Duration::from_secs(1);

impl<R: Role> Shared<R> {
    /// Gives the outlet to the thread that writes what takes long.
    pub(crate) fn hand_over(self: &Arc<Self>, outlet: Outlet) {
        let pump = {
            let mut state = self.lock();
            state.lane.handed = Some(outlet);
            state.lane.pump.clone()
        };
        match pump {
            Some(pump) => pump.unpark(),
            None => self.start_pump(),
        }
    }

    fn start_pump(self: &Arc<Self>) {
        let shared = Arc::clone(self);
        let builder = thread::Builder::new().name("tress-write".into());
        if builder.spawn(move || shared.pump()).is_err() {
            self.pump_once();
        }
    }

    /// Writes what is handed over, until the connection is done.
    fn pump(self: &Arc<Self>) {
        // Nobody starts another meanwhile: what was handed over is for this one.
        self.lock().lane.pump = Some(thread::current());
        loop {
            self.pump_once();
            let mut state = self.lock();
            if state.is_done {
                state.lane.pump = None;
                state.rouse_all();
                return self.leave(state, None);
            }
            drop(state);
            park(None);
        }
    }

    fn pump_once(self: &Arc<Self>) {
        let Some(mut outlet) = self.lock().lane.handed.take() else {
            return;
        };
        loop {
            outlet.set_patience(LONG);
            let result = outlet.drain();
            let is_stuck = result.as_ref().is_err_and(is_out_of_time);
            match self.after_write(outlet, result) {
                Some(Job::Write(next)) if is_stuck && self.is_given_up() => {
                    return self.close(next);
                }
                Some(Job::Write(next)) => outlet = next,
                Some(Job::Close(outlet)) => return self.close(outlet),
                Some(Job::Wake) | None => return,
            }
        }
    }

    /// Tells the machine the time, which judges output that nobody takes. Says whether it gave it up.
    fn is_given_up(self: &Arc<Self>) -> bool {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.machine.tick(self.clock.now());
        state.absorb();
        let is_given_up = state.machine.is_closed();
        self.leave(guard, None);
        is_given_up
    }

    /// Does all the writing of a connection.
    pub(crate) fn pump_alone(self: &Arc<Self>, mut outlet: Outlet) {
        let waker = thread_waker();
        loop {
            let mut guard = self.lock();
            let state = &mut *guard;
            let deadline = state.machine.tick(self.clock.now());
            state.absorb();
            let staged = outlet.stage(&mut *state.machine);
            if staged == Staged::Nothing {
                state.machine.yield_writer(&waker);
            }
            self.leave(guard, None);
            match staged {
                Staged::Closed => return self.close(outlet),
                Staged::Nothing => park(deadline.map(|point| self.clock.until(point))),
                Staged::Octets => {
                    let result = outlet.drain();
                    if result.as_ref().is_err_and(is_out_of_time) {
                        thread::sleep(PATIENCE);
                    }
                    self.act(|state| state.report(&mut outlet, result));
                }
            }
        }
    }
}
