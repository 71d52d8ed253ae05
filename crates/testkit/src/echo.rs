//! A machine that sends back what it reads, to try drivers with.

use alloc::collections::VecDeque;
use core::mem;
use core::task::Waker;

use runtime::{Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

/// Sends back what it reads; closes when the input ended and everything was sent.
///
/// It holds at most [`capacity`](Self::capacity) octets, and reads nothing while it is full. At
/// the end of the input it takes what is left of it, whatever the capacity.
#[derive(Debug)]
pub struct Echo {
    queue: VecDeque<u8>,
    capacity: usize,
    bite: usize,
    piece: usize,
    reads: bool,
    is_ending: bool,
    is_writable: bool,
    sent: usize,
    heard: Option<Vec<u8>>,
    exn: Option<Exn>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Default for Echo {
    fn default() -> Self {
        Self::new()
    }
}

impl Echo {
    /// Makes one that holds at most 1024 octets and takes as many at once as it can.
    #[must_use]
    pub fn new() -> Self {
        Self {
            queue: VecDeque::new(),
            capacity: 1024,
            bite: usize::MAX,
            piece: usize::MAX,
            reads: true,
            is_ending: false,
            is_writable: true,
            sent: 0,
            heard: None,
            exn: None,
            reader: None,
            writer: None,
        }
    }

    /// Makes one that keeps what it reads, and says only what it is told to [`say`](Self::say).
    #[must_use]
    pub fn listener() -> Self {
        Self {
            heard: Some(Vec::new()),
            ..Self::new()
        }
    }

    /// Makes one that listens, and has so many octets to say, like a client in the middle of an upload: an
    /// answer that comes early is [`heard`](Self::heard).
    #[must_use]
    pub fn uploading(octets: usize) -> Self {
        let mut uploading = Self::listener();
        uploading.say(&vec![7; octets]);
        uploading
    }

    /// Sets how many octets it holds before it stops reading; at least one.
    #[must_use]
    pub fn capacity(mut self, octets: usize) -> Self {
        self.capacity = octets.max(1);
        self
    }

    /// Sets how many octets one `read` consumes at most; at least one.
    #[must_use]
    pub fn bite(mut self, octets: usize) -> Self {
        self.bite = octets.max(1);
        self
    }

    /// Sets how long the pieces are that it shows to be written; at least one octet.
    #[must_use]
    pub fn piece(mut self, octets: usize) -> Self {
        self.piece = octets.max(1);
        self
    }

    /// Says something without having read it, whatever the capacity.
    pub fn say(&mut self, octets: &[u8]) {
        self.queue.extend(octets);
        wake(&mut self.writer);
    }

    /// Ends the output once what is queued was written; the input goes on.
    pub fn hang_up(&mut self) {
        self.is_ending = true;
        wake(&mut self.writer);
    }

    /// What a listener has read.
    #[must_use]
    pub fn heard(&self) -> &[u8] {
        self.heard.as_deref().unwrap_or_default()
    }

    /// How many octets wait to be written.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// How many octets have been written.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent
    }

    /// The error of the transport, if there was one.
    #[must_use]
    pub fn exn(&self) -> Option<&Exn> {
        self.exn.as_ref()
    }

    fn take(&mut self, octets: &[u8]) -> usize {
        match &mut self.heard {
            Some(heard) => heard.extend_from_slice(octets),
            None => self.say(octets),
        }
        octets.len()
    }

    /// How many octets it may read.
    fn space(&self) -> usize {
        match self.heard {
            Some(_) => usize::MAX,
            None => self.capacity.saturating_sub(self.queue.len()),
        }
    }

    /// Says whether it writes nothing any more.
    fn is_write_closed(&self) -> bool {
        !self.is_writable || (self.is_ending && self.queue.is_empty())
    }

    fn end(&mut self) {
        self.reads = false;
        self.is_ending = true;
        wake(&mut self.reader);
        wake(&mut self.writer);
    }
}

impl Runtime for Echo {
    fn next_read_operation(&mut self) -> ReadOperation {
        match self.space() {
            _ if !self.reads => ReadOperation::Close,
            0 => ReadOperation::Yield,
            _ => ReadOperation::Read,
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        if !self.reads {
            return 0;
        }
        let most = self.space().min(self.bite);
        let octets = input.get(..most).unwrap_or(input);
        self.take(octets)
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        if !self.reads {
            return 0;
        }
        let count = self.take(input);
        self.end();
        count
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.reader = Some(waker.clone());
        if self.next_read_operation() != ReadOperation::Yield {
            wake(&mut self.reader);
        }
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        if self.is_write_closed() {
            return WriteOperation::Close(self.queue.len());
        }
        if self.queue.is_empty() {
            return WriteOperation::Yield;
        }
        let (front, back) = self.queue.as_slices();
        let pieces = front.chunks(self.piece).chain(back.chunks(self.piece));
        WriteOperation::Write(pieces.collect::<Chunks<'_>>())
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(count) => {
                let count = count.min(self.queue.len());
                self.queue.drain(..count);
                self.sent += count;
                wake(&mut self.reader);
            }
            WriteResult::Closed => {
                self.is_writable = false;
                // A listener goes on: it never needed to write.
                if self.heard.is_none() {
                    self.end();
                }
            }
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.writer = Some(waker.clone());
        if self.is_write_closed() || !self.queue.is_empty() {
            wake(&mut self.writer);
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        self.exn = Some(exn);
        self.is_writable = false;
        self.end();
    }

    fn shutdown(&mut self) {
        self.end();
    }

    fn is_closed(&self) -> bool {
        !self.reads && self.is_write_closed()
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = mem::take(waker) {
        waker.wake();
    }
}
