//! A connection with a fault in it, to show that the laws notice.

use alloc::collections::VecDeque;

use testkit::{PREFACE, Reader, Wire, kind};
use tress_proto::runtime::{Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_proto::{Bytes, Connection, Event, Part, Role, StreamError, StreamId};

use crate::laws::machine::Machine;

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The hundredth octet that arrives is passed over.
    LosesAnOctet,
    /// What arrives behind a frame in one piece is taken for a part of it.
    LosesWhatFollows,
    PanicsAtPing,
    RepeatsEvents,
    ForgetsTheLastEvent,
    /// A ping whose answer came, or never will, is not reported.
    ForgetsPings,
    /// A flush is reported twice.
    RepeatsFlushes,
    /// What arrives after the end is heard of.
    SpeaksAfterTheEnd,
    /// What arrives after the end is kept.
    KeepsWhatFollowsTheEnd,
    /// WINDOW_UPDATE is never sent.
    ForgetsCredit,
    /// WINDOW_UPDATE is sent twice.
    RepeatsCredit,
    /// Stream 1 has nothing to take.
    HidesAStream,
    ChangesContent,
    LosesTrailers,
    /// Every HEADERS that ends its stream is sent twice.
    RepeatsHeaders,
}

/// A connection with a fault.
pub(crate) struct Broken<R: Role> {
    inner: Connection<R>,
    fault: Fault,
    arrived: usize,
    /// What the machine wants to be written, falsified.
    output: Vec<u8>,
    reader: Reader,
    has_begun: bool,
    events: VecDeque<Event>,
    kept: Vec<u8>,
}

impl<R: Role> Broken<R> {
    pub(crate) fn new(inner: Connection<R>, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            arrived: 0,
            output: Vec::new(),
            reader: Reader::new(),
            has_begun: false,
            events: VecDeque::new(),
            kept: Vec::new(),
        }
    }

    /// Takes all output of the connection, and falsifies it frame by frame.
    fn draw(&mut self) {
        let mut drawn = Vec::new();
        while let WriteOperation::Write(chunks) = self.inner.next_write_operation() {
            drawn.extend(chunks.as_slices().concat());
            let count = chunks.octets();
            self.inner.report_write_result(WriteResult::Ok(count));
        }
        if drawn.starts_with(PREFACE) && !self.has_begun {
            self.output.extend(PREFACE);
        }
        self.has_begun |= !drawn.is_empty();
        for frame in self.reader.read(&drawn) {
            let is_credit = frame.kind == kind::WINDOW_UPDATE;
            let times = match self.fault {
                Fault::ForgetsCredit if is_credit => 0,
                Fault::RepeatsCredit if is_credit => 2,
                Fault::RepeatsHeaders if frame.kind == kind::HEADERS && frame.is_end() => 2,
                _ => 1,
            };
            (0..times).for_each(|_| self.output.extend(frame.octets()));
        }
    }

    fn read_all_but_one(&mut self, input: &[u8]) -> usize {
        let lost = 99_usize.checked_sub(self.arrived);
        let lost = lost.filter(|lost| *lost < input.len());
        let consumed = match lost {
            None => self.inner.read(input),
            Some(lost) => {
                let rest = [&input[..lost], &input[lost + 1..]].concat();
                let consumed = self.inner.read(&rest);
                consumed + usize::from(consumed > lost)
            }
        };
        self.arrived += consumed;
        consumed
    }
}

impl<R: Role> Machine for Broken<R> {
    type Role = R;

    fn connection(&mut self) -> &mut Connection<R> {
        &mut self.inner
    }

    fn event(&mut self) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        let event = self.inner.poll_event()?;
        match (self.fault, &event) {
            (Fault::RepeatsEvents, Event::Finished { stream_id, result }) => {
                let (stream_id, result) = (*stream_id, *result);
                self.events.push_back(Event::Finished { stream_id, result });
            }
            (Fault::RepeatsEvents, Event::Closed(_)) => {
                self.events.push_back(Event::Closed(Ok(())))
            }
            (Fault::ForgetsTheLastEvent, Event::Closed(_)) => return None,
            (Fault::ForgetsPings, Event::Pong { .. } | Event::PingLost { .. }) => {
                return self.event();
            }
            (Fault::RepeatsFlushes, Event::Flushed { token, result }) => {
                let (token, result) = (*token, *result);
                self.events.push_back(Event::Flushed { token, result });
            }
            _ => {}
        }
        Some(event)
    }

    fn take(&mut self, id: StreamId) -> Result<Option<Part<R>>, StreamError> {
        if self.fault == Fault::HidesAStream && id.value() == 1 {
            return Ok(None);
        }
        let part = self.inner.take(id)?;
        Ok(match (self.fault, part) {
            (Fault::ChangesContent, Some(Part::Data(data))) => {
                let changed: Vec<u8> = data.iter().map(|octet| octet ^ 1).collect();
                Some(Part::Data(Bytes::from(changed)))
            }
            (Fault::LosesTrailers, Some(Part::Trailers(_))) => self.inner.take(id)?,
            (_, part) => part,
        })
    }
}

impl<R: Role> Runtime for Broken<R> {
    testkit::forward!(inner: next_read_operation read_eof yield_reader yield_writer shutdown tick);

    fn read(&mut self, input: &[u8]) -> usize {
        let is_ping = |frame: &[u8]| frame.get(3) == Some(&kind::PING);
        let is_over = self.inner.next_read_operation() == ReadOperation::Close;
        match self.fault {
            Fault::LosesAnOctet => self.read_all_but_one(input),
            Fault::LosesWhatFollows => match self.inner.read(input) {
                0 => 0,
                _ => input.len(),
            },
            Fault::PanicsAtPing if is_ping(input) => panic!("a PING"),
            Fault::SpeaksAfterTheEnd if is_over => {
                self.events.push_back(Event::SettingsChanged);
                input.len()
            }
            Fault::KeepsWhatFollowsTheEnd if is_over => {
                self.kept.extend_from_slice(input);
                input.len()
            }
            _ => self.inner.read(input),
        }
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        self.draw();
        if !self.output.is_empty() {
            return WriteOperation::Write(Chunks::from_iter([&self.output[..]]));
        }
        self.inner.next_write_operation()
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(octets) => drop(self.output.drain(..octets)),
            WriteResult::Closed => {
                self.output.clear();
                self.inner.report_write_result(WriteResult::Closed);
            }
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        self.output.clear();
        self.inner.report_exn(exn);
    }

    fn is_closed(&self) -> bool {
        self.inner.is_closed() && self.output.is_empty()
    }
}
