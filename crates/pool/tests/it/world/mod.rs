//! Servers, a network and callers in virtual time, around one origin.
//!
//! All is made of a seed. What the machine does is checked after every step, against what happened
//! here and not against what the machine says of itself.

mod actions;
mod check;
mod events;
mod play;
mod server;

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;

use fastrand::Rng;
use tress_pool::{ConnectionId, GoAway, Origin, RequestId};

pub(crate) use self::check::Figures;
use self::check::Watch;
pub(crate) use self::play::{Fault, Play};
pub(crate) use self::server::{Health, Server};

/// When nothing goes wrong any more.
pub(crate) const PEACE: Duration = Duration::from_secs(300);

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

struct Link {
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
    links: BTreeMap<ConnectionId, Link>,
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
            Fault::ShortConnects => play.config.connect_limit(Duration::from_millis(200)),
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
            watch: Watch::new(servers.len(), play.most),
            missed: vec![0; servers.len()],
            is_peace: false,
            servers,
            links: BTreeMap::new(),
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
}
