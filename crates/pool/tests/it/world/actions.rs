//! What the machine asks for, as a driver does it.

use alloc::collections::BTreeSet;
use core::time::Duration;

use tress_pool::{Action, ConnectionId, Failure, GoAway, Outcome, RequestId, Waited};

use super::server::Health;
use super::{Event, Fault, Link, World};

impl World {
    /// Does what the machine asks for, until it asks for nothing more.
    pub(super) fn obey(&mut self) -> Result<(), String> {
        self.told = self.origin.tick(self.now);
        loop {
            let action = self.origin.poll().or_else(|| {
                self.told = self.origin.tick(self.now);
                self.origin.poll()
            });
            match action {
                Some(action) => self.act(action)?,
                None => return Ok(()),
            }
        }
    }

    fn act(&mut self, action: Action<usize>) -> Result<(), String> {
        match action {
            Action::Resolve => {
                let most = if self.is_calm { 1 } else { 200 };
                let after = Duration::from_millis(self.rng.u64(0..most));
                self.at(after, Event::Resolved);
            }
            Action::Connect {
                connection,
                address,
            } => self.connect(connection, address)?,
            Action::Send {
                request,
                connection,
            } => self.send(request, connection)?,
            Action::Fail { request, failure } => {
                let is_told = self.fault != Fault::SwallowsFailures;
                let how = match failure {
                    Failure::Deadline | Failure::Again(Waited::Deadline) => "deadline",
                    Failure::Resolve => "unresolved",
                    _ => "unconnected",
                };
                if is_told || self.watch.has_deadline(request) {
                    self.watch.ended(request, how)?;
                }
            }
            Action::Ping { connection } => self.ping(connection)?,
            Action::Retire { connection } => self.watch.retired(connection),
            Action::Close { connection } => self.close(connection)?,
            _ => return Err("an action that nobody here knows".to_owned()),
        }
        Ok(())
    }

    fn connect(&mut self, id: ConnectionId, server: usize) -> Result<(), String> {
        let link = Link {
            server,
            running: BTreeSet::new(),
            sent: 0,
            is_open: false,
            is_gone: false,
        };
        self.links.insert(id, link);
        self.watch.connects(id, server, self.now)?;
        let took = self.servers[server].connect_time(&mut self.rng);
        match self.servers[server].health() {
            Health::Down => self.at(Duration::from_millis(1), Event::ConnectFails(id)),
            Health::Vanished => {}
            _ => self.at(took, Event::Connected(id)),
        }
        Ok(())
    }

    fn send(&mut self, request: RequestId, connection: ConnectionId) -> Result<(), String> {
        self.watch.sent(request, connection, self.now)?;
        let Some(link) = self.links.get_mut(&connection) else {
            return Err(format!(
                "{request:?} goes to {connection:?}, which is no more"
            ));
        };
        if !link.is_open {
            return Err(format!(
                "{request:?} goes to {connection:?}, which is not made"
            ));
        }
        link.sent += 1;
        link.running.insert(request);
        let (server, sent) = (link.server, link.sent);
        let took = self.servers[server].answer_time(&mut self.rng);
        self.at(took, Event::Answers(request, connection));
        if self.servers[server]
            .goes_away_after()
            .is_some_and(|most| sent == most)
        {
            let after = Duration::from_millis(self.rng.u64(0..50));
            self.at(after, Event::GoesAway(connection, GoAway::Graceful));
        }
        Ok(())
    }

    fn ping(&mut self, connection: ConnectionId) -> Result<(), String> {
        self.watch.pinged(connection, self.now)?;
        if self.is_alive(connection) {
            let after = Duration::from_millis(self.rng.u64(0..4000));
            self.at(after, Event::Pong(connection));
        }
        Ok(())
    }

    fn close(&mut self, connection: ConnectionId) -> Result<(), String> {
        let Some(link) = self.links.remove(&connection) else {
            return Ok(());
        };
        if link.is_open {
            self.watch.closed(connection);
        } else {
            self.watch.called_off(connection, self.now)?;
        }
        for request in link.running {
            self.finish(request, connection, Outcome::Failed)?;
        }
        Ok(())
    }
}
