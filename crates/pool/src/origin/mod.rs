//! The machine: inputs in, actions out.
//!
//! Each part of the policy is a type of its own that says what happened; here the calls are ordered.
//! After every input requests are given to connections first, for that needs nothing; then those
//! that wait in vain are given up; then connections are made for the rest.

mod choice;
mod connections;
mod dial;
mod race;
mod requests;
mod time;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::time::Duration;

use fastrand::Rng;

use crate::action::Action;
use crate::budget::Budget;
use crate::config::Config;
use crate::connection::{Connection, ConnectionId};
use crate::names::Names;
use crate::stats::{Hold, Stats, Totals};
use crate::surplus::Surplus;
use crate::waiting::{Entry, RequestId, Waiting};

/// What is assumed of the time that a connection takes before one was made.
const CONNECT_TIME: Duration = Duration::from_millis(200);

/// The connections of a client to one origin (one [`Key`](crate::Key)), and the requests that wait
/// for them.
///
/// `A` is an address: of TCP, of a Unix socket, or the caller's own. After every call, take all
/// actions by [`poll`](Self::poll), and learn from [`tick`](Self::tick) when to be back.
#[derive(Debug)]
pub struct Origin<A> {
    config: Config,
    now: Duration,
    rng: Rng,
    names: Names<A>,
    connections: BTreeMap<ConnectionId, Connection>,
    next_connection: u64,
    waiting: Waiting,
    running: BTreeMap<RequestId, Running>,
    next_request: u64,
    budget: Budget,
    surplus: Surplus,
    /// How long it takes to connect, as a mean.
    connect_time: Duration,
    /// The streams that a peer of this origin allowed last.
    last_limit: Option<u32>,
    /// By how much PINGs are rarer because a peer complained.
    slower: u32,
    /// A request was answered with the status 421 on a connection made for it.
    misdirected: bool,
    actions: VecDeque<Action<A>>,
    total: Totals,
}

/// A request that was sent.
#[derive(Clone, Debug)]
struct Running {
    entry: Entry,
    connection: ConnectionId,
    sent: Duration,
    /// The head of an answer came.
    is_answered: bool,
}

impl<A: Clone + PartialEq> Origin<A> {
    /// Makes an origin without connections. The same seed makes the same choices.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            now: Duration::ZERO,
            rng: Rng::with_seed(seed),
            names: Names::new(),
            connections: BTreeMap::new(),
            next_connection: 0,
            waiting: Waiting::new(),
            running: BTreeMap::new(),
            next_request: 0,
            budget: Budget::new(&config),
            surplus: Surplus::default(),
            connect_time: CONNECT_TIME,
            last_limit: None,
            slower: 1,
            misdirected: false,
            actions: VecDeque::new(),
            total: Totals::default(),
            config,
        }
    }

    /// Takes the next thing to do.
    pub fn poll(&mut self) -> Option<Action<A>> {
        self.actions.pop_front()
    }

    /// Takes the resolver's answer, in the order in which addresses are to be tried (RFC 6724), with
    /// families [in turns](crate::in_turns) (RFC 8305 §4). An empty answer, or an error, keeps the addresses that are
    /// known; one is gone after three answers without it.
    pub fn resolved(&mut self, answer: Vec<A>) {
        for endpoint in self.names.resolved(answer, self.config.forget_after) {
            let of_it = |(id, connection): (&ConnectionId, &Connection)| {
                (connection.endpoint == endpoint).then_some(*id)
            };
            let ids: Vec<_> = self.connections.iter().filter_map(of_it).collect();
            for id in ids {
                self.retire(id);
            }
        }
        self.settle();
    }

    /// What there is, and what has happened so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let count = |test: &dyn Fn(&Connection) -> bool| {
            self.connections.values().filter(|its| test(its)).count()
        };
        let is_ejected = |id| {
            let endpoint = self.names.get(id);
            endpoint.is_some_and(|endpoint| endpoint.ejected_until(self.now).is_some())
        };
        Stats {
            waiting: self.waiting.len(),
            hold: self.hold(),
            running: self.running.len(),
            connecting: count(&|its| its.connecting_since().is_some()),
            open: count(&Connection::is_open),
            late: count(&|its| its.is_open() && its.is_late(self.now, &self.config)),
            retiring: count(&Connection::is_retiring),
            addresses: self.names.iter().count(),
            ejected: self.names.iter().filter(|its| is_ejected(its.id)).count(),
            total: self.total,
        }
    }

    fn hold(&self) -> Hold {
        if self.waiting.ready_len() == 0 {
            return Hold::None;
        }
        let open = || self.connections.values().filter(|its| its.is_open());
        if open().next().is_some() {
            let timely = || open().filter(|its| !its.is_late(self.now, &self.config));
            return if timely().next().is_none() {
                Hold::Late
            } else if timely().any(|its| its.has_capacity(self.assumed())) {
                Hold::Stalled
            } else {
                Hold::Streams
            };
        }
        if self
            .connections
            .values()
            .any(|its| its.connecting_since().is_some())
        {
            Hold::Connecting
        } else if self.names.iter().next().is_none() && !self.names.has_failed() {
            Hold::Resolving
        } else {
            Hold::BackOff
        }
    }

    /// What a peer is taken to allow before it has said it (RFC 9113 §5.1.2).
    fn assumed(&self) -> u32 {
        // A peer that allowed none may allow some again, and one must be asked.
        self.last_limit
            .map_or(self.config.assumed_streams, |limit| limit.max(1))
    }

    /// Does what has become possible.
    fn settle(&mut self) {
        self.give();
        self.give_up();
        self.dial();
        self.ask_names();
    }

    /// Resolves where requests wait for an address, where connecting fails, and now and then.
    fn ask_names(&mut self) {
        if self.is_in_use() && self.names.ask(self.now, self.wants_names(), &self.config) {
            self.actions.push_back(Action::Resolve);
        }
    }

    fn is_in_use(&self) -> bool {
        self.waiting.len() > 0 || !self.connections.is_empty()
    }

    /// An address that fails may be gone.
    fn wants_names(&self) -> bool {
        self.names.iter().any(|named| named.endpoint.is_down())
    }
}
