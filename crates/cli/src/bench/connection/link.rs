//! One HTTP/2 connection over one transport.

use core::task::Poll;
use core::time::Duration;
use std::io::{self, ErrorKind};

use blocking::proto::runtime::Reader;
use blocking::proto::{Client, Connection as Machine, ErrorCode, StreamId};

use crate::bench::credit::{Credit, Stall};
use crate::bench::transport::Transport;

/// How many grants of the connection's window are remembered.
const GRANTS: usize = 8;

/// How long the length of a round trip holds, in nanoseconds.
const FRESH: u64 = 1_000_000_000;

/// A connection, as it is now.
pub(super) struct Link {
    pub(super) transport: Transport,
    pub(super) machine: Machine<Client>,
    pub(super) reader: Reader,
    /// It can be used.
    pub(super) is_ready: bool,
    /// It is over, and what it held has to be looked at.
    pub(super) is_over: bool,
    /// Our window of the connection.
    pub(super) credit: Credit<GRANTS>,
    /// How many octets the transport has taken.
    pub(super) written: u64,
    /// When the first of them left.
    pub(super) began: u64,
    trip: Trip,
}

/// How long a round trip is at least.
#[derive(Clone, Copy, Debug)]
struct Trip {
    least: u64,
    /// When a PING left that has not come back.
    asked: Option<u64>,
    last: u64,
}

/// What a PING of ours carries.
const PING: [u8; 8] = *b"how long";

impl Link {
    pub(super) fn new(transport: Transport, machine: Machine<Client>) -> Self {
        Self {
            credit: Credit::new(i64::from(machine.recv_window())),
            transport,
            machine,
            reader: Reader::new(),
            is_ready: false,
            is_over: false,
            written: 0,
            began: 0,
            trip: Trip {
                least: u64::MAX,
                asked: None,
                last: 0,
            },
        }
    }

    /// Reads once; `None` where nothing is there.
    pub(super) fn fill(&mut self) -> io::Result<Option<usize>> {
        let transport = &mut self.transport;
        let filled = self.reader.poll_fill(|into| match transport.read(into) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
            done => Poll::Ready(done),
        });
        match filled {
            Poll::Ready(done) => done.map(Some),
            Poll::Pending => Ok(None),
        }
    }

    /// Asks how long a round trip is, unless that was done a moment ago.
    pub(super) fn measure(&mut self, now: u64) {
        let is_due = self.trip.last == 0 || now.saturating_sub(self.trip.last) > FRESH;
        if is_due && self.trip.asked.is_none() && self.machine.ping(PING).is_ok() {
            self.trip.asked = Some(now);
            self.trip.last = now.max(1);
        }
    }

    /// A PING came back.
    pub(super) fn ponged(&mut self, payload: [u8; 8], now: u64) {
        if let Some(asked) = self.trip.asked.take_if(|_| payload == PING) {
            self.took(now.saturating_sub(asked));
        }
    }

    /// A round trip took so long.
    pub(super) fn took(&mut self, nanos: u64) {
        self.trip.least = self.trip.least.min(nanos);
    }

    /// Whether the server waits for credit of the connection's window, and for how long what leaves now
    /// is not known to it.
    pub(super) fn stall(&self, now: u64) -> (Stall, u64) {
        let trip = match self.trip.least {
            u64::MAX => 0,
            least => least,
        };
        (self.credit.stall(trip, now), trip)
    }

    /// Ends a stream that takes too long.
    pub(super) fn cancel(&mut self, stream: StreamId) {
        if let Ok(mut stream) = self.machine.stream_mut(stream) {
            let _ = stream.reset(ErrorCode::CANCEL);
            stream.release();
        }
    }

    /// Tells the machine the time.
    pub(super) fn tick(&mut self, now: u64) {
        use blocking::proto::runtime::Runtime as _;
        self.machine.tick(Duration::from_nanos(now));
    }

    /// The run is over.
    pub(super) fn send_close_notify(&mut self) {
        use blocking::proto::runtime::{Runtime as _, write_through};
        self.machine.shutdown();
        let transport = &mut self.transport;
        // Whoever takes it not is told by the end of the transport.
        let _ = write_through(&mut self.machine, |from| transport.write(from));
        self.transport.close();
    }
}
