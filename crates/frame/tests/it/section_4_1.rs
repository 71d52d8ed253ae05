//! The frame format (RFC 9113 §4.1), and stream identifiers (RFC 9113 §5.1.1).

use tress_frame::{Data, Flags, Frame, FrameType, Head, Ping, StreamId, Unknown};

use crate::{both_ways, hex, id, reads_as};

#[test]
fn a_head_is_length_type_flags_and_stream() {
    let octets = hex("01e240 08 2d 00bc614e");
    let head = Head::parse_prefix(&octets).unwrap();
    assert_eq!(head.length, 123_456);
    assert_eq!(head.frame_type, FrameType::WINDOW_UPDATE);
    assert_eq!(head.flags, Flags(0x2d));
    assert_eq!(head.stream_id, id(12_345_678));
    assert_eq!(head.frame_len(), 123_465);

    let mut out = Vec::new();
    head.encode(&mut out);
    assert_eq!(out, octets);
}

#[test]
fn a_head_needs_nine_octets_and_no_more() {
    let octets = hex("000001 00 00 00000001 ff");
    for len in 0..9 {
        assert_eq!(Head::parse_prefix(&octets[..len]), None);
    }
    let head = Head::parse(octets[..9].try_into().unwrap());
    assert_eq!(Head::parse_prefix(&octets), Some(head));
}

#[test]
fn the_reserved_bit_is_ignored_on_receipt() {
    reads_as("000001 00 00 80000001 61", Data::new(id(1), b"a"));
    reads_as("000008 06 00 80000000 0000000000000000", Ping::new([0; 8]));
}

#[test]
fn the_reserved_bit_is_unset_when_sending() {
    let mut out = Vec::new();
    Data::new(StreamId::MAX, b"").encode(&mut out);
    assert_eq!(out, hex("000000 00 00 7fffffff"));
}

#[test]
fn unused_flags_are_ignored_but_not_lost() {
    let mut data = Data::new(id(1), b"a").end_stream();
    data.unused_flags = Flags(0xf6);
    both_ways("000001 00 f7 00000001 61", data);
    let mut ping = Ping::ack([1; 8]);
    ping.unused_flags = Flags(0xfe);
    both_ways("000008 06 ff 00000000 0101010101010101", ping);
}

#[test]
fn unused_flags_cannot_set_a_flag_that_means_something() {
    let mut data = Data::new(id(1), b"a");
    data.unused_flags = Flags(0xff);
    let mut out = Vec::new();
    data.encode(&mut out);
    assert_eq!(out, hex("000001 00 f6 00000001 61"));
}

#[test]
fn frames_of_unknown_types_are_kept_whole() {
    let mut unknown = Unknown::new(FrameType(0xb7), id(5), b"what");
    unknown.flags = Flags(0x81);
    both_ways("000004 b7 81 00000005 77686174", unknown);
    both_ways(
        "000000 0b 00 00000000",
        Unknown::new(FrameType(0x0b), StreamId::CONNECTION, b""),
    );
}

#[test]
#[should_panic(expected = "at most 2^24-1 octets")]
fn a_length_above_24_bits_is_not_written() {
    let head = Head {
        length: 0x0100_0000,
        frame_type: FrameType::DATA,
        flags: Flags::NONE,
        stream_id: id(1),
    };
    head.encode(&mut Vec::new());
}

#[test]
fn stream_identifiers_have_31_bits() {
    assert_eq!(StreamId::new(0x7fff_ffff), Some(StreamId::MAX));
    assert_eq!(StreamId::new(0x8000_0000), None);
    assert_eq!(StreamId::from_wire(0x8000_0003), id(3));
    assert_eq!(u32::from(StreamId::MAX), 0x7fff_ffff);
}

#[test]
fn clients_open_odd_streams_and_servers_even_ones() {
    for (value, by_client, by_server) in [
        (0, false, false),
        (1, true, false),
        (2, false, true),
        (0x7fff_ffff, true, false),
    ] {
        let id = id(value);
        assert_eq!(id.is_connection(), value == 0);
        assert_eq!(id.is_client_initiated(), by_client);
        assert_eq!(id.is_server_initiated(), by_server);
    }
}

#[test]
fn the_payload_may_follow_its_head_by_reference() {
    let data = Data::new(id(1), b"hello").end_stream();
    let mut head = Vec::new();
    data.head().encode(&mut head);
    assert_eq!(
        [head.as_slice(), data.data].concat(),
        hex("000005 00 01 00000001 68656c6c6f")
    );
}

#[test]
fn the_length_of_the_payload_counts_and_not_that_in_the_head() {
    let head = Head::parse_prefix(&hex("000063 00 00 00000001")).unwrap();
    assert_eq!(Frame::parse(head, b"a"), Ok(Data::new(id(1), b"a").into()));
}
