//! SETTINGS (RFC 9113 §6.5).

use testkit::{Wire, code, data, frames, headers, kind, settings, settings_ack, unknown};
use tress_proto::{Bytes, Client, Config, Connection, Limits, Server, SettingsChange, StreamId};

use crate::support::{End, Ends, both};

const TABLE_SIZE: u16 = 1;
const PUSH: u16 = 2;
const STREAMS: u16 = 3;
const WINDOW: u16 = 4;
const FRAME_SIZE: u16 = 5;
const LIST_SIZE: u16 = 6;
const CONNECT_PROTOCOL: u16 = 8;
const NO_PRIORITIES: u16 = 9;

#[test]
fn an_acknowledgment_with_a_payload_is_a_connection_error_of_its_size() {
    both!(R => {
        let wrong = settings_ack().set(WINDOW, 1);
        End::<R>::new().dies(wrong, code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn settings_on_a_stream_are_a_connection_error() {
    both!(R => {
        End::<R>::new().dies(settings().stream(1), code::PROTOCOL_ERROR);
        End::<R>::new().dies(settings_ack().stream(1), code::PROTOCOL_ERROR);
    });
}

#[test]
fn settings_of_a_length_that_is_no_multiple_of_6_are_a_connection_error_of_their_size() {
    both!(R => for octets in [1, 5, 7, 13] {
        let wrong = unknown(kind::SETTINGS, 0, 0, vec![0; octets]);
        End::<R>::new().dies(wrong, code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn each_settings_frame_is_acknowledged_once() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed((settings(), settings().set(WINDOW, 7), settings()));
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK"; 3]);
        assert_eq!(end.event_lines(), ["SettingsChanged"], "said once for all of them");
    });
}

#[test]
fn an_acknowledgment_is_not_acknowledged() {
    both!(R => {
        let mut end = End::<R>::unacknowledged(Config::default());
        end.feed(settings_ack());
        assert!(end.sent().is_empty());
        assert_eq!(end.event_lines(), ["SettingsAcked"]);
    });
}

#[test]
fn an_acknowledgment_that_nothing_asked_for_is_a_connection_error() {
    both!(R => End::<R>::new().dies(settings_ack(), code::PROTOCOL_ERROR));
}

#[test]
fn values_that_a_setting_cannot_have_are_a_connection_error() {
    both!(R => for (id, value, code) in [
        (PUSH, 2, code::PROTOCOL_ERROR),
        (PUSH, u32::MAX, code::PROTOCOL_ERROR),
        (WINDOW, 1 << 31, code::FLOW_CONTROL_ERROR),
        (WINDOW, u32::MAX, code::FLOW_CONTROL_ERROR),
        (FRAME_SIZE, 0, code::PROTOCOL_ERROR),
        (FRAME_SIZE, 16_383, code::PROTOCOL_ERROR),
        (FRAME_SIZE, 1 << 24, code::PROTOCOL_ERROR),
        (CONNECT_PROTOCOL, 2, code::PROTOCOL_ERROR),
        (NO_PRIORITIES, 2, code::PROTOCOL_ERROR),
    ] {
        End::<R>::new().dies(settings().set(id, value), code);
        // Also behind others, which are good.
        let behind = settings().set(STREAMS, 1).set(id, value).set(STREAMS, 2);
        End::<R>::new().dies(behind, code);
    });
}

#[test]
fn values_at_the_edge_of_what_a_setting_can_have_are_taken() {
    both!(R => for (id, value) in [
        (TABLE_SIZE, 0),
        (TABLE_SIZE, u32::MAX),
        (PUSH, 0),
        (STREAMS, 0),
        (STREAMS, u32::MAX),
        (WINDOW, 1),
        (WINDOW, (1 << 31) - 1),
        (FRAME_SIZE, 16_384),
        (FRAME_SIZE, (1 << 24) - 1),
        (LIST_SIZE, u32::MAX),
    ] {
        let mut end = End::<R>::new();
        end.feed(settings().set(id, value));
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK"], "{id} {value}");
    });
}

#[test]
fn the_settings_of_the_peer_can_be_looked_at() {
    both!(R => {
        let mut end = End::<R>::new();
        let all = settings().set(TABLE_SIZE, 10).set(PUSH, 0).set(STREAMS, 20).set(WINDOW, 30);
        end.feed(all.set(FRAME_SIZE, 20_000).set(LIST_SIZE, 50));
        let peer = *end.machine().peer_settings();
        assert_eq!(peer.header_table_size, 10);
        assert!(!peer.enable_push);
        assert_eq!(peer.max_concurrent_streams, Some(20));
        assert_eq!(peer.initial_window_size, 30);
        assert_eq!(peer.max_frame_size, 20_000);
        assert_eq!(peer.max_header_list_size, Some(50));
        assert!(!peer.enable_connect_protocol);
        assert!(!peer.no_rfc7540_priorities);
    });
}

#[test]
fn a_server_that_enables_push_is_in_error() {
    End::<Client>::new().dies(settings().set(PUSH, 1), code::PROTOCOL_ERROR);
    let mut end = End::<Client>::new();
    end.feed(settings().set(PUSH, 0));
    end.is_unharmed();
    let mut end = End::<Server>::new();
    end.feed(settings().set(PUSH, 1));
    end.is_unharmed();
}

#[test]
fn a_server_does_not_say_whether_it_takes_pushes() {
    let mut peer = testkit::Peer::new(Connection::<Server>::new(Config::default()));
    peer.run();
    let seen = frames(&peer.sent_octets());
    assert!(
        !seen[0].settings().iter().any(|(id, _)| *id == PUSH),
        "{seen:?}"
    );
}

#[test]
fn a_client_that_takes_no_pushes_says_so() {
    let mut peer = testkit::Peer::new(Connection::<Client>::new(Config::default()));
    peer.run();
    assert!(peer.sent()[0].settings().contains(&(PUSH, 0)));
}

#[test]
fn values_are_processed_in_the_order_in_which_they_stand() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(Bytes::from(vec![0; 65_535])).unwrap();
        end.sent();
        // Up and down again: the last value counts.
        end.feed(settings().set(WINDOW, 1 << 20).set(WINDOW, 70_000));
        let window = end.machine().stream(StreamId::from_wire(id)).unwrap().send_window();
        assert_eq!(window, 70_000 - 65_535);
        assert_eq!(end.machine().peer_settings().initial_window_size, 70_000);
    });
}

#[test]
fn settings_of_the_peer_are_in_force_at_once() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(WINDOW, 3));
        end.sent();
        let id = end.open();
        end.send(id, b"content");
        assert_eq!(end.said(), [format!("DATA stream {id} \"con\"")]);
    });
}

#[test]
fn the_acknowledgment_goes_before_whatever_the_new_values_allow() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(WINDOW, 0));
        end.sent();
        let id = end.open();
        end.send(id, b"content");
        end.feed(settings().set(WINDOW, 100));
        let content = format!("DATA stream {id} \"content\"");
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK", &content]);
    });
}

#[test]
fn our_window_is_in_force_once_it_is_acknowledged() {
    both!(R => {
        let config = || Config::default().initial_window(100).unwrap();
        // Before, the window is that of the protocol.
        let mut end = End::<R>::unacknowledged(config());
        let id = end.open();
        for _ in 0..3 {
            end.feed(data(id, vec![0; 16_384]));
        }
        assert!(end.sent().is_empty());
        // After, it is ours, for the streams that are there and for new ones.
        end.feed(settings_ack());
        let stream = end.machine().stream(StreamId::from_wire(id)).unwrap();
        assert_eq!(stream.recv_window(), 100 - 49_152);
        end.resets(id, data(id, "x"), code::FLOW_CONTROL_ERROR);
        let id = end.open();
        end.feed(data(id, vec![0; 100]));
        assert!(end.sent().is_empty());
        end.resets(id, data(id, "x"), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn a_larger_window_of_ours_is_no_excuse_before_it_is_acknowledged() {
    both!(R => {
        let config = || Config::default().initial_window(1 << 20).unwrap();
        let flood = |end: &mut End<R>, id| for _ in 0..4 {
            end.feed(data(id, vec![0; 16_383]));
        };
        let mut end = End::<R>::unacknowledged(config());
        let id = end.open();
        flood(&mut end, id);
        end.resets(id, data(id, "four"), code::FLOW_CONTROL_ERROR);
        let mut end = End::<R>::unacknowledged(config());
        let id = end.open();
        flood(&mut end, id);
        end.feed(settings_ack());
        end.brings(id, data(id, "four"));
    });
}

#[test]
fn settings_of_ours_can_change_and_say_so_once_they_are_in_force() {
    both!(R => {
        let mut end = End::<R>::new();
        let change = SettingsChange::default().initial_window(1000).unwrap();
        end.machine().update_settings(change.header_table_size(0)).unwrap();
        let change = SettingsChange::default().initial_window(2000).unwrap();
        end.machine().update_settings(change).unwrap();
        let sent = end.sent();
        assert_eq!(sent[0].settings(), [(WINDOW, 1000), (TABLE_SIZE, 0)]);
        assert_eq!(sent[1].settings(), [(WINDOW, 2000)]);
        assert!(end.event_lines().is_empty());
        let window = |end: &mut End<R>| {
            end.machine().stream(StreamId::from_wire(1)).unwrap().recv_window()
        };
        end.feed(settings_ack());
        assert_eq!(end.event_lines(), ["SettingsAcked"]);
        assert_eq!(window(&mut end), 1000);
        end.feed(settings_ack());
        assert_eq!(end.event_lines(), ["SettingsAcked"]);
        assert_eq!(window(&mut end), 2000);
        end.dies(settings_ack(), code::PROTOCOL_ERROR);
    });
}

#[test]
fn the_first_settings_say_what_was_configured() {
    let config = Config::default()
        .initial_window(123_456)
        .unwrap()
        .max_frame_size(20_000)
        .unwrap()
        .header_table_size(1024)
        .allow_extended_connect();
    let mut peer = testkit::Peer::new(Connection::<Server>::new(config));
    peer.run();
    let said = frames(&peer.sent_octets())[0].settings();
    for setting in [
        (STREAMS, 100),
        (WINDOW, 123_456),
        (FRAME_SIZE, 20_000),
        (TABLE_SIZE, 1024),
        (LIST_SIZE, 32 * 1024),
        (CONNECT_PROTOCOL, 1),
    ] {
        assert!(said.contains(&setting), "{setting:?} in {said:?}");
    }
}

#[test]
fn extended_connect_cannot_be_withdrawn() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(CONNECT_PROTOCOL, 1));
    end.is_unharmed();
    end.dies(settings().set(CONNECT_PROTOCOL, 0), code::PROTOCOL_ERROR);
}

/// RFC 8441 §3: receipt of the setting by a server has no impact. Found by holding the machine
/// against nghttp2.
#[test]
fn a_client_that_takes_extended_connect_back_says_nothing_to_a_server() {
    let mut end = End::<Server>::new();
    end.feed(settings().set(CONNECT_PROTOCOL, 1));
    end.feed(settings().set(CONNECT_PROTOCOL, 0));
    end.is_unharmed();
}

#[test]
fn the_priorities_of_the_peer_do_not_change_after_its_first_settings() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(NO_PRIORITIES, 0));
        end.is_unharmed();
        end.dies(settings().set(NO_PRIORITIES, 1), code::PROTOCOL_ERROR);
    });
}

/// Flaw 13 of the reference: the settings of both ends shared one record.
#[test]
fn the_settings_of_one_end_do_not_touch_those_of_the_other() {
    both!(R => {
        let mut end = End::<R>::new();
        let theirs = settings().set(WINDOW, 1).set(FRAME_SIZE, 1 << 20);
        end.feed(theirs.set(LIST_SIZE, 1).set(TABLE_SIZE, 0));
        let id = end.open();
        end.brings(id, data(id, vec![0; 16_384]));
        end.feed(headers(id).field("long", vec![b'x'; 10_000]).trailers());
        assert_eq!(end.take(id).len(), 3);
        end.dies(unknown(0xee, 0, 0, vec![0; 16_385]), code::FRAME_SIZE_ERROR);
    });
}

/// Flaw 19 of the reference: no limit on SETTINGS.
#[test]
fn the_settings_of_a_frame_are_bounded() {
    both!(R => {
        let limits = Limits::default().settings_entries(5);
        let end = || End::<R>::with(Config::default().limits(limits).unwrap());
        let many = |count: u16| (0..count).fold(settings(), |many, _| many.set(0xf000, 0));
        let mut fine = end();
        fine.feed(many(5));
        fine.is_unharmed();
        end().dies(many(6), code::ENHANCE_YOUR_CALM);
    });
}

#[test]
fn a_flood_of_settings_is_not_read_while_nobody_reads_the_acknowledgments() {
    both!(R => {
        let peer = testkit::Peer::new(Connection::<R>::new(Config::default()));
        let mut peer = peer.undrained();
        peer.feed(R::hello());
        let flood = settings().octets().repeat(10_000);
        peer.feed(flood);
        assert!(peer.held() > 0, "it has stopped reading");
        peer.drain();
        assert_eq!(peer.held(), 0, "and goes on");
        let sent = peer.sent();
        let acks = sent.iter().filter(|seen| seen.octets() == settings_ack().octets());
        assert_eq!(acks.count(), 10_001);
    });
}
