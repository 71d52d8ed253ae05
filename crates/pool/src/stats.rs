//! What a pool does, in numbers.

/// What keeps the requests that wait from being sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hold {
    /// None waits, or they wait to be sent again.
    #[default]
    None,
    /// The name is being resolved.
    Resolving,
    /// The first connection is being made.
    Connecting,
    /// No address can be connected to, and the next attempt is some time ahead.
    BackOff,
    /// Every connection carries as many streams as its peer allows (RFC 9113 §5.1.2).
    Streams,
    /// The connections with capacity are held up by a window or a transport that all streams share.
    Stalled,
    /// Every peer owes an answer to a PING.
    Late,
}

/// The state of the connections and requests of an origin, and what has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Stats {
    /// The requests that wait now.
    pub waiting: usize,
    /// What they wait for.
    pub hold: Hold,
    /// The requests that run now.
    pub running: usize,
    /// The connections that are being made.
    pub connecting: usize,
    /// The connections that take requests.
    pub open: usize,
    /// The open ones whose peer owes an answer to a PING for too long.
    pub late: usize,
    /// The connections that finish what they have.
    pub retiring: usize,
    /// The addresses that are known, and those of them that get no requests for a while.
    pub addresses: usize,
    /// See `addresses`.
    pub ejected: usize,
    /// All that ever happened.
    pub total: Totals,
}

/// Counts since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Totals {
    /// Requests that came.
    pub requests: u64,
    /// Requests given to a connection, each time counted.
    pub sent: u64,
    /// Requests that were kept to be sent again.
    pub again: u64,
    /// Requests that might have been sent again, had the budget allowed.
    pub over_budget: u64,
    /// Requests that failed because as many waited as may.
    pub full: u64,
    /// Requests whose deadline passed while they waited.
    pub deadline: u64,
    /// Requests that no connection could be made for.
    pub unconnected: u64,
    /// Connections that were begun.
    pub connects: u64,
    /// Those that could not be made, or served nothing.
    pub connects_failed: u64,
    /// Attempts called off because another one was faster (RFC 8305 §5).
    pub overtaken: u64,
    /// Connections given up because their peer did not answer a PING.
    pub lost: u64,
    /// Times that an address was ejected.
    pub ejections: u64,
}
