//! What was read and not taken yet: the half of a driver that reads, without its transport.
//!
//! Only [`offer`](Reader::offer) and [`next`](Reader::next) touch the machine, and only what fills
//! the [`space`](Reader::space) the transport: a machine that several threads or tasks share is never
//! locked while the transport is used.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;

#[cfg(feature = "bytes")]
use alloc::boxed::Box;
#[cfg(feature = "bytes")]
use bytes::Bytes;

use crate::{ReadOperation, Runtime};

/// The reading half of a driver: holds what came until the machine takes it.
///
/// ```
/// use tress_runtime::{ReadOperation, Reader, Runtime};
///
/// /// Offers what came, until the machine wants more.
/// fn feed(machine: &mut impl Runtime, reader: &mut Reader, mut wire: &[u8]) -> ReadOperation {
///     while reader.offer(machine) == ReadOperation::Read {
///         let space = reader.space();
///         let count = wire.len().min(space.len());
///         space[..count].copy_from_slice(&wire[..count]);
///         match count {
///             0 => reader.ended(),
///             _ => reader.filled(count),
///         }
///         wire = &wire[count..];
///     }
///     reader.next(machine)
/// }
/// ```
#[derive(Debug, Default)]
pub struct Reader {
    /// All of its length may be read into.
    inbox: Vec<u8>,
    /// The buffer once a machine was given it, which may keep parts: there is no other then.
    #[cfg(feature = "bytes")]
    shared: Option<Box<Bytes>>,
    start: usize,
    end: usize,
    /// As much came as there was space for.
    was_filled: bool,
    input: Input,
    /// How many octets lay in the buffer when it was lent.
    lent: usize,
    /// How many octets came since somebody asked.
    received: usize,
}

/// How far the input has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Input {
    #[default]
    Open,
    Ended,
    Reported,
}

impl Reader {
    /// How much is a batch, in octets: who has read as much lets others have their turn.
    pub const BATCH: usize = 64 * 1024;

    /// How long a buffer is, in octets, once there was more than a little: four of the largest pieces that
    /// a machine wants whole by default, so that each of them is a quarter of it.
    pub const LENGTH: usize = 4 * (9 + 16_384);

    /// What the buffer has at first, which is plenty for most.
    const FEW: usize = 16 * 1024;

    /// Makes one that holds nothing, and has no memory yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            inbox: Vec::new(),
            #[cfg(feature = "bytes")]
            shared: None,
            start: 0,
            end: 0,
            was_filled: false,
            input: Input::Open,
            lent: 0,
            received: 0,
        }
    }

    /// How many octets came and were not taken yet.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.end - self.start
    }

    /// Says whether the input has ended.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.input != Input::Open
    }

    /// Where octets from the transport go, behind those that are held; never empty. Its content
    /// means nothing.
    pub fn space(&mut self) -> &mut [u8] {
        let length = self.begin();
        if self.inbox.capacity() == 0 {
            // So much memory that is zero costs nothing until it is touched.
            self.inbox = vec![0; length];
        } else if self.inbox.len() < length {
            self.inbox.resize(length, 0);
        }
        self.inbox.get_mut(self.end..).unwrap_or_default()
    }

    /// Takes note that so many octets came, into the first of the [`space`](Self::space).
    pub fn filled(&mut self, octets: usize) {
        let space = self.inbox.len() - self.end;
        let octets = octets.min(space);
        self.was_filled = octets == space;
        self.end += octets;
        self.received += octets;
    }

    /// How many octets came since this was asked last, for those who count them.
    pub const fn take_received(&mut self) -> usize {
        mem::replace(&mut self.received, 0)
    }

    /// Takes note that nothing more comes.
    pub fn ended(&mut self) {
        if self.input == Input::Open {
            self.input = Input::Ended;
        }
    }

    /// Lends the buffer to a transport that wants to own it while it reads. What is held is its
    /// content; what comes goes behind that, as far as its capacity goes. Until the buffer is
    /// [taken back](Self::take_back) nothing is held.
    #[must_use = "what is held is in it"]
    pub fn lend(&mut self) -> Vec<u8> {
        let length = self.begin();
        self.inbox.truncate(self.end);
        self.inbox.reserve_exact(length - self.end);
        self.lent = mem::replace(&mut self.end, 0);
        mem::take(&mut self.inbox)
    }

    /// Takes back the buffer that was [lent](Self::lend), with what came behind its content. A read
    /// that brought nothing, and did not fail, was the end of the input, which is
    /// [said](Self::ended) besides.
    pub fn take_back(&mut self, buffer: Vec<u8>) {
        self.was_filled = buffer.len() == buffer.capacity();
        self.received += buffer.len().saturating_sub(self.lent);
        (self.start, self.end) = (0, buffer.len());
        self.own(buffer);
    }

    /// Drops what is held, unread.
    pub const fn discard(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// Offers what is held, until the machine wants more, or no more.
    pub fn offer<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> ReadOperation {
        loop {
            let operation = machine.next_read_operation();
            if operation != ReadOperation::Read {
                return operation;
            }
            let consumed = self.read(machine);
            if consumed > 0 {
                self.start = self.end.min(self.start + consumed);
                continue;
            }
            match self.input {
                Input::Open => return ReadOperation::Read,
                Input::Ended if machine.next_read_operation() == ReadOperation::Read => {
                    self.input = Input::Reported;
                    machine.read_eof(self.held_octets());
                }
                Input::Ended => {}
                Input::Reported => return ReadOperation::Close,
            }
        }
    }

    /// Offers what is held, once; returns how much of it was consumed.
    fn read<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        if self.held() == 0 {
            return 0;
        }
        #[cfg(feature = "bytes")]
        if let Some(input) = self.share() {
            return machine.read_shared(&input);
        }
        machine.read(self.held_octets())
    }

    fn held_octets(&self) -> &[u8] {
        self.octets().get(self.start..self.end).unwrap_or_default()
    }

    /// What lies in the buffer.
    fn octets(&self) -> &[u8] {
        #[cfg(feature = "bytes")]
        if let Some(shared) = &self.shared {
            return shared;
        }
        &self.inbox
    }

    /// Says what to do next: nothing, when the machine knows that the input has ended.
    ///
    /// What it asks for after output was staged may be another thing than what it asked for when
    /// input was [offered](Self::offer): then that comes first again.
    pub fn next<M: Runtime + ?Sized>(&self, machine: &mut M) -> ReadOperation {
        match machine.next_read_operation() {
            ReadOperation::Read if self.input == Input::Reported => ReadOperation::Close,
            operation => operation,
        }
    }

    /// How long its buffer is, in octets; 0 when it has none.
    #[must_use]
    pub fn capacity(&self) -> usize {
        #[cfg(feature = "bytes")]
        if let Some(shared) = &self.shared {
            return shared.len();
        }
        self.inbox.capacity()
    }

    /// Takes the memory away, for others to use, where nothing is held and no machine keeps a part of it; an
    /// empty one otherwise.
    #[must_use]
    pub fn take_memory(&mut self) -> Vec<u8> {
        #[cfg(feature = "bytes")]
        self.thaw();
        if self.held() > 0 {
            return Vec::new();
        }
        (self.start, self.end) = (0, 0);
        mem::take(&mut self.inbox)
    }

    /// Gives it memory to read into, where nothing is held. Its content means nothing, and all of
    /// its length is used as it is.
    pub fn give_memory(&mut self, memory: Vec<u8>) {
        if self.held() == 0 {
            (self.start, self.end) = (0, 0);
            self.own(memory);
        }
    }

    /// The buffer is this one from now on.
    fn own(&mut self, memory: Vec<u8>) {
        self.inbox = memory;
        #[cfg(feature = "bytes")]
        {
            self.shared = None;
        }
    }

    /// Moves what is held to the front; says how long the buffer is to be, which is longer than
    /// what is held.
    fn begin(&mut self) -> usize {
        #[cfg(feature = "bytes")]
        drop(self.renew(|| vec![0; Self::LENGTH]));
        self.inbox.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        match self.inbox.capacity() {
            0 => Self::FEW,
            present if self.end == present => Self::LENGTH.max(2 * present),
            present if self.was_filled => Self::LENGTH.max(present),
            present => present,
        }
    }
}

/// Buffers of which a machine may keep parts.
#[cfg(feature = "bytes")]
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
impl Reader {
    /// Where a machine keeps parts of the buffer, this has another in its place, with what is held at its
    /// front. Returns the one that is kept, which may be read into again once nobody holds a part of it.
    ///
    /// A reader that has no other does so by itself before it reads: with memory that is new.
    #[must_use = "it may be used again"]
    pub fn renew(&mut self, memory: impl FnOnce() -> Vec<u8>) -> Option<Bytes> {
        self.thaw();
        let kept = *self.shared.take()?;
        let held = kept.get(self.start..self.end).unwrap_or_default();
        let mut memory = memory();
        if memory.len() <= held.len() {
            memory.resize(Self::LENGTH.max(2 * held.len()), 0);
        }
        if let Some(front) = memory.get_mut(..held.len()) {
            front.copy_from_slice(held);
        }
        (self.start, self.end) = (0, held.len());
        self.inbox = memory;
        Some(kept)
    }

    /// Takes the buffer away that a machine keeps parts of, where nothing is held.
    #[must_use = "it may be used again"]
    pub fn take_kept(&mut self) -> Option<Bytes> {
        self.thaw();
        if self.held() > 0 {
            return None;
        }
        self.shared.take().map(|kept| *kept)
    }

    /// What is held, for a machine to keep parts of, if it is nearly all of the buffer: seven parts of eight.
    /// A machine counts what it keeps by what it was given.
    fn share(&mut self) -> Option<Bytes> {
        let held = self.held();
        let is_most = 8 * held >= 7 * self.inbox.capacity();
        if self.inbox.is_empty() || held < Self::FEW / 8 * 7 || !is_most {
            return None;
        }
        let buffer = Bytes::from(mem::take(&mut self.inbox));
        let held = buffer.slice(self.start..self.end);
        self.shared = Some(Box::new(buffer));
        Some(held)
    }

    /// Takes the buffer back, once nobody keeps a part of it.
    fn thaw(&mut self) {
        if let Some(shared) = self.shared.take_if(|shared| shared.is_unique()) {
            self.inbox = (*shared).into();
        }
    }
}

#[cfg(feature = "std")]
mod io {
    use core::task::Poll;
    use std::io::{self, ErrorKind};

    use super::Reader;

    impl Reader {
        /// Reads once; returns how many octets came, 0 at the end. A read that was interrupted is
        /// done again.
        ///
        /// # Errors
        ///
        /// The transport's.
        pub fn poll_fill(
            &mut self,
            mut read: impl FnMut(&mut [u8]) -> Poll<io::Result<usize>>,
        ) -> Poll<io::Result<usize>> {
            let space = self.space();
            let count = loop {
                match read(space) {
                    Poll::Ready(Ok(count)) => break count.min(space.len()),
                    Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => return Poll::Pending,
                }
            };
            match count {
                0 => self.ended(),
                _ => self.filled(count),
            }
            Poll::Ready(Ok(count))
        }

        /// The same, where a read waits.
        ///
        /// # Errors
        ///
        /// The transport's.
        pub fn fill(
            &mut self,
            mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
        ) -> io::Result<usize> {
            match self.poll_fill(|into| Poll::Ready(read(into))) {
                Poll::Ready(result) => result,
                // It was ready.
                Poll::Pending => Err(ErrorKind::WouldBlock.into()),
            }
        }
    }
}
