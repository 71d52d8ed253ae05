//! What the time brings.

use alloc::vec::Vec;
use core::time::Duration;

use super::Origin;
use crate::action::Action;
use crate::connection::{Connection, ConnectionId, Due};
use crate::endpoint::EndpointId;
use crate::error::Failure;

impl<A: Clone + PartialEq> Origin<A> {
    /// Takes the time, which never goes back, and says when to be told again. Called before every
    /// other input, so that these know when they happen.
    pub fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.now = self.now.max(now);
        self.budget.refill(self.now);
        let late: Vec<_> = self.waiting.tick(self.now).collect();
        for (id, entry) in late {
            self.fail_entry(id, &entry, Failure::Deadline);
        }
        self.tick_connections();
        self.tick_surplus();
        self.settle();
        self.next_deadline()
    }

    fn tick_connections(&mut self) {
        let mut due: Vec<(ConnectionId, Due)> = Vec::new();
        for (id, connection) in &mut self.connections {
            if let Some(its) = connection.tick(self.now, self.slower, &self.config) {
                due.push((*id, its));
            }
        }
        for (id, its) in due {
            match its {
                Due::Ping => self.actions.push_back(Action::Ping { connection: id }),
                Due::Age | Due::Idle => self.retire(id),
                Due::Lost | Due::ConnectLimit => self.lose(id, its),
            }
        }
    }

    /// Gives up a connection whose peer does not answer.
    fn lose(&mut self, id: ConnectionId, due: Due) {
        self.total.lost += u64::from(due == Due::Lost);
        self.actions.push_back(Action::Close { connection: id });
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        self.count_failed(connection.endpoint);
    }

    /// Retires the least used connection, once the others could have carried all that ran.
    fn tick_surplus(&mut self) {
        let running = self.running.len();
        let Some(peak) = self.surplus.tick(self.now, self.config.idle, running) else {
            return;
        };
        let open = || self.connections.iter().filter(|(_, its)| its.is_open());
        let rest = open().count().saturating_sub(1);
        // A fourth in reserve, or the next burst would connect anew.
        let carried = rest.saturating_mul(self.assumed() as usize) / 4 * 3;
        if rest == 0 || peak > carried {
            return;
        }
        let keeps = |endpoint: EndpointId| {
            let its = open().filter(|(_, its)| its.endpoint == endpoint).count();
            its == 1 && rest < self.config.spread
        };
        let spare = open().filter(|(_, its)| !keeps(its.endpoint));
        let least = spare.min_by_key(|(_, its)| (its.running(), its.answered()));
        if let Some(id) = least.map(|(id, _)| *id) {
            self.retire(id);
        }
    }

    fn next_deadline(&self) -> Option<Duration> {
        let connections = self.connections.values().filter_map(|its| {
            let due = its.next_due(self.slower, &self.config).map(|(at, _)| at);
            let late = its.late_at(self.now, &self.config);
            due.into_iter().chain(late).min()
        });
        let wants = self.waiting.ready_len() > 0;
        let for_requests = [
            self.waiting.next_change(),
            self.spills_at(),
            self.gives_up_at(),
            self.next_dial().filter(|_| wants || self.config.spread > 1),
            self.next_return().filter(|_| wants),
            self.next_held_up(),
        ];
        let for_names = self
            .is_in_use()
            .then(|| self.names.next_ask(self.wants_names(), &self.config));
        let is_spare = self
            .connections
            .values()
            .filter(|its| its.is_open())
            .count()
            > 1;
        let for_surplus = is_spare.then(|| self.surplus.next(self.config.idle));
        let all = for_requests.into_iter().flatten();
        let all = all.chain(connections).chain(for_names).chain(for_surplus);
        // What is due and could not be done waits for something else to change.
        all.filter(|at| *at > self.now && *at < Duration::MAX).min()
    }

    /// When an address that was ejected gets requests again.
    fn next_return(&self) -> Option<Duration> {
        let until = |named: &crate::names::Named<A>| named.endpoint.ejected_until(self.now);
        self.names.iter().filter_map(until).min()
    }

    /// When a connection has been held up for as long as another would take to be made.
    fn next_held_up(&self) -> Option<Duration> {
        let at = |its: &Connection| {
            let passed = its.stalled_for(self.now)?;
            let left = self.connect_time.checked_sub(passed)?;
            Some(self.now.saturating_add(left))
        };
        self.connections.values().filter_map(at).min()
    }
}
