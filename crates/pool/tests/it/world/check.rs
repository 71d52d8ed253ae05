//! What must hold, seen from outside.

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;

use tress_pool::{ConnectionId, Content, RequestId, Stats};

const PER_ADDRESS: usize = 4;
const ATTEMPTS: u32 = 3;
/// The longest pause before a request is sent again.
const PAUSE: Duration = Duration::from_millis(250);
const IDLE: Duration = Duration::from_secs(10);
const LATE: Duration = Duration::from_secs(2);
/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// What a play came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) requests: u64,
    pub(crate) sent: u64,
    pub(crate) again: u64,
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    /// Of those that failed, how many a server has processed, or may have.
    pub(crate) processed: u64,
    /// How many waited to the end of their deadline.
    pub(crate) deadline: u64,
    /// How many waited in vain for a connection.
    pub(crate) unconnected: u64,
    /// How many came while the resolver had given no address yet, which the round robin does not need.
    pub(crate) unresolved: u64,
    pub(crate) connects: u64,
    pub(crate) overtaken: u64,
    pub(crate) most_connections: usize,
    pub(crate) by_server: Vec<u64>,
}

impl Figures {
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.sent += other.sent;
        self.again += other.again;
        self.answered += other.answered;
        self.failed += other.failed;
        self.processed += other.processed;
        self.deadline += other.deadline;
        self.unconnected += other.unconnected;
        self.unresolved += other.unresolved;
        self.connects += other.connects;
        self.overtaken += other.overtaken;
        self.most_connections = self.most_connections.max(other.most_connections);
    }
}

#[derive(Debug)]
struct Request {
    came: Duration,
    deadline: Option<Duration>,
    /// From then on it may be sent.
    ready: Duration,
    attempts: u32,
    runs: bool,
    processed: bool,
    answered: bool,
    /// It waits for a connection that is newer than those there are.
    wants_fresh: bool,
}

#[derive(Debug)]
struct Connection {
    server: usize,
    is_open: bool,
    is_retired: bool,
    begun: Duration,
    is_stalled: bool,
    limit: Option<u32>,
    running: BTreeSet<RequestId>,
    busy_since: Duration,
    pinged: Option<Duration>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Address {
    failures: u32,
    failed_at: Duration,
    vanished: Option<Duration>,
    is_forgotten: bool,
}

pub(crate) struct Watch {
    is_strict: bool,
    /// How many connections there may be.
    most: usize,
    requests: BTreeMap<RequestId, Request>,
    ended: BTreeSet<RequestId>,
    connections: BTreeMap<ConnectionId, Connection>,
    addresses: Vec<Address>,
    last_limit: Option<u32>,
    paid_retries: u64,
    slower: u32,
    figures: Figures,
}

impl Watch {
    pub(crate) fn new(servers: usize, most: usize) -> Self {
        Self {
            is_strict: true,
            most,
            requests: BTreeMap::new(),
            ended: BTreeSet::new(),
            connections: BTreeMap::new(),
            addresses: vec![Address::default(); servers],
            last_limit: None,
            paid_retries: 0,
            slower: 1,
            figures: Figures {
                by_server: vec![0; servers],
                ..Figures::default()
            },
        }
    }

    pub(crate) fn came(&mut self, id: RequestId, now: Duration, deadline: Option<Duration>) {
        self.figures.requests += 1;
        let request = Request {
            came: now,
            deadline,
            ready: now,
            attempts: 0,
            runs: false,
            processed: false,
            answered: false,
            wants_fresh: false,
        };
        self.requests.insert(id, request);
    }

    pub(crate) fn has_ended(&self, id: RequestId) -> bool {
        self.ended.contains(&id)
    }

    pub(crate) fn has_deadline(&self, id: RequestId) -> bool {
        let request = self.requests.get(&id);
        request.is_some_and(|request| request.deadline.is_some())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.requests.is_empty()
    }

    /// A request ends once.
    pub(crate) fn ended(&mut self, id: RequestId, how: &str) -> Result<(), String> {
        let request = self.requests.remove(&id);
        let request = request.ok_or_else(|| format!("{id:?} ended twice, now {how}"))?;
        for connection in self.connections.values_mut() {
            connection.running.remove(&id);
        }
        self.ended.insert(id);
        let figures = &mut self.figures;
        match how {
            "dropped" => return Ok(()),
            "deadline" => figures.deadline += 1,
            "unconnected" => figures.unconnected += 1,
            "unresolved" => figures.unresolved += 1,
            _ => figures.processed += u64::from(request.processed && !request.answered),
        }
        if request.answered {
            figures.answered += 1;
        } else {
            figures.failed += 1;
        }
        Ok(())
    }

    /// A request that was sent has come to something.
    pub(crate) fn processed(
        &mut self,
        id: RequestId,
        link: ConnectionId,
        processed: bool,
        answered: bool,
    ) {
        let server = self.connections.get_mut(&link).map(|its| {
            its.running.remove(&id);
            its.server
        });
        if let Some(request) = self.requests.get_mut(&id) {
            request.runs = false;
            request.processed |= processed;
            request.answered = answered;
        }
        if let Some(server) = server.filter(|_| answered) {
            self.addresses[server].failures = 0;
            self.figures.by_server[server] += 1;
        }
    }

    /// A request is kept to be sent again: only one that no server has processed, unless the caller
    /// allowed it, with all of its content, at most three times, and within the budget.
    pub(crate) fn again(
        &mut self,
        id: RequestId,
        now: Duration,
        is_free: bool,
        may_repeat: bool,
        is_fresh: bool,
        content: Content,
    ) -> Result<(), String> {
        let request = self
            .requests
            .get_mut(&id)
            .ok_or("an unknown request is kept")?;
        if request.processed && !may_repeat {
            return Err(format!("{id:?} was processed and is sent again"));
        }
        if content == Content::Spent || request.attempts >= ATTEMPTS {
            return Err(format!(
                "{id:?} is sent again after {} attempts",
                request.attempts
            ));
        }
        self.figures.again += 1;
        request.ready = now + PAUSE;
        request.wants_fresh |= is_fresh;
        self.paid_retries += u64::from(!(is_free && request.attempts == 1));
        let earned = 10.0 + 10.0 * now.as_secs_f64() + 0.2 * self.figures.requests as f64;
        if self.paid_retries as f64 > earned + 1e-6 {
            return Err(format!(
                "{} were sent again, of {earned}",
                self.paid_retries
            ));
        }
        Ok(())
    }

    pub(crate) fn connects(
        &mut self,
        id: ConnectionId,
        server: usize,
        now: Duration,
    ) -> Result<(), String> {
        let to_it = |its: &&Connection| its.server == server && !its.is_open && !its.is_retired;
        if self.connections.values().any(|its| to_it(&its)) {
            return Err(format!("two attempts at once to {server}"));
        }
        let address = self.addresses[server];
        if address.failures > 0 {
            let doubled = Duration::from_millis(100) * 2_u32.pow((address.failures - 1).min(20));
            let least = doubled.min(Duration::from_secs(30)) / 2;
            if now < address.failed_at + least {
                let after = now - address.failed_at;
                return Err(format!(
                    "{server} is tried {after:?} after failure {}",
                    address.failures
                ));
            }
        }
        self.figures.connects += 1;
        let connection = Connection {
            server,
            is_open: false,
            is_retired: false,
            begun: now,
            is_stalled: false,
            limit: None,
            running: BTreeSet::new(),
            busy_since: now,
            pinged: None,
        };
        self.connections.insert(id, connection);
        Ok(())
    }

    pub(crate) fn connect_failed(&mut self, id: ConnectionId, now: Duration) {
        if let Some(connection) = self.connections.remove(&id) {
            let address = &mut self.addresses[connection.server];
            address.failures += u32::from(!address.is_forgotten);
            address.failed_at = now;
        }
    }

    /// An attempt is given up: one that took too long, or one that another has overtaken.
    pub(crate) fn called_off(&mut self, id: ConnectionId, now: Duration) -> Result<(), String> {
        let begun = self.connections.get(&id).map(|its| its.begun);
        if begun.is_some_and(|begun| now >= begun + CONNECT) {
            self.connect_failed(id, now);
            return Ok(());
        }
        self.connections.remove(&id);
        self.figures.overtaken += 1;
        let is_winner = |its: &Connection| its.is_open && !its.is_retired;
        if self.connections.values().any(is_winner) {
            return Ok(());
        }
        Err(format!("{id:?} is called off, and nothing is open"))
    }

    /// The resolver has left it out for long: what was known of it is lost.
    pub(crate) fn forgotten(&mut self, server: usize, is_forgotten: bool) {
        let address = &mut self.addresses[server];
        address.is_forgotten = is_forgotten;
        if is_forgotten {
            address.failures = 0;
        }
    }

    pub(crate) fn opened(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.is_open = true;
        }
    }

    pub(crate) fn announced(&mut self, id: ConnectionId, streams: u32) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.limit = Some(streams);
            self.last_limit = Some(streams);
        }
    }

    pub(crate) fn heard(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.pinged = None;
        }
    }

    pub(crate) fn stalled(&mut self, id: ConnectionId, is_stalled: bool) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.is_stalled = is_stalled;
        }
    }

    pub(crate) fn calmed(&mut self) {
        self.slower = (self.slower * 2).min(64);
    }

    pub(crate) fn vanished(&mut self, server: usize, now: Duration) {
        self.addresses[server].vanished = Some(now);
    }

    pub(crate) fn back(&mut self, server: usize) {
        self.addresses[server].vanished = None;
    }

    pub(crate) fn retired(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.is_retired = true;
        }
    }

    pub(crate) fn closed(&mut self, id: ConnectionId) {
        self.connections.remove(&id);
    }

    /// A PING goes out only with streams open.
    pub(crate) fn pinged(&mut self, id: ConnectionId, now: Duration) -> Result<(), String> {
        let connection = self
            .connections
            .get_mut(&id)
            .ok_or("a PING without a connection")?;
        if connection.running.is_empty() {
            return Err(format!("{id:?} is asked for nothing"));
        }
        connection.pinged = Some(now);
        Ok(())
    }

    pub(crate) fn sent(
        &mut self,
        id: RequestId,
        link: ConnectionId,
        now: Duration,
    ) -> Result<(), String> {
        let connection = self
            .connections
            .get_mut(&link)
            .ok_or("sent to no connection")?;
        let request = self
            .requests
            .get_mut(&id)
            .ok_or_else(|| format!("{id:?} is sent after its end"))?;
        if request.runs {
            return Err(format!("{id:?} is sent twice"));
        }
        if connection.is_retired {
            return Err(format!("{id:?} goes to {link:?}, which has retired"));
        }
        request.runs = true;
        request.attempts += 1;
        request.wants_fresh = false;
        if connection.running.is_empty() {
            connection.busy_since = now;
        }
        connection.running.insert(id);
        self.figures.sent += 1;
        if let Some(at) = self.addresses[connection.server].vanished {
            let noticed = at.max(connection.busy_since) + IDLE * self.slower + LATE;
            if now > noticed {
                return Err(format!(
                    "{id:?} goes to a server that vanished at {at:?}, now {now:?}"
                ));
            }
        }
        Ok(())
    }

    /// None waits past its deadline, before the machine is told that it is later.
    pub(crate) fn deadlines(&self, now: Duration) -> Result<(), String> {
        let is_late = |its: &Request| !its.runs && its.deadline.is_some_and(|at| at < now);
        match self.requests.iter().find(|(_, its)| is_late(its)) {
            Some((id, its)) => Err(format!("{id:?} waits past {:?}", its.deadline)),
            None => Ok(()),
        }
    }

    /// What must hold at every instant.
    pub(crate) fn rules(&mut self, now: Duration, stats: &Stats) -> Result<(), String> {
        self.count_connections()?;
        if !self.is_strict || stats.ejected > 0 {
            return Ok(());
        }
        let assumed = self.last_limit.map_or(100, |limit| limit.max(1)) as usize;
        let has_capacity = |its: &Connection| {
            let is_late = its.pinged.is_some_and(|at| now >= at + LATE);
            let most = its.limit.map_or(assumed, |limit| limit as usize);
            let takes = its.is_open && !its.is_retired && !its.is_stalled;
            takes && !is_late && its.running.len() < most
        };
        if !self.connections.values().any(has_capacity) {
            return Ok(());
        }
        let waits = |its: &Request| !its.runs && !its.wants_fresh && its.ready <= now;
        match self.requests.iter().find(|(_, its)| waits(its)) {
            Some((id, its)) => Err(format!(
                "{id:?} waits since {:?} beside free capacity at {now:?}",
                its.came
            )),
            None => Ok(()),
        }
    }

    fn count_connections(&mut self) -> Result<(), String> {
        for server in 0..self.addresses.len() {
            let to_it = || self.connections.values().filter(|its| its.server == server);
            let active = to_it().filter(|its| !its.is_retired).count();
            if active > PER_ADDRESS || to_it().count() > 2 * PER_ADDRESS {
                return Err(format!(
                    "{active} connections to {server}, of {}",
                    to_it().count()
                ));
            }
        }
        let all = self.connections.len();
        let active = || self.connections.values().filter(|its| !its.is_retired);
        self.figures.most_connections = self.figures.most_connections.max(all);
        let (open, active) = (active().filter(|its| its.is_open).count(), active().count());
        // While nothing is open attempts at several addresses race.
        let counted = if open > 0 { active } else { 0 };
        if counted > self.most || counted + (all - active) > 2 * self.most {
            return Err(format!("{counted} connections of {all}"));
        }
        Ok(())
    }

    /// Every request has ended.
    pub(crate) fn end(self, now: Duration) -> Result<Figures, String> {
        match self.requests.into_iter().next() {
            Some((id, request)) => Err(format!("{id:?} has not ended by {now:?}: {request:?}")),
            None => Ok(self.figures),
        }
    }
}
