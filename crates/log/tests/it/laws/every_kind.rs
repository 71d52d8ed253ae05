//! One event of every kind, at least.

use core::time::Duration;

use tress_log::proto::frame::{FrameType, Setting};
use tress_log::proto::{
    Cause, ClosedBy, Direction, ErrorCode, SettingId, Side, State, StreamId, Window,
};
use tress_log::{
    Detail, Entry, Event, Field, FieldList, FrameEntry, HEADER, SettingList, Text, Value,
};

const SETTINGS: &[Setting] = &[
    Setting::new(SettingId(2), 0),
    Setting::new(SettingId(4), 262_144),
    Setting::new(SettingId(6), 65_536),
];

const FIELDS: &[Field<'_>] = &[
    field(b":method", Value::Whole(Text::new(b"GET")), false),
    field(b":path", Value::Whole(Text::new(b"/a?b=c\n")), false),
    field(b"x-key", Value::Hidden(5), true),
    field(b"cookie", Value::Hidden(12), false),
    field(b"long", Value::Part(Text::new(b"aaa"), 900), false),
];

const fn field<'a>(name: &'a [u8], value: Value<'a>, is_sensitive: bool) -> Field<'a> {
    Field {
        name: Text::new(name),
        value,
        is_sensitive,
    }
}

/// The events of a connection that sees everything: a microsecond after each other.
pub(crate) fn every_kind() -> Vec<Entry<'static>> {
    let entry = |(at, event)| Entry {
        connection: 1,
        at: Duration::from_micros(at),
        event,
    };
    let all = streams().into_iter().chain(frames()).chain(ends());
    (1..).zip(all).map(entry).collect()
}

/// The same as a log.
pub(crate) fn log() -> Vec<u8> {
    let mut log = HEADER.as_bytes().to_vec();
    every_kind().iter().for_each(|entry| entry.write(&mut log));
    log
}

const fn stream() -> StreamId {
    StreamId::from_wire(1)
}

fn streams() -> Vec<Event<'static>> {
    use Direction::{Received, Sent};
    let stream_id = stream();
    let (idle, half) = (State::Idle, State::HalfClosedLocal);
    vec![
        Event::Begin {
            side: Side::Client,
            name: Text::new(b"127.0.0.1:8080"),
        },
        Event::Preface { direction: Sent },
        Event::Created { stream_id },
        Event::Queued {
            stream_id,
            octets: 0,
            end_stream: true,
        },
        Event::Fields {
            direction: Sent,
            stream_id,
            fields: FieldList::new(FIELDS, 3),
        },
        Event::State {
            stream_id,
            from: idle,
            to: half,
        },
        Event::Written { octets: 91 },
        Event::Fields {
            direction: Received,
            stream_id,
            fields: FieldList::new(&[], 0),
        },
        Event::Partial {
            frame_type: FrameType::DATA,
            stream_id,
            octets: 4000,
        },
        Event::Taken {
            stream_id,
            octets: 16_384,
        },
    ]
}

fn frames() -> Vec<Event<'static>> {
    let payload = *b"question";
    let (end_stream, end_headers, code) = (false, true, ErrorCode::CANCEL);
    let details = [
        Detail::Settings(SettingList::new(SETTINGS)),
        Detail::SettingsAck,
        Detail::Headers {
            end_stream,
            end_headers,
        },
        Detail::Data {
            content: 16_384,
            end_stream: true,
        },
        Detail::WindowUpdate { increment: 16_384 },
        Detail::Ping {
            payload,
            ack: false,
        },
        Detail::Ping { payload, ack: true },
        Detail::RstStream { code },
        Detail::PushPromise {
            promised: StreamId::from_wire(2),
            end_headers,
        },
        Detail::Continuation { end_headers },
        Detail::PriorityUpdate {
            prioritized: stream(),
            value: Text::new(b"u=3"),
        },
        Detail::Other(FrameType(0xfa)),
        Detail::GoAway {
            last: stream(),
            code,
            debug: Text::new(b"bye bye"),
        },
    ];
    let frame = |detail| FrameEntry {
        stream_id: stream(),
        octets: 16_393,
        detail,
    };
    let both = [Direction::Sent, Direction::Received];
    let ways = both.into_iter().flat_map(|direction| {
        details.map(|detail| Event::Frame {
            direction,
            frame: frame(detail),
        })
    });
    ways.collect()
}

fn ends() -> Vec<Event<'static>> {
    let (stream_id, waited) = (stream(), Duration::from_millis(1));
    vec![
        Event::State {
            stream_id,
            from: State::HalfClosedLocal,
            to: State::Closed(ClosedBy::ResetReceived),
        },
        Event::StallBegan {
            stream_id,
            window: Window::Stream,
        },
        Event::StallEnded {
            stream_id,
            window: Window::Connection,
            waited,
        },
        Event::WaitTimed {
            stream_id,
            cause: Cause::StreamWindow,
        },
        Event::Violation {
            stream_id,
            rule: Text::new(b"WindowExceeded"),
            section: Text::new("RFC 9113 §6.9.1".as_bytes()),
        },
        Event::Limit {
            stream_id,
            limit: Text::new(b"ConcurrentStreams"),
            allowed: 100,
        },
        Event::Full,
        Event::End,
    ]
}
