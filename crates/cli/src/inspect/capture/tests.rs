//! What both sides have said comes out of packets whole, however the network has carried it.

use alloc::vec::Vec;

use etherparse::PacketBuilder;
use tress_testkit::{Rng, Side, conversation};

use super::super::walk;
use super::{is_capture, items};

/// What one side has said, in segments: the sequence number and octets of each.
fn segments(rng: &mut Rng, first: u32, said: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let (mut segments, mut place) = (Vec::new(), 0);
    while place < said.len() {
        let end = (place + 1 + rng.range(0..1448)).min(said.len());
        // Some begin before the last has ended.
        let from = place.saturating_sub(rng.range(0..20) / 10 * rng.range(0..50));
        let sequence = first.wrapping_add(u32::try_from(from).unwrap());
        segments.push((sequence, said[from..end].to_vec()));
        if rng.chance(1, 8) {
            segments.extend(segments.last().cloned());
        }
        place = end;
    }
    segments
}

/// A file of pcap with packets of Ethernet; a packet a millisecond.
fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for number in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1] {
        file.extend(number.to_le_bytes());
    }
    for (number, packet) in (0_u32..).zip(packets) {
        let len = u32::try_from(packet.len()).unwrap();
        for number in [number / 1000, number % 1000 * 1000, len, len] {
            file.extend(number.to_le_bytes());
        }
        file.extend_from_slice(packet);
    }
    file
}

fn packet(ports: (u16, u16), sequence: u32, is_syn: bool, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv4([127, 0, 0, 1], [127, 0, 0, 1], 64)
        .tcp(ports.0, ports.1, sequence, 65_535);
    let builder = match (is_syn, ports.0 > ports.1) {
        (true, true) => builder.syn(),
        // The server answers.
        (true, false) => builder.syn().ack(1),
        (false, _) => builder.ack(1),
    };
    let mut octets = Vec::new();
    builder.write(&mut octets, payload).unwrap();
    octets
}

#[test]
fn octets_come_together_whatever_the_order_of_their_segments() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let said = [Side::Client, Side::Server].map(|side| conversation(&mut rng, side).concat());
        let ports = [(40_000, 8080), (8080, 40_000)];
        // Sequence numbers begin anew in the middle of some.
        let first = [u32::MAX - 500, rng.bits()];
        let mut packets = vec![packet(ports[0], first[0].wrapping_sub(1), true, &[])];
        packets.push(packet(ports[1], first[1].wrapping_sub(1), true, &[]));
        let mut carried = Vec::new();
        for side in 0..2 {
            for (sequence, octets) in segments(&mut rng, first[side], &said[side]) {
                carried.push(packet(ports[side], sequence, false, &octets));
            }
        }
        // A few packets overtake others.
        for place in 0..carried.len().saturating_sub(4) {
            let other = place + rng.range(0..4);
            carried.swap(place, other);
        }
        packets.extend(carried);
        let file = pcap(&packets);
        assert!(is_capture(&file));
        let found = items(&file, None, false).unwrap();
        assert_eq!(
            found[0].what,
            "connection 127.0.0.1:40000 to 127.0.0.1:8080: HTTP/2 in cleartext"
        );
        for (is_received, said) in [(false, &said[0]), (true, &said[1])] {
            let of_side = found[1..]
                .iter()
                .filter(|item| item.is_received == is_received);
            let of_side: Vec<_> = of_side.map(|item| (&item.what, &item.fields)).collect();
            let expected = walk::items(said);
            let expected: Vec<_> = expected
                .iter()
                .map(|item| (&item.what, &item.fields))
                .collect();
            assert!(of_side == expected, "seed {seed}");
        }
    }
}

#[test]
fn what_is_missing_is_said_and_what_is_no_capture_is_refused() {
    let preface = tress_testkit::Wire::octets(&(tress_testkit::PREFACE, tress_testkit::settings()));
    let packets = [
        packet((40_000, 80), 99, true, &[]),
        packet((40_000, 80), 100, false, &preface),
        packet((40_000, 80), 200, false, &preface),
    ];
    let found = items(&pcap(&packets), None, true).unwrap();
    let last = &found.last().unwrap().what;
    assert!(last.starts_with("67 octets are missing"), "{last}");
    let mut rng = Rng::new(3);
    let whole = pcap(&packets);
    for _ in 0..300 {
        let mut file = whole.clone();
        for _ in 0..rng.range(1..6) {
            let place = rng.range(0..file.len());
            file[place] = rng.octet();
        }
        file.truncate(rng.range(0..file.len() + 1));
        // Whatever is in it, it is read or refused.
        let _ = items(&file, None, true);
    }
    assert!(!is_capture(b"tress-log 2\n"));
}

#[test]
fn a_port_that_is_used_again_is_another_connection() {
    let preface = tress_testkit::Wire::octets(&(tress_testkit::PREFACE, tress_testkit::settings()));
    let packets = [
        packet((40_000, 80), 99, true, &[]),
        packet((40_000, 80), 100, false, &preface),
        packet((40_000, 80), 5_000_000, true, &[]),
        packet((40_000, 80), 5_000_001, false, b"GET / HTTP/1.1\r\n\r\n"),
    ];
    let found = items(&pcap(&packets), None, true).unwrap();
    let all: Vec<_> = found
        .iter()
        .filter(|item| item.what.starts_with("connection"))
        .collect();
    assert_eq!(all.len(), 2);
    assert!(all[1].what.contains("no HTTP/2"), "{}", all[1].what);
}
