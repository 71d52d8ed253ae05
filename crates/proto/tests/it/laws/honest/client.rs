//! The end that asks: our client with an application, or another.

use core::time::Duration;

use testkit::{Driver, Path};
use tress_proto::Client;

use super::super::machine::Machine;
use super::task::Task;
use super::user::{Fate, User};

/// A client in a story.
pub(crate) trait HonestClient {
    /// Does all that can be done now; says whether anything moved.
    fn turn(&mut self, incoming: &mut Path, outgoing: &mut Path, now: Duration) -> bool;

    /// When it has something to do by itself.
    fn next(&mut self, now: Duration) -> Option<Duration>;

    /// Says whether all tasks came to an end.
    fn is_done(&self) -> bool;

    /// How each task ended.
    fn fates(&self) -> Vec<Fate>;

    /// Why its connection is over, if it is.
    fn over(&self) -> Option<String>;
}

/// Our client, its driver and its application.
pub(crate) struct Ours<M> {
    pub(super) machine: M,
    pub(super) driver: Driver,
    user: User,
}

impl<M: Machine<Role = Client>> Ours<M> {
    pub(super) fn new(machine: M, tasks: &[Task]) -> Self {
        Self {
            machine,
            driver: Driver::new(),
            user: User::new(tasks),
        }
    }
}

impl<M: Machine<Role = Client>> HonestClient for Ours<M> {
    fn turn(&mut self, incoming: &mut Path, outgoing: &mut Path, now: Duration) -> bool {
        self.user.act(&mut self.machine, now);
        self.driver.turn(&mut self.machine, incoming, outgoing, now)
    }

    fn next(&mut self, now: Duration) -> Option<Duration> {
        let deadline = self.machine.tick(now);
        deadline.into_iter().chain(self.user.next()).min()
    }

    fn is_done(&self) -> bool {
        self.user.is_done()
    }

    fn fates(&self) -> Vec<Fate> {
        self.user.fates().cloned().collect()
    }

    fn over(&self) -> Option<String> {
        self.user.closed.first().cloned()
    }
}
