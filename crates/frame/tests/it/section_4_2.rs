//! The frame size (RFC 9113 §4.2).

use tress_frame::{Decoder, ErrorCode, ErrorKind, Frame, Scope};

use crate::{decode, hex};

/// A frame with a payload of zeros.
fn frame(length: u32, frame_type: u8, stream_id: u8) -> Vec<u8> {
    let [_, l0, l1, l2] = length.to_be_bytes();
    let mut octets = vec![l0, l1, l2, frame_type, 0, 0, 0, 0, stream_id];
    octets.resize(9 + length as usize, 0);
    octets
}

#[test]
fn frames_of_16384_octets_are_read_by_everyone() {
    let octets = frame(16_384, 0, 1);
    let Ok(Frame::Data(data)) = decode(&octets) else {
        panic!("a frame of the default size is legal");
    };
    assert_eq!(data.data.len(), 16_384);
}

#[test]
fn a_frame_above_the_maximum_size_ends_the_connection_whatever_its_type() {
    for frame_type in 0..=255 {
        for stream_id in [0, 1, 2] {
            let octets = frame(16_385, frame_type, stream_id);
            let error = Decoder::new().decode(&octets).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::FrameTooLarge);
            assert_eq!(error.scope(), Scope::Connection);
            assert_eq!(error.code(), ErrorCode::FRAME_SIZE_ERROR);
            assert_eq!(error.section(), "RFC 9113 §4.2");
        }
    }
}

#[test]
fn a_frame_above_the_maximum_size_is_known_by_its_head_alone() {
    let mut decoder = Decoder::new();
    let head = hex("004001 00 00 00000001");
    assert_eq!(decoder.decode(&head[..8]), Ok(None));
    assert_eq!(
        decoder.decode(&head).unwrap_err().kind(),
        ErrorKind::FrameTooLarge
    );
    assert_eq!(
        decoder.decode_head(&head).unwrap_err().kind(),
        ErrorKind::FrameTooLarge
    );
}

#[test]
fn the_maximum_size_can_be_raised() {
    let mut decoder = Decoder::new();
    assert_eq!(decoder.max_frame_size(), 16_384);
    decoder.set_max_frame_size(16_385);
    assert!(matches!(
        decoder.decode(&frame(16_385, 0, 1)),
        Ok(Some((Frame::Data(_), 16_394)))
    ));
    assert!(decoder.decode(&frame(16_386, 0, 1)).is_err());
    decoder.set_max_frame_size(0x00ff_ffff);
    assert_eq!(decoder.decode(&hex("ffffff 00 00 00000001")), Ok(None));
}

#[test]
fn the_maximum_size_stays_between_2_14_and_2_24() {
    let mut decoder = Decoder::new();
    decoder.set_max_frame_size(16_383);
    assert_eq!(decoder.max_frame_size(), 16_384);
    decoder.set_max_frame_size(u32::MAX);
    assert_eq!(decoder.max_frame_size(), 16_777_215);
}

#[test]
fn an_incomplete_frame_waits_for_the_rest() {
    let octets = hex("000008 06 00 00000000 0102030405060708");
    let mut decoder = Decoder::new();
    for len in 0..octets.len() {
        assert_eq!(decoder.decode(&octets[..len]), Ok(None));
    }
    assert!(matches!(
        decoder.decode(&octets),
        Ok(Some((Frame::Ping(_), 17)))
    ));
}

#[test]
fn what_follows_a_frame_is_left_alone() {
    let octets = hex("000000 04 01 00000000 000000 00 01 00000001");
    let mut decoder = Decoder::new();
    let (frame, consumed) = decoder.decode(&octets).unwrap().unwrap();
    assert_eq!((frame.to_string().as_str(), consumed), ("SETTINGS ACK", 9));
    let (frame, consumed) = decoder.decode(&octets[9..]).unwrap().unwrap();
    assert_eq!(
        (frame.to_string().as_str(), consumed),
        ("DATA stream=1 END_STREAM length=0", 9)
    );
}

#[test]
fn a_caller_can_skip_a_frame_with_a_stream_error_and_go_on() {
    let octets = hex("000003 02 00 00000001 000000 000000 04 01 00000000");
    let mut decoder = Decoder::new();
    let error = decoder.decode(&octets).unwrap_err();
    assert_eq!(error.scope(), Scope::Stream);
    let rest = &octets[error.head().frame_len()..];
    let (frame, _) = decoder.decode(rest).unwrap().unwrap();
    assert_eq!(frame.to_string(), "SETTINGS ACK");
}

#[test]
fn a_stream_error_is_known_only_with_the_whole_frame() {
    let octets = hex("000003 02 00 00000001 000000");
    let mut decoder = Decoder::new();
    for len in 0..octets.len() {
        assert_eq!(decoder.decode(&octets[..len]), Ok(None));
    }
    assert!(decoder.decode(&octets).is_err());
}

#[test]
fn the_head_alone_is_enough_for_those_who_pass_payloads_on() {
    let octets = hex("000005 00 01 00000001 68");
    let mut decoder = Decoder::new();
    assert_eq!(decoder.decode_head(&octets[..8]), Ok(None));
    let head = decoder.decode_head(&octets).unwrap().unwrap();
    assert_eq!(head.frame_len(), 14);
    assert_eq!(decoder.decode(&octets), Ok(None));
}
