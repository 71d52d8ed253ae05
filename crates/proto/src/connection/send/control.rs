//! Frames that go ahead of all others. Replies are counted, not piled up as octets.

use alloc::collections::VecDeque;

use frame::{ErrorCode, GoAway, Ping, RstStream, Settings, StreamId, WindowUpdate};

use crate::connection::going_away::Farewell;
use crate::connection::settings::Announcement;
use crate::connection::{Core, Shared};
use crate::extension::ExtensionFrame;
use crate::role::Side;
use crate::violation::Limit;

/// Control frames that wait.
pub(in crate::connection) struct Control {
    pub(in crate::connection) preface: bool,
    /// The first SETTINGS has been sent.
    pub(in crate::connection) greeted: bool,
    pub(in crate::connection) settings: VecDeque<Announcement>,
    pub(in crate::connection) settings_acks: u32,
    pub(in crate::connection) pings: VecDeque<[u8; 8]>,
    pub(in crate::connection) ping_acks: VecDeque<[u8; 8]>,
    resets: VecDeque<Reset>,
    /// Those of them that the peer made us queue.
    reset_replies: u32,
    /// Those that the application asked for, on streams of the peer's.
    canceled: u32,
    /// Those that the application asked for, on streams of our own.
    own_resets: u32,
    pub(in crate::connection) extensions: VecDeque<ExtensionFrame>,
    /// Streams whose PRIORITY_UPDATE is due (RFC 9218 §7.1).
    pub(in crate::connection) priorities: VecDeque<StreamId>,
    pub(in crate::connection) farewells: VecDeque<Farewell>,
    /// The transport takes nothing any more.
    pub(in crate::connection) is_shut: bool,
}

/// A RST_STREAM that waits.
#[derive(Clone, Copy, Debug)]
struct Reset {
    stream_id: StreamId,
    code: ErrorCode,
    cause: Cause,
}

/// Who made us reset a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The peer did.
    Peer,
    /// We did, a stream of the peer's.
    Canceled,
    /// We did, a stream of our own.
    Own,
}

impl Control {
    pub(in crate::connection) const fn new() -> Self {
        Self {
            preface: false,
            greeted: false,
            settings: VecDeque::new(),
            settings_acks: 0,
            pings: VecDeque::new(),
            ping_acks: VecDeque::new(),
            resets: VecDeque::new(),
            reset_replies: 0,
            canceled: 0,
            own_resets: 0,
            extensions: VecDeque::new(),
            priorities: VecDeque::new(),
            farewells: VecDeque::new(),
            is_shut: false,
        }
    }

    /// What nobody will read is not kept.
    pub(in crate::connection) fn shut(&mut self) {
        *self = Self::new();
        self.is_shut = true;
    }

    /// The frames that the peer made us queue, and their octets.
    pub(in crate::connection) fn replies(&self) -> (u32, usize) {
        if self.is_shut {
            return (0, 0);
        }
        let (settings, pings, resets) = (
            self.settings_acks as usize,
            self.ping_acks.len(),
            self.reset_replies as usize,
        );
        let frames = u32::try_from(settings + pings + resets).unwrap_or(u32::MAX);
        (frames, 9 * settings + 17 * pings + 13 * resets)
    }

    /// The resets that wait and that the application asked for, on streams of the peer's.
    pub(in crate::connection) const fn canceled(&self) -> u32 {
        self.canceled
    }

    fn push_reset(&mut self, reset: Reset) {
        // What nobody will read is not kept.
        if !self.is_shut {
            *self.count(reset.cause) += 1;
            self.resets.push_back(reset);
        }
    }

    fn pop_reset(&mut self) -> Option<Reset> {
        let reset = self.resets.pop_front()?;
        *self.count(reset.cause) -= 1;
        Some(reset)
    }

    /// How many resets wait that have this cause.
    fn count(&mut self, cause: Cause) -> &mut u32 {
        match cause {
            Cause::Peer => &mut self.reset_replies,
            Cause::Canceled => &mut self.canceled,
            Cause::Own => &mut self.own_resets,
        }
    }

    /// Drops what a connection that is over does not say any more.
    pub(in crate::connection) fn clear(&mut self) {
        let first = core::mem::replace(self, Self::new());
        (self.greeted, self.is_shut) = (first.greeted, first.is_shut);
        if !first.greeted {
            // RFC 9113 §3.4: even a connection that ends at once begins with its preface.
            self.preface = first.preface;
            self.settings = first.settings;
        }
    }

    pub(in crate::connection) fn is_empty(&self) -> bool {
        !self.preface
            && self.settings.is_empty()
            && self.pings.is_empty()
            && self.extensions.is_empty()
            && self.farewells.is_empty()
            && self.resets.is_empty()
            && self.replies().0 == 0
    }
}

impl Core {
    /// Appends control frames, as long as there is room.
    pub(super) fn send_control(&mut self) {
        let was_paused = self.shared.is_paused();
        self.shared.send_preface();
        self.shared.send_settings();
        self.shared.send_pings();
        self.shared.send_resets();
        self.send_credit();
        self.send_priorities();
        self.shared.send_extensions();
        self.shared.send_farewells();
        if was_paused && !self.shared.is_paused() {
            self.shared.signals.wake_reader();
        }
        self.settle(None);
    }

    /// Appends WINDOW_UPDATE for all windows of which enough was used.
    fn send_credit(&mut self) {
        if self.shared.life.is_over() {
            return;
        }
        self.shared.send_connection_credit();
        while self.shared.has_room() {
            let streams = &mut self.shared.streams;
            let Some(key) = streams.credit.pop_front(&mut streams.links) else {
                break;
            };
            let Some(stream) = self.store.get_mut(key) else {
                continue;
            };
            if let Some(increment) = stream.grant_credit() {
                let frame = WindowUpdate::new(stream.id(), increment);
                self.shared.send_frame(frame.into());
            }
        }
    }
}

impl Shared {
    /// RFC 9113 §10.5: replies that are not read end the connection before they cost much.
    pub(in crate::connection) fn check_replies(&mut self) -> Result<(), crate::violation::Fault> {
        if self.outbound.control.is_shut {
            self.outbound.control.shut();
        }
        let (frames, _) = self.outbound.control.replies();
        if frames >= self.config.limits.replies {
            Err(Limit::Replies.into())
        } else {
            Ok(())
        }
    }

    fn send_settings(&mut self) {
        while let Some(settings) = self.outbound.control.settings.pop_front() {
            self.outbound.control.greeted = true;
            let next = self.outbound.openings.front().map(|(id, _)| *id);
            self.settings
                .left(next.or(self.streams.local.ids.upcoming()));
            self.send_frame(Settings::new(&settings).into());
        }
        // RFC 9113 §6.5.3: what the peer changed is applied by now, so that no frame of ours that
        // follows the acknowledgment knows the old value.
        while self.has_room() && self.outbound.control.settings_acks > 0 {
            self.outbound.control.settings_acks -= 1;
            self.send_frame(Settings::ack().into());
        }
    }

    fn send_pings(&mut self) {
        while let Some(payload) = self.outbound.control.pings.pop_front() {
            self.send_frame(Ping::new(payload).into());
        }
        while self.has_room() {
            let Some(payload) = self.outbound.control.ping_acks.pop_front() else {
                break;
            };
            self.send_frame(Ping::ack(payload).into());
        }
    }

    fn send_resets(&mut self) {
        let held = self.outbound.control.canceled();
        while self.has_room() {
            let Some(reset) = self.outbound.control.pop_reset() else {
                break;
            };
            self.send_frame(RstStream::new(reset.stream_id, reset.code).into());
        }
        if held > self.outbound.control.canceled() {
            self.streams.work.may_start = true;
        }
    }

    /// Queues RST_STREAM: one that we ask for, or one that the peer made us say.
    pub(in crate::connection) fn queue_reset(
        &mut self,
        stream_id: StreamId,
        code: ErrorCode,
        is_asked: bool,
    ) {
        let cause = match is_asked {
            false => Cause::Peer,
            true if self.streams.is_local(stream_id) => Cause::Own,
            true => Cause::Canceled,
        };
        self.outbound.control.push_reset(Reset {
            stream_id,
            code,
            cause,
        });
        self.signals.wake_writer();
    }

    pub(super) fn send_connection_credit(&mut self) {
        if self.windows.recv.is_due() {
            if let Some(increment) = self.windows.recv.grant() {
                self.send_frame(WindowUpdate::new(StreamId::CONNECTION, increment).into());
            }
        }
    }

    fn send_extensions(&mut self) {
        while self.has_room() {
            let Some(frame) = self.outbound.control.extensions.pop_front() else {
                break;
            };
            // It was judged when it was queued; the peer may take less by now.
            let most = self.settings.peer.max_frame_size;
            frame.with(|frame| {
                if frame.head().length <= most {
                    self.send_frame(frame);
                }
            });
        }
    }

    fn send_farewells(&mut self) {
        // RFC 9113 §6.8: a client that goes away has opened all the streams that it will.
        let has_openings = !self.outbound.openings.is_empty();
        if self.side == Side::Client && !self.life.is_over() && has_openings {
            return;
        }
        while let Some(farewell) = self.outbound.control.farewells.pop_front() {
            let frame = GoAway::new(farewell.last_stream_id, farewell.code);
            self.send_frame(frame.debug_data(farewell.debug_data.as_bytes()).into());
        }
    }
}
