//! What happens in a world, and how the machine is told.

use core::time::Duration;

use tress_pool::{
    ConnectFailure, ConnectionId, Content, Decision, Failure, GoAway, Outcome, Request, RequestId,
    Stall,
};

use super::server::Health;
use super::{Event, Fault, Link, World};

impl World {
    pub(super) fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Arrives => self.arrives(),
            Event::Drops(id) => self.drops(id),
            Event::Connected(id) => self.connected(id),
            Event::ConnectFails(id) => {
                if self.links.remove(&id).is_some() {
                    self.watch.connect_failed(id, self.now);
                    self.origin.connect_failed(id, ConnectFailure::Transport);
                }
            }
            Event::Says(id, streams) => {
                if self.is_alive(id) {
                    self.watch.announced(id, streams);
                    if self.fault != Fault::HidesCapacity {
                        self.origin.announced(id, streams);
                    }
                }
            }
            Event::Answers(id, link) => return self.answers(id, link),
            Event::Pong(id) => {
                if self.is_alive(id) {
                    self.watch.heard(id);
                    self.origin.heard(id);
                }
            }
            Event::GoesAway(id, reason) => self.goes_away(id, reason)?,
            Event::Stalls(id, stalls) => {
                let cause = stalls.then_some(Stall::ConnectionWindow);
                if self.links.contains_key(&id) {
                    self.watch.stalled(id, stalls);
                    self.origin.stalled(id, cause);
                }
            }
            Event::Resolved => self.resolved(),
            Event::Turns(server) => self.turns(server)?,
            Event::Peace => self.peace(),
            Event::Tick => {}
        }
        Ok(())
    }

    /// Says whether octets of the server reach us.
    pub(super) fn is_alive(&self, id: ConnectionId) -> bool {
        let link = self.links.get(&id);
        link.is_some_and(|link| !self.servers[link.server].is_silent())
    }

    fn arrives(&mut self) {
        if self.to_come == 0 {
            return;
        }
        self.to_come -= 1;
        let mut request = Request::new();
        let mut deadline = None;
        if !self.is_calm && self.rng.u8(..4) == 0 {
            let at = self.now + Duration::from_millis(self.rng.u64(1..10_000));
            request = request.deadline(at);
            deadline = Some(at);
        }
        let is_repeatable = !self.is_calm && self.rng.bool();
        if is_repeatable {
            request = request.repeatable();
        }
        match self.origin.request(request) {
            Ok(id) => {
                self.watch.came(id, self.now, deadline);
                if is_repeatable {
                    self.repeatable.insert(id);
                }
                if !self.is_calm && self.rng.u8(..20) == 0 {
                    let after = Duration::from_millis(self.rng.u64(0..2000));
                    self.at(after, Event::Drops(id));
                }
            }
            Err(failure) => assert_eq!(failure, Failure::Full),
        }
        let pause = self.pace * self.rng.u32(0..20) / 10;
        self.at(pause, Event::Arrives);
    }

    fn drops(&mut self, id: RequestId) {
        if self.watch.has_ended(id) {
            return;
        }
        for link in self.links.values_mut() {
            link.running.remove(&id);
        }
        self.watch.ended(id, "dropped").expect("it runs");
        self.origin.dropped(id);
    }

    fn connected(&mut self, id: ConnectionId) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        link.is_open = true;
        let server = link.server;
        self.watch.opened(id);
        self.origin.opened(id);
        let streams = self.servers[server].streams();
        let after = Duration::from_millis(self.rng.u64(0..50));
        self.at(after, Event::Says(id, streams));
        if !self.is_calm && self.rng.u8(..4) == 0 {
            let since = Duration::from_millis(self.rng.u64(0..5000));
            let time = Duration::from_millis(self.rng.u64(0..3000));
            self.at(since, Event::Stalls(id, true));
            self.at(since + time, Event::Stalls(id, false));
        }
        if !self.is_calm && self.rng.u8(..8) == 0 {
            let more = self.rng.u32(0..300);
            let after = Duration::from_millis(self.rng.u64(50..5000));
            self.at(after, Event::Says(id, more));
        }
    }

    fn answers(&mut self, id: RequestId, link: ConnectionId) -> Result<(), String> {
        let is_alive = self.is_alive(link);
        let Some(its) = self.links.get_mut(&link) else {
            return Ok(());
        };
        if !its.running.contains(&id) {
            return Ok(());
        }
        if !is_alive {
            // The transport sends it again.
            self.at(Duration::from_secs(1), Event::Answers(id, link));
            return Ok(());
        }
        its.running.remove(&id);
        let outcome = self.servers[its.server].outcome(&mut self.rng);
        self.watch.heard(link);
        self.origin.heard(link);
        self.finish(id, link, outcome)
    }

    /// Tells the machine how a request ended, and takes note of what that means.
    pub(super) fn finish(
        &mut self,
        id: RequestId,
        link: ConnectionId,
        outcome: Outcome,
    ) -> Result<(), String> {
        let processed = !matches!(
            outcome,
            Outcome::Refused | Outcome::Unprocessed { .. } | Outcome::Misdirected
        );
        self.watch
            .processed(id, link, processed, outcome == Outcome::Answered);
        let said = match self.fault {
            Fault::CallsAllUnprocessed if outcome == Outcome::Failed => {
                Outcome::Unprocessed { graceful: true }
            }
            _ => outcome,
        };
        let content = if self.rng.u8(..8) == 0 {
            Content::Spent
        } else {
            Content::Again
        };
        match self.origin.finished(id, said, content) {
            Decision::Done { unprocessed } => {
                if unprocessed && processed {
                    return Err(format!("{id:?} was processed, and is called unprocessed"));
                }
                self.watch.ended(id, "done")
            }
            Decision::Again => {
                let is_free = outcome == Outcome::Unprocessed { graceful: true };
                let may = self.repeatable.contains(&id) || outcome == Outcome::Misdirected;
                let is_fresh = outcome == Outcome::Misdirected;
                self.watch
                    .again(id, self.now, is_free, may, is_fresh, content)
            }
        }
    }

    fn goes_away(&mut self, id: ConnectionId, reason: GoAway) -> Result<(), String> {
        let Some(link) = self.links.get_mut(&id) else {
            return Ok(());
        };
        if link.is_gone || !link.is_open {
            return Ok(());
        }
        link.is_gone = true;
        // What came last was not processed.
        let all: Vec<_> = link.running.iter().copied().collect();
        let kept = self.rng.usize(0..=all.len());
        let lost: Vec<_> = all[kept..].to_vec();
        for id in &lost {
            link.running.remove(id);
        }
        self.watch.retired(id);
        if reason == GoAway::Calm {
            self.watch.calmed();
        }
        self.origin.going_away(id, reason);
        self.obey()?;
        for request in lost {
            let graceful = reason == GoAway::Graceful;
            self.finish(request, id, Outcome::Unprocessed { graceful })?;
        }
        Ok(())
    }

    fn breaks(&mut self, id: ConnectionId) -> Result<(), String> {
        let Some(link) = self.links.remove(&id) else {
            return Ok(());
        };
        if link.is_open {
            self.watch.closed(id);
            self.origin.closed(id);
        } else {
            self.watch.connect_failed(id, self.now);
            self.origin.connect_failed(id, ConnectFailure::Transport);
        }
        self.obey()?;
        for request in link.running {
            self.finish(request, id, Outcome::Failed)?;
        }
        Ok(())
    }

    fn resolved(&mut self) {
        let all: Vec<_> = (0..self.servers.len()).collect();
        let is_whole = self.is_calm || self.is_peace;
        let mut answer = all.clone();
        answer.retain(|_| is_whole || self.rng.u8(..8) > 0);
        if !is_whole && self.rng.u8(..16) == 0 {
            answer.clear();
        }
        if !answer.is_empty() {
            for server in all {
                let is_there = answer.contains(&server);
                self.missed[server] = if is_there { 0 } else { self.missed[server] + 1 };
                self.watch.forgotten(server, self.missed[server] >= 3);
            }
        }
        self.origin.resolved(answer);
    }

    /// Every server is well from now on.
    fn peace(&mut self) {
        self.is_peace = true;
        for server in 0..self.servers.len() {
            self.servers[server].mend();
            self.watch.back(server);
        }
        let ids: Vec<_> = self.links.keys().copied().collect();
        for id in ids {
            let server = self.links[&id].server;
            self.at(
                Duration::ZERO,
                Event::Says(id, self.servers[server].streams()),
            );
            self.at(Duration::ZERO, Event::Stalls(id, false));
        }
    }

    /// Something changes at a server.
    fn turns(&mut self, server: usize) -> Result<(), String> {
        if self.is_peace {
            return Ok(());
        }
        let before = self.servers[server].is_silent();
        self.servers[server].turn(&mut self.rng);
        if self.servers[server].is_silent() && !before {
            self.watch.vanished(server, self.now);
        } else if before && !self.servers[server].is_silent() {
            self.watch.back(server);
        }
        let to_it = |(id, link): (&ConnectionId, &Link)| (link.server == server).then_some(*id);
        let ids: Vec<_> = self.links.iter().filter_map(to_it).collect();
        for id in ids {
            // What was asked for before is under way already.
            self.obey()?;
            match self.servers[server].health() {
                Health::Down => self.breaks(id)?,
                Health::Restarts => {
                    let reasons = [
                        GoAway::Graceful,
                        GoAway::Graceful,
                        GoAway::Calm,
                        GoAway::Error,
                    ];
                    let reason = reasons[self.rng.usize(..4)];
                    self.goes_away(id, reason)?;
                }
                _ => {}
            }
        }
        let next = Duration::from_millis(self.rng.u64(100..30_000));
        self.at(next, Event::Turns(server));
        Ok(())
    }
}
