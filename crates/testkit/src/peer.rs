//! The other end of one machine: feeds it octets, and reads what it answers.

use core::mem;
use core::time::Duration;

use runtime::Runtime;

use crate::pair::End;
use crate::seen::Seen;
use crate::{Link, Reader, Wire};

/// One machine with a test on the other end of its wire.
///
/// What the machine writes is taken from it after each chunk of input, unless the peer is
/// [`undrained`](Self::undrained).
#[derive(Debug)]
#[non_exhaustive]
pub struct Peer<R> {
    /// The machine.
    pub machine: R,
    end: End,
    incoming: Link,
    outgoing: Link,
    sent: Vec<u8>,
    reader: Reader,
}

impl<R: Runtime> Peer<R> {
    /// How often a half may act on one chunk until that counts as endless.
    const STEPS: usize = 1_000_000;

    /// Takes a machine; feeds it whatever comes at once.
    #[must_use]
    pub fn new(machine: R) -> Self {
        Self {
            machine,
            end: End::new("the machine"),
            incoming: Link::new(),
            outgoing: Link::new(),
            sent: Vec::new(),
            reader: Reader::new(),
        }
    }

    /// Feeds it at most this many octets at once.
    #[must_use]
    pub fn chunks(mut self, octets: usize) -> Self {
        self.incoming.chunk(octets);
        self
    }

    /// Leaves its output where it is: the machine shows it, and nobody takes it.
    #[must_use]
    pub fn undrained(mut self) -> Self {
        self.outgoing.capacity(0);
        self
    }

    /// Leaves its output where it is from now on, until it is [drained](Self::drain).
    pub fn hold(&mut self) -> &mut Self {
        self.outgoing.capacity(0);
        self
    }

    /// Takes its output from now on, and what has waited.
    #[track_caller]
    pub fn drain(&mut self) -> &mut Self {
        self.outgoing.capacity(usize::MAX);
        self.run()
    }

    /// Sets how many octets the driver holds at most; 32 KiB unless told.
    #[must_use]
    pub fn read_buffer(mut self, octets: usize) -> Self {
        self.end.set_buffer(octets);
        self
    }

    /// Feeds octets, and lets the machine work.
    ///
    /// # Panics
    ///
    /// Panics when the machine breaks the contract of [`Runtime`] or never comes to rest.
    #[track_caller]
    pub fn feed(&mut self, wire: impl Wire) -> &mut Self {
        self.incoming.push(&wire.octets());
        self.run()
    }

    /// Ends the input in good order.
    #[track_caller]
    pub fn eof(&mut self) -> &mut Self {
        self.incoming.finish();
        self.run()
    }

    /// Takes no more output: the next write finds the transport closed.
    #[track_caller]
    pub fn hang_up(&mut self) -> &mut Self {
        self.outgoing.cut();
        self.run()
    }

    /// Lets the machine work, as after commands that were given to it.
    ///
    /// # Panics
    ///
    /// As [`feed`](Self::feed).
    #[track_caller]
    pub fn run(&mut self) -> &mut Self {
        for _ in 0..Self::STEPS {
            let wrote = self.write();
            let read = self.end.read(&mut self.machine, &mut self.incoming);
            if !wrote && !read && !self.end.probe(&mut self.machine) {
                return self;
            }
        }
        panic!("the machine is not idle after {} steps", Self::STEPS);
    }

    /// Writes until nothing more leaves; says whether anything happened.
    #[track_caller]
    fn write(&mut self) -> bool {
        let mut happened = false;
        for _ in 0..Self::STEPS {
            let mut record = |octets: &[u8]| self.sent.extend_from_slice(octets);
            let (machine, link) = (&mut self.machine, &mut self.outgoing);
            if !self.end.write(machine, link, &mut record) {
                return happened;
            }
            self.outgoing.clear();
            happened = true;
        }
        panic!("the machine writes without end");
    }

    /// Tells the machine the time and lets it work; returns when it wants to hear it again.
    #[track_caller]
    pub fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.end.tick(&mut self.machine, now);
        self.run();
        self.machine.tick(now)
    }

    /// The octets that the machine wrote since the last call of this or [`sent`](Self::sent).
    pub fn sent_octets(&mut self) -> Vec<u8> {
        let octets = mem::take(&mut self.sent);
        self.reader.read(&octets);
        octets
    }

    /// The frames that the machine completed since the last call.
    pub fn sent(&mut self) -> Vec<Seen> {
        let octets = mem::take(&mut self.sent);
        self.reader.read(&octets)
    }

    /// Reads the machine's field blocks, to set a limit or to look at the table.
    pub fn reader(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// How many octets it was fed and has not consumed.
    #[must_use]
    pub fn held(&self) -> usize {
        self.end.held() + self.incoming.in_flight()
    }

    /// How many octets it has consumed.
    #[must_use]
    pub fn consumed(&self) -> usize {
        self.end.consumed()
    }

    /// Says whether both halves of its driver have ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.end.is_closed()
    }
}
