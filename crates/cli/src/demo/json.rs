//! `demo --json`: the connection, each stream, and each kind of frame, an object a line.

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use serde_json::json;

use super::Report;
use super::tally::{Count, Stream};

/// What the objects are, and in which version.
const SCHEMA: &str = "tress-demo/1";

pub(super) fn lines(report: &Report) -> String {
    let mut lines = String::new();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let (observed, at_socket) = (report.observed(), report.at_socket());
    let connection = json!({
        "schema": SCHEMA,
        "type": "connection",
        "streams": report.streams(),
        "content": report.content(),
        "field_octets": report.tally.field_octets(),
        "observed": { "sent": observed.sent, "received": observed.received },
        "at_socket": { "sent": at_socket.sent, "received": at_socket.received },
        "took_ms": milliseconds(report.took),
        "ping_ms": milliseconds(report.ping),
    });
    lines.push_str(&format!("{connection}\n"));
    for (id, stream) in report.tally.numbered_streams() {
        let Stream { path, status, .. } = stream;
        let stream = json!({
            "schema": SCHEMA,
            "type": "stream",
            "stream": id,
            "path": path,
            "status": status.parse::<u16>().ok(),
            "content": stream.content,
            "data_frames": stream.data_frames,
            "head_ms": stream.head_at.map(milliseconds),
            "end_ms": stream.ended_at.map(milliseconds),
        });
        lines.push_str(&format!("{stream}\n"));
    }
    let count = |count: Count| json!({ "frames": count.frames, "octets": count.octets });
    for (name, row) in report.tally.rows() {
        let frames = json!({
            "schema": SCHEMA,
            "type": "frames",
            "frame": name,
            "sent": count(row.sent),
            "received": count(row.received),
        });
        lines.push_str(&format!("{frames}\n"));
    }
    lines
}
