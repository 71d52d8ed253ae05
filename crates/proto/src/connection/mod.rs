//! The connection: one module for every frame, in both directions.

mod accepted;
mod allowance;
mod answer;
mod answered;
mod client;
mod credit;
mod deadline;
mod events;
mod extension;
mod finish;
mod flood;
mod flush;
mod going_away;
mod introspect;
mod malformed;
mod ping;
mod preface;
mod priority;
mod progress;
mod recv;
mod refused;
mod rest;
mod runtime;
mod send;
mod settings;
mod stalls;
mod started;
mod stream_mut;
mod stream_ref;
#[cfg(test)]
mod tests;
mod transport;
mod upgrade;
mod waiting;
mod watch;

use alloc::boxed::Box;
use core::fmt;
use core::marker::PhantomData;

use frame::{ErrorCode, SettingId, StreamId};

pub use self::introspect::Stage;
use self::malformed::Malformed;
pub use self::stream_mut::StreamMut;
pub use self::stream_ref::StreamRef;
use crate::config::Config;
use crate::control::Control;
#[cfg(doc)]
use crate::error::ConfigError;
use crate::error::UserError;
use crate::event::Event;
use crate::extension::ExtensionFrame;
use crate::input::Input;
use crate::life::Life;
use crate::limits::{Held, Ledger, Pace};
use crate::observe::Observe;
use crate::output::Output;
use crate::pings::Pings;
use crate::role::{Role, Side};
use crate::settings::{LocalSettings, PeerSettings, Settings, SettingsChange};
use crate::signals::Signals;
use crate::stalls::Stalls;
use crate::stats::Counts;
use crate::stream::Store;
use crate::streams::Streams;
use crate::timers::Timers;
use crate::windows::Windows;

/// One HTTP/2 connection, as a client or as a server (RFC 9113).
///
/// It has four kinds of methods:
///
/// * **The transport side** is [`Runtime`](crate::runtime::Runtime): what drivers call. It cannot fail.
/// * **Commands** are what the application asks: `request`, `respond`, `ping`, `go_away`, and those
///   of [`StreamMut`]. They are judged at once and sent later, when a driver asks for output.
/// * **Polling**: [`poll_event`](Self::poll_event), after every read and every command, until it
///   answers `None`.
/// * **Getters**, at any time.
///
/// Content waits in its stream until it is taken with [`StreamMut::recv`]. Only then may the peer
/// send more: not taking is back-pressure.
#[doc(alias(
    "nghttp2_session",
    "h2::client::Connection",
    "h2::server::Connection",
    "SendRequest",
    "handshake"
))]
pub struct Connection<R: Role> {
    core: Core,
    role: PhantomData<R>,
}

/// What both roles share: all of it but a few commands.
struct Core {
    store: Store,
    shared: Shared,
}

/// All but the streams themselves: what may be touched with one of them in the hand.
struct Shared {
    side: Side,
    config: Config,
    input: Input,
    /// How fast content in tiny pieces is read.
    pace: Pace,
    /// What content in small frames costs that waits.
    held: Held,
    encoder: hpack::Encoder,
    output: Output,
    streams: Streams,
    windows: Windows,
    control: Control,
    peer_settings: PeerSettings,
    local_settings: LocalSettings,
    life: Life,
    timers: Timers,
    pings: Pings,
    stalls: Stalls,
    limits: Ledger,
    counts: Counts,
    signals: Signals,
    malformed: Malformed,
    observer: Option<Box<dyn Observe>>,
    /// The connection began as HTTP/1.1, and so without TLS.
    is_h2c: bool,
}

impl<R: Role> Connection<R> {
    /// Makes a connection whose first octets wait to be written.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            core: Core::new(R::SIDE, config),
            role: PhantomData,
        }
    }

    /// Takes the next thing that happened.
    #[doc(alias("accept", "poll_accept", "nghttp2_session_callbacks"))]
    pub fn poll_event(&mut self) -> Option<Event> {
        self.core.poll_event()
    }

    /// Looks at a stream: one that runs, one whose end was not taken yet, or one that carries
    /// [user data](StreamMut::set_user_data).
    #[must_use]
    pub fn stream(&self, id: StreamId) -> Option<StreamRef<'_>> {
        let store = &self.core.store;
        Some(StreamRef::new(
            &self.core.shared,
            store.get(store.find(id)?)?,
        ))
    }

    /// Looks at all streams that run, or whose end was not taken yet.
    pub fn streams(&self) -> impl Iterator<Item = StreamRef<'_>> {
        let shared = &self.core.shared;
        let streams = self.core.store.iter().filter(|stream| !stream.may_leave());
        streams.map(|stream| StreamRef::new(shared, stream))
    }

    /// Takes hold of a stream, for the length of a statement.
    ///
    /// # Errors
    ///
    /// [`UserError::UnknownStream`] if it never was, or has left: its end was taken, or it was
    /// released.
    pub fn stream_mut(&mut self, id: StreamId) -> Result<StreamMut<'_, R>, UserError> {
        StreamMut::new(&mut self.core, id)
    }

    /// Sends the peer a PING, which comes as [`Event::Pong`] (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// [`UserError::ConnectionClosed`], or [`UserError::TooManyPings`] when many are unanswered.
    pub fn ping(&mut self, payload: [u8; 8]) -> Result<(), UserError> {
        self.core.shared.ping(payload)
    }

    /// Announces other settings, which are in force from [`Event::SettingsAcked`] on
    /// (RFC 9113 §6.5.3).
    ///
    /// # Errors
    ///
    /// [`UserError::ConnectionClosed`].
    #[doc(alias("nghttp2_submit_settings", "set_initial_window_size"))]
    pub fn update_settings(&mut self, change: SettingsChange) -> Result<(), UserError> {
        self.core.update_settings(change)
    }

    /// Changes the window of the connection to `octets` (RFC 9113 §6.9.1), where the application returns
    /// its credit. A smaller one is in force once the peer has used what it was granted.
    ///
    /// # Errors
    ///
    /// [`UserError::Config`] with [`ConfigError::Window`] above 2^31-1, with [`ConfigError::Relation`]
    /// unless credit is [manual](crate::Credit::Manual).
    #[doc(alias("set_target_window_size", "nghttp2_session_set_local_window_size"))]
    pub fn set_connection_window(&mut self, octets: u32) -> Result<(), UserError> {
        self.core.shared.set_connection_window(octets)
    }

    /// What the peer has announced so far.
    #[doc(alias("nghttp2_session_get_remote_settings"))]
    #[must_use]
    pub fn peer_settings(&self) -> &Settings {
        self.core.shared.peer_settings.record()
    }

    /// The debug data of the peer's GOAWAY, of which 256 octets are kept (RFC 9113 §6.8).
    #[must_use]
    pub fn peer_debug_data(&self) -> &[u8] {
        self.core.shared.life.peer_debug_data()
    }

    /// Sends a frame of another document: ALTSVC or ORIGIN of a server, or one of a type that nobody
    /// here knows (RFC 9113 §5.5). It leaves ahead of all content.
    ///
    /// # Errors
    ///
    /// [`UserError::Extension`] if there is no such frame, it is not ours to send, or the peer takes
    /// none that large; [`UserError::ConnectionClosed`].
    #[doc(alias("nghttp2_submit_extension"))]
    pub fn send_extension(&mut self, frame: ExtensionFrame) -> Result<(), UserError> {
        self.core.shared.send_extension(frame)
    }

    /// The latest value of any setting that the peer announced, known here or not
    /// (RFC 9113 §6.5.2). Of those that are unknown here the first 32 are kept.
    #[must_use]
    pub fn peer_setting(&self, id: SettingId) -> Option<u32> {
        self.core.shared.peer_settings.announced(id)
    }

    /// Ends the connection in good order: no new streams, and the running ones finish
    /// (RFC 9113 §6.8).
    ///
    /// A server says so first and names the last stream a round trip later, so that no request
    /// that was under way is lost.
    #[doc(alias(
        "graceful_shutdown",
        "nghttp2_submit_goaway",
        "nghttp2_submit_shutdown_notice"
    ))]
    pub fn go_away(&mut self) {
        self.core.shared.go_away();
    }

    /// Says whether one of the ends opens no more streams (RFC 9113 §6.8).
    #[must_use]
    pub fn is_going_away(&self) -> bool {
        self.core.shared.life.is_over() || self.core.shared.life.is_going_away()
    }

    /// Ends the connection at once. Its streams finish with
    /// [`StreamError::ConnectionLost`](crate::StreamError::ConnectionLost).
    #[doc(alias("abrupt_shutdown", "nghttp2_session_terminate_session"))]
    pub fn abort(&mut self, code: ErrorCode) {
        self.core.abort(code);
    }

    /// Shows all that happens from now on to an observer.
    #[doc(alias("on_frame_recv_callback", "on_frame_send_callback"))]
    pub fn observe(&mut self, observer: Box<dyn Observe>) {
        self.core.shared.observer = Some(observer);
    }
}

impl Core {
    fn new(side: Side, config: Config) -> Self {
        let config = config.for_side(side);
        let mut encoder = hpack::Encoder::new();
        encoder.set_preferred_size(config.limits.encoder_table_octets as usize);
        let mut input = Input::new(side, &config.limits);
        if config.repeated_messages {
            encoder.set_repeated_lists(true);
            input.expect_repeated();
        }
        let mut shared = Shared {
            side,
            input,
            pace: Pace::new(&config.limits),
            held: Held::new(&config.limits),
            encoder,
            output: Output::new(),
            streams: Streams::new(side, config.priorities, config.limits.streams().max(1)),
            windows: Windows::new(config.credit, config.allowance(side), config.fixed_window()),
            control: Control::new(),
            peer_settings: PeerSettings::default(),
            local_settings: LocalSettings::default(),
            life: Life::new(),
            timers: Timers::default(),
            pings: Pings::default(),
            limits: Ledger::new(&config.limits, config.limits.streams().max(1)),
            stalls: Stalls::default(),
            counts: Counts::default(),
            signals: Signals::new(),
            malformed: Malformed::default(),
            observer: None,
            is_h2c: false,
            config,
        };
        shared.queue_preface();
        Self {
            store: Store::new(),
            shared,
        }
    }
}

impl<R: Role> fmt::Debug for Connection<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("side", &self.core.shared.side)
            .field("life", &self.core.shared.life)
            .field("streams", &self.core.shared.streams.running())
            .finish_non_exhaustive()
    }
}
