//! Segments as the octets of connections: out of order, twice, and overlapping, as the network has it.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

use super::packets::Packet;
use super::segments::{Segment, segment};

/// A connection of TCP.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    /// Who opened it, as far as is known.
    pub(super) client: SocketAddr,
    pub(super) server: SocketAddr,
    /// When its first segment was seen.
    pub(super) begin: Duration,
    up: Stream,
    down: Stream,
}

/// What one side has sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    /// The sequence number of its first octet.
    first: Option<u32>,
    octets: Vec<u8>,
    /// Where the octets ended when they were seen.
    seen: Vec<(usize, Duration)>,
    /// What has come before what is in front of it, by its place.
    ahead: BTreeMap<usize, (Vec<u8>, Duration)>,
    /// Why there is nothing behind the octets.
    note: Option<String>,
}

/// All connections, in the order in which they were first seen.
pub(super) fn connections(packets: Vec<Packet>) -> Vec<Connection> {
    let mut all: Vec<Connection> = Vec::new();
    // Where the last connection between two ends is.
    let mut last: BTreeMap<(SocketAddr, SocketAddr), usize> = BTreeMap::new();
    for segment in packets.iter().filter_map(segment) {
        let ends = (segment.from.min(segment.to), segment.from.max(segment.to));
        let known = last.get(&ends).and_then(|place| all.get_mut(*place));
        match known.filter(|known| !known.is_before(&segment)) {
            Some(known) => known.take(segment),
            None => {
                last.insert(ends, all.len());
                let mut new = Connection::new(&segment);
                new.take(segment);
                all.push(new);
            }
        }
    }
    all
}

impl Connection {
    fn new(segment: &Segment) -> Self {
        // The server answers SYN with SYN and ACK; if neither was seen, its port is the lower one.
        let is_client = match (segment.is_syn, segment.is_ack) {
            (true, is_ack) => !is_ack,
            (false, _) => segment.from.port() >= segment.to.port(),
        };
        let (client, server) = match is_client {
            true => (segment.from, segment.to),
            false => (segment.to, segment.from),
        };
        Self {
            client,
            server,
            begin: segment.at,
            up: Stream::default(),
            down: Stream::default(),
        }
    }

    /// Says whether a segment opens another connection between the same ends.
    fn is_before(&self, segment: &Segment) -> bool {
        let opens = segment.is_syn && !segment.is_ack;
        opens
            && self
                .up
                .first
                .is_some_and(|first| first != segment.sequence.wrapping_add(1))
    }

    fn take(&mut self, segment: Segment) {
        let stream = match segment.from == self.client {
            true => &mut self.up,
            false => &mut self.down,
        };
        stream.take(segment);
    }

    /// What a side has sent.
    pub(super) const fn stream(&self, is_server: bool) -> &Stream {
        match is_server {
            true => &self.down,
            false => &self.up,
        }
    }
}

impl Stream {
    fn take(&mut self, segment: Segment) {
        // SYN has a sequence number of its own, before the first octet.
        let sequence = segment.sequence.wrapping_add(u32::from(segment.is_syn));
        let first = *self.first.get_or_insert(sequence);
        if segment.payload.is_empty() {
            return;
        }
        // Sequence numbers begin anew: what is meant is the place that is nearest to the end.
        let end = u32::try_from(self.octets.len() & 0xffff_ffff).unwrap_or(0);
        let ahead = sequence.wrapping_sub(first.wrapping_add(end));
        let ahead = i32::from_ne_bytes(ahead.to_ne_bytes());
        let Some(place) = isize::try_from(ahead)
            .ok()
            .and_then(|ahead| self.octets.len().checked_add_signed(ahead))
        else {
            // It is before the first that is known.
            return;
        };
        let kept = self.ahead.entry(place).or_default();
        if segment.payload.len() > kept.0.len() {
            *kept = (segment.payload, segment.at);
        }
        self.catch_up(segment.at);
    }

    /// Takes what is not ahead of its time any more.
    fn catch_up(&mut self, now: Duration) {
        while let Some(entry) = self.ahead.first_entry() {
            let end = self.octets.len();
            if *entry.key() > end {
                return;
            }
            let (place, (payload, _)) = entry.remove_entry();
            let new = payload.get(end - place..).unwrap_or_default();
            if !new.is_empty() {
                self.octets.extend_from_slice(new);
                // It is known when what was in front of it is.
                self.seen.push((self.octets.len(), now));
            }
        }
    }

    /// All octets up to the first that is missing.
    pub(super) fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Appends octets that were made of others, and when those were there.
    #[cfg(feature = "tls")]
    pub(super) fn push(&mut self, octets: &[u8], at: Option<Duration>) {
        self.octets.extend_from_slice(octets);
        self.seen.push((self.octets.len(), at.unwrap_or_default()));
    }

    /// There is more, and this is why it is not among the octets.
    #[cfg(feature = "tls")]
    pub(super) fn end(&mut self, note: String) {
        self.note = Some(note);
    }

    /// Why what is behind the octets is not among them, if there is anything.
    pub(super) fn note(&self) -> Option<String> {
        let missing = self.ahead.first_key_value().and_then(|(place, _)| {
            let missing = place.checked_sub(self.octets.len())?;
            Some(format!("{missing} octets are missing in the capture"))
        });
        self.note.clone().or(missing)
    }

    /// When the octets up to this place were there.
    pub(super) fn seen(&self, end: usize) -> Option<Duration> {
        let place = self.seen.partition_point(|(its, _)| *its < end);
        self.seen.get(place).or(self.seen.last()).map(|(_, at)| *at)
    }
}
