//! The picture for machines: an object a line.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use serde_json::{Map, Value, json};
use tress_log::proto::{Direction, Side};
use tress_log::{Cause, Conversation, Span, StreamTrace};

use super::finding;

/// What the objects are, and in which version.
const SCHEMA: &str = "tress-timeline/1";

/// The connection, and then each of its streams.
pub(super) fn lines(conversation: &Conversation) -> String {
    let side = match conversation.side {
        Side::Client => "client",
        Side::Server => "server",
    };
    let first = json!({
        "schema": SCHEMA,
        "type": "connection",
        "connection": conversation.number,
        "side": side,
        "name": conversation.name,
        "finding": finding::headline(conversation),
        "begin_ns": nanoseconds(conversation.begin),
        "end_ns": nanoseconds(conversation.end),
        "round_trip_ns": conversation.round_trip.map(nanoseconds),
        "streams": conversation.streams.len(),
        "octets_sent": conversation.octets.sent,
        "octets_received": conversation.octets.received,
        "is_cut": conversation.is_cut,
        "causes_ns": causes(&conversation.totals()),
        "send_window": points(conversation.send_window.points()),
        "recv_window": points(conversation.recv_window.points()),
    });
    let streams = conversation
        .streams
        .iter()
        .map(|its| stream(conversation, its));
    let mut text = String::new();
    for line in core::iter::once(first).chain(streams) {
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}

fn stream(conversation: &Conversation, stream: &StreamTrace) -> Value {
    let (method, path) = stream.request.clone().unzip();
    json!({
        "schema": SCHEMA,
        "type": "stream",
        "connection": conversation.number,
        "stream": stream.id,
        "method": method,
        "path": path,
        "status": stream.status,
        "is_closed": stream.is_closed,
        "content_sent": stream.content.sent,
        "content_received": stream.content.received,
        "begin_ns": nanoseconds(stream.begin),
        "end_ns": nanoseconds(stream.end),
        "causes_ns": causes(&stream.totals()),
        "send_window": points(stream.send_window.points()),
        "recv_window": points(stream.recv_window.points()),
        "spans": stream.spans.iter().map(span).collect::<Vec<_>>(),
    })
}

fn span(span: &Span) -> Value {
    let direction = span.direction.map(|direction| match direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    });
    json!({
        "from_ns": nanoseconds(span.from),
        "to_ns": nanoseconds(span.to),
        "cause": span.cause.name(),
        "direction": direction,
    })
}

fn causes(totals: &[(Cause, Duration)]) -> Map<String, Value> {
    let entry =
        |(cause, time): &(Cause, Duration)| (cause.name().to_string(), nanoseconds(*time).into());
    totals.iter().map(entry).collect()
}

fn points(points: &[(Duration, i64)]) -> Vec<(u64, i64)> {
    points
        .iter()
        .map(|(at, octets)| (nanoseconds(*at), *octets))
        .collect()
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
