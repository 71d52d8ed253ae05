//! The application of an end under attack.

use core::time::Duration;

use tress_proto::{Client, Server};

use super::super::honest::{Plan, Service, Start, Task, User};
use super::super::machine::Machine;

/// What a siege asks of an application.
pub(crate) trait App<M> {
    /// Hears what happened, and does what is due.
    fn act(&mut self, machine: &mut M, now: Duration);

    /// When it has something to do by itself.
    fn next(&self) -> Option<Duration>;

    /// How many handlers run, how many there were, and how many answered in full.
    fn handlers(&self) -> [usize; 3];

    /// How the connection ended, if it did.
    fn closed(&self) -> Option<String>;
}

impl<M: Machine<Role = Server>> App<M> for Service {
    fn act(&mut self, machine: &mut M, now: Duration) {
        Self::act(self, machine, now);
    }

    fn next(&self) -> Option<Duration> {
        Self::next(self)
    }

    fn handlers(&self) -> [usize; 3] {
        [self.live(), self.started, self.completed]
    }

    fn closed(&self) -> Option<String> {
        self.closed.first().cloned()
    }
}

/// The server of a client that is under attack starts no handler.
impl<M: Machine<Role = Client>> App<M> for User {
    fn act(&mut self, machine: &mut M, now: Duration) {
        Self::act(self, machine, now);
    }

    fn next(&self) -> Option<Duration> {
        Self::next(self)
    }

    fn handlers(&self) -> [usize; 3] {
        [0; 3]
    }

    fn closed(&self) -> Option<String> {
        self.closed.first().cloned()
    }
}

/// What a client wants that is under attack: downloads and uploads, some of them much later, and some
/// that nobody reads.
pub(crate) fn wishes() -> Vec<Task> {
    let tasks = (0..16).map(|place: usize| {
        let start = match place {
            0..8 => Duration::ZERO,
            _ => Duration::from_secs(10 * place as u64),
        };
        let mut task = Task::new(Start::At(start), Plan::default());
        if place % 2 == 0 {
            task = task.upload(60_000);
        }
        if place % 4 == 1 {
            task.reader.pause = Duration::from_secs(10_000);
        }
        task
    });
    tasks.collect()
}
