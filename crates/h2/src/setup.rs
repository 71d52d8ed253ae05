//! How a connection is set up: what both builders set, and what the machine makes of it.

use alloc::vec::Vec;
use core::time::Duration;

use proto::{Config, ConfigError, Credit, Limits, Priorities, SettingId, Side};

use crate::extensions::Observers;

/// The window that every stream and connection begins with, in octets (RFC 9113 §6.9.2).
pub(crate) const INITIAL_WINDOW: u32 = 65_535;

/// The largest window there is, in octets (RFC 9113 §6.9.1).
pub(crate) const MAX_WINDOW: u32 = (1 << 31) - 1;

/// What the PING carries by which a server finds out what was under way when it shut down. Programs
/// that watch the wire know it.
pub(crate) const SHUTDOWN_PING: [u8; 8] = [0x0b, 0x7b, 0xa2, 0xf0, 0x8b, 0x9b, 0xfe, 0x54];

/// What a ping of the application carries.
pub(crate) const USER_PING: [u8; 8] = [0x3b, 0x7c, 0xdb, 0x7a, 0x0b, 0x87, 0x16, 0xb4];

/// How much content a stream queues unless told, in octets.
const SEND_BUFFER: usize = 400 * 1024;

/// How many streams the peer may have open where credit returns on receipt, unless told.
const STREAMS: u32 = 100;

/// What the caller set; `None` is what it left alone, of which nothing is said to the peer.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) header_table_size: Option<u32>,
    pub(crate) enable_push: Option<bool>,
    pub(crate) max_concurrent_streams: Option<u32>,
    pub(crate) initial_window_size: Option<u32>,
    pub(crate) max_frame_size: Option<u32>,
    pub(crate) max_header_list_size: Option<u32>,
    pub(crate) enable_connect_protocol: bool,
    pub(crate) initial_connection_window_size: Option<u32>,
    pub(crate) initial_max_send_streams: usize,
    pub(crate) max_send_buffer_size: usize,
    pub(crate) max_pending_accept_reset_streams: Option<usize>,
    pub(crate) max_local_error_reset_streams: Option<Option<usize>>,
    pub(crate) data_frame_budget: Option<usize>,
    /// How a stream that was reset ended is remembered for as long as the connection lives, in two
    /// bits, so that neither of these bounds anything. They are shown, and change nothing.
    pub(crate) max_concurrent_reset_streams: Option<usize>,
    pub(crate) reset_stream_duration: Option<Duration>,
    pub(crate) observers: Option<Observers>,
    pub(crate) has_priorities: bool,
    pub(crate) credits_on_receipt: bool,
    pub(crate) window_growth: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            header_table_size: None,
            enable_push: None,
            max_concurrent_streams: None,
            initial_window_size: None,
            max_frame_size: None,
            max_header_list_size: None,
            enable_connect_protocol: false,
            initial_connection_window_size: None,
            initial_max_send_streams: usize::MAX,
            max_send_buffer_size: SEND_BUFFER,
            max_pending_accept_reset_streams: None,
            max_local_error_reset_streams: None,
            data_frame_budget: None,
            max_concurrent_reset_streams: None,
            reset_stream_duration: None,
            observers: None,
            has_priorities: false,
            credits_on_receipt: false,
            window_growth: 0,
        }
    }
}

impl Setup {
    /// What the machine is made of.
    pub(crate) fn config(&self, side: Side) -> Result<Config, ConfigError> {
        let config = Config::default()
            .window_growth(0)?
            .credit(Credit::Manual)?
            .limits(self.limits(side))?
            .initial_window(self.initial_window_size.unwrap_or(INITIAL_WINDOW))?
            .max_frame_size(
                self.max_frame_size
                    .unwrap_or(proto::frame::DEFAULT_MAX_FRAME_SIZE),
            )?
            .header_table_size(self.header_table_size.unwrap_or(4096))
            .send_buffer(self.max_send_buffer_size.max(1))?
            .priorities(match self.has_priorities {
                true => Priorities::Urgency,
                false => Priorities::RoundRobin,
            })
            .pending_request_timeout(None)
            .requests_before_settings(to_u32(self.initial_max_send_streams))
            .shutdown_ping(SHUTDOWN_PING)
            .without_probes()
            .keep_uploads()
            .host_may_differ()
            .without_debug_data()
            .extended_connect_waits()
            .announce_only(&self.announced());
        let config = match self.enable_connect_protocol {
            true => config.allow_extended_connect(),
            false => config,
        };
        self.windows(match self.enable_push {
            Some(false) => config,
            _ => config.allow_push(),
        })
    }

    /// The window of the connection, and what windows grow by.
    fn windows(&self, config: Config) -> Result<Config, ConfigError> {
        let config = match self.credits_on_receipt {
            true => config.credit(Credit::Automatic)?,
            // A smaller one is in force once the peer has used what every connection begins with.
            false => config.connection_window(self.connection_window().max(INITIAL_WINDOW))?,
        };
        config.window_growth(self.window_growth)
    }

    /// How many streams the peer may have open, if that is limited.
    pub(crate) fn streams(&self) -> Option<u32> {
        let unless_set = self.credits_on_receipt.then_some(STREAMS);
        self.max_concurrent_streams.or(unless_set)
    }

    pub(crate) fn connection_window(&self) -> u32 {
        self.initial_connection_window_size
            .unwrap_or(INITIAL_WINDOW)
    }

    /// What is set counts; for the rest the policy does.
    fn limits(&self, side: Side) -> Limits {
        let mut limits = match side {
            Side::Client => Limits::client(),
            Side::Server => Limits::server(),
        };
        limits = match self.streams() {
            Some(streams) => limits.concurrent_streams(streams),
            None => limits.unlimited_streams(),
        };
        if let Some(octets) = self.max_header_list_size {
            // Nothing but their octets bounds the fields, each of which counts 32 at least.
            let octets = octets.max(1);
            let fields = (octets / 32).max(1);
            limits = limits
                .field_section_octets(octets)
                .fields(fields)
                .fields_hard(fields.saturating_mul(4));
        }
        self.floods(limits)
    }

    /// What a peer may do often, as far as that is set.
    fn floods(&self, limits: Limits) -> Limits {
        let mut limits = limits;
        if let Some(max) = self.max_local_error_reset_streams {
            limits = limits.resets_sent(u32::MAX, u32::MAX);
            if let Some(max) = max {
                limits = limits.resets_sent_in_all(to_u32(max));
            }
        }
        if let Some(max) = self.max_pending_accept_reset_streams {
            limits = limits.resets_unaccepted(to_u32(max));
        }
        if let Some(budget) = self.data_frame_budget {
            limits = limits.small_data_held(to_u32(budget));
        }
        limits
    }

    /// The settings that the caller set.
    fn announced(&self) -> Vec<SettingId> {
        let settings = [
            (
                SettingId::HEADER_TABLE_SIZE,
                self.header_table_size.is_some(),
            ),
            (SettingId::ENABLE_PUSH, self.enable_push.is_some()),
            (SettingId::MAX_CONCURRENT_STREAMS, self.streams().is_some()),
            (
                SettingId::INITIAL_WINDOW_SIZE,
                self.initial_window_size.is_some(),
            ),
            (SettingId::MAX_FRAME_SIZE, self.max_frame_size.is_some()),
            (
                SettingId::MAX_HEADER_LIST_SIZE,
                self.max_header_list_size.is_some(),
            ),
            (
                SettingId::ENABLE_CONNECT_PROTOCOL,
                self.enable_connect_protocol,
            ),
            (SettingId::NO_RFC7540_PRIORITIES, self.has_priorities),
        ];
        let set = settings.into_iter().filter(|(_, is_set)| *is_set);
        set.map(|(id, _)| id).collect()
    }
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
