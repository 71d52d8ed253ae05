//! What the types promise beside the octets.

use core::error::Error as StdError;
use core::hash::Hash;

use tress_frame::{
    Decoder, Dependency, Error, ErrorCode, ErrorKind, Flags, Frame, FrameType, Head, Increment,
    Scope, Setting, SettingId, StreamId,
};

use crate::{decode, hex};

fn is_value<T: Copy + Eq + Hash + core::fmt::Debug + Send + Sync + 'static>() {}

#[test]
fn small_types_are_values() {
    is_value::<StreamId>();
    is_value::<FrameType>();
    is_value::<ErrorCode>();
    is_value::<SettingId>();
    is_value::<Flags>();
    is_value::<Head>();
    is_value::<Increment>();
    is_value::<Dependency>();
    is_value::<Setting>();
    is_value::<Scope>();
    is_value::<ErrorKind>();
}

#[test]
fn frames_and_decoders_travel_between_threads() {
    fn travels<T: Send + Sync + Clone + core::fmt::Debug>() {}
    travels::<Frame<'_>>();
    travels::<Decoder>();
}

#[test]
fn errors_are_errors() {
    fn is_error<T: StdError + Send + Sync + Copy + Eq + 'static>() {}
    is_error::<Error>();
    is_error::<ErrorKind>();
}

#[test]
fn hot_types_stay_small() {
    assert!(size_of::<Head>() <= 12);
    assert!(size_of::<Error>() <= 16);
    assert!(size_of::<Frame<'_>>() <= 48);
    assert_eq!(size_of::<Option<Increment>>(), 4);
    assert_eq!(size_of::<Decoder>(), 4);
}

#[test]
fn an_error_says_what_broke_which_rule_where() {
    let octets = hex("000003 02 00 00000005 000000");
    let error = decode(&octets).unwrap_err();
    assert_eq!(
        error.to_string(),
        "PRIORITY on stream 5: the payload must be 5 octets long"
    );
    assert_eq!(error.frame_type(), FrameType::PRIORITY);
    assert_eq!(error.stream_id().value(), 5);
    assert_eq!(error.section(), "RFC 9113 §6.3");
}

#[test]
fn codes_are_the_registered_numbers() {
    let error_codes = [
        ErrorCode::NO_ERROR,
        ErrorCode::PROTOCOL_ERROR,
        ErrorCode::INTERNAL_ERROR,
        ErrorCode::FLOW_CONTROL_ERROR,
        ErrorCode::SETTINGS_TIMEOUT,
        ErrorCode::STREAM_CLOSED,
        ErrorCode::FRAME_SIZE_ERROR,
        ErrorCode::REFUSED_STREAM,
        ErrorCode::CANCEL,
        ErrorCode::COMPRESSION_ERROR,
        ErrorCode::CONNECT_ERROR,
        ErrorCode::ENHANCE_YOUR_CALM,
        ErrorCode::INADEQUATE_SECURITY,
        ErrorCode::HTTP_1_1_REQUIRED,
    ];
    assert!(error_codes.map(|code| code.0).into_iter().eq(0..=0xd));
    let frame_types = [
        FrameType::DATA,
        FrameType::HEADERS,
        FrameType::PRIORITY,
        FrameType::RST_STREAM,
        FrameType::SETTINGS,
        FrameType::PUSH_PROMISE,
        FrameType::PING,
        FrameType::GOAWAY,
        FrameType::WINDOW_UPDATE,
        FrameType::CONTINUATION,
        FrameType::ALTSVC,
    ];
    assert!(frame_types.map(|code| code.0).into_iter().eq(0..=0xa));
    assert_eq!(FrameType::ORIGIN.0, 0xc);
    assert_eq!(FrameType::PRIORITY_UPDATE.0, 0x10);
    let settings = [
        SettingId::HEADER_TABLE_SIZE,
        SettingId::ENABLE_PUSH,
        SettingId::MAX_CONCURRENT_STREAMS,
        SettingId::INITIAL_WINDOW_SIZE,
        SettingId::MAX_FRAME_SIZE,
        SettingId::MAX_HEADER_LIST_SIZE,
    ];
    assert!(settings.map(|id| id.0).into_iter().eq(1..=6));
    assert_eq!(SettingId::ENABLE_CONNECT_PROTOCOL.0, 8);
    assert_eq!(SettingId::NO_RFC7540_PRIORITIES.0, 9);
}
