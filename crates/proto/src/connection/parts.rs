//! What a connection is made of.

use alloc::collections::VecDeque;

use frame::StreamId;

use super::field_block::FieldBlock;
use super::flush::Flushes;
use super::growth::Trips;
use super::output::Output;
use super::send::Control;
use super::started::Started;
use super::transport::Transport;
use super::waiting::Waiting;
use crate::config::Config;
use crate::flow::{Allowance, INITIAL_WINDOW, RecvWindow, Window};
use crate::limits::Pace;
use crate::message::Spare;
use crate::role::Side;
use crate::schedule::{Early, Schedule};
use crate::stream::{Ids, Key, Links, List, Name, Past, Pool, Queued, Received, Recent};

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
    pub(super) control: Control,
    /// Streams whose HEADERS are to open them, in the order of their identifiers.
    pub(super) openings: VecDeque<(StreamId, Key)>,
    pub(super) waiting: Waiting,
    pub(super) flushes: Flushes,
    /// The octets that were queued when the transport closed.
    pub(super) lost: usize,
}

/// The streams, and all that they share.
pub(super) struct Streams {
    pub(super) links: Links,
    pub(super) received: Pool<Received>,
    pub(super) queued: Pool<Queued>,
    pub(super) schedule: Schedule,
    /// What is known of streams that are still to come (RFC 9218 §7).
    pub(super) early: Early,
    /// Streams with credit to return.
    pub(super) credit: List,
    pub(super) local: Initiated,
    pub(super) peer: Initiated,
    /// The streams that have not finished.
    pub(super) running: usize,
    /// How many have.
    pub(super) finished: u64,
    /// The requests that the application works for.
    pub(super) work: Started,
    /// Nobody may have to ask about the stream in the hand any more.
    pub(super) may_leave: bool,
}

/// The streams that one side opened.
pub(super) struct Initiated {
    pub(super) ids: Ids,
    pub(super) recent: Recent,
    /// Those that count towards SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §5.1.2).
    pub(super) active: u32,
}

/// The windows of the connection (RFC 9113 §6.9.1).
pub(super) struct Windows {
    pub(super) recv: RecvWindow,
    pub(super) send: Window,
    /// What all streams may hold together.
    pub(super) allowance: Allowance,
    pub(super) trips: Trips,
}

/// What is known of a stream that is not in the store.
pub(super) enum Absent {
    /// Nothing was ever heard of it.
    Idle,
    /// It is over.
    Past(Past),
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
            control: Control::new(),
            openings: VecDeque::new(),
            waiting: Waiting::default(),
            flushes: Flushes::default(),
            lost: 0,
        }
    }
}

impl Streams {
    pub(super) fn new(side: Side, config: &Config) -> Self {
        Self {
            links: Links::default(),
            received: Pool::new(),
            queued: Pool::new(),
            schedule: Schedule::new(config.priorities),
            early: Early::default(),
            credit: List::new(Name::Credit),
            local: Initiated::new(side),
            peer: Initiated::new(side.peer()),
            running: 0,
            finished: 0,
            work: Started::new(config.limits.streams().max(1)),
            may_leave: false,
        }
    }

    /// Says whether we open streams with identifiers like this one.
    pub(super) fn is_local(&self, id: StreamId) -> bool {
        self.local.ids.is_own(id)
    }

    /// The side that opens streams with identifiers like this one.
    pub(super) fn initiated(&mut self, id: StreamId) -> &mut Initiated {
        if self.is_local(id) {
            &mut self.local
        } else {
            &mut self.peer
        }
    }

    /// What is known of a stream that is not in the store.
    pub(super) fn absent(&self, id: StreamId) -> Absent {
        let initiated = if self.is_local(id) {
            &self.local
        } else {
            &self.peer
        };
        if initiated.ids.is_idle(id) {
            Absent::Idle
        } else {
            Absent::Past(initiated.recent.past(id))
        }
    }
}

impl Initiated {
    fn new(side: Side) -> Self {
        Self {
            ids: Ids::of(side),
            recent: Recent::new(),
            active: 0,
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
