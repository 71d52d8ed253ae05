//! Captures of packets, pcap and pcapng: connections of TCP, put together again, and the frames of both sides in
//! the order of time.

mod connections;
mod packets;
mod segments;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "tls_none.rs"]
mod tls;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use blocking::proto::frame::PREFACE;

use self::connections::{Connection, Stream, connections};
use self::tls::KeyLog;
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

/// All connections of a capture: a line for each, and its frames if it is HTTP/2, in cleartext or by a key log, in
/// the order of time. What its client has sent is sent, and what its server has, received.
pub(super) fn items(
    input: &[u8],
    key_log: Option<&[u8]>,
    is_judged: bool,
) -> Result<Vec<Item>, String> {
    let packets = packets::packets(input)?;
    let mut keys = packets.secrets;
    keys.extend_from_slice(key_log.unwrap_or_default());
    let keys = KeyLog::parse(&keys);
    let connections = connections(packets.packets);
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
        let conversation = Conversation::of(connection, &keys);
        timed.push((
            connection.begin,
            Item {
                place: place(connection.begin),
                what: format!("connection {client} to {server}: {}", conversation.about),
                ..Item::default()
            },
        ));
        for (is_received, stream) in conversation.sides.iter().flatten() {
            let sent = side(stream, *is_received, is_judged);
            timed.extend(sent.into_iter().map(|(at, item)| {
                let at = at.unwrap_or(connection.begin);
                let place = place(at);
                (at, Item { place, ..item })
            }));
        }
    }
    // What came at one time stays in its order.
    timed.sort_by_key(|(at, _)| *at);
    Ok(timed.into_iter().map(|(_, item)| item).collect())
}

/// What one side has sent, and when the last octet of each frame was seen.
fn side(stream: &Stream, is_received: bool, is_judged: bool) -> Vec<(Option<Duration>, Item)> {
    let mut items = walk::items(stream.octets());
    if is_judged {
        judge::judge(stream.octets(), &mut items);
    }
    if let Some(note) = stream.note() {
        items.push(Item {
            what: format!("{note}, and what is behind is not read"),
            ..Item::default()
        });
    }
    let mut end = 0;
    let timed = items.into_iter().map(|mut item| {
        end += item.octets.len();
        item.is_received = is_received;
        (stream.seen(end), item)
    });
    timed.collect()
}

/// What a connection speaks, and what its two sides have said if that is HTTP/2.
struct Conversation {
    about: String,
    sides: Option<[(bool, Stream); 2]>,
}

impl Conversation {
    fn of(connection: &Connection, keys: &KeyLog) -> Self {
        let [up, down] = [false, true].map(|is_server| connection.stream(is_server));
        // RFC 8446 §5: a record of a handshake.
        if !matches!(up.octets(), [0x16, 3, ..]) {
            return Self::plain(up.clone(), down.clone(), "in cleartext");
        }
        match tls::open(up, down, keys) {
            Ok(tls::Opened { suite, up, down }) => {
                Self::plain(up, down, &format!("in TLS 1.3, {suite}"))
            }
            Err(reason) => Self {
                about: format!("TLS, whose content is not read: {reason}"),
                sides: None,
            },
        }
    }

    fn plain(up: Stream, down: Stream, within: &str) -> Self {
        let about = match up.octets() {
            [] => "nothing was sent by its client",
            first if first.starts_with(PREFACE.as_slice()) => {
                return Self {
                    about: format!("HTTP/2 {within}"),
                    sides: Some([(false, up), (true, down)]),
                };
            }
            _ => "no HTTP/2 from its beginning: another protocol, or the capture began later",
        };
        Self {
            about: String::from(about),
            sides: None,
        }
    }
}

#[cfg(test)]
mod tests;
