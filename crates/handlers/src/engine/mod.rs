//! The machine: a connection, the callbacks that wait on it, and the commands of the handles.
//!
//! Every operation first lets the connection do its part, and then settles: commands are carried
//! out, events are heard, and callbacks called, until nothing is left. The callbacks reach the
//! machine through the queue only, so that it is never borrowed twice, and no depth of nesting
//! uses the stack.

mod commands;
mod entry;
mod events;
mod reading;
mod wire;

use alloc::collections::{BTreeMap, VecDeque};
use core::mem;

use proto::{Connection, ConnectionError, ErrorCode, FlushToken, Role, StreamId};
use runtime::{Runtime, WriteResult};

pub(crate) use self::entry::{Entry, Holder};
use crate::cell::Call;
use crate::command::Order;
use crate::command::link::Link;
use crate::command::queue::{Life, Queue};
use crate::error::{Error, Flushed, PingError};

/// How many events one operation hears at most, so that callbacks that always ask for another do
/// not keep the driver from its work.
const ROUNDS: usize = 1024;

/// A connection and all that waits to be called back.
pub(crate) struct Engine<R: Ends> {
    pub(crate) connection: Connection<R>,
    pub(crate) queue: Queue,
    pub(crate) entries: BTreeMap<StreamId, Entry>,
    pub(crate) own: R::Own,
    flushes: BTreeMap<FlushToken, Call<Flushed>>,
    pings: VecDeque<Waiting>,
}

/// A ping and what is called when it is answered, or will not be.
struct Waiting {
    payload: [u8; 8],
    answer: Call<Result<(), PingError>>,
}

/// What differs between the ends.
pub(crate) trait Ends: Role {
    /// The handlers of the whole connection.
    type Own;
    /// The peer opened a stream.
    fn opened(engine: &mut Engine<Self>, id: StreamId);
    /// The peer promised a stream.
    fn promised(engine: &mut Engine<Self>, id: StreamId);
    /// The final head arrived on a stream of ours.
    fn head(engine: &mut Engine<Self>, id: StreamId, head: Self::Head);
    /// Carries out what only one role does.
    fn order(engine: &mut Engine<Self>, link: &Link, order: Order);
    /// A stream failed.
    fn failed(engine: &mut Engine<Self>, id: StreamId, error: Error);
    /// The connection ended with an error.
    fn closed(own: &mut Self::Own, error: ConnectionError);
}

impl<R: Ends> Engine<R> {
    pub(crate) fn new(connection: Connection<R>, own: R::Own) -> Self {
        Self {
            connection,
            queue: Queue::new(),
            entries: BTreeMap::new(),
            own,
            flushes: BTreeMap::new(),
            pings: VecDeque::new(),
        }
    }

    /// Carries out commands and hears events until there are none; says whether there were any.
    ///
    /// What a callback asks for is carried out before the next event is heard, so that a read that
    /// is scheduled in time hears of the end of its stream before the error handler does.
    pub(crate) fn settle(&mut self) -> bool {
        for round in 0..ROUNDS {
            for command in self.queue.take() {
                self.carry_out(command);
            }
            match self.connection.poll_event() {
                Some(event) => self.hear(event),
                None if self.queue.is_empty() => return round > 0,
                None => {}
            }
        }
        // The rest is for the next operation, which is to come soon.
        self.queue.wake();
        true
    }
}

impl<R: Ends> Drop for Engine<R> {
    /// Calls back everything that waits: nobody will, later.
    fn drop(&mut self) {
        self.connection.abort(ErrorCode::NO_ERROR);
        self.connection.report_write_result(WriteResult::Closed);
        self.settle();
        self.queue.set_life(Life::Gone);
        for command in self.queue.take() {
            command.refuse();
        }
        for entry in mem::take(&mut self.entries).into_values() {
            entry.lose();
        }
        for (_, flushed) in mem::take(&mut self.flushes) {
            flushed(Flushed::Closed);
        }
        for ping in mem::take(&mut self.pings) {
            (ping.answer)(Err(PingError::Lost));
        }
    }
}
