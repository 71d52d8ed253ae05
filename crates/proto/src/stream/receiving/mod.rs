//! The receiving half of a stream: the peer's message, what of it waits, and the credit for more
//! (RFC 9113 §6.9, RFC 9113 §8.1).
//!
//! What arrives is judged here, in one order, and charged before it is looked at. Credit goes back
//! for what was taken or dropped, and the window grows by what is taken.

mod credit;
mod taking;

use bytes::Bytes;
use frame::Data;

use super::{Inbox, Phase, PhaseStep, Pool, Received, Share, Step, Stream};
use crate::flow::{Growth, RecvWindow, Window};
use crate::input::Content;
use crate::limits::{Cost, SMALL};
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
        let space = self.receiving.window.window().usable().min(shared.usable());
        let fills_window = space < SMALL && !frame.data.is_empty();
        frame.end_stream || self.is_tunnel() || fills_window
    }

    /// Lets content wait to be taken. Returns how many octets: none where nobody wants them.
    pub(crate) fn store_data(
        &mut self,
        pool: &mut Pool<Received>,
        content: Content<'_>,
        cost: Cost,
    ) -> u32 {
        let octets = u32::try_from(content.len()).unwrap_or(u32::MAX);
        if self.receiving.discards || octets == 0 {
            return 0;
        }
        self.receiving.inbox.push_data(pool, content, cost);
        octets
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
    pub(in crate::stream) fn hear(&mut self, step: PhaseStep) -> Result<(), StreamRule> {
        self.receiving.phase = self.receiving.phase.recv(step)?;
        Ok(())
    }

    /// The head of the peer's message has come, and so much content is to follow.
    pub(in crate::stream) fn hear_head(&mut self, length: ContentLength) -> Result<(), StreamRule> {
        self.hear(PhaseStep::Head)?;
        self.receiving.length = length;
        Ok(())
    }

    /// No more content comes.
    pub(in crate::stream) fn end_content(&self) -> Result<(), MessageRule> {
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
    pub(in crate::stream) fn discard_request(&mut self) {
        self.receiving.phase = Phase::Content;
        self.discard();
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
        self.store_data(pool, Content::Lent(content), Cost::NONE);
        self.hear_nothing();
        self.uncharged(u32::try_from(content.len()).unwrap_or(u32::MAX));
    }
}
