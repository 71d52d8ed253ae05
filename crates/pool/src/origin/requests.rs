//! Requests come, end, are dropped, and are sent again.

use core::time::Duration;

use super::{Origin, Running};
use crate::action::{Action, Content, Decision, Outcome};
use crate::connection::ConnectionId;
use crate::endpoint::{EndpointId, Health, between};
use crate::error::{Failure, Waited};
use crate::waiting::{Entry, Request, RequestId};

/// What the restart of a server is given at least.
const RESTART: Duration = Duration::from_secs(1);

impl<A: Clone + PartialEq> Origin<A> {
    /// Takes a request. [`Action::Send`] or [`Action::Fail`] follows.
    ///
    /// # Errors
    ///
    /// [`Failure::Full`] if as many wait as may.
    pub fn request(&mut self, request: Request) -> Result<RequestId, Failure> {
        if self.waiting.len() >= self.config.waiting {
            self.total.full += 1;
            return Err(Failure::Full);
        }
        self.budget.earn();
        self.total.requests += 1;
        let id = RequestId(self.next_request);
        self.next_request += 1;
        let entry = Entry {
            request,
            since: self.now,
            attempts: 0,
            avoids: None,
            newer_than: None,
            misdirected: false,
        };
        self.waiting.push(id, entry, self.now, self.now);
        self.settle();
        Ok(id)
    }

    /// The caller gave a request up: one that waits vanishes, and one that runs frees capacity.
    pub fn dropped(&mut self, id: RequestId) {
        if self.waiting.remove(id).is_none() {
            if let Some(running) = self.running.remove(&id) {
                self.leave(running.connection, false);
            }
        }
        self.settle();
    }

    /// The head of an answer of whatever status but 421 came: so long the server took. The request runs
    /// until its content has ended, which [`finished`](Self::finished) says; where nothing is said
    /// before, the time of both together counts.
    pub fn answered(&mut self, id: RequestId) {
        let Some(running) = self.running.get_mut(&id).filter(|its| !its.is_answered) else {
            return;
        };
        running.is_answered = true;
        let took = self.now.saturating_sub(running.sent);
        let connection = self.connections.get(&running.connection);
        if let Some(endpoint) = connection.map(|its| its.endpoint) {
            self.judge(endpoint, Outcome::Answered, took);
        }
    }

    /// A request that was sent has ended.
    pub fn finished(&mut self, id: RequestId, outcome: Outcome, content: Content) -> Decision {
        let Some(running) = self.running.remove(&id) else {
            return Decision::Done { unprocessed: false };
        };
        let endpoint = self.leave(running.connection, outcome == Outcome::Answered);
        let is_judged = running.is_answered && outcome == Outcome::Answered;
        if let Some(endpoint) = endpoint.filter(|_| !is_judged) {
            self.judge(endpoint, outcome, self.now.saturating_sub(running.sent));
        }
        let decision = match self.again(&running, outcome, content) {
            Some(not_before) => {
                self.keep(id, running, endpoint, outcome, not_before);
                Decision::Again
            }
            None => Decision::Done {
                unprocessed: is_unprocessed(outcome),
            },
        };
        self.settle();
        decision
    }

    /// Takes a request off its connection. Says to which address that goes.
    fn leave(&mut self, connection: ConnectionId, answered: bool) -> Option<EndpointId> {
        let its = self.connections.get_mut(&connection)?;
        its.ended(self.now, answered);
        let endpoint = its.endpoint;
        self.close_if_done(connection);
        Some(endpoint)
    }

    /// What an outcome says of the address.
    fn judge(&mut self, id: EndpointId, outcome: Outcome, took: Duration) {
        let (now, failures) = (self.now, self.config.failures);
        let Some(endpoint) = self.names.get_mut(id) else {
            return;
        };
        match outcome {
            Outcome::Answered => {
                endpoint.connected();
                endpoint.answered(now, took);
            }
            Outcome::Misdirected | Outcome::Unprocessed { graceful: true } => {}
            Outcome::Failed
            | Outcome::TimedOut
            | Outcome::Refused
            | Outcome::Unprocessed { graceful: false } => {
                if endpoint.failed(now, took, failures) == Health::Failing {
                    self.eject(id);
                }
            }
        }
    }

    /// Gives an address no requests for a while, unless as many as half of them get none already: what
    /// fails everywhere is not the fault of an address.
    fn eject(&mut self, id: EndpointId) {
        let (now, time) = (self.now, self.config.ejection);
        let is_out = |id| {
            self.names
                .get(id)
                .is_some_and(|its| its.ejected_until(now).is_some())
        };
        let all = self.names.iter().count();
        let out = self.names.iter().filter(|named| is_out(named.id)).count();
        if is_out(id) || (out + 1) * 2 > all {
            return;
        }
        if let Some(endpoint) = self.names.get_mut(id) {
            endpoint.eject(now, time);
            self.total.ejections += 1;
        }
    }

    /// Says when the request is sent again, if it is.
    fn again(&mut self, running: &Running, outcome: Outcome, content: Content) -> Option<Duration> {
        let entry = &running.entry;
        let may_repeat = match outcome {
            Outcome::Answered => false,
            // RFC 9110 §15.5.20: another connection may lead to another server; once for an origin.
            Outcome::Misdirected => !entry.misdirected && !self.misdirected,
            Outcome::Failed | Outcome::TimedOut => entry.request.repeatable,
            Outcome::Refused | Outcome::Unprocessed { .. } => true,
        };
        if outcome == Outcome::Misdirected {
            self.misdirected = true;
        }
        if !may_repeat || content == Content::Spent || entry.attempts >= self.config.attempts {
            return None;
        }
        let is_free =
            matches!(outcome, Outcome::Unprocessed { graceful: true }) && entry.attempts == 1;
        let delay = if is_free {
            Duration::ZERO
        } else {
            self.delay(entry.attempts)
        };
        let at = self.now.saturating_add(delay);
        if entry
            .request
            .deadline
            .is_some_and(|deadline| deadline <= at)
        {
            return None;
        }
        if !is_free && !self.budget.take() {
            self.total.over_budget += 1;
            return None;
        }
        Some(at)
    }

    /// The pause before an attempt: at random, and longer after each, so that clients whose requests
    /// failed together do not come back together.
    fn delay(&mut self, attempts: u32) -> Duration {
        let (least, most) = self.config.retry_delay;
        let tripled = least.saturating_mul(3_u32.saturating_pow(attempts));
        between(&mut self.rng, least, tripled.min(most))
    }

    fn keep(
        &mut self,
        id: RequestId,
        running: Running,
        endpoint: Option<EndpointId>,
        outcome: Outcome,
        not_before: Duration,
    ) {
        let is_misdirected = outcome == Outcome::Misdirected;
        let newest = self.next_connection.checked_sub(1).map(ConnectionId);
        let entry = Entry {
            since: not_before,
            avoids: endpoint,
            newer_than: newest.filter(|_| is_misdirected),
            misdirected: is_misdirected || running.entry.misdirected,
            ..running.entry
        };
        self.total.again += 1;
        self.waiting.push(id, entry, self.now, not_before);
    }

    /// Gives up the requests that no connection can be made for in the time that they may wait.
    pub(super) fn give_up(&mut self) {
        if !self.is_down() {
            return;
        }
        let next = match self.names.iter().next() {
            Some(_) if self.may_connect() => self.now,
            Some(_) => self.next_dial().unwrap_or(self.now),
            None => self.names.next_ask(true, &self.config),
        };
        let now = self.now;
        // Whoever comes when an address may be tried waits at least until that has failed.
        let is_tried = self.may_connect();
        let in_vain = |entry: &Entry| {
            let until = self.waits_until(entry);
            now > until || (now == until && !is_tried) || next > until
        };
        let ready = self.waiting.ready();
        let ids: alloc::vec::Vec<_> = ready
            .filter(|(_, its)| in_vain(its))
            .map(|(id, _)| id)
            .collect();
        let failure = if self.names.iter().next().is_some() {
            Failure::Connect
        } else {
            Failure::Resolve
        };
        for id in ids {
            self.fail(id, failure);
        }
    }

    /// When a request that waits is given up, if nothing changes.
    pub(super) fn gives_up_at(&self) -> Option<Duration> {
        if !self.is_down() {
            return None;
        }
        let entries = self.waiting.ready().map(|(_, entry)| entry);
        entries.map(|entry| self.waits_until(entry)).min()
    }

    /// Until when a request waits where no address can be connected to. One that was sent before was at a
    /// server that may restart, and waits for that, whatever the patience of those that come.
    fn waits_until(&self, entry: &Entry) -> Duration {
        let patience = match entry.attempts {
            0 => self.config.patience,
            _ => self.config.patience.max(RESTART),
        };
        entry.since.saturating_add(patience)
    }

    /// Fails a request that waits.
    pub(super) fn fail(&mut self, request: RequestId, failure: Failure) {
        let Some(entry) = self.waiting.remove(request) else {
            return;
        };
        self.fail_entry(request, &entry, failure);
    }

    pub(super) fn fail_entry(&mut self, request: RequestId, entry: &Entry, failure: Failure) {
        let failure = match failure {
            _ if entry.attempts == 0 => failure,
            Failure::Deadline => Failure::Again(Waited::Deadline),
            _ => Failure::Again(Waited::Connect),
        };
        match failure {
            Failure::Deadline | Failure::Again(Waited::Deadline) => self.total.deadline += 1,
            _ => self.total.unconnected += 1,
        }
        self.actions.push_back(Action::Fail { request, failure });
    }
}

/// Says whether no server has processed any of a request.
const fn is_unprocessed(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Refused | Outcome::Unprocessed { .. } | Outcome::Misdirected
    )
}
