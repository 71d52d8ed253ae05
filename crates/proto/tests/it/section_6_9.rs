//! WINDOW_UPDATE, and the windows that it moves (RFC 9113 §6.9).

use testkit::{
    Pair, Seen, code, data, headers, kind, rst_stream, settings, settings_ack, unknown,
    window_update,
};
use tress_proto::{
    Bytes, Client, Config, Connection, Credit, ErrorCode, Event, Request, Role, Server,
    SettingsChange, StreamId, Trailers,
};

use crate::support::{End, both, content_of, increments_of_connection, narrow};

const MOST: u32 = 0x7fff_ffff;

/// A window for each stream, which stays as it is.
fn windows(octets: u32) -> Config {
    let config = Config::default().window_growth(0).unwrap();
    config.initial_window(octets).unwrap()
}

/// A window for the connection that is smaller than those of its streams.
fn window_of_connection(octets: u32) -> Config {
    let config = Config::default().credit(Credit::Manual).unwrap();
    config
        .connection_window(octets)
        .unwrap()
        .initial_window(1 << 20)
        .unwrap()
}

/// What was granted, by stream.
fn granted(sent: &[Seen]) -> Vec<(u32, u32)> {
    let updates = sent.iter().filter(|seen| seen.kind == kind::WINDOW_UPDATE);
    updates
        .map(|seen| (seen.stream, seen.increment().unwrap()))
        .collect()
}

fn contents(sent: &[Seen]) -> Vec<(u32, usize)> {
    let contents = sent.iter().filter(|seen| seen.kind == kind::DATA);
    contents
        .map(|seen| (seen.stream, seen.payload.len()))
        .collect()
}

fn window<R: Role>(end: &End<R>, id: u32) -> (i32, i32) {
    let stream = end.peer.machine.stream(StreamId::from_wire(id)).unwrap();
    (stream.recv_window(), stream.send_window())
}

#[test]
fn increment_of_zero_on_a_stream_is_a_stream_error() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.resets(id, window_update(id, 0), code::PROTOCOL_ERROR);
        let id = end.open();
        end.resets(id, window_update(id, 1 << 31), code::PROTOCOL_ERROR);
    });
}

#[test]
fn increment_of_zero_on_the_connection_is_a_connection_error() {
    both!(R => End::<R>::new().dies(window_update(0, 0), code::PROTOCOL_ERROR));
}

#[test]
fn a_window_update_of_another_length_is_a_connection_error_of_its_size() {
    both!(R => for (id, octets) in [(0, 0), (0, 3), (1, 5), (1, 8)] {
        let wrong = unknown(kind::WINDOW_UPDATE, 0, id, vec![1; octets]);
        End::<R>::new().dies(wrong, code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn a_window_update_on_a_half_closed_or_closed_stream_is_no_error() {
    both!(R => {
        let makers: [fn(&mut End<R>) -> u32; 5] = [
            End::<R>::half_closed_local,
            End::<R>::half_closed_remote,
            End::<R>::closed,
            End::<R>::reset_by_us,
            End::<R>::reset_by_peer,
        ];
        for make in makers {
            let mut end = End::<R>::new();
            let id = make(&mut end);
            end.tolerates((window_update(id, 1), window_update(id, 100)));
        }
    });
}

#[test]
fn a_window_above_its_maximum_resets_the_stream() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        // Up to it, and one more.
        end.tolerates(window_update(id, MOST - 65_535));
        assert_eq!(window(&end, id).1, i32::MAX);
        end.resets(id, window_update(id, 1), code::FLOW_CONTROL_ERROR);
        let id = end.open();
        end.resets(id, window_update(id, MOST), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn a_connection_window_above_its_maximum_ends_the_connection() {
    both!(R => {
        let mut end = End::<R>::new();
        // The content that it has sent makes space for as much.
        end.tolerates(window_update(0, MOST - 65_535));
        end.dies(window_update(0, 20), code::FLOW_CONTROL_ERROR);
        End::<R>::new().dies(window_update(0, MOST), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn content_up_to_the_windows_is_taken() {
    both!(R => {
        let mut end = End::<R>::with(windows(65_535));
        end.take(1);
        // Flaw 9 of the reference: it deducted first, and took the last octet for one too many.
        for _ in 0..3 {
            end.feed(data(1, vec![0; 16_384]));
        }
        end.feed(data(1, vec![0; 16_383]));
        assert!(end.sent().is_empty());
        assert_eq!(window(&end, 1).0, 0);
        end.feed(data(1, ""));
        assert!(end.sent().is_empty(), "an empty frame needs no window");
    });
}

#[test]
fn content_above_the_window_of_a_stream_is_a_stream_error() {
    both!(R => {
        let mut end = End::<R>::with(windows(1000));
        let id = end.open();
        end.feed(data(id, vec![0; 999]));
        end.resets(id, data(id, "ab"), code::FLOW_CONTROL_ERROR);
        // Padding counts, and so does the octet that says how much there is.
        let id = end.open();
        end.feed(data(id, vec![0; 990]));
        end.quiet();
        end.brings(id, data(id, "12345").padded(4));
        end.resets(id, data(id, "").padded(0), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn content_above_the_window_of_the_connection_ends_it() {
    both!(R => {
        let mut end = End::<R>::with(window_of_connection(65_535));
        let (a, b) = (end.open(), end.open());
        for id in [a, a, b] {
            end.feed(data(id, vec![0; 16_384]));
        }
        end.feed(data(b, vec![0; 16_383]));
        end.quiet();
        end.dies(data(a, "x"), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn a_window_of_the_connection_beyond_the_first_is_granted_at_once() {
    both!(R => for octets in [65_536, 100_000, 1 << 20] {
        let config = window_of_connection(octets);
        let mut peer = testkit::Peer::new(Connection::<R>::new(config));
        peer.run();
        assert_eq!(granted(&peer.sent()), [(0, octets - 65_535)]);
    });
}

#[test]
fn credit_of_a_stream_returns_when_content_is_taken_and_not_before() {
    both!(R => {
        let mut end = End::<R>::with(windows(65_535));
        for _ in 0..3 {
            end.feed(data(1, vec![0; 16_000]));
        }
        assert!(end.sent().is_empty());
        end.take(1);
        assert_eq!(granted(&end.sent()), [(1, 48_000)]);
        assert_eq!(window(&end, 1).0, 65_535);
    });
}

#[test]
fn credit_returns_half_a_window_at_a_time() {
    both!(R => {
        // A connection of one stream has the same window.
        let mut end = End::<R>::with(narrow(1));
        let mut updates = 0;
        for _ in 0..100 {
            end.feed(data(1, vec![0; 1000]));
            end.take(1);
            updates += granted(&end.sent()).len();
        }
        assert_eq!(updates, 2 * 3, "three for each of the windows");
    });
}

#[test]
fn all_credit_returns_in_the_end() {
    both!(R => {
        let mut end = End::<R>::with(narrow(1));
        let (mut sent, mut back) = (0, [0, 0]);
        for octets in [1, 10, 5000, 16_374, 16_000, 70, 16_374, 3, 12_000, 16_374] {
            end.feed(data(1, vec![0; octets]).padded(9));
            sent += octets + 10;
            end.take(1);
            for (id, increment) in granted(&end.sent()) {
                back[usize::from(id == 1)] += usize::try_from(increment).unwrap();
            }
        }
        let due = usize::try_from(65_535 - window(&end, 1).0).unwrap();
        assert_eq!(back[1] + due, sent);
        assert!(due < 32_768, "less than half a window: {due}");
        assert!(sent - back[0] < 32_768);
    });
}

/// Flaw 10 of the reference: no credit for padding, for what was dropped, for streams that left.
#[test]
fn credit_returns_for_padding_at_once() {
    both!(R => {
        let mut end = End::<R>::with(narrow(1));
        for _ in 0..128 {
            end.feed(data(1, "").padded(255));
            end.feed(data(1, "x"));
        }
        let sent = granted(&end.sent());
        assert_eq!(sent, [(0, 127 * 257 + 256), (1, 128 * 256)], "though nothing was taken");
    });
}

#[test]
fn credit_returns_for_content_that_is_dropped() {
    both!(R => {
        let mut end = End::<R>::with(windows(65_535));
        let id = end.open();
        end.feed((data(id, vec![0; 16_000]), data(id, vec![0; 16_000])));
        end.stream(id).stop(ErrorCode::NO_ERROR).unwrap();
        end.feed(data(id, vec![0; 1000]));
        assert_eq!(granted(&end.sent()), [(id, 33_000)]);
    });
}

#[test]
fn credit_returns_to_the_connection_for_streams_that_are_over() {
    both!(R => {
        let makers: [fn(&mut End<R>) -> u32; 2] = [End::<R>::reset_by_us, |end| {
            let id = end.open();
            end.stream(id).reset(ErrorCode::CANCEL).unwrap();
            end.sent();
            id
        }];
        for make in makers {
            let mut end = End::<R>::with(narrow(2));
            let id = make(&mut end);
            for _ in 0..4 {
                end.feed(data(id, vec![0; 16_384]));
            }
            assert_eq!(granted(&end.sent()), [(0, 65_536)]);
        }
    });
}

#[test]
fn credit_returns_to_the_connection_for_content_that_breaks_a_rule() {
    both!(R => {
        let mut end = End::<R>::with(narrow(6));
        for _ in 0..3 {
            let id = end.half_closed_remote();
            end.feed(data(id, vec![0; 16_384]));
        }
        let id = end.reset_by_peer();
        end.feed(data(id, vec![0; 16_384]));
        assert_eq!(granted(&end.sent()), [(0, 65_536)]);
    });
}

#[test]
fn credit_returns_to_the_connection_when_untaken_content_is_dropped() {
    both!(R => for way in 0..3 {
        // Where the application returns it; otherwise it went back when the content came.
        let mut end = End::<R>::with(window_of_connection(65_535));
        let id = end.open();
        end.feed((data(id, vec![0; 16_384]), data(id, vec![0; 16_384])));
        assert!(granted(&end.sent()).is_empty());
        match way {
            0 => end.stream(id).release(),
            1 => end.stream(id).reset(ErrorCode::CANCEL).unwrap(),
            _ => {
                end.feed(rst_stream(id, code::CANCEL));
                end.stream(id).release();
            }
        }
        assert_eq!(granted(&end.sent()), [(0, 32_768)]);
    });
}

#[test]
fn a_stream_that_the_peer_has_ended_is_granted_nothing() {
    both!(R => {
        let mut end = End::<R>::with(windows(65_535));
        let id = end.open();
        end.feed((data(id, vec![0; 16_384]), data(id, vec![0; 16_384]).end()));
        end.take(id);
        assert_eq!(granted(&end.sent()), []);
    });
}

#[test]
fn windows_start_with_65535_octets() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        assert_eq!(window(&end, id).1, 65_535);
        end.stream(id).send_data(Bytes::from(vec![0; 70_000])).unwrap();
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 65_535);
        assert_eq!(window(&end, id).1, 0);
    });
}

#[test]
fn an_empty_frame_with_end_stream_needs_no_window() {
    both!(R => {
        let mut end = End::<R>::new();
        let (a, b) = (end.open(), end.open());
        end.stream(a).send_data(Bytes::from(vec![0; 65_535])).unwrap();
        end.sent();
        end.stream(b).end().unwrap();
        end.stream(a).end().unwrap();
        assert_eq!(contents(&end.sent()), [(b, 0), (a, 0)]);
    });
}

#[test]
fn a_change_of_the_initial_window_moves_the_windows_of_all_streams() {
    both!(R => {
        let mut end = End::<R>::new();
        let (a, b) = (end.open(), end.open());
        end.send(a, b"12345");
        end.sent();
        end.feed(settings().set(4, 100));
        assert_eq!((window(&end, a).1, window(&end, b).1), (95, 100));
        end.feed(settings().set(4, 0));
        assert_eq!((window(&end, a).1, window(&end, b).1), (-5, 0));
        end.feed(settings().set(4, 10));
        assert_eq!((window(&end, a).1, window(&end, b).1), (5, 10));
        let id = end.open();
        assert_eq!(window(&end, id).1, 10, "and those of new ones");
    });
}

#[test]
fn nothing_is_sent_into_a_negative_window_until_it_is_positive() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(Bytes::from(vec![0; 1000])).unwrap();
        end.sent();
        end.feed(settings().set(4, 10));
        end.send(id, b"more");
        assert_eq!(window(&end, id).1, -990);
        assert!(contents(&end.sent()).is_empty());
        end.feed(window_update(id, 989));
        assert!(end.sent().is_empty());
        end.feed(window_update(id, 1));
        assert!(end.sent().is_empty(), "zero is not positive");
        end.feed(window_update(id, 3));
        assert_eq!(contents(&end.sent()), [(id, 3)]);
        end.feed(settings().set(4, 11));
        assert_eq!(contents(&end.sent()), [(id, 1)]);
    });
}

#[test]
fn an_end_or_trailers_leave_even_at_a_negative_window() {
    both!(R => for trailers in [true, false] {
        let mut end = End::<R>::new();
        let id = end.open();
        end.send(id, b"content");
        end.sent();
        end.feed(settings().set(4, 0));
        end.sent();
        match trailers {
            true => end.stream(id).send_trailers(Trailers::new().field("x", "y")).unwrap(),
            false => end.stream(id).end().unwrap(),
        }
        let sent = end.sent();
        assert_eq!(sent.len(), 1);
        assert!(sent[0].is_end());
    });
}

#[test]
fn the_initial_window_does_not_move_the_window_of_the_connection() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(4, 1 << 20));
        end.sent();
        let id = end.open();
        end.stream(id).send_data(Bytes::from(vec![0; 100_000])).unwrap();
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 65_535);
    });
}

#[test]
fn an_initial_window_that_takes_a_window_above_its_maximum_ends_the_connection() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.tolerates(window_update(id, 1000));
        end.feed(settings().set(4, MOST - 1000));
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK"]);
        end.dies(settings().set(4, MOST - 999), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn a_stream_that_is_closed_has_no_window_that_could_overflow() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.tolerates(window_update(id, MOST - 65_535));
        end.feed(rst_stream(id, code::CANCEL));
        end.quiet();
        // It is still there, for its end was not taken.
        end.feed(settings().set(4, MOST));
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK"]);
    });
}

/// RFC 9113 §6.9.3: what was sent before the peer knew of the lower limit is still taken.
#[test]
fn a_smaller_window_of_ours_can_become_negative_and_is_no_error_by_itself() {
    both!(R => {
        let mut end = End::<R>::with(windows(10_000));
        let id = end.open();
        end.feed(data(id, vec![0; 8000]));
        let change = SettingsChange::default().initial_window(1000).unwrap();
        end.machine().update_settings(change).unwrap();
        end.sent();
        // The peer has not heard of it.
        end.feed(data(id, vec![0; 2000]));
        assert!(end.sent().is_empty());
        end.feed(settings_ack());
        assert_eq!(window(&end, id).0, -9000);
        // What is taken returns, until the window is what it is to be.
        end.take(id);
        assert_eq!(granted(&end.sent()), [(id, 10_000)]);
        assert_eq!(window(&end, id).0, 1000);
        end.brings(id, data(id, vec![0; 1000]));
        end.resets(id, data(id, "x"), code::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn frames_other_than_data_need_no_window_of_ours() {
    both!(R => {
        let mut end = End::<R>::with(windows(0));
        let id = end.open();
        end.feed(data(id, ""));
        end.feed(headers(id).field("long", vec![b'x'; 10_000]).trailers());
        assert_eq!(end.take(id).len(), 2);
        assert!(end.sent().is_empty());
    });
}

/// Pins: less than half of a large window was kept back, which was all of a small one.
#[test]
fn credit_that_was_held_back_is_returned_when_the_window_shrinks() {
    let server = Config::default().initial_window(65_535).unwrap();
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<Server>::new(server),
    );
    let request = Request::post("http", "example.org", "/");
    let id = pair.a.request(request).unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    stream.send_data(vec![0; 30_000].into()).unwrap();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    while stream.recv().unwrap().is_some() {}
    pair.run();
    assert_eq!(pair.b.stream(id).unwrap().recv_window(), 65_535 - 30_000);
    let change = SettingsChange::default().initial_window(10_000).unwrap();
    pair.b.update_settings(change).unwrap();
    pair.run();
    assert_eq!(pair.b.stream(id).unwrap().recv_window(), 10_000);
    assert_eq!(pair.a.stream(id).unwrap().send_window(), 10_000);
}

/// Pins: padding of frames that nobody takes, lost to the window.
#[test]
fn padded_data_on_a_reset_stream_gives_the_connection_window_back() {
    both!(R => {
        let mut end = End::<R>::with(narrow(2));
        let id = end.reset_by_us();
        for _ in 0..100 {
            end.feed(data(id, vec![0; 16_000]).padded(255));
        }
        // All but what half a window may hold back.
        assert!(increments_of_connection(&mut end) >= 100 * 16_256 - 65_536);
        end.is_unharmed();
    });
}

/// Pins: capacity that was assigned to a stream and lost with it.
#[test]
fn what_a_canceled_stream_held_of_the_window_is_for_others() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.stream(id)
        .send_data(Bytes::from(vec![0; 100_000]))
        .unwrap();
    // It may send, and is canceled before it does.
    end.stream(id).reset(ErrorCode::CANCEL).unwrap();
    end.quiet();
    let next = end.open();
    end.feed(window_update(next, 100_000));
    end.stream(next)
        .send_data(Bytes::from(vec![0; 65_535]))
        .unwrap();
    assert_eq!(content_of(&mut end, next), 65_535);
}

/// Pins: an application can only give back what it has seen.
#[test]
fn padding_is_credited_without_the_application() {
    both!(R => {
        let mut end = End::<R>::with(narrow(2));
        let id = end.open();
        for _ in 0..3000 {
            end.feed(data(id, [0; 200]).padded(255));
            // Only the content is taken.
            end.take(id);
        }
        let granted = increments_of_connection(&mut end);
        assert!(granted >= 3000 * 456 - 65_536, "{granted}");
        end.is_unharmed();
    });
}

/// Pins: a wake-up for a capacity of 0 makes its reader spin.
#[test]
fn writable_is_never_said_without_capacity() {
    both!(R => {
        let config = Config::default().send_buffer(1000).unwrap();
        let mut end = End::<R>::with(config);
        let id = end.open();
        end.stream(id).send_data(Bytes::from(vec![0; 70_000])).unwrap();
        for _ in 0..100 {
            end.feed((window_update(0, 100), window_update(id, 100)));
            for event in end.events() {
                if let Event::Writable { stream_id } = event {
                    assert!(end.stream(stream_id.value()).capacity() > 0);
                }
            }
        }
        assert!(end.stream(id).capacity() > 0, "all has left");
    });
}
