//! The windows that an endpoint announces, and what they must be to each other (RFC 9113 §6.9).

use super::{Config, Credit};
use crate::error::ConfigError;
use crate::flow::{Allowance, INITIAL_WINDOW, MAX_WINDOW};
use crate::role::Side;

/// A client announces a window for so many streams before it knows how many the server takes.
const STREAMS_AT_FIRST: u32 = 100;

/// The windows, as far as the application chose them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Windows {
    /// I: the window of each stream.
    initial: Option<u32>,
    /// G: what all streams may grow by.
    growth: Option<u32>,
    /// The window of the connection, where the application returns its credit.
    connection: Option<u32>,
}

/// I unless it was chosen.
const fn initial(side: Side) -> u32 {
    match side {
        // What 100 streams hold that nobody reads is 6.25 MiB; an upload that is read grows.
        Side::Server => 64 * 1024,
        // A reply of so many octets comes whole without a round trip for credit.
        Side::Client => 256 * 1024,
    }
}

/// G unless it was chosen.
const fn growth(side: Side) -> u32 {
    match side {
        // A gigabit over a path of 100 ms is 12 MiB.
        Side::Server => 16 * 1024 * 1024,
        // And another half of it while one stream has that much.
        Side::Client => 24 * 1024 * 1024,
    }
}

impl Config {
    /// Sets I, the window of each stream, in octets (RFC 9113 §6.9.2): 64 KiB of a server, 256 KiB of
    /// a client. Until the peer has acknowledged it, it may take 65,535 for it.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Window`] above 2^31-1; [`ConfigError::Relation`], see
    /// [`connection_window`](Self::connection_window).
    #[doc(alias(
        "initial_window_size",
        "initial_stream_window_size",
        "http2_initial_stream_window_size"
    ))]
    pub const fn initial_window(mut self, octets: u32) -> Result<Self, ConfigError> {
        if octets > MAX_WINDOW {
            return Err(ConfigError::Window);
        }
        self.windows.initial = Some(octets);
        self.checked()
    }

    /// Sets G, what the windows of all streams may grow by together, in octets, as far as the path and
    /// each stream's reader take as much: 16 MiB of a server, 24 MiB of a client. One stream may have
    /// all of it. Zero keeps windows as they are, and sends no PING to measure (RFC 9113 §6.9.1).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Window`] above 2^31-1; [`ConfigError::Relation`], see
    /// [`connection_window`](Self::connection_window).
    #[doc(alias("adaptive_window", "http2_adaptive_window"))]
    pub const fn window_growth(mut self, octets: u32) -> Result<Self, ConfigError> {
        if octets > MAX_WINDOW {
            return Err(ConfigError::Window);
        }
        self.windows.growth = Some(octets);
        self.checked()
    }

    /// Sets the window of the connection, in octets (RFC 9113 §6.9.1), where the application returns
    /// its credit: after [`credit`](Self::credit) with [`Credit::Manual`], and only then.
    ///
    /// Otherwise it follows from the rest, and is announced at once: N · I + G, with N the
    /// [streams](crate::Limits) that the peer may open. As no more than that can ever wait to be taken,
    /// however many streams nobody reads, the connection's credit returns when content comes, and a
    /// stream that nobody reads stops no other. A client widens its window as it opens more than 100
    /// streams.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Window`] above 2^31-1, [`ConfigError::ConnectionWindow`] below 65,535.
    /// [`ConfigError::Relation`] where credit returns by itself. The same comes of every setter that
    /// makes N · I + G, or I + G where the application returns the credit, more than 2^31-1. So set
    /// the limits first, and what is to be smaller before what is to be larger.
    #[doc(alias(
        "initial_connection_window_size",
        "http2_initial_connection_window_size"
    ))]
    pub const fn connection_window(mut self, octets: u32) -> Result<Self, ConfigError> {
        if octets > MAX_WINDOW {
            return Err(ConfigError::Window);
        }
        if octets < INITIAL_WINDOW {
            return Err(ConfigError::ConnectionWindow);
        }
        self.windows.connection = Some(octets);
        self.checked()
    }

    /// Sets who returns the credit of content that was taken. With [`Credit::Automatic`], which is what
    /// holds unless told, a window that was set for the connection is forgotten.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Relation`], see [`connection_window`](Self::connection_window).
    pub const fn credit(mut self, credit: Credit) -> Result<Self, ConfigError> {
        self.credit = credit;
        if let Credit::Automatic = credit {
            self.windows.connection = None;
        }
        self.checked()
    }

    /// Sets how many requests of a client are open at once, if the server takes as many; others wait
    /// (RFC 9113 §5.1.2). There is no such limit unless told.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`] for zero.
    pub const fn concurrent_requests(mut self, requests: u32) -> Result<Self, ConfigError> {
        if requests == 0 {
            return Err(ConfigError::Zero("concurrent_requests"));
        }
        self.concurrent_requests = requests;
        Ok(self)
    }

    /// Holds what was chosen so far against what must be, for either role.
    pub(super) const fn checked(self) -> Result<Self, ConfigError> {
        match self.broken() {
            Some(relation) => Err(ConfigError::Relation(relation)),
            None => Ok(self),
        }
    }

    const fn broken(&self) -> Option<&'static str> {
        let (server, client) = (Side::Server, Side::Client);
        if !fits(1, self.initial(server), self.growth(server))
            || !fits(1, self.initial(client), self.growth(client))
        {
            return Some(
                "initial_window + window_growth <= 2,147,483,647 octets, the largest window: lower one \
                 of them",
            );
        }
        if let Credit::Manual = self.credit {
            return None;
        }
        if self.windows.connection.is_some() {
            return Some(
                "connection_window is set only after credit(Credit::Manual): otherwise it is \
                 concurrent_streams * initial_window + window_growth, so set those",
            );
        }
        let Some(streams) = self.streams() else {
            return Some(
                "concurrent_streams is announced where credit returns by itself: set it, or \
                 credit(Credit::Manual) first",
            );
        };
        if fits(streams, self.initial(server), self.growth(server)) {
            None
        } else {
            Some(
                "concurrent_streams * initial_window + window_growth <= 2,147,483,647 octets, the \
                 largest window of a connection: lower one of them, the limits first",
            )
        }
    }

    /// The streams that the peer may open; `None` if no limit is announced.
    const fn streams(&self) -> Option<u32> {
        self.limits.concurrent_streams
    }

    const fn initial(&self, side: Side) -> u32 {
        match self.windows.initial {
            Some(octets) => octets,
            None => initial(side),
        }
    }

    const fn growth(&self, side: Side) -> u32 {
        match self.windows.growth {
            Some(octets) => octets,
            None => growth(side),
        }
    }

    /// What SETTINGS_INITIAL_WINDOW_SIZE is to be.
    pub(crate) const fn announced_window(&self, side: Side) -> u32 {
        self.initial(side)
    }

    /// The window of the connection, if it does not follow from the rest.
    pub(crate) const fn fixed_window(&self) -> Option<u32> {
        self.windows.connection
    }

    /// How many streams a server may promise a client, with windows for all of them and a request.
    pub(crate) fn promises(&self, side: Side) -> u32 {
        if side == Side::Server || !self.push {
            return 0;
        }
        let space = MAX_WINDOW - self.growth(side);
        let most = space.checked_div(self.initial(side)).unwrap_or(u32::MAX);
        let streams = self.streams().unwrap_or(STREAMS_AT_FIRST);
        streams.min(most.saturating_sub(1))
    }

    /// What all streams may hold together, before anything was said.
    pub(crate) fn allowance(&self, side: Side) -> Allowance {
        let streams = match side {
            Side::Server => self.streams().unwrap_or(STREAMS_AT_FIRST),
            Side::Client => {
                let promises = self.promises(side);
                let all = self.concurrent_requests.saturating_add(promises);
                all.min(STREAMS_AT_FIRST).max(promises.saturating_add(1))
            }
        };
        // RFC 9113 §6.5.3: what was announced binds from its acknowledgment on.
        let initial = self.initial(side).max(INITIAL_WINDOW);
        Allowance::new(initial, streams, self.growth(side))
    }

    /// Says what would be broken if windows of `initial` octets and so many streams were announced
    /// besides what is.
    pub(crate) const fn would_break(
        &self,
        side: Side,
        initial: u32,
        streams: u32,
    ) -> Option<&'static str> {
        if matches!(self.credit, Credit::Manual) && fits(1, initial, self.growth(side))
            || fits(streams, initial, self.growth(side))
        {
            None
        } else {
            Some(
                "concurrent_streams * initial_window + window_growth <= 2,147,483,647 octets, with the \
                 largest values that were announced while streams are open",
            )
        }
    }
}

/// Says whether a window of a connection holds that much.
const fn fits(streams: u32, initial: u32, growth: u32) -> bool {
    streams as u64 * initial as u64 + growth as u64 <= MAX_WINDOW as u64
}
