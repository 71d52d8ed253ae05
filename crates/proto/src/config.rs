//! What an endpoint announces and tolerates. Every default has a reason.

mod stand_in;
mod windows;

use core::time::Duration;

use self::stand_in::StandIn;
use self::windows::Windows;
use crate::error::ConfigError;
use crate::limits::Limits;
use crate::role::Side;
use crate::schedule::Priorities;

/// Who returns the credit of content that was taken (RFC 9113 §6.9.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Credit {
    /// The connection's credit returns when content comes, and a stream's when it is taken: a stream
    /// that nobody reads stops its own sender and no other.
    #[default]
    Automatic,
    /// The application returns it with [`release_credit`](crate::StreamMut::release_credit), as a
    /// proxy does once it has passed the content on.
    ///
    /// The connection's credit returns with the stream's, so that its window, and not that of all
    /// streams, bounds what waits. Whoever does not return credit on some streams may stop all others:
    /// there is no promise about slow readers.
    Manual,
}

/// How a connection is set up. A value that could not be announced is refused when it is set, and so
/// is one that contradicts those that were set before: set the limits first.
///
/// ```
/// use tress_proto::{Config, ConfigError};
///
/// let config = Config::default().initial_window(1 << 20)?.max_frame_size(32 * 1024)?;
/// # Ok::<(), ConfigError>(())
/// ```
#[doc(alias("Builder", "nghttp2_option"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    windows: Windows,
    pub(crate) concurrent_requests: u32,
    pub(crate) max_frame_size: u32,
    pub(crate) header_table_size: u32,
    pub(crate) send_buffer: usize,
    pub(crate) extended_connect: bool,
    pub(crate) push: bool,
    pub(crate) extensions: bool,
    pub(crate) malformed: bool,
    pub(crate) join_cookies: bool,
    pub(crate) repeated_messages: bool,
    pub(crate) credit: Credit,
    pub(crate) debug_data: bool,
    pub(crate) priorities: Priorities,
    pub(crate) idle: Option<Duration>,
    pub(crate) keep_alive: Option<(Duration, Duration)>,
    pub(crate) max_age: Option<(Duration, Duration)>,
    /// How long a request may wait for the server to take another stream.
    pub(crate) pending_request_timeout: Option<Duration>,
    /// What a stand-in for another implementation leaves undone.
    pub(crate) stand_in: StandIn,
    /// A thread waits for each stream.
    threads: bool,
    pub(crate) limits: Limits,
    /// The application chose the limits; otherwise the role does.
    has_limits: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            windows: Windows::default(),
            concurrent_requests: u32::MAX,
            // Larger frames would delay the frames of other streams.
            max_frame_size: frame::DEFAULT_MAX_FRAME_SIZE,
            header_table_size: 4096,
            // Enough to fill a write while the application makes the next piece.
            send_buffer: 128 * 1024,
            extended_connect: false,
            // Browsers gave push up; a client that wants it says so.
            push: false,
            extensions: false,
            malformed: false,
            join_cookies: false,
            // Real requests differ, and then it costs a little.
            repeated_messages: false,
            credit: Credit::Automatic,
            debug_data: true,
            priorities: Priorities::Urgency,
            idle: None,
            keep_alive: None,
            max_age: None,
            // Whoever asked has given up by then, and another connection may have capacity.
            pending_request_timeout: Some(Duration::from_secs(300)),
            stand_in: StandIn::NONE,
            threads: false,
            limits: Limits::server(),
            has_limits: false,
        }
    }
}

impl Config {
    /// Sets the largest payload that the peer may send in a frame, in octets (RFC 9113 §4.2).
    ///
    /// # Errors
    ///
    /// [`ConfigError::MaxFrameSize`] outside 16,384 to 16,777,215.
    pub const fn max_frame_size(mut self, octets: u32) -> Result<Self, ConfigError> {
        if octets < frame::DEFAULT_MAX_FRAME_SIZE || octets > frame::MAX_FRAME_SIZE_LIMIT {
            return Err(ConfigError::MaxFrameSize);
        }
        self.max_frame_size = octets;
        Ok(self)
    }

    /// Sets the size of the dynamic table that the peer may use towards us, in octets
    /// (RFC 7541 §4.2).
    #[must_use]
    pub const fn header_table_size(mut self, octets: u32) -> Self {
        self.header_table_size = octets;
        self
    }

    /// Sets how many octets of content a stream may queue before it has no capacity.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`] for zero.
    #[doc(alias("max_send_buffer_size", "http2_max_send_buf_size"))]
    pub const fn send_buffer(mut self, octets: usize) -> Result<Self, ConfigError> {
        if octets == 0 {
            return Err(ConfigError::Zero("send_buffer"));
        }
        self.send_buffer = octets;
        Ok(self)
    }

    /// Says that the same messages are likely to be sent again and again, and the same ones to come back,
    /// as to a load generator: then the last short field section of each direction is kept, and neither
    /// encoded nor decoded once more where it is the same and means the same. Off by default.
    #[must_use]
    pub const fn repeated_messages(mut self, are_likely: bool) -> Self {
        self.repeated_messages = are_likely;
        self
    }

    /// Lets clients use extended CONNECT (RFC 8441 §3). It is not announced otherwise.
    #[must_use]
    pub const fn allow_extended_connect(mut self) -> Self {
        self.extended_connect = true;
        self
    }

    /// Lets servers push (RFC 9113 §8.4). A client refuses promises otherwise.
    #[must_use]
    pub const fn allow_push(mut self) -> Self {
        self.push = true;
        self
    }

    /// Passes frames of unknown types on, as [`Event::Extension`](crate::Event::Extension)
    /// (RFC 9113 §5.5). They are ignored otherwise.
    #[must_use]
    pub const fn receive_extensions(mut self) -> Self {
        self.extensions = true;
        self
    }

    /// Opens a stream for a request whose head is malformed or has too many fields, so that a server
    /// can answer it: see [`Part::Malformed`](crate::Part::Malformed) (RFC 9113 §8.1.1). Otherwise
    /// nobody hears of one: too many fields are answered with the status 431 and no content, an
    /// authority that is not valid with 400, and for
    /// all else the stream is reset.
    #[must_use]
    pub const fn receive_malformed(mut self) -> Self {
        self.malformed = true;
        self
    }

    /// Joins the pairs of a cookie into one field, as HTTP/1.1 wants it (RFC 9113 §8.2.3). They are
    /// kept as they came otherwise.
    #[must_use]
    pub const fn join_cookies(mut self) -> Self {
        self.join_cookies = true;
        self
    }

    /// Leaves the reason out of GOAWAY, where it stands for the peer's debugger (RFC 9113 §6.8).
    #[must_use]
    pub const fn without_debug_data(mut self) -> Self {
        self.debug_data = false;
        self
    }

    /// Sets who may send first where many streams have something to send (RFC 9218 §10).
    #[must_use]
    pub const fn priorities(mut self, priorities: Priorities) -> Self {
        self.priorities = priorities;
        self
    }

    /// Ends the connection in good order once no stream has been running for so long.
    #[must_use]
    pub const fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Sends a PING to a peer that was idle for `interval`, and gives it up when no answer has
    /// come within `timeout` (RFC 9113 §6.7).
    ///
    /// Servers take frequent pings for abuse: ten seconds is a short interval.
    #[must_use]
    pub const fn keep_alive(mut self, interval: Duration, timeout: Duration) -> Self {
        self.keep_alive = Some((interval, timeout));
        self
    }

    /// Ends the connection in good order once it is `limit` old, as
    /// [`go_away`](crate::Connection::go_away) does, and at once when streams are still running
    /// `grace` later (RFC 9113 §6.8).
    ///
    /// That lets a server behind a balancer shed load, and a client find new addresses of a name.
    #[must_use]
    pub const fn max_age(mut self, limit: Duration, grace: Duration) -> Self {
        self.max_age = Some((limit, grace));
        self
    }

    /// Sets how long a client's request may wait for the server to take another stream
    /// (RFC 9113 §5.1.2). Then it ends with [`StreamError::Unsent`](crate::StreamError::Unsent), and
    /// can be sent elsewhere. `None` lets it wait for ever. It is five minutes otherwise; where no
    /// driver tells the time, it has no end.
    #[must_use]
    pub const fn pending_request_timeout(mut self, limit: Option<Duration>) -> Self {
        self.pending_request_timeout = limit;
        self
    }

    /// Says that a thread waits for each stream, so that one whose window the peer keeps shut costs
    /// more than memory: [`Limits::thread_credit`] counts for it, where that is less than
    /// [`Limits::stream_credit`].
    #[must_use]
    pub const fn threads(mut self) -> Self {
        self.threads = true;
        self
    }

    /// Sets what the peer may cost us. Otherwise it is what [`Limits::server`] says for a server, and
    /// [`Limits::client`] for a client.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Zero`] for a limit of zero where nothing would pass, [`ConfigError::Relation`] for
    /// limits that contradict each other; both say which.
    pub const fn limits(mut self, limits: Limits) -> Result<Self, ConfigError> {
        if let Err(error) = limits.check() {
            return Err(error);
        }
        self.limits = limits;
        self.has_limits = true;
        self.checked()
    }

    /// The same with the limits of this role, unless the application chose others.
    pub(crate) const fn for_side(mut self, side: Side) -> Self {
        if !self.has_limits {
            self.limits = match side {
                Side::Server => Limits::server(),
                Side::Client => Limits::client(),
            };
        }
        if self.threads
            && self.limits.thread_credit.as_nanos() < self.limits.stream_credit.as_nanos()
        {
            self.limits.stream_credit = self.limits.thread_credit;
        }
        self
    }

    /// The length of the buffer that a driver reads into, in octets: with that much at hand a
    /// connection always consumes something.
    #[must_use]
    pub const fn read_buffer_len(&self) -> usize {
        frame::Head::LEN + self.max_frame_size as usize
    }
}
