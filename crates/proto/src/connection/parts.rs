//! What a connection is made of.

use super::field_block::FieldBlock;
use super::flush::Flushes;
use super::growth::Trips;
use super::output::Output;
use super::transport::Transport;
use crate::config::Config;
use crate::flow::{Allowance, INITIAL_WINDOW, RecvWindow, Window};
use crate::limits::Pace;
use crate::message::Spare;
use crate::role::Side;

/// What turns octets into frames and fields.
pub(super) struct Inbound {
    pub(super) frames: frame::Decoder,
    pub(super) fields: hpack::Decoder,
    /// Memory for the fields of the next messages.
    pub(super) spare: Spare,
    /// A field block that is not ended yet (RFC 9113 §4.3).
    pub(super) block: Option<FieldBlock>,
    /// How fast content in tiny pieces is read.
    pub(super) pace: Pace,
    /// The octets of the client's preface that are still to come (RFC 9113 §3.4).
    pub(super) preface: &'static [u8],
}

/// What turns frames and fields into octets.
pub(super) struct Outbound {
    pub(super) encoder: hpack::Encoder,
    pub(super) output: Output,
    pub(super) transport: Transport,
    pub(super) flushes: Flushes,
    /// The octets that were queued when the transport closed.
    pub(super) lost: usize,
}

/// The windows of the connection (RFC 9113 §6.9.1).
pub(super) struct Windows {
    pub(super) recv: RecvWindow,
    pub(super) send: Window,
    /// What all streams may hold together.
    pub(super) allowance: Allowance,
    pub(super) trips: Trips,
}

impl Inbound {
    pub(super) fn new(side: Side, config: &Config) -> Self {
        let mut fields = hpack::Decoder::new();
        let octets = config.limits.field_section_octets as usize;
        let limits = hpack::Limits::default().list_octets(octets);
        fields.set_limits(
            limits
                .fields(config.limits.fields_hard as usize)
                .string_octets(octets),
        );
        let preface = match side {
            Side::Client => &[],
            Side::Server => frame::PREFACE.as_slice(),
        };
        Self {
            frames: frame::Decoder::new(),
            fields,
            spare: Spare::new(),
            block: None,
            pace: Pace::new(&config.limits),
            preface,
        }
    }
}

impl Outbound {
    pub(super) fn new(config: &Config) -> Self {
        let mut encoder = hpack::Encoder::new();
        encoder.set_preferred_size(config.limits.encoder_table_octets as usize);
        Self {
            encoder,
            output: Output::new(),
            transport: Transport::default(),
            flushes: Flushes::default(),
            lost: 0,
        }
    }
}

impl Windows {
    pub(super) fn new(side: Side, config: &Config) -> Self {
        let allowance = config.allowance(side);
        let octets = config.fixed_window().unwrap_or(allowance.window());
        Self {
            recv: RecvWindow::of_connection(octets),
            send: Window::new(INITIAL_WINDOW),
            allowance,
            trips: Trips::default(),
        }
    }
}
