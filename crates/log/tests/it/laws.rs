//! The laws of the crate, as functions of any octets, so that a fuzzer can call them.

use core::time::Duration;

use testkit::Rng;
use tress_log::proto::frame::{FrameType, Setting};
use tress_log::proto::{
    Cause, ClosedBy, Direction, ErrorCode, SettingId, Side, State, StreamId, Window,
};
use tress_log::{
    Detail, Entry, Event, Field, FieldList, FrameEntry, HEADER, Reader, SettingList, Text, Trace,
    Value,
};

#[cfg(test)]
#[path = "laws/every_kind.rs"]
mod every_kind;
#[cfg(test)]
#[path = "laws/tests.rs"]
mod tests;

/// No octets panic: neither the reader nor what makes a picture of a log; and what was read is
/// written as it was, and reads the same.
pub(crate) fn any_octets_are_read(data: &[u8]) {
    for log in [
        data.to_vec(),
        [HEADER.as_bytes(), data].concat(),
        chunk(data),
    ] {
        let Ok(reader) = Reader::new(&log) else {
            continue;
        };
        let mut again = HEADER.as_bytes().to_vec();
        let entries: Vec<Entry<'_>> = reader.flatten().collect();
        for entry in &entries {
            entry.write(&mut again);
            // What happened can be said in a line.
            assert!(!entry.event.to_string().contains(char::is_control));
        }
        let read: Result<Vec<_>, _> = Reader::new(&again).expect("it was written").collect();
        assert_eq!(read.as_ref(), Ok(&entries));
        let trace = Trace::read(&log).expect("it was read before");
        one_cause_at_a_time(&trace);
    }
}

/// A log of one chunk, in which these are the events.
fn chunk(events: &[u8]) -> Vec<u8> {
    let mut log = HEADER.as_bytes().to_vec();
    let mut length = events.len() + 2;
    while length >= 0x80 {
        log.push(u8::try_from(length & 0x7f).unwrap_or_default() | 0x80);
        length >>= 7;
    }
    log.push(u8::try_from(length).unwrap_or_default());
    log.extend_from_slice(&[1, 0]);
    log.extend_from_slice(events);
    log
}

/// What was written of any events reads the same, whole or cut anywhere, and each instant of a stream has
/// one cause.
pub(crate) fn what_was_written_reads_the_same(data: &[u8]) {
    let mut made = Made::new(data);
    let mut log = HEADER.as_bytes().to_vec();
    let mut ends = vec![log.len()];
    made.each(|entry| {
        let start = log.len();
        entry.write(&mut log);
        let alone = [HEADER.as_bytes(), &log[start..]].concat();
        let read: Vec<_> = Reader::new(&alone).expect("it is a log").collect();
        assert_eq!(read, [Ok(*entry)]);
        ends.push(log.len());
    });
    let read = Reader::new(&log).expect("it is a log");
    assert_eq!(read.flatten().count(), ends.len() - 1);
    one_cause_at_a_time(&Trace::read(&log).expect("it is a log"));
    for end in (HEADER.len()..log.len()).step_by(1 + log.len() / 16) {
        let read: Vec<_> = Reader::new(&log[..end]).expect("it is a log").collect();
        let whole = ends.iter().filter(|place| **place <= end).count() - 1;
        assert_eq!(
            read.iter().flatten().count(),
            whole,
            "events that end are read"
        );
        let is_cut = !ends.contains(&end);
        assert_eq!(read.len(), whole + usize::from(is_cut));
    }
}

/// Of every stream, spans follow each other from its beginning to its end, and sum to its life.
pub(crate) fn one_cause_at_a_time(trace: &Trace) {
    for conversation in &trace.conversations {
        for stream in &conversation.streams {
            let mut now = stream.begin;
            for span in &stream.spans {
                assert_eq!(span.from, now, "a span begins where the one before it ends");
                assert!(span.from < span.to, "a span has a length");
                now = span.to;
            }
            assert_eq!(now, stream.end, "the spans end where the stream does");
            let sum: Duration = stream.totals().iter().map(|(_, length)| *length).sum();
            assert_eq!(sum, stream.life(), "the causes sum to the life");
            assert!(conversation.begin <= stream.begin && stream.end <= conversation.end);
        }
    }
}

/// Events that octets stand for: few streams and close times, so that they meet.
struct Made {
    rng: Rng,
    left: usize,
    now: u64,
}

impl Made {
    fn new(data: &[u8]) -> Self {
        let seed = data.iter().fold(data.len() as u64, |seed, octet| {
            seed.wrapping_mul(0x100_0000_01b3) ^ u64::from(*octet)
        });
        Self {
            rng: Rng::new(seed),
            left: data.len().min(400),
            now: 0,
        }
    }

    fn each(&mut self, mut take: impl FnMut(&Entry<'_>)) {
        while self.left > 0 {
            self.left -= 1;
            self.now += *self.rng.pick(&[0, 0, 1, 1000, 3_000_000, 50_000_000]);
            let texts = [self.octets(), self.octets(), self.octets()];
            let settings = self.settings();
            let fields = self.fields(&texts);
            let more = *self.rng.pick(&[0, 0, 7]);
            let event = self.event(&texts[0], &settings, FieldList::new(&fields, more));
            take(&Entry {
                connection: self.rng.range(1..3) as u64,
                at: Duration::from_nanos(self.now),
                event,
            });
        }
    }

    fn octets(&mut self) -> Vec<u8> {
        let count = self.rng.range(0..6);
        match self.rng.chance(1, 2) {
            true => self.rng.bytes(count),
            false => self.rng.letters(count).into_bytes(),
        }
    }

    fn settings(&mut self) -> Vec<Setting> {
        let count = self.rng.range(0..3);
        let mut setting = || {
            let id = SettingId(u16::from(self.rng.octet() % 6));
            Setting::new(id, self.small())
        };
        (0..count).map(|_| setting()).collect()
    }

    fn fields<'a>(&mut self, texts: &'a [Vec<u8>; 3]) -> Vec<Field<'a>> {
        let mut fields = Vec::new();
        for text in texts {
            let value = match self.rng.range(0..3) {
                0 => Value::Whole(Text::new(text)),
                1 => Value::Part(Text::new(text), self.number()),
                _ => Value::Hidden(self.number()),
            };
            let names: [&[u8]; 4] = [b":method", b":status", b":path", text];
            fields.push(Field {
                name: Text::new(names[self.rng.range(0..4)]),
                value,
                is_sensitive: self.rng.chance(1, 4),
            });
        }
        fields
    }

    fn number(&mut self) -> u64 {
        match self.rng.range(0..12) {
            0 => u64::MAX,
            1 => 0x7fff_ffff,
            2 => 0,
            _ => self.rng.range(0..40_000) as u64,
        }
    }

    fn small(&mut self) -> u32 {
        u32::try_from(self.number()).unwrap_or(u32::MAX)
    }

    fn stream(&mut self) -> StreamId {
        StreamId::from_wire(u32::from(self.rng.octet() % 6))
    }

    fn direction(&mut self) -> Direction {
        *self.rng.pick(&[Direction::Sent, Direction::Received])
    }

    fn window(&mut self) -> Window {
        *self.rng.pick(&[Window::Stream, Window::Connection])
    }

    fn state(&mut self) -> State {
        *self.rng.pick(&[
            State::Idle,
            State::ReservedLocal,
            State::ReservedRemote,
            State::Open,
            State::HalfClosedLocal,
            State::HalfClosedRemote,
            State::Closed(ClosedBy::EndStream),
            State::Closed(ClosedBy::ResetSent),
            State::Closed(ClosedBy::ResetReceived),
        ])
    }

    fn event<'a>(
        &mut self,
        text: &'a [u8],
        settings: &'a [Setting],
        fields: FieldList<'a>,
    ) -> Event<'a> {
        let stream_id = self.stream();
        let octets = self.number();
        match self.rng.range(0..25) {
            0 => Event::Begin {
                side: *self.rng.pick(&[Side::Client, Side::Server]),
                name: Text::new(text),
            },
            1 => Event::Preface {
                direction: self.direction(),
            },
            2 => Event::Partial {
                frame_type: FrameType(self.rng.octet() % 12),
                stream_id,
                octets,
            },
            3 => Event::Fields {
                direction: self.direction(),
                stream_id,
                fields,
            },
            4 => Event::State {
                stream_id,
                from: self.state(),
                to: self.state(),
            },
            5 => Event::Created { stream_id },
            6 => Event::Queued {
                stream_id,
                octets,
                end_stream: self.rng.chance(1, 4),
            },
            7 => Event::Taken { stream_id, octets },
            8 => Event::Written { octets },
            9 => Event::StallBegan {
                stream_id,
                window: self.window(),
            },
            10 => Event::StallEnded {
                stream_id,
                window: self.window(),
                waited: Duration::from_nanos(octets),
            },
            11 => Event::WaitTimed {
                stream_id,
                cause: *self.rng.pick(&[
                    Cause::Transport,
                    Cause::ConnectionWindow,
                    Cause::StreamWindow,
                ]),
            },
            12 => Event::Limit {
                stream_id,
                limit: Text::new(text),
                allowed: octets,
            },
            24 => Event::Violation {
                stream_id,
                rule: Text::new(text),
                section: Text::new(text),
            },
            13 => Event::Full,
            14 => Event::End,
            _ => Event::Frame {
                direction: self.direction(),
                frame: FrameEntry {
                    stream_id,
                    octets,
                    detail: self.detail(text, settings),
                },
            },
        }
    }

    fn detail<'a>(&mut self, text: &'a [u8], settings: &'a [Setting]) -> Detail<'a> {
        let (end_stream, end_headers) = (self.rng.chance(1, 4), self.rng.chance(3, 4));
        let code = ErrorCode(u32::from(self.rng.octet() % 16));
        match self.rng.range(0..14) {
            0..3 => Detail::Data {
                content: self.number(),
                end_stream,
            },
            3..6 => Detail::Headers {
                end_stream,
                end_headers,
            },
            6 => Detail::Settings(SettingList::new(settings)),
            7 => Detail::SettingsAck,
            8 => Detail::PushPromise {
                promised: self.stream(),
                end_headers,
            },
            9 => Detail::Ping {
                payload: *self.rng.pick(&[[0; 8], *b"question"]),
                ack: end_stream,
            },
            10 => Detail::GoAway {
                last: self.stream(),
                code,
                debug: Text::new(text),
            },
            11 => Detail::WindowUpdate {
                increment: self.small(),
            },
            12 => Detail::RstStream { code },
            _ => match self.rng.range(0..4) {
                0 => Detail::Continuation { end_headers },
                1 => Detail::PriorityUpdate {
                    prioritized: self.stream(),
                    value: Text::new(text),
                },
                2 => Detail::Other(FrameType::PRIORITY),
                _ => Detail::Other(FrameType(0xfa)),
            },
        }
    }
}
