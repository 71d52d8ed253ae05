//! PRIORITY_UPDATE (RFC 9218 §7.1), ALTSVC (RFC 7838 §4), and ORIGIN (RFC 8336 §2).

use tress_frame::{
    AltSvc, ErrorCode, ErrorKind, Flags, Frame, FrameType, Origin, PriorityUpdate, StreamId,
    Unknown,
};

use crate::{both_ways, connection_error, decode, hex, id, reads_as};

#[test]
fn a_priority_update_names_a_stream_and_its_priority() {
    both_ways(
        "000007 10 00 00000000 00000001 753d31",
        PriorityUpdate::new(id(1), b"u=1"),
    );
    both_ways(
        "000004 10 00 00000000 00000002",
        PriorityUpdate::new(id(2), b""),
    );
}

#[test]
fn the_reserved_bit_of_the_prioritized_stream_is_ignored() {
    reads_as(
        "000004 10 00 00000000 80000001",
        PriorityUpdate::new(id(1), b""),
    );
}

#[test]
fn a_priority_update_on_a_stream_ends_the_connection() {
    connection_error(
        "000004 10 00 00000001 00000001",
        ErrorKind::ConnectionRequired,
        ErrorCode::PROTOCOL_ERROR,
        "RFC 9218 §7.1",
    );
}

#[test]
fn a_priority_update_for_stream_0_ends_the_connection() {
    for octets in [
        "000004 10 00 00000000 00000000",
        "000004 10 00 00000000 80000000",
    ] {
        connection_error(
            octets,
            ErrorKind::PrioritizedStreamId,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9218 §7.1",
        );
    }
}

#[test]
fn a_priority_update_without_a_whole_stream_identifier_ends_the_connection() {
    for octets in ["000000 10 00 00000000", "000003 10 00 00000000 000001"] {
        connection_error(
            octets,
            ErrorKind::PayloadTooShort,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §4.2",
        );
    }
}

#[test]
fn an_alternative_service_is_for_an_origin_on_stream_0() {
    let altsvc = AltSvc::for_origin(b"a:b", b"h3").unwrap();
    both_ways("000007 0a 00 00000000 0003 613a62 6833", altsvc);
}

#[test]
fn an_alternative_service_is_for_the_stream_elsewhere() {
    let altsvc = AltSvc::for_stream(id(1), b"h3").unwrap();
    both_ways("000004 0a 00 00000001 0000 6833", altsvc);
    both_ways(
        "000002 0a 00 00000001 0000",
        AltSvc::for_stream(id(1), b"").unwrap(),
    );
}

/// The frame is kept, but as one that an endpoint ignores.
#[track_caller]
fn ignored(octets: &str) {
    let octets = hex(octets);
    let unknown = Unknown {
        frame_type: FrameType(octets[3]),
        flags: Flags(octets[4]),
        stream_id: id(u32::from(octets[8])),
        payload: &octets[9..],
    };
    assert_eq!(decode(&octets), Ok(Frame::Unknown(unknown)));
}

#[test]
fn an_alternative_service_without_origin_on_stream_0_is_ignored() {
    ignored("000004 0a 00 00000000 0000 6833");
}

#[test]
fn an_alternative_service_with_origin_on_a_stream_is_ignored() {
    ignored("000007 0a 00 00000001 0003 613a62 6833");
}

#[test]
fn an_alternative_service_that_is_cut_off_is_ignored() {
    ignored("000000 0a 00 00000000");
    ignored("000001 0a 00 00000001 00");
    ignored("000004 0a 00 00000000 0003 613a");
    ignored("000002 0a ff 00000000 ffff");
}

#[test]
fn alternative_services_that_could_not_be_read_are_not_made() {
    assert_eq!(AltSvc::for_origin(b"", b"h3"), None);
    assert_eq!(AltSvc::for_origin(&[b'a'; 65_536], b"h3"), None);
    assert!(AltSvc::for_origin(&[b'a'; 65_535], b"h3").is_some());
    assert_eq!(AltSvc::for_stream(StreamId::CONNECTION, b"h3"), None);
}

#[test]
#[should_panic(expected = "at most 65,535 octets")]
fn an_origin_above_16_bits_is_not_written() {
    let mut altsvc = AltSvc::for_stream(id(1), b"").unwrap();
    altsvc.origin = &[b'a'; 65_536];
    altsvc.encode(&mut Vec::new());
}

#[test]
fn origins_are_a_list() {
    let origins: [&[u8]; 3] = [b"a:b", b"", b"c"];
    let frame = Origin::new(&origins).unwrap();
    both_ways("00000a 0c 00 00000000 0003 613a62 0000 0001 63", frame);
    assert!(frame.iter().eq(origins));
    both_ways("000000 0c 00 00000000", Origin::new(&[]).unwrap());
}

#[test]
fn origins_are_read_from_the_wire_in_order() {
    let octets = hex("00000a 0c 00 00000000 0003 613a62 0000 0001 63");
    let Ok(Frame::Origin(frame)) = decode(&octets) else {
        panic!("the frame is legal");
    };
    let origins: Vec<&[u8]> = frame.iter().collect();
    assert_eq!(origins, [b"a:b".as_slice(), b"", b"c"]);
}

#[test]
fn origins_on_a_stream_are_ignored() {
    ignored("000005 0c 00 00000001 0003 613a62");
}

#[test]
fn origins_with_one_of_the_four_lowest_flags_are_ignored() {
    for flags in ["01", "02", "04", "08", "ff"] {
        ignored(&format!("000005 0c {flags} 00000000 0003 613a62"));
    }
}

#[test]
fn origins_with_another_flag_count() {
    let mut frame = Origin::new(&[b"a:b"]).unwrap();
    frame.unused_flags = Flags(0xf0);
    both_ways("000005 0c f0 00000000 0003 613a62", frame);
}

#[test]
fn origins_that_are_cut_off_are_ignored() {
    ignored("000001 0c 00 00000000 00");
    ignored("000004 0c 00 00000000 0003 613a");
    ignored("000006 0c 00 00000000 0003 613a62 00");
}

#[test]
fn origins_above_16_bits_are_not_made() {
    let long = [b'a'; 65_536];
    assert_eq!(Origin::new(&[&long]), None);
    assert!(Origin::new(&[&long[1..]]).is_some());
}
