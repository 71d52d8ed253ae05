//! One request from its intended time to its end: each nanosecond gets exactly one label.
//!
//! It knows no connection and no clock: whoever drives it says what happened, and when. Times are
//! nanoseconds on one line, and do not go back. Whatever is said in whatever order, the sums come to the
//! time from the intended one to the end (a law in its tests).

use super::credit::Stall;
use super::label::Label;
use super::spent::Spent;
use super::waits::{Mark, Waits};

/// What content that is sent waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    /// Our socket has not taken what was made of it.
    Socket,
    /// Other streams of ours go first.
    OtherStreams,
    /// The connection's window.
    ConnectionWindow,
    /// The stream's window.
    StreamWindow,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody has looked at it.
    Due,
    /// It is in its connection's queue.
    Queued(Mark),
    /// Its head or its content is on the way to the socket.
    Sending(Blocked),
    /// All is sent.
    Asked,
    /// The answer has begun.
    Answered {
        /// The windows as they stood when the server was heard last.
        connection: Stall,
        stream: Stall,
    },
}

/// What a request has spent its time on so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    intended: u64,
    /// Up to when all of it has a label.
    at: u64,
    stage: Stage,
    /// The answer has begun; it shows once all is sent.
    is_answered: bool,
    spent: Spent,
}

/// What arrived in a turn of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Something of the request's own.
    Own,
    /// Content of other streams, and nothing of its own.
    Others,
    /// No content.
    Nothing,
}

impl Life {
    /// A request that is due at a time.
    pub(super) fn new(intended: u64) -> Self {
        Self {
            intended,
            at: intended,
            stage: Stage::Due,
            is_answered: false,
            spent: Spent::default(),
        }
    }

    /// It comes into the queue of its connection, for the first time or once more.
    pub(super) fn queue(&mut self, waits: &mut Waits, now: u64) {
        self.pass(now, Arrived::Nothing, waits);
        self.is_answered = false;
        let mark = waits.mark(self.at);
        self.spend(Label::Late, mark.at());
        self.stage = Stage::Queued(mark);
    }

    /// Its stream is made.
    pub(super) fn open(&mut self, waits: &mut Waits, now: u64) {
        self.pass(now, Arrived::Nothing, waits);
        self.stage = Stage::Sending(Blocked::Socket);
    }

    /// What it has to send waits for this from now on.
    pub(super) fn block(&mut self, why: Blocked, waits: &mut Waits, now: u64) {
        if let Stage::Sending(before) = self.stage {
            if before != why {
                self.pass(now, Arrived::Nothing, waits);
                self.stage = Stage::Sending(why);
            }
        }
    }

    /// The socket has taken all of it.
    pub(super) fn sent(&mut self, waits: &mut Waits, now: u64) {
        if let Stage::Sending(_) = self.stage {
            self.pass(now, Arrived::Nothing, waits);
            self.stage = self.after_sending();
        }
    }

    /// Time has passed, at the end of which this arrived.
    pub(super) fn arrive(&mut self, arrived: Arrived, waits: &mut Waits, now: u64) {
        self.pass(now, arrived, waits);
        if arrived == Arrived::Own {
            self.is_answered = true;
            if self.stage == Stage::Asked {
                self.stage = self.after_sending();
            }
        }
    }

    /// The windows stand so, for what arrives next.
    pub(super) fn hold(&mut self, connection: Stall, stream: Stall) {
        if let Stage::Answered { .. } = self.stage {
            self.stage = Stage::Answered { connection, stream };
        }
    }

    /// It is over, well or not: what it has spent its time on, from its intended time on.
    pub(super) fn end(&mut self, waits: &mut Waits, now: u64) -> &Spent {
        self.pass(now, Arrived::Nothing, waits);
        debug_assert_eq!(self.spent.total(), self.at - self.intended, "a lost label");
        &self.spent
    }

    const fn after_sending(&self) -> Stage {
        match self.is_answered {
            true => Stage::Answered {
                connection: Stall::NONE,
                stream: Stall::NONE,
            },
            false => Stage::Asked,
        }
    }

    /// Labels all that has passed.
    fn pass(&mut self, now: u64, arrived: Arrived, waits: &mut Waits) {
        let now = now.max(self.at);
        match self.stage {
            Stage::Due => self.spend(Label::Late, now),
            Stage::Queued(mark) => {
                self.at = waits.spend(mark, now, &mut self.spent);
                // What passes from here on is counted from here on.
                self.stage = Stage::Queued(waits.mark(self.at));
            }
            Stage::Sending(why) => self.spend(why.label(), now),
            Stage::Asked => self.spend(Label::FirstOctet, now),
            Stage::Answered { connection, stream } => {
                self.stall(Label::OwnConnectionWindow, connection, now);
                self.stall(Label::OwnStreamWindow, stream, now);
                let rest = match arrived {
                    Arrived::Others => Label::OtherData,
                    Arrived::Own | Arrived::Nothing => Label::Nothing,
                };
                self.spend(rest, now);
            }
        }
    }

    fn stall(&mut self, label: Label, stall: Stall, now: u64) {
        let until = now.min(stall.until).max(self.at);
        let trip = until.saturating_sub(stall.left.max(self.at));
        self.spent.add_trip(label, trip);
        self.spend(label, until);
    }

    fn spend(&mut self, label: Label, until: u64) {
        self.spent.add(label, until - self.at);
        self.at = until;
    }
}

impl Blocked {
    const fn label(self) -> Label {
        match self {
            Self::Socket => Label::Socket,
            Self::OtherStreams => Label::OtherStreams,
            Self::ConnectionWindow => Label::ConnectionWindow,
            Self::StreamWindow => Label::StreamWindow,
        }
    }
}

#[cfg(test)]
mod tests;
