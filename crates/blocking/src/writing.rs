//! Whoever has something to say writes; what takes too long is handed to a thread of its own.
//!
//! Holding the [`Outlet`] is the writer's lock. It is taken and put back under the machine's lock,
//! and it is put back only when the machine has nothing more to write: so whoever queues something
//! while another thread writes can leave it to that one.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::io;
use std::net::Shutdown;

use proto::Role;
use runtime::{ReadOperation, Runtime, Staged, Writer};

use crate::clock::is_out_of_time;
use crate::shared::Shared;
use crate::socket::Tx;
use crate::state::State;
use crate::sync::{Fault, has, thread::Thread};

/// How long a write may keep a thread that has something else to do.
pub(crate) const PATIENCE: Duration = Duration::from_millis(5);

/// How many writes in a row a thread does for others.
const ROUNDS: usize = 16;

/// The writing half and what is being written.
pub(crate) struct Outlet {
    tx: Tx,
    pub(crate) writer: Writer,
    /// How long a write may take now.
    patience: Duration,
}

/// Where the outlet is.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    /// Here, for whoever has something to write.
    free: Option<Outlet>,
    /// On its way to the thread that writes what takes long.
    pub(crate) handed: Option<Outlet>,
    /// That thread, once it was needed.
    pub(crate) pump: Option<Thread>,
    /// Nothing is written any more.
    pub(crate) is_closed: bool,
}

/// Something to do outside the lock.
#[derive(Debug)]
pub(crate) enum Job {
    Write(Outlet),
    Close(Outlet),
    /// Nothing will be written or read any more, which the reading thread has to learn.
    Wake,
}

impl Outlet {
    /// A half whose writes take no longer than `PATIENCE`, where they have a limit.
    pub(crate) fn new(tx: Tx) -> Self {
        Self {
            tx,
            writer: Writer::new(),
            patience: PATIENCE,
        }
    }

    /// Sets how long a write may take, where that has to be set anew.
    ///
    /// Whoever writes does, and nobody after the fact: another may hold the outlet by then.
    pub(crate) fn set_patience(&mut self, patience: Duration) {
        if self.patience != patience {
            self.tx.set_timeout(Some(patience));
            self.patience = patience;
        }
    }

    /// Takes what the machine wants written.
    pub(crate) fn stage<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> Staged {
        self.writer.stage(machine, self.tx.is_vectored())
    }

    /// Writes what is staged.
    pub(crate) fn drain(&mut self) -> io::Result<()> {
        let tx = &mut self.tx;
        self.writer.drain(|slices| tx.write(slices))?;
        tx.flush()
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outlet")
    }
}

impl Lane {
    /// A lane whose outlet is for whoever has something to write.
    pub(crate) fn open(outlet: Outlet) -> Self {
        Self {
            free: Some(outlet),
            ..Self::default()
        }
    }

    /// Takes the outlet, if it is free and there is something to write.
    pub(crate) fn next<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> Option<Job> {
        let outlet = self.free.take()?;
        self.go_on(outlet, machine)
    }

    /// Goes on with the outlet while there is something to write; puts it back otherwise.
    fn go_on<M: Runtime + ?Sized>(&mut self, mut outlet: Outlet, machine: &mut M) -> Option<Job> {
        match outlet.stage(machine) {
            Staged::Octets => Some(Job::Write(outlet)),
            Staged::Closed => Some(Job::Close(outlet)),
            Staged::Nothing => {
                self.free = Some(outlet);
                None
            }
        }
    }
}

impl<R: Role> Shared<R> {
    /// Does a job, and those that come up meanwhile, as long as that does not take too long.
    pub(crate) fn write(self: &Arc<Self>, mut job: Job) {
        for _ in 0..ROUNDS {
            let mut outlet = match job {
                Job::Write(outlet) => outlet,
                Job::Close(outlet) => return self.close(outlet),
                Job::Wake => return self.shut(Shutdown::Both),
            };
            outlet.set_patience(PATIENCE);
            let result = outlet.drain();
            if result.as_ref().is_err_and(is_out_of_time) {
                return self.hand_over(outlet);
            }
            match self.after_write(outlet, result) {
                Some(next) => job = next,
                None => return,
            }
        }
        match job {
            Job::Write(outlet) => self.hand_over(outlet),
            Job::Close(outlet) => self.close(outlet),
            Job::Wake => self.shut(Shutdown::Both),
        }
    }

    /// Reports a write; says what is to be written next.
    pub(crate) fn after_write(
        self: &Arc<Self>,
        mut outlet: Outlet,
        result: io::Result<()>,
    ) -> Option<Job> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.report(&mut outlet, result);
        state.absorb();
        let job = if has(Fault::Leave) {
            state.lane.free = Some(outlet);
            None
        } else {
            state.lane.go_on(outlet, &mut *state.machine)
        };
        self.leave(guard, None);
        job
    }

    /// Ends one or both directions of the socket, and every read or write that waits there.
    pub(crate) fn shut(&self, how: Shutdown) {
        if let Some(socket) = &self.socket {
            // A socket that cannot be shut down any more is closed already.
            let _ = socket.shutdown(how);
        }
    }

    /// Ends the output, and the input where it is over, too.
    pub(crate) fn close(self: &Arc<Self>, outlet: Outlet) {
        drop(outlet);
        let is_waiting = {
            let mut state = self.lock();
            state.lane.is_closed = true;
            state.is_reading && state.machine.next_read_operation() == ReadOperation::Close
        };
        self.shut(if is_waiting {
            Shutdown::Both
        } else {
            Shutdown::Write
        });
        let mut state = self.lock();
        state.rouse_all();
        let reader = state.reader.clone();
        self.leave(state, None);
        if let Some(reader) = reader {
            reader.unpark();
        }
    }
}

impl<R: Role> State<R> {
    /// Tells the machine what became of a write.
    pub(crate) fn report(&mut self, outlet: &mut Outlet, result: io::Result<()>) {
        let sent = outlet.writer.settle(&mut *self.machine);
        self.octets.sent += u64::try_from(sent).unwrap_or_default();
        match result {
            Err(error) if !is_out_of_time(&error) => {
                outlet.writer.fail(&mut *self.machine, error);
            }
            _ => {}
        }
    }
}
