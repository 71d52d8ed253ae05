//! What few streams need, in a box of its own: priority updates, the stall that an observer was shown,
//! a request that was refused, informational responses.
//!
//! Most streams never have any of it, and are smaller for that.

use alloc::boxed::Box;
use core::time::Duration;

use frame::ErrorCode;

use super::Stream;
use crate::limits::Limits;
use crate::message::FieldSection;
use crate::observe::Window;
use crate::violation::{Limit, Refusal};

/// What most streams do without.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// What our RST_STREAM says that follows the end of our message.
    stop: Option<ErrorCode>,
    /// What was wrong with the request, which is answered all the same.
    refused: Option<Refusal>,
    /// The informational responses that have arrived.
    informational: u32,
    /// What their fields count for together.
    informational_octets: u32,
    /// The octets of content that were not counted when they came, and give no credit.
    uncharged: u32,
    /// The stall that the observer was shown, and since when it lasts.
    stalled: Option<(Window, Duration)>,
    /// The priority came by PRIORITY_UPDATE (RFC 9218 §7.1).
    reprioritized: bool,
    /// Our PRIORITY_UPDATE is to be sent.
    priority_due: bool,
}

impl Stream {
    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_with(Box::default)
    }

    /// RST_STREAM with this code follows the end of our message.
    pub(crate) fn stop(&mut self, code: ErrorCode) {
        self.rest().stop = Some(code);
        self.discard();
    }

    /// What our RST_STREAM says that follows the end of our message, if one does.
    pub(crate) fn stop_code(&self) -> Option<ErrorCode> {
        self.rest.as_ref()?.stop
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop_code().is_some()
    }

    /// The request broke a rule, and is answered all the same: none of it is taken, and it is reset
    /// behind its answer.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.rest().refused = Some(refusal);
        self.discard_request();
        // Choice: RFC 9113 §8.1.1 lets a response precede the reset, and clients drop one that comes
        // with an error. After a whole response, a request may be cut short without (RFC 9113 §8.1).
        self.stop(ErrorCode::NO_ERROR);
    }

    /// What was wrong with the request, if it was refused.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.rest.as_ref()?.refused
    }

    /// One more informational response has come.
    pub(super) fn count_informational(
        &mut self,
        section: &FieldSection,
        limits: &Limits,
    ) -> Result<(), Limit> {
        let rest = self.rest();
        rest.informational += 1;
        if rest.informational > limits.informational {
            return Err(Limit::Informational);
        }
        let octets = u32::try_from(section.size()).unwrap_or(u32::MAX);
        rest.informational_octets = rest.informational_octets.saturating_add(octets);
        if rest.informational_octets > limits.field_section_octets {
            return Err(Limit::FieldSection);
        }
        Ok(())
    }

    /// So much content came that was not charged, and gives no credit.
    pub(super) fn uncharged(&mut self, octets: u32) {
        if octets > 0 {
            self.rest().uncharged = octets;
        }
    }

    /// How many of these octets, which are done with, had been charged.
    pub(crate) fn charged_of(&mut self, octets: u32) -> u32 {
        let Some(rest) = &mut self.rest else {
            return octets;
        };
        let uncharged = rest.uncharged.min(octets);
        rest.uncharged -= uncharged;
        octets - uncharged
    }
}

/// What the observer is shown.
impl Stream {
    /// The window that the observer was shown to hold the stream up.
    pub(crate) fn shown_stall(&self) -> Option<Window> {
        Some(self.rest.as_ref()?.stalled?.0)
    }

    /// The observer is shown that a window holds the stream up.
    pub(crate) fn begin_stall(&mut self, window: Window, now: Duration) {
        self.rest().stalled = Some((window, now));
    }

    /// The stall that was shown is over, if there is one.
    pub(super) fn end_shown_stall(&mut self) -> Option<(Window, Duration)> {
        self.rest.as_mut()?.stalled.take()
    }
}

/// Priority updates (RFC 9218 §7.1).
impl Stream {
    /// PRIORITY_UPDATE has come. Says whether it is the first.
    pub(crate) fn reprioritize(&mut self) -> bool {
        !core::mem::replace(&mut self.rest().reprioritized, true)
    }

    /// Our PRIORITY_UPDATE is to be sent. Says whether it was not before.
    pub(crate) fn owe_priority(&mut self) -> bool {
        !core::mem::replace(&mut self.rest().priority_due, true)
    }

    /// Says whether our PRIORITY_UPDATE was to be sent; it is no more.
    pub(crate) fn take_priority_due(&mut self) -> bool {
        let rest = self.rest.as_mut();
        rest.is_some_and(|rest| core::mem::take(&mut rest.priority_due))
    }
}
