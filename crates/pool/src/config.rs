//! The numbers of the policy. Every default has a reason.

use core::time::Duration;

use crate::error::ConfigError;

/// What a client does with its connections to one origin. Times are those of the clock that
/// [`Origin::tick`](crate::Origin::tick) is told.
///
/// ```
/// use core::time::Duration;
/// use tress_pool::Config;
///
/// let config = Config::default()
///     .connections(2, 8)?
///     .idle_limit(Duration::from_secs(30));
/// # Ok::<(), tress_pool::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) per_address: usize,
    pub(crate) per_origin: usize,
    pub(crate) spread: usize,
    pub(crate) waiting: usize,
    pub(crate) assumed_streams: u32,
    pub(crate) streams: u32,
    pub(crate) attempts: u32,
    pub(crate) retry_delay: (Duration, Duration),
    pub(crate) retry_percent: u32,
    pub(crate) retry_rate: u32,
    pub(crate) patience: Duration,
    pub(crate) connect_limit: Duration,
    pub(crate) attempt_delay: Duration,
    pub(crate) back_off: (Duration, Duration),
    pub(crate) failures: u32,
    pub(crate) ejection: Duration,
    pub(crate) resolve_interval: Duration,
    pub(crate) resolve_pause: Duration,
    pub(crate) forget_after: u8,
    pub(crate) max_age: Option<Duration>,
    pub(crate) idle: Duration,
    pub(crate) ping: Option<Ping>,
}

/// When a connection with open streams is asked whether it is alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ping {
    /// Nothing was heard for so long.
    pub(crate) idle: Duration,
    /// An answer that takes longer is late: no new requests.
    pub(crate) late: Duration,
    /// An answer that takes longer is lost, and with it the connection.
    pub(crate) lost: Duration,
}

const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

impl Default for Config {
    fn default() -> Self {
        Self {
            // RFC 9113 §9.1 asks for one; more are opened only where one is not enough.
            per_address: 4,
            per_origin: 16,
            spread: 1,
            // More than a server takes at once by some times; beyond that waiting helps nobody.
            waiting: 1024,
            // RFC 9113 §6.5.2 recommends that servers allow no fewer.
            assumed_streams: 100,
            // A connection has 2^30 identifiers of requests (RFC 9113 §5.1.1).
            streams: 1 << 30,
            attempts: 3,
            retry_delay: (millis(25), millis(250)),
            retry_percent: 20,
            retry_rate: 10,
            // The restart of a server takes less.
            patience: secs(1),
            connect_limit: secs(10),
            // RFC 8305 §5.
            attempt_delay: millis(250),
            back_off: (millis(100), secs(30)),
            failures: 5,
            ejection: secs(30),
            resolve_interval: secs(60),
            resolve_pause: secs(5),
            forget_after: 3,
            max_age: Some(secs(1800)),
            idle: secs(90),
            ping: Some(Ping {
                idle: secs(10),
                late: secs(2),
                lost: secs(10),
            }),
        }
    }
}

impl Config {
    /// Sets how many connections there may be to one address, and to the origin (4 and 16).
    ///
    /// Those that take no new requests any more, and only finish what they have, are not counted; of
    /// them there may be as many again. Nor are attempts at several addresses of which the first that
    /// succeeds ends the others (RFC 8305 §5).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`], or [`ConfigError::Connections`] if an address may have more than the
    /// origin.
    pub const fn connections(
        mut self,
        per_address: usize,
        per_origin: usize,
    ) -> Result<Self, ConfigError> {
        if per_address == 0 {
            return Err(ConfigError::Zero("connections"));
        }
        if per_address > per_origin {
            return Err(ConfigError::Connections);
        }
        self.per_address = per_address;
        self.per_origin = per_origin;
        Ok(self)
    }

    /// Keeps to one connection for the origin, however long requests wait (RFC 9113 §9.1).
    #[must_use]
    pub const fn single_connection(mut self) -> Self {
        self.per_address = 1;
        self.per_origin = 1;
        self
    }

    /// Sets over how many addresses requests are spread, where there are as many (1): a client with
    /// many requests shares them among servers before any of them is full.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`].
    pub const fn spread(mut self, addresses: usize) -> Result<Self, ConfigError> {
        if addresses == 0 {
            return Err(ConfigError::Zero("spread"));
        }
        self.spread = addresses;
        Ok(self)
    }

    /// Sets how many requests may wait for a connection (1,024); more fail at once.
    #[must_use]
    pub const fn waiting(mut self, requests: usize) -> Self {
        self.waiting = requests;
        self
    }

    /// Sets how many requests a connection may carry in its life (2^30).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`].
    pub const fn streams(mut self, requests: u32) -> Result<Self, ConfigError> {
        if requests == 0 {
            return Err(ConfigError::Zero("streams"));
        }
        self.streams = requests;
        Ok(self)
    }

    /// Sets how often a request may be sent in all (3); 1 means that nothing is sent again.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`].
    pub const fn attempts(mut self, attempts: u32) -> Result<Self, ConfigError> {
        if attempts == 0 {
            return Err(ConfigError::Zero("attempts"));
        }
        self.attempts = attempts;
        Ok(self)
    }

    /// Sets the budget of requests that are sent again: a percentage of all requests (20), and so many
    /// a second besides (10).
    #[must_use]
    pub const fn retry_budget(mut self, percent: u32, a_second: u32) -> Self {
        self.retry_percent = percent;
        self.retry_rate = a_second;
        self
    }

    /// Sets how long a request waits where no address can be connected to (1 s), so that it outlives
    /// the restart of a server. Zero reports a refused connection at once, but for a request that was sent
    /// before and is to be sent again: that waits for a second at least.
    #[must_use]
    pub const fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// Sets how long making a connection may take, TLS and the peer's SETTINGS included (10 s).
    #[must_use]
    pub const fn connect_limit(mut self, time: Duration) -> Self {
        self.connect_limit = time;
        self
    }

    /// Sets the time after which an address that could not be connected to is tried again: the first,
    /// which doubles each time (100 ms), and the longest (30 s). Each is made shorter by up to a half,
    /// at random, so that clients do not come back together.
    #[must_use]
    pub const fn back_off(mut self, first: Duration, longest: Duration) -> Self {
        self.back_off = (first, longest);
        self
    }

    /// Sets how many failures in a row eject an address (5), and for how long the first time (30 s).
    /// Each further ejection takes as much longer.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`].
    pub const fn ejection(mut self, failures: u32, time: Duration) -> Result<Self, ConfigError> {
        if failures == 0 {
            return Err(ConfigError::Zero("ejection"));
        }
        self.failures = failures;
        self.ejection = time;
        Ok(self)
    }

    /// Sets how often names are resolved while the origin is in use (60 s), and how often at most,
    /// where connecting fails (5 s). An answer of a resolver says not how long it holds.
    #[must_use]
    pub const fn resolving(mut self, interval: Duration, pause: Duration) -> Self {
        self.resolve_interval = interval;
        self.resolve_pause = pause;
        self
    }

    /// Sets how old a connection may become (30 min), or that it may become as old as it will. It is
    /// made shorter by up to a tenth, at random.
    ///
    /// A client that keeps a connection for ever never sees a new server behind the name.
    #[must_use]
    pub const fn max_age(mut self, limit: Option<Duration>) -> Self {
        self.max_age = limit;
        self
    }

    /// Sets how long a connection stays that nobody needs (90 s).
    #[must_use]
    pub const fn idle_limit(mut self, limit: Duration) -> Self {
        self.idle = limit;
        self
    }

    /// Sets when a connection with open streams is asked whether it is alive: after so much `idle`
    /// (10 s). While its answer is `late` (2 s) it gets no new requests; when it is `lost` (10 s) the
    /// connection is given up (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Ping`] unless `late` is shorter than `lost`.
    pub fn ping(
        mut self,
        idle: Duration,
        late: Duration,
        lost: Duration,
    ) -> Result<Self, ConfigError> {
        if late >= lost {
            return Err(ConfigError::Ping);
        }
        self.ping = Some(Ping { idle, late, lost });
        Ok(self)
    }

    /// Sends no PING. A peer that vanishes is then noticed by the deadlines of requests only.
    #[must_use]
    pub const fn without_ping(mut self) -> Self {
        self.ping = None;
        self
    }
}
