//! The receiving half of a stream: the peer's message, what of it waits, and the credit for more
//! (RFC 9113 §6.9, RFC 9113 §8.1).
//!
//! What arrives is judged here, in one order, and charged before it is looked at. Credit goes back
//! for what was taken or dropped, and the window grows by what is taken.

use bytes::Bytes;
use frame::{Data, Increment};

use super::{Inbox, Phase, PhaseStep, Pool, Received, Share, Step, Stream, Taken};
use crate::error::UserError;
use crate::flow::{Growth, Measure, Moment, RecvWindow, Window};
use crate::limits::SMALL;
use crate::message::{ContentLength, FieldSection};
use crate::violation::{MessageRule, StreamRule, Violation};

/// What is kept of what the peer sends.
#[derive(Debug)]
pub(super) struct Receiving {
    /// How far the peer's message has come.
    phase: Phase,
    window: RecvWindow,
    /// How the window grows by what is taken.
    growth: Growth,
    /// What the stream takes of what all may hold together.
    share: Share,
    length: ContentLength,
    inbox: Inbox,
    /// The octets that were taken and whose credit the application still holds.
    held: u32,
    /// What arrives is dropped, and credited at once.
    discards: bool,
}

impl Receiving {
    pub(super) const fn new(window: u32) -> Self {
        Self {
            phase: Phase::Head,
            window: RecvWindow::new(window),
            growth: Growth::new(window),
            share: Share::NONE,
            length: ContentLength::new(None),
            inbox: Inbox::new(),
            held: 0,
            discards: false,
        }
    }
}

/// What the peer says.
impl Stream {
    /// How far the peer's message has come.
    pub(crate) const fn receiving(&self) -> Phase {
        self.receiving.phase
    }

    /// Judges DATA in the order state, window, phase, length. `false` means to drop it.
    pub(crate) fn accept_data(&mut self, frame: Data<'_>) -> Result<bool, Violation> {
        if !self.recv(Step::Data)? {
            return Ok(false);
        }
        let half = &mut self.receiving;
        // RFC 9113 §6.9.1: checked before it is charged, and charged before the content is looked at.
        half.window
            .charge(frame.flow_len())
            .map_err(|_| StreamRule::WindowExceeded)?;
        half.phase = half.phase.recv(PhaseStep::Data)?;
        half.length.add(frame.data.len())?;
        if frame.end_stream {
            half.length.end()?;
        }
        Ok(true)
    }

    /// Says whether a frame costs nothing, however short it is: it ends its stream, a tunnel has no
    /// messages to be read at once, and a window lets its sender send no more.
    pub(crate) fn is_free(&self, frame: Data<'_>, shared: Window) -> bool {
        let room = self.receiving.window.window().usable().min(shared.usable());
        let fills_window = room < SMALL && !frame.data.is_empty();
        frame.end_stream || self.is_tunnel() || fills_window
    }

    /// Lets content wait to be taken. Returns how many octets: none where nobody wants them.
    pub(crate) fn store_data(&mut self, pool: &mut Pool<Received>, data: &[u8], cost: u32) -> u32 {
        if self.receiving.discards || data.is_empty() {
            return 0;
        }
        self.receiving.inbox.push_data(pool, data, cost);
        u32::try_from(data.len()).unwrap_or(u32::MAX)
    }

    /// Lets fields wait to be taken.
    pub(crate) fn store_fields(&mut self, pool: &mut Pool<Received>, piece: Received) {
        self.receiving.inbox.push(pool, piece);
    }

    /// Lets fields of a message wait to be taken. Says whether anybody wants them.
    pub(crate) fn store_message(&mut self, pool: &mut Pool<Received>, piece: Received) -> bool {
        let is_wanted = !self.receiving.discards;
        if is_wanted {
            self.store_fields(pool, piece);
        }
        is_wanted
    }

    /// A piece of the peer's message has come that is no content.
    pub(super) fn hear(&mut self, step: PhaseStep) -> Result<(), StreamRule> {
        self.receiving.phase = self.receiving.phase.recv(step)?;
        Ok(())
    }

    /// The head of the peer's message has come, and so much content is to follow.
    pub(super) fn hear_head(&mut self, length: ContentLength) -> Result<(), StreamRule> {
        self.hear(PhaseStep::Head)?;
        self.receiving.length = length;
        Ok(())
    }

    /// No more content comes.
    pub(super) fn end_content(&self) -> Result<(), MessageRule> {
        self.receiving.length.end()
    }

    /// The peer has ended its side (RFC 9113 §5.1).
    pub(crate) fn accept_end(&mut self) -> Result<(), Violation> {
        self.hear(PhaseStep::End)?;
        self.recv(Step::EndStream)?;
        // What was refused never becomes a whole message.
        if self.refusal().is_none() {
            self.receiving.inbox.end();
        }
        Ok(())
    }

    /// The peer has nothing to say: the request was made by us for it, or came another way.
    pub(crate) fn hear_nothing(&mut self) {
        self.receiving.phase = Phase::Ended;
        self.receiving.inbox.end();
    }

    /// What arrives is dropped from now on.
    pub(crate) fn discard(&mut self) {
        self.receiving.discards = true;
    }

    /// The request that begins here is answered, whatever else it says, and none of it is taken.
    pub(super) fn discard_request(&mut self) {
        self.receiving.phase = Phase::Content;
        self.discard();
    }
}

/// What the application takes.
impl Stream {
    /// Takes the next piece out.
    pub(crate) fn take_piece(&mut self, pool: &mut Pool<Received>) -> Option<Taken> {
        self.receiving.inbox.take(pool)
    }

    /// Takes the promised request out, if it is still there.
    pub(crate) fn take_promise(&mut self, pool: &mut Pool<Received>) -> Option<FieldSection> {
        self.receiving.inbox.take_promise(pool)
    }

    /// Drops all that waits. Returns how many octets of content that were.
    pub(crate) fn drop_received(&mut self, pool: &mut Pool<Received>) -> u32 {
        self.receiving.inbox.clear(pool)
    }

    /// The octets of content that have arrived and were not taken.
    pub(crate) const fn untaken(&self) -> u32 {
        self.receiving.inbox.octets()
    }

    /// Says whether the peer's message is whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.receiving.inbox.is_ended()
    }

    /// Says whether the application has taken all that it will get.
    pub(super) fn is_spent(&self) -> bool {
        let inbox = &self.receiving.inbox;
        // Nothing more comes to a stream that was stopped.
        inbox.is_spent() || (self.is_stopped() && inbox.is_empty())
    }

    /// The application keeps the credit of what it took.
    pub(crate) fn hold_credit(&mut self, octets: u32) {
        self.receiving.held = self.receiving.held.saturating_add(octets);
    }

    /// The application returns credit that it kept.
    pub(crate) fn release_credit(&mut self, octets: u32) -> Result<(), UserError> {
        let held = &mut self.receiving.held;
        *held = held.checked_sub(octets).ok_or(UserError::Credit)?;
        Ok(())
    }

    /// All credit that the application kept goes back, for the stream leaves.
    pub(crate) fn release_all_credit(&mut self) -> u32 {
        core::mem::take(&mut self.receiving.held)
    }
}

/// What the peer may send.
impl Stream {
    /// The window that the peer sends into.
    pub(crate) const fn recv_window(&self) -> Window {
        self.receiving.window.window()
    }

    /// The peer may send from now on. Says whether it has ended its side already.
    pub(crate) fn open_share(&mut self) -> bool {
        self.receiving.share = Share::OPEN;
        self.receiving.phase == Phase::Ended
    }

    /// The peer sends no more. Returns what the window had grown by, and the octets that wait; `None`
    /// if that was known.
    pub(crate) fn close_share(&mut self) -> Option<(u32, u32)> {
        let half = &mut self.receiving;
        if !half.share.is_open() {
            return None;
        }
        let waiting = half.inbox.octets();
        half.share = Share::left(waiting);
        Some((half.growth.end(), waiting))
    }

    /// Content has left the inbox. Returns how much of it had stayed after its sender had ended.
    pub(crate) fn leave_share(&mut self, octets: u32) -> u32 {
        self.receiving.share.take(octets)
    }

    /// Octets were taken or dropped. Says whether it is time to grant their credit again.
    pub(crate) fn return_credit(&mut self, octets: u32) -> bool {
        // A window that the peer will not use again is left alone.
        self.receiving.window.release(octets) && self.state().may_recv()
    }

    /// Grants the credit that is due.
    pub(crate) fn grant_credit(&mut self) -> Option<Increment> {
        self.receiving.window.grant()
    }

    /// Our SETTINGS_INITIAL_WINDOW_SIZE is another. Says whether credit is due.
    pub(crate) fn resize_recv_window(&mut self, old: u32, new: u32) -> bool {
        self.receiving.window.resize(old, new);
        // What was too little of a large window to return may be all of a small one.
        self.receiving.window.is_due() && self.state().may_recv()
    }

    /// Takes note of the time at which content came.
    pub(crate) fn note_stored(&mut self, moment: Moment) {
        let half = &mut self.receiving;
        let untaken = half.inbox.octets().saturating_add(half.held);
        half.growth.stored(untaken, moment);
    }

    /// Content was taken. Returns how much of it is not granted again, and what that says of the
    /// window; `None` if the peer sends no more.
    pub(crate) fn measure(&mut self, octets: u32, moment: Moment) -> Option<(u32, Measure)> {
        let half = &mut self.receiving;
        if !half.share.is_open() {
            return None;
        }
        let untaken = half.inbox.octets().saturating_add(half.held);
        let stale = half.growth.taken(octets, untaken, moment);
        half.window.shrink(stale);
        let measure = half.growth.measure(octets, half.window.size(), moment);
        Some((stale, measure))
    }

    /// The stream is measured until the PING comes back that leaves now, or has left (`is_part`).
    pub(crate) fn begin_trip(&mut self, moment: Moment, is_part: bool) {
        self.receiving.growth.begin(moment, is_part);
    }

    /// Doubles the window, as far as `take` gives octets to grow by. Returns how many it gave.
    pub(crate) fn grow(&mut self, take: impl FnOnce(u32) -> u32) -> u32 {
        let half = &mut self.receiving;
        let size = half.window.size();
        let octets = take(size);
        half.window.enlarge(size + octets);
        half.growth.grow(octets, size);
        octets
    }
}

/// Content that waits from the beginning, for it came another way than by DATA.
impl Stream {
    /// Takes in the whole request of an upgrade: it counts towards no window, and gives nothing back.
    pub(crate) fn take_in(
        &mut self,
        pool: &mut Pool<Received>,
        head: FieldSection,
        content: &Bytes,
    ) {
        self.store_fields(pool, Received::Head(head));
        self.store_data(pool, content, 0);
        self.hear_nothing();
        self.uncharged(u32::try_from(content.len()).unwrap_or(u32::MAX));
    }
}
