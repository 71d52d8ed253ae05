//! One request, as its connection keeps it.

use alloc::boxed::Box;

use blocking::proto::StreamId;

use crate::bench::credit::Credit;
use crate::bench::grpc::Messages;
use crate::bench::life::Life;
use crate::bench::tally::{Ended, Outcome};
use crate::bench::waits::Waits;

/// How many grants of a stream's window are remembered.
const GRANTS: usize = 4;

/// One request, from its intended time to its end.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Which of the messages it is.
    pub(super) message: u32,
    pub(super) intended: u64,
    pub(super) life: Life,
    /// Its stream, from when it is opened on.
    pub(super) stream: Option<StreamId>,
    /// When the socket had its head.
    pub(super) service: Option<u64>,
    pub(super) status: u16,
    pub(super) octets: u64,
    /// Messages of gRPC, and the status of the call.
    pub(super) messages: Messages,
    pub(super) call: Option<i64>,
    /// The window of its stream, once it has an answer that comes in parts.
    pub(super) credit: Option<Box<Credit<GRANTS>>>,
    /// Some of it arrived in this turn.
    pub(super) is_touched: bool,
    /// What it has to send: how much was queued when that was looked at, and up to where in all that
    /// is sent what was made of it goes.
    pub(super) queued: usize,
    pub(super) made: u64,
}

impl Request {
    pub(super) fn new(message: u32, intended: u64) -> Self {
        Self {
            message,
            intended,
            life: Life::new(intended),
            stream: None,
            service: None,
            status: 0,
            octets: 0,
            messages: Messages::default(),
            call: None,
            credit: None,
            is_touched: false,
            queued: usize::MAX,
            made: 0,
        }
    }

    /// It has a stream.
    pub(super) const fn is_running(&self) -> bool {
        self.stream.is_some()
    }

    /// The same, to be made once more.
    pub(super) fn again(&mut self) {
        *self = Self {
            life: self.life,
            ..Self::new(self.message, self.intended)
        };
    }

    /// The window of its stream, which begins with so many octets.
    pub(super) fn credit(&mut self, window: u32) -> &mut Credit<GRANTS> {
        let begin = || Box::new(Credit::new(i64::from(window)));
        self.credit.get_or_insert_with(begin)
    }

    /// What is known of it at its end.
    pub(super) fn ended(
        &mut self,
        outcome: Outcome,
        waits: &mut Waits,
        now: u64,
        connection: usize,
    ) -> Ended<'_> {
        let spent = self.life.end(waits, now);
        Ended {
            outcome,
            user: spent.total(),
            service: self.service.map(|service| now.saturating_sub(service)),
            spent,
            status: self.status,
            octets: self.octets,
            messages: self.messages.count(),
            connection,
        }
    }
}
