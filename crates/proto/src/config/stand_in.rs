//! What a connection leaves undone that stands in for another implementation, whose users count on
//! nothing being said but what they ask for.

use frame::SettingId;

use super::Config;

/// How many streams a client opens before it has heard how many it may, unless told.
///
/// Choice: RFC 9113 §6.5.2 sets no limit until one is announced, but a server that announces fewer
/// than a hundred refuses the others.
const BEFORE_SETTINGS: u32 = 100;

/// What the PING carries by which a server finds out what was under way when it went away, unless
/// told.
const SHUTDOWN_PING: [u8; 8] = *b"lastcall";

/// What is done otherwise than by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StandIn {
    /// The settings that are announced first, a bit for each identifier; all that have something to
    /// say if there is no list.
    announced: Option<u16>,
    pub(crate) before_settings: BeforeSettings,
    pub(crate) shutdown_ping: [u8; 8],
    /// No PING finds out what the peer has got.
    pub(crate) no_probes: bool,
    /// A message goes on although the answer to it, or what it answers, is cut short.
    pub(crate) keep_uploads: bool,
    /// Requests may name two hosts.
    pub(crate) host_may_differ: bool,
}

/// What a client may ask for before it has heard the server's first SETTINGS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BeforeSettings {
    /// So many streams are opened.
    pub(crate) streams: u32,
    /// Extended CONNECT is taken, and waits for them.
    pub(crate) extended_connect: bool,
}

impl StandIn {
    pub(crate) const NONE: Self = Self {
        announced: None,
        before_settings: BeforeSettings {
            streams: BEFORE_SETTINGS,
            extended_connect: false,
        },
        shutdown_ping: SHUTDOWN_PING,
        no_probes: false,
        keep_uploads: false,
        host_may_differ: false,
    };

    /// Says whether a setting is announced first; `None` if that follows from its value.
    pub(crate) fn announces(&self, id: SettingId) -> Option<bool> {
        Some(self.announced? & bit(id) != 0)
    }
}

const fn bit(id: SettingId) -> u16 {
    match id.0 {
        id @ 0..16 => 1 << id,
        _ => 0,
    }
}

impl Config {
    /// Announces exactly these of the settings that are known here, in the order of their
    /// identifiers, each with the value that it has by the rest of the configuration
    /// (RFC 9113 §6.5.2). For the others the peer takes the initial value, and so does what
    /// concerns this connection's own side: leave them at that.
    #[must_use]
    pub const fn announce_only(mut self, settings: &[SettingId]) -> Self {
        let (mut announced, mut rest) = (0, settings);
        while let [id, others @ ..] = rest {
            announced |= bit(*id);
            rest = others;
        }
        self.stand_in.announced = Some(announced);
        self
    }

    /// Sends no PING to find out what the peer has got. Then no time runs for settings that are not
    /// acknowledged and for windows that stay shut, since what was sent may still be under way.
    ///
    /// There are others if they are asked for: by [`keep_alive`](Self::keep_alive), and where
    /// [`window_growth`](Self::window_growth) is not zero.
    #[must_use]
    pub const fn without_probes(mut self) -> Self {
        self.stand_in.no_probes = true;
        self
    }

    /// Sets how many streams a client opens at once before the server's first SETTINGS
    /// (RFC 9113 §5.1.2): 100 unless told.
    #[must_use]
    pub const fn requests_before_settings(mut self, requests: u32) -> Self {
        self.stand_in.before_settings.streams = requests;
        self
    }

    /// Takes requests of extended CONNECT before the server's first SETTINGS, and lets them wait for those
    /// (RFC 8441 §3): they fail with [`StreamError::Unsent`](crate::StreamError::Unsent) where the server
    /// turns out not to know it. Otherwise they are refused at once.
    #[must_use]
    pub const fn extended_connect_waits(mut self) -> Self {
        self.stand_in.before_settings.extended_connect = true;
        self
    }

    /// Sets what the PING carries by which a server that [goes away](crate::Connection::go_away) finds
    /// out which streams were under way (RFC 9113 §6.8).
    #[must_use]
    pub const fn shutdown_ping(mut self, payload: [u8; 8]) -> Self {
        self.stand_in.shutdown_ping = payload;
        self
    }

    /// Leaves a request that was answered before it was whole to the application, whatever the status:
    /// a client sends it to its end, and a server reads it to its end (RFC 9113 §8.1).
    #[must_use]
    pub const fn keep_uploads(mut self) -> Self {
        self.stand_in.keep_uploads = true;
        self
    }

    /// Sends and takes requests whose field `host` says something else than `:authority`, where the
    /// application counts on that: what a client must not generate, and a server should treat as
    /// malformed (RFC 9113 §8.3.1). Whoever looks at one of the two decides by it alone: an application
    /// that lets requests through by the other is deceived.
    #[must_use]
    pub const fn host_may_differ(mut self) -> Self {
        self.stand_in.host_may_differ = true;
        self
    }
}
