//! Captures of packets, pcap and pcapng: connections of TCP, put together again, and the frames of both sides in
//! the order of time.

mod connections;
mod packets;
mod segments;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use blocking::proto::frame::PREFACE;

use self::connections::{Connection, connections};
use super::item::Item;
use super::{judge, walk};

/// How a file of packets begins: pcap in both orders of octets and both units of time, and pcapng.
const BEGINNINGS: [[u8; 4]; 5] = [
    [0xd4, 0xc3, 0xb2, 0xa1],
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0x4d, 0x3c, 0xb2, 0xa1],
    [0xa1, 0xb2, 0x3c, 0x4d],
    [0x0a, 0x0d, 0x0d, 0x0a],
];

/// Says whether this is a file of packets.
pub(super) fn is_capture(input: &[u8]) -> bool {
    input
        .first_chunk()
        .is_some_and(|first| BEGINNINGS.contains(first))
}

/// All connections of a capture: a line for each, and its frames if it is HTTP/2 in cleartext, in the order of
/// time. What its client has sent is sent, and what its server has, received.
pub(super) fn items(input: &[u8], is_judged: bool) -> Result<Vec<Item>, String> {
    let connections = connections(packets::packets(input)?);
    let start = connections
        .iter()
        .map(|its| its.begin)
        .min()
        .unwrap_or_default();
    let mut timed: Vec<(Duration, Item)> = Vec::new();
    for (number, connection) in (1_u64..).zip(&connections) {
        let place = |at: Duration| {
            let since = at.saturating_sub(start).as_secs_f64();
            format!("{number} {since:10.6}")
        };
        let Connection { client, server, .. } = connection;
        let speaks = Speaks::of(connection);
        timed.push((
            connection.begin,
            Item {
                place: place(connection.begin),
                what: format!("connection {client} to {server}: {}", speaks.about()),
                ..Item::default()
            },
        ));
        if speaks == Speaks::Http2 {
            for is_received in [false, true] {
                let sent = side(connection, is_received, is_judged, &place);
                timed.extend(sent);
            }
        }
    }
    // What came at one time stays in its order.
    timed.sort_by_key(|(at, _)| *at);
    Ok(timed.into_iter().map(|(_, item)| item).collect())
}

/// What one side has sent, and when the last octet of each frame was seen.
fn side(
    connection: &Connection,
    is_received: bool,
    is_judged: bool,
    place: &impl Fn(Duration) -> String,
) -> Vec<(Duration, Item)> {
    let stream = connection.stream(is_received);
    let mut items = walk::items(stream.octets());
    if is_judged {
        judge::judge(stream.octets(), &mut items);
    }
    if let Some(missing) = stream.missing() {
        items.push(Item {
            what: format!(
                "{missing} octets are missing in the capture, and what is behind them is not read"
            ),
            ..Item::default()
        });
    }
    let mut end = 0;
    let timed = items.into_iter().map(|mut item| {
        end += item.octets.len();
        let at = stream.seen(end).unwrap_or(connection.begin);
        item.is_received = is_received;
        item.place = place(at);
        (at, item)
    });
    timed.collect()
}

/// What a connection speaks, as far as its first octets show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    Http2,
    Tls,
    Other,
    Nothing,
}

impl Speaks {
    fn of(connection: &Connection) -> Self {
        let first = connection.stream(false).octets();
        match first {
            [] => Self::Nothing,
            // RFC 8446 §5.1: a record of a handshake.
            [0x16, 3, ..] => Self::Tls,
            first if first.starts_with(PREFACE.as_slice()) => Self::Http2,
            _ => Self::Other,
        }
    }

    const fn about(self) -> &'static str {
        match self {
            Self::Http2 => "HTTP/2 in cleartext",
            Self::Tls => {
                "TLS, whose content is not read here: with a file of SSLKEYLOGFILE, Wireshark reads it, and \
                tress get --log and serve --log see it before it is encrypted"
            }
            Self::Other => {
                "no HTTP/2 from its beginning: another protocol, or the capture began later"
            }
            Self::Nothing => "nothing was sent by its client",
        }
    }
}

#[cfg(test)]
mod tests;
