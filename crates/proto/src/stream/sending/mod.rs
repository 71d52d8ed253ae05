//! The sending half of a stream: our message, what of it waits, and what holds it up
//! (RFC 9113 §6.9, RFC 9113 §8.1).
//!
//! The application's pieces are judged when it says them, and leave when the scheduler has it so:
//! the phase is what was said, the state of the stream what was sent.

mod held_up;
mod leaving;

use super::{Outbox, Phase, PhaseStep, Pool, Queued, Stall, Stream};
use crate::error::UserError;
use crate::flow::SendWindow;
use crate::message::{ContentLength, Signal};
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

    /// Says whether what is said of the message from now on goes nowhere, for it has no content and is
    /// whole (RFC 9110 §6.4.1).
    pub(crate) fn is_dropped(&self) -> bool {
        self.is_said() && self.sending.length == ContentLength::DROPPED
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
