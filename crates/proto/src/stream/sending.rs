//! The sending half of a stream: our message, what of it waits, and what holds it up
//! (RFC 9113 §6.9, RFC 9113 §8.1).
//!
//! The application's pieces are judged when it says them, and leave when the scheduler has it so:
//! the phase is what was said, the state of the stream what was sent.

use core::time::Duration;

use bytes::Bytes;
use frame::Increment;

use super::{Look, Next, Outbox, Phase, PhaseStep, Pool, Queued, Stall, Stream, Waited};
use crate::error::UserError;
use crate::flow::{Overflow, SendWindow};
use crate::message::{ContentLength, Signal};
use crate::observe::Window;
use crate::schedule::Blocked;
use crate::violation::MessageRule;

/// What is kept of what we send.
#[derive(Debug)]
pub(super) struct Sending {
    /// How far the application's message has come.
    phase: Phase,
    window: SendWindow,
    length: ContentLength,
    outbox: Outbox,
    stall: Stall,
    /// Why the stream did not get its last turn.
    blocked: Option<Blocked>,
    /// How urgent the response is, as far as anyone said (RFC 9218 §4).
    priority: Signal,
    /// The head waits for what follows it.
    corked: bool,
    /// The application found no capacity, and wants to be told.
    wants_capacity: bool,
}

impl Sending {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Head,
            window: SendWindow::default(),
            length: ContentLength::new(None),
            outbox: Outbox::new(),
            stall: Stall::default(),
            blocked: None,
            priority: Signal::default(),
            corked: false,
            wants_capacity: false,
        }
    }
}

/// What the application says.
impl Stream {
    /// How far the application's message has come.
    pub(crate) const fn sending(&self) -> Phase {
        self.sending.phase
    }

    /// Says whether the application's message is whole.
    pub(crate) fn is_said(&self) -> bool {
        self.sending.phase == Phase::Ended
    }

    /// An informational response goes ahead.
    pub(crate) fn say_informational(&mut self) -> Result<(), UserError> {
        self.sending.phase = self.sending.phase.send(PhaseStep::Informational)?;
        Ok(())
    }

    /// The message begins, and has so much content.
    pub(crate) fn say_head(&mut self, length: ContentLength) -> Result<(), UserError> {
        self.sending.phase = self.sending.phase.send(PhaseStep::Head)?;
        self.sending.length = length;
        Ok(())
    }

    /// The message is whole at once: its head, so much content of this length, and the end.
    pub(crate) fn say_whole(
        &mut self,
        mut length: ContentLength,
        octets: usize,
    ) -> Result<(), UserError> {
        let phase = self.sending.phase.send(PhaseStep::Head)?;
        let ended = length.add(octets).and_then(|()| length.end());
        ended.map_err(UserError::Malformed)?;
        self.sending.phase = phase.send(PhaseStep::End)?;
        self.sending.length = length;
        Ok(())
    }

    /// So much content follows. Where it fills a buffer of `most` octets, the application wants to
    /// be told when there is capacity again.
    pub(crate) fn say_data(&mut self, octets: usize, most: usize) -> Result<(), UserError> {
        let half = &mut self.sending;
        let phase = half.phase.send(PhaseStep::Data)?;
        half.length.add(octets).map_err(UserError::Malformed)?;
        half.phase = phase;
        if octets > 0 {
            half.wants_capacity = half.outbox.octets() + octets >= most;
        }
        Ok(())
    }

    /// Trailers follow, and end the message.
    pub(crate) fn say_trailers(&mut self) -> Result<(), UserError> {
        let phase = self.sending.phase.send(PhaseStep::Trailers)?;
        // RFC 9113 §8.5: a tunnel carries nothing but DATA.
        let tunnel = self.is_tunnel().then_some(MessageRule::TunnelFields);
        self.say_end_of(phase, tunnel)
    }

    /// The message is whole.
    pub(crate) fn say_end(&mut self) -> Result<(), UserError> {
        self.say_end_of(self.sending.phase, None)
    }

    fn say_end_of(&mut self, phase: Phase, wrong: Option<MessageRule>) -> Result<(), UserError> {
        let half = &mut self.sending;
        let phase = phase.send(PhaseStep::End)?;
        let result = wrong.map_or_else(|| half.length.end(), Err);
        result.map_err(UserError::Malformed)?;
        half.phase = phase;
        half.outbox.end();
        Ok(())
    }

    /// There is nothing for us to say: the request was made by the peer for us, or went another way.
    pub(crate) fn say_nothing(&mut self) {
        self.sending.phase = Phase::Ended;
    }

    /// We answer for the application, with a head that `queue` is given and nothing else.
    pub(crate) fn end_queue(&mut self) {
        self.say_nothing();
        self.sending.outbox.end();
    }

    /// Lets a piece wait to be sent.
    pub(crate) fn queue(&mut self, pool: &mut Pool<Queued>, piece: Queued) {
        self.sending.outbox.push(pool, piece);
    }

    /// The head waits for what follows it, or waits no more.
    pub(crate) fn cork(&mut self, is_corked: bool) {
        self.sending.corked = is_corked;
    }

    /// Says whether the head waits for what follows it.
    pub(crate) const fn is_corked(&self) -> bool {
        self.sending.corked
    }

    /// Says whether what was queued is held back. The end of the message, or a buffer of `most`
    /// octets that is full, lets it go.
    pub(crate) fn holds_back(&mut self, most: usize) -> bool {
        let half = &mut self.sending;
        half.corked &= half.phase != Phase::Ended && half.outbox.octets() < most;
        half.corked
    }
}

/// What leaves.
impl Stream {
    /// What is to be sent next, if anything.
    pub(crate) fn next(&self, pool: &Pool<Queued>) -> Option<Next> {
        self.sending.outbox.next(pool)
    }

    /// Takes the next piece if it is fields.
    pub(crate) fn take_fields(&mut self, pool: &mut Pool<Queued>) -> Option<Queued> {
        self.sending.outbox.take_fields(pool)
    }

    /// Takes content, at most `most` octets of it, out of the first piece.
    pub(crate) fn take_data(&mut self, pool: &mut Pool<Queued>, most: usize) -> Option<Bytes> {
        self.sending.outbox.take_data(pool, most)
    }

    /// Says whether the stream ends with what was taken last.
    pub(crate) const fn ends_here(&self) -> bool {
        self.sending.outbox.is_last()
    }

    /// Says whether the stream ends with a frame of the next `octets` of content.
    pub(crate) fn ends_with(&self, pool: &Pool<Queued>, octets: usize) -> bool {
        self.sending.outbox.is_last_data(pool, octets)
    }

    /// END_STREAM was sent.
    pub(crate) fn sent_end(&mut self) {
        self.sending.outbox.sent();
    }

    /// Drops all that waits. Nothing more may be sent after that.
    pub(crate) fn drop_queued(&mut self, pool: &mut Pool<Queued>) {
        self.sending.outbox.clear(pool);
    }

    /// The octets of content that wait.
    pub(crate) const fn queued(&self) -> usize {
        self.sending.outbox.octets()
    }

    /// All that was ever queued, as [`Self::handed_out`] counts it.
    pub(crate) const fn queued_in_all(&self) -> u64 {
        self.sending.outbox.queued()
    }

    /// How much of what was ever queued was handed out.
    pub(crate) const fn handed_out(&self) -> u64 {
        self.sending.outbox.taken()
    }

    /// Says whether an application that found no capacity is to be told that there is some: half of
    /// a buffer of `most` octets, so that not every frame wakes someone.
    pub(crate) fn has_capacity_again(&mut self, most: usize) -> bool {
        let half = &mut self.sending;
        let has_again = half.wants_capacity && half.outbox.octets() <= most / 2;
        half.wants_capacity &= !has_again;
        has_again
    }
}

/// What holds it up.
impl Stream {
    /// How many of `wanted` octets may leave.
    ///
    /// RFC 9113 §6.9: what has no octets needs no window, not even one above zero.
    pub(crate) fn slice(&self, base: u32, shared: u32, wanted: usize) -> Result<u32, Blocked> {
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        if wanted == 0 {
            return Ok(0);
        }
        let own = u32::try_from(self.sending.window.available(base)).unwrap_or(0);
        match (own, shared) {
            (0, _) => Err(Blocked::OwnWindow),
            (_, 0) => Err(Blocked::SharedWindow),
            _ => Ok(wanted.min(own).min(shared)),
        }
    }

    /// So much content leaves.
    pub(crate) fn sent_data(&mut self, octets: u32) {
        self.sending.window.take(octets);
        self.sending.stall.sent(octets);
    }

    /// The peer grants credit.
    pub(crate) fn granted(&mut self, by: Increment, base: u32) -> Result<(), Overflow> {
        self.sending.window.grant(by, base)
    }

    /// Says whether the peer's initial window would take this one out of its range, while it matters.
    pub(crate) fn overflows(&self, base: u32) -> bool {
        self.is_running() && self.sending.window.overflows(base)
    }

    /// What may leave, in octets; negative after the base has shrunk.
    pub(crate) fn send_window(&self, base: u32) -> i64 {
        self.sending.window.available(base)
    }

    /// Why the stream did not get its last turn.
    pub(crate) const fn blocked(&self) -> Option<Blocked> {
        self.sending.blocked
    }

    /// The stream did not get its turn.
    pub(crate) fn block(&mut self, why: Blocked) {
        self.sending.blocked = Some(why);
    }

    /// The stream can send, or has nothing to send any more. Returns the stall that was shown, and
    /// since when it lasted.
    pub(crate) fn unblock(&mut self) -> Option<(Window, Duration)> {
        self.sending.blocked = None;
        self.end_shown_stall()
    }

    /// Looks at content that waits for a window.
    pub(crate) fn look_at_stall(&mut self, look: Look) -> Waited {
        let queued = self.sending.outbox.octets() as u64;
        self.sending.stall.look(look, queued)
    }

    /// Since when content waits for a window, and what has left in that time.
    pub(crate) fn stall_progress(&self) -> Option<(Duration, u64)> {
        self.sending.stall.progress()
    }

    /// The octets of content that have left.
    pub(crate) const fn sent_octets(&self) -> u64 {
        self.sending.stall.octets()
    }
}

/// How urgent it is.
impl Stream {
    /// How urgent the response is, as far as anyone said.
    pub(crate) const fn priority(&self) -> Signal {
        self.sending.priority
    }

    /// Somebody says how urgent the response is.
    pub(crate) fn prioritize(&mut self, signal: Signal) {
        self.sending.priority = signal;
    }
}
