//! Frames and settings of other documents (RFC 9113 §5.5, RFC 7838 §4, RFC 8336 §2).

use testkit::{PREFACE, Pair, Peer, altsvc, code, kind, origin, settings, settings_ack, unknown};
use tress_proto::frame::{Flags, FrameType};
use tress_proto::{
    Bytes, Client, Config, Connection, Event, ExtensionFrame, Role, Server, SettingId, StreamId,
    UserError,
};

const GREASE: FrameType = FrameType(0x4a);

fn client(config: Config) -> Peer<Connection<Client>> {
    let mut peer = Peer::new(Connection::new(config));
    peer.run();
    peer.feed((settings(), settings_ack()));
    peer.sent();
    peer
}

fn server(config: Config) -> Peer<Connection<Server>> {
    let mut peer = Peer::new(Connection::new(config));
    peer.feed((PREFACE, settings(), settings_ack()));
    peer.sent();
    peer
}

fn event_lines<R: Role>(peer: &mut Peer<Connection<R>>) -> Vec<ExtensionFrame> {
    let events = core::iter::from_fn(|| peer.machine.poll_event());
    events
        .filter_map(|event| match event {
            Event::Extension(frame) => Some(*frame),
            _ => None,
        })
        .collect()
}

fn grease(payload: &'static [u8]) -> ExtensionFrame {
    ExtensionFrame::Unknown {
        frame_type: GREASE,
        flags: Flags(0x85),
        stream_id: StreamId::from_wire(1),
        payload: Bytes::from_static(payload),
    }
}

fn alternative() -> ExtensionFrame {
    ExtensionFrame::AltSvc {
        stream_id: StreamId::CONNECTION,
        origin: Bytes::from_static(b"https://a"),
        field_value: Bytes::from_static(b"h2=\":8000\""),
    }
}

fn origins() -> ExtensionFrame {
    ExtensionFrame::Origin {
        origins: vec![
            Bytes::from_static(b"https://a"),
            Bytes::from_static(b"https://b"),
        ],
    }
}

#[test]
fn a_client_hears_of_alternatives_and_origins() {
    let mut peer = client(Config::default());
    peer.feed((
        altsvc(0, "https://a", "h2=\":8000\""),
        origin(&["https://a", "https://b"]),
    ));
    assert_eq!(event_lines(&mut peer), [alternative(), origins()]);
}

#[test]
fn a_server_ignores_alternatives_and_origins() {
    let mut peer = server(Config::default().receive_extensions());
    peer.feed((
        altsvc(0, "https://a", "h2=\":8000\""),
        origin(&["https://a"]),
    ));
    assert_eq!(event_lines(&mut peer), []);
    assert!(!peer.is_closed());
}

#[test]
fn frames_of_unknown_types_are_passed_on_where_they_are_asked_for() {
    let octets = unknown(0x4a, 0x85, 1, "hi");
    let mut peer = server(Config::default().receive_extensions());
    peer.feed(&octets);
    assert_eq!(event_lines(&mut peer), [grease(b"hi")]);
    let mut peer = server(Config::default());
    peer.feed(octets);
    assert_eq!(event_lines(&mut peer), []);
}

#[test]
fn extension_frames_travel_from_end_to_end() {
    let config = || Config::default().receive_extensions();
    let mut pair = Pair::new(
        Connection::<Client>::new(config()),
        Connection::<Server>::new(config()),
    );
    pair.b.send_extension(alternative()).unwrap();
    pair.b.send_extension(origins()).unwrap();
    pair.b.send_extension(grease(b"x")).unwrap();
    pair.a.send_extension(grease(b"y")).unwrap();
    pair.run();
    let mut heard = Vec::new();
    while let Some(event) = pair.a.poll_event() {
        if let Event::Extension(frame) = event {
            heard.push(*frame);
        }
    }
    assert_eq!(heard, [alternative(), origins(), grease(b"x")]);
}

#[test]
fn what_is_no_extension_frame_is_the_applications_error() {
    let data = ExtensionFrame::Unknown {
        frame_type: FrameType::DATA,
        flags: Flags::NONE,
        stream_id: StreamId::CONNECTION,
        payload: Bytes::new(),
    };
    let nowhere = ExtensionFrame::AltSvc {
        stream_id: StreamId::CONNECTION,
        origin: Bytes::new(),
        field_value: Bytes::new(),
    };
    let large = grease(&[0; 16_385]);
    let mut peer = server(Config::default());
    for frame in [data, nowhere, large] {
        assert_eq!(
            peer.machine.send_extension(frame),
            Err(UserError::Extension)
        );
    }
    let mut peer = client(Config::default());
    for frame in [alternative(), origins()] {
        assert_eq!(
            peer.machine.send_extension(frame),
            Err(UserError::Extension)
        );
    }
}

#[test]
fn extension_frames_that_nobody_polls_do_not_pile_up() {
    let mut peer = server(Config::default().receive_extensions());
    for _ in 0..20 {
        peer.feed(unknown(0x4a, 0, 0, vec![0; 16_000]));
    }
    assert_eq!(event_lines(&mut peer).len(), 4, "64 KiB are kept");
    peer.feed(unknown(0x4a, 0, 0, "again"));
    assert_eq!(event_lines(&mut peer).len(), 1);
}

#[test]
fn a_flood_of_unknown_frames_ends_the_connection() {
    let mut peer = server(Config::default());
    for _ in 0..1001 {
        peer.feed(unknown(0x7e, 0, 0, ""));
    }
    let goaway = peer.sent().pop().unwrap();
    assert_eq!(goaway.kind, kind::GOAWAY);
    assert_eq!(goaway.code(), Some(code::ENHANCE_YOUR_CALM));
}

#[test]
fn settings_that_nobody_knows_are_visible_and_bounded() {
    let mut peer = server(Config::default());
    peer.feed(settings().set(0x4242, 7).set(3, 5));
    assert_eq!(peer.machine.peer_setting(SettingId(0x4242)), Some(7));
    assert_eq!(
        peer.machine.peer_setting(SettingId::MAX_CONCURRENT_STREAMS),
        Some(5)
    );
    assert_eq!(
        peer.machine.peer_setting(SettingId::INITIAL_WINDOW_SIZE),
        Some(65_535)
    );
    for id in 0x5000..0x5040 {
        peer.feed(settings().set(id, 1));
    }
    peer.feed(settings().set(0x4242, 8));
    assert_eq!(peer.machine.peer_setting(SettingId(0x4242)), Some(8));
    assert_eq!(peer.machine.peer_setting(SettingId(0x503f)), None);
}
