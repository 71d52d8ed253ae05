//! Servers, a network and callers in virtual time, around one origin.
//!
//! All is made of a seed. What the machine does is checked after every step, against what happened
//! here and not against what the machine says of itself.

mod check;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fastrand::Rng;
use tress_pool::{
    Action, Config, ConnectFailure, ConnectionId, Content, Failure, GoAway, Origin, Outcome,
    Request, RequestId, Stall, Verdict,
};

pub(crate) use self::check::Figures;
use self::check::Watch;
use self::server::{Health, Server};

/// What is broken on purpose, to show that a law notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// A request that failed is not told of.
    SwallowsFailures,
    /// What was processed is called unprocessed.
    CallsAllUnprocessed,
    /// The machine is not told the time when it asks to be.
    ForgetsTime,
    /// Connections may be as many as they like.
    ManyConnections,
    /// Nothing holds back the next attempt to connect.
    NoBackOff,
    /// All that fails is sent again.
    EndlessBudget,
    /// Nobody asks whether a peer is alive.
    NoPing,
    /// A peer that allows more streams goes unheard.
    HidesRoom,
}

/// When nothing goes wrong any more.
const PEACE: Duration = Duration::from_secs(300);

/// How a world is made.
pub(crate) struct Play {
    pub(crate) config: Config,
    pub(crate) seed: u64,
    pub(crate) servers: usize,
    pub(crate) requests: usize,
    /// Nothing goes wrong at any server.
    pub(crate) is_calm: bool,
    pub(crate) fault: Fault,
}

impl Play {
    /// A play in which servers do what servers do.
    pub(crate) fn rough(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x706c_6179);
        let mut config = Config::default();
        if rng.u8(..4) == 0 {
            config = config.single_connection();
        } else if rng.bool() {
            config = config.spread(rng.usize(2..5)).expect("it is not zero");
        }
        Self {
            config,
            seed,
            servers: rng.usize(1..6),
            requests: rng.usize(20..200),
            is_calm: false,
            fault: Fault::None,
        }
    }

    pub(crate) fn run(self) -> Result<Figures, String> {
        World::new(self).run()
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrives,
    Drops(RequestId),
    Connected(ConnectionId),
    ConnectFails(ConnectionId),
    Says(ConnectionId, u32),
    Answers(RequestId, ConnectionId),
    Pong(ConnectionId),
    GoesAway(ConnectionId, GoAway),
    Stalls(ConnectionId, bool),
    Resolved,
    Turns(usize),
    Peace,
    Tick,
}

struct Line {
    server: usize,
    running: BTreeSet<RequestId>,
    sent: u64,
    is_open: bool,
    is_gone: bool,
}

struct World {
    origin: Origin<usize>,
    now: Duration,
    rng: Rng,
    events: BTreeMap<(Duration, u64), Event>,
    next_event: u64,
    servers: Vec<Server>,
    lines: BTreeMap<ConnectionId, Line>,
    repeatable: BTreeSet<RequestId>,
    to_come: usize,
    pace: Duration,
    fault: Fault,
    is_calm: bool,
    watch: Watch,
    told: Option<Duration>,
    /// The answers in a row in which the resolver left a server out.
    missed: Vec<u32>,
    /// Nothing goes wrong any more, so that all must come to an end.
    is_peace: bool,
}

impl World {
    fn new(play: Play) -> Self {
        let mut rng = Rng::with_seed(play.seed);
        let config = match play.fault {
            Fault::ManyConnections => play.config.connections(50, 100).expect("it fits"),
            Fault::NoBackOff => play.config.back_off(Duration::ZERO, Duration::ZERO),
            Fault::EndlessBudget => play.config.retry_budget(10_000, 10_000),
            Fault::NoPing => play.config.without_ping(),
            _ => play.config,
        };
        let servers: Vec<_> = (0..play.servers)
            .map(|_| Server::new(&mut rng, play.is_calm))
            .collect();
        // From a trickle to more than the servers can take.
        let pace = Duration::from_micros(rng.u64(50..200_000));
        let mut world = Self {
            origin: Origin::new(config, play.seed),
            now: Duration::ZERO,
            events: BTreeMap::new(),
            next_event: 0,
            watch: Watch::new(servers.len()),
            missed: vec![0; servers.len()],
            is_peace: false,
            servers,
            lines: BTreeMap::new(),
            repeatable: BTreeSet::new(),
            to_come: play.requests,
            pace: if play.is_calm {
                Duration::from_millis(1)
            } else {
                pace
            },
            fault: play.fault,
            is_calm: play.is_calm,
            told: None,
            rng,
        };
        world.at(Duration::ZERO, Event::Arrives);
        world.at(PEACE, Event::Peace);
        if !play.is_calm {
            for server in 0..world.servers.len() {
                let first = Duration::from_millis(world.rng.u64(0..20_000));
                world.at(first, Event::Turns(server));
            }
        }
        world
    }

    fn at(&mut self, after: Duration, event: Event) {
        self.events
            .insert((self.now + after, self.next_event), event);
        self.next_event += 1;
    }

    fn run(mut self) -> Result<Figures, String> {
        // Long enough for every limit of the policy to pass.
        let end = Duration::from_secs(1200);
        while let Some(((at, _), event)) = self.next_event() {
            if at > end {
                break;
            }
            self.watch.deadlines(at)?;
            self.now = at;
            self.obey()?;
            self.happen(event)?;
            self.obey()?;
            self.watch.rules(self.now, &self.origin.stats())?;
            if self.watch.is_over() && self.to_come == 0 {
                break;
            }
        }
        self.watch.end(self.now)
    }

    /// The next of what happens, the machine's own deadlines included.
    fn next_event(&mut self) -> Option<((Duration, u64), Event)> {
        let first = self.events.first_key_value().map(|(key, _)| *key);
        let told = self.told.filter(|_| self.fault != Fault::ForgetsTime);
        match (first, told) {
            (Some((at, _)), Some(told)) if told < at => Some(((told, 0), Event::Tick)),
            (None, Some(told)) => Some(((told, 0), Event::Tick)),
            _ => self.events.pop_first(),
        }
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Arrives => self.arrives(),
            Event::Drops(id) => self.drops(id),
            Event::Connected(id) => self.connected(id),
            Event::ConnectFails(id) => {
                if self.lines.remove(&id).is_some() {
                    self.watch.connect_failed(id, self.now);
                    self.origin.connect_failed(id, ConnectFailure::Transport);
                }
            }
            Event::Says(id, streams) => {
                if self.is_alive(id) {
                    self.watch.announced(id, streams);
                    if self.fault != Fault::HidesRoom {
                        self.origin.announced(id, streams);
                    }
                }
            }
            Event::Answers(id, line) => return self.answers(id, line),
            Event::Pong(id) => {
                if self.is_alive(id) {
                    self.watch.heard(id);
                    self.origin.heard(id);
                }
            }
            Event::GoesAway(id, reason) => self.goes_away(id, reason)?,
            Event::Stalls(id, stalls) => {
                let cause = stalls.then_some(Stall::ConnectionWindow);
                if self.lines.contains_key(&id) {
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
    fn is_alive(&self, id: ConnectionId) -> bool {
        let line = self.lines.get(&id);
        line.is_some_and(|line| !self.servers[line.server].is_silent())
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
        for line in self.lines.values_mut() {
            line.running.remove(&id);
        }
        self.watch.ended(id, "dropped").expect("it runs");
        self.origin.dropped(id);
    }

    fn connected(&mut self, id: ConnectionId) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        line.is_open = true;
        let server = line.server;
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

    fn answers(&mut self, id: RequestId, line: ConnectionId) -> Result<(), String> {
        let is_alive = self.is_alive(line);
        let Some(its) = self.lines.get_mut(&line) else {
            return Ok(());
        };
        if !its.running.contains(&id) {
            return Ok(());
        }
        if !is_alive {
            // The transport sends it again.
            self.at(Duration::from_secs(1), Event::Answers(id, line));
            return Ok(());
        }
        its.running.remove(&id);
        let outcome = self.servers[its.server].outcome(&mut self.rng);
        self.watch.heard(line);
        self.origin.heard(line);
        self.finish(id, line, outcome)
    }

    /// Tells the machine how a request ended, and takes note of what that means.
    fn finish(
        &mut self,
        id: RequestId,
        line: ConnectionId,
        outcome: Outcome,
    ) -> Result<(), String> {
        let processed = !matches!(
            outcome,
            Outcome::Refused | Outcome::Unprocessed { .. } | Outcome::Misdirected
        );
        self.watch
            .processed(id, line, processed, outcome == Outcome::Answered);
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
            Verdict::Done { unprocessed } => {
                if unprocessed && processed {
                    return Err(format!("{id:?} was processed, and is called unprocessed"));
                }
                self.watch.ended(id, "done")
            }
            Verdict::Again => {
                let is_free = outcome == Outcome::Unprocessed { graceful: true };
                let may = self.repeatable.contains(&id) || outcome == Outcome::Misdirected;
                let is_fresh = outcome == Outcome::Misdirected;
                self.watch
                    .again(id, self.now, is_free, may, is_fresh, content)
            }
        }
    }

    fn goes_away(&mut self, id: ConnectionId, reason: GoAway) -> Result<(), String> {
        let Some(line) = self.lines.get_mut(&id) else {
            return Ok(());
        };
        if line.is_gone || !line.is_open {
            return Ok(());
        }
        line.is_gone = true;
        // What came last was not processed.
        let all: Vec<_> = line.running.iter().copied().collect();
        let kept = self.rng.usize(0..=all.len());
        let lost: Vec<_> = all[kept..].to_vec();
        for id in &lost {
            line.running.remove(id);
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
        let Some(line) = self.lines.remove(&id) else {
            return Ok(());
        };
        if line.is_open {
            self.watch.closed(id);
            self.origin.closed(id);
        } else {
            self.watch.connect_failed(id, self.now);
            self.origin.connect_failed(id, ConnectFailure::Transport);
        }
        self.obey()?;
        for request in line.running {
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
        let ids: Vec<_> = self.lines.keys().copied().collect();
        for id in ids {
            let server = self.lines[&id].server;
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
        let to_it = |(id, line): (&ConnectionId, &Line)| (line.server == server).then_some(*id);
        let ids: Vec<_> = self.lines.iter().filter_map(to_it).collect();
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

    /// Does what the machine asks for, until it asks for nothing more.
    fn obey(&mut self) -> Result<(), String> {
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
            Action::Fail { request, .. } => {
                let is_told = self.fault != Fault::SwallowsFailures;
                if is_told || self.watch.has_deadline(request) {
                    self.watch.ended(request, "failed")?;
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
        let line = Line {
            server,
            running: BTreeSet::new(),
            sent: 0,
            is_open: false,
            is_gone: false,
        };
        self.lines.insert(id, line);
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
        let Some(line) = self.lines.get_mut(&connection) else {
            return Err(format!(
                "{request:?} goes to {connection:?}, which is no more"
            ));
        };
        if !line.is_open {
            return Err(format!(
                "{request:?} goes to {connection:?}, which is not made"
            ));
        }
        line.sent += 1;
        line.running.insert(request);
        let (server, sent) = (line.server, line.sent);
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
        let Some(line) = self.lines.remove(&connection) else {
            return Ok(());
        };
        if line.is_open {
            self.watch.closed(connection);
        } else {
            self.watch.connect_failed(connection, self.now);
        }
        for request in line.running {
            self.finish(request, connection, Outcome::Failed)?;
        }
        Ok(())
    }
}
