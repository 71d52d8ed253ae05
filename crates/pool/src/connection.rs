//! One connection: what it carries, and whether it takes more.

use core::time::Duration;

use crate::config::{Config, Ping};
use crate::endpoint::EndpointId;

/// Names a connection of an [`Origin`](crate::Origin). Numbers are never used twice, and rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(crate) u64);

/// Why a connection makes no progress, as its machine tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stall {
    /// The window that all streams share is shut (RFC 9113 §6.9.1).
    ConnectionWindow,
    /// The transport takes nothing.
    Transport,
}

/// How far the life of a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It is being made, since then.
    Connecting(Duration),
    /// It takes requests.
    Open,
    /// It finishes what it has.
    Retiring,
}

/// What is due for a connection by the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Ping,
    /// The peer does not answer.
    Lost,
    /// It could not be made in time.
    ConnectLimit,
    /// It is as old as it may become.
    Age,
    /// Nobody needs it.
    Idle,
}

/// A connection, as far as the policy looks at it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) endpoint: EndpointId,
    stage: Stage,
    /// How many streams the peer allows, as far as it said.
    limit: Option<u32>,
    running: u32,
    sent: u32,
    answered: u64,
    stall: Option<(Stall, Duration)>,
    /// When it retires by age.
    ends_at: Duration,
    /// Since when nothing runs on it.
    idle_since: Duration,
    heard: Duration,
    /// When the PING left that is not answered.
    pinged: Option<Duration>,
    /// It was begun while nothing was open: the first of such attempts that succeeds is enough.
    races: bool,
}

impl Connection {
    pub(crate) const fn new(endpoint: EndpointId, now: Duration, races: bool) -> Self {
        Self {
            endpoint,
            stage: Stage::Connecting(now),
            limit: None,
            running: 0,
            sent: 0,
            answered: 0,
            stall: None,
            ends_at: Duration::MAX,
            idle_since: now,
            heard: now,
            pinged: None,
            races,
        }
    }

    /// It is made. Says how long that took.
    pub(crate) fn open(&mut self, now: Duration, ends_at: Duration) -> Option<Duration> {
        let Stage::Connecting(since) = self.stage else {
            return None;
        };
        self.stage = Stage::Open;
        self.ends_at = ends_at;
        self.idle_since = now;
        self.heard = now;
        Some(now.saturating_sub(since))
    }

    pub(crate) fn connecting_since(&self) -> Option<Duration> {
        match self.stage {
            Stage::Connecting(since) => Some(since),
            Stage::Open | Stage::Retiring => None,
        }
    }

    /// Says whether it is an attempt that another one may overtake.
    pub(crate) fn is_racing(&self) -> bool {
        self.races && self.connecting_since().is_some()
    }

    /// It is wanted, whichever attempt is the first.
    pub(crate) fn is_wanted(&mut self) {
        self.races = false;
    }

    pub(crate) fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    pub(crate) fn is_retiring(&self) -> bool {
        self.stage == Stage::Retiring
    }

    /// No new requests. Says whether that is new.
    pub(crate) fn retire(&mut self) -> bool {
        core::mem::replace(&mut self.stage, Stage::Retiring) != Stage::Retiring
    }

    /// Says whether nothing of it is left to wait for.
    pub(crate) fn is_done(&self) -> bool {
        self.is_retiring() && self.running == 0
    }

    pub(crate) fn announced(&mut self, limit: u32) {
        self.limit = Some(limit);
    }

    /// Says whether it takes a request now; `assumed` holds until the peer has said how many streams
    /// it allows.
    pub(crate) fn has_capacity(&self, assumed: u32) -> bool {
        self.is_open() && self.running < self.limit.unwrap_or(assumed)
    }

    pub(crate) fn running(&self) -> u32 {
        self.running
    }

    pub(crate) fn answered(&self) -> u64 {
        self.answered
    }

    /// A request is given to it. Says whether that was its last.
    pub(crate) fn sent(&mut self, now: Duration, most: u32) -> bool {
        if self.running == 0 {
            // What it was silent before nobody waited for.
            self.heard = self.heard.max(now);
        }
        self.running += 1;
        self.sent += 1;
        self.sent >= most
    }

    /// A request of it has ended.
    pub(crate) fn ended(&mut self, now: Duration, answered: bool) {
        self.running = self.running.saturating_sub(1);
        self.answered += u64::from(answered);
        self.idle_since = now;
    }

    /// It is stalled for this cause, or no longer.
    pub(crate) fn stalled(&mut self, cause: Option<Stall>, now: Duration) {
        let since = |cause| match self.stall {
            Some((before, since)) if before == cause => since,
            _ => now,
        };
        self.stall = cause.map(|cause| (cause, since(cause)));
    }

    /// For how long a cause that all of its streams share has held it up.
    pub(crate) fn stalled_for(&self, now: Duration) -> Option<Duration> {
        let (_, since) = self.stall?;
        Some(now.saturating_sub(since))
    }

    /// Octets came.
    pub(crate) fn heard(&mut self, now: Duration) {
        self.heard = now;
        self.pinged = None;
    }

    /// Says whether the peer owes an answer for too long to be given more.
    pub(crate) fn is_late(&self, now: Duration, config: &Config) -> bool {
        match (self.pinged, config.ping) {
            (Some(at), Some(ping)) => now >= at.saturating_add(ping.late),
            _ => false,
        }
    }

    /// What the time asks for; a PING that is due counts as sent.
    pub(crate) fn tick(&mut self, now: Duration, slower: u32, config: &Config) -> Option<Due> {
        let (at, due) = self.next_due(slower, config)?;
        if at > now {
            return None;
        }
        if due == Due::Ping {
            self.pinged = Some(now);
        }
        Some(due)
    }

    /// What is due next, and when.
    pub(crate) fn next_due(&self, slower: u32, config: &Config) -> Option<(Duration, Due)> {
        if let Stage::Connecting(since) = self.stage {
            return Some((
                since.saturating_add(config.connect_limit),
                Due::ConnectLimit,
            ));
        }
        let ping = self.next_ping(slower, config);
        let age = self.is_open().then_some((self.ends_at, Due::Age));
        let is_idle = self.is_open() && self.running == 0;
        let idle = is_idle.then_some((self.idle_since.saturating_add(config.idle), Due::Idle));
        [ping, age, idle]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    fn next_ping(&self, slower: u32, config: &Config) -> Option<(Duration, Due)> {
        let Ping { idle, lost, .. } = config.ping?;
        if let Some(at) = self.pinged {
            return Some((at.saturating_add(lost), Due::Lost));
        }
        let idle = idle.saturating_mul(slower);
        (self.running > 0).then_some((self.heard.saturating_add(idle), Due::Ping))
    }

    /// When it becomes late, so that waiting requests look elsewhere.
    pub(crate) fn late_at(&self, now: Duration, config: &Config) -> Option<Duration> {
        let at = self.pinged?.saturating_add(config.ping?.late);
        (at > now).then_some(at)
    }
}
