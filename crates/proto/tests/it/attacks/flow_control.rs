//! Content and flow control.

use core::time::Duration;

use allocation_counter::measure;
use runtime::Runtime;
use testkit::{Seen, Wire, code, data, headers, kind, ping, rst_stream, settings, window_update};
use tress_proto::{
    Bytes, Config, Connection, ConnectionError, Credit, Event, Limit, Response, Server,
    StreamError, StreamId,
};

use super::rig::{Attack, CALM, End, Expects, drain, read_all};
use crate::support::way::{each_piece, each_way};
use crate::support::{self, Ends, both, narrow};

const CONTENT: &[u8] = &[0; 1024 * 1024];

/// Answers each request with a megabyte.
fn respond(machine: &mut Connection<Server>, event: &Event) {
    if let Event::Opened { stream_id } = event {
        let mut stream = machine.stream_mut(*stream_id).unwrap();
        stream.respond(Response::new(200)).unwrap();
        stream.send_data(Bytes::from_static(CONTENT)).unwrap();
    }
}

fn requests(count: u32) -> Vec<u8> {
    (0..count)
        .flat_map(|n| headers(2 * n + 1).get("/").end().octets())
        .collect()
}

#[test]
fn data_dribble_writes_no_more_than_ten_times_what_it_grants() {
    // What the window held is gone at first; then each octet is asked for on its own.
    let grants: Vec<u8> = (0..900)
        .flat_map(|n| window_update(n % 20 * 2 + 1, 1).octets())
        .collect();
    let setup = (
        settings().set(4, 0),
        window_update(0, 0x1000_0000),
        requests(20),
    );
    let run = Attack::with((setup, grants))
        .app(respond)
        .memory(128 * 1024)
        .comes_to(End::Stands);
    assert!(run.sent <= 20 * 40 + 10 * 900 + 100, "{} octets", run.sent);
}

#[test]
fn content_for_a_window_without_end_waits_with_the_application() {
    each_way(|| {
        let setup = (
            settings().set(4, 0x7fff_ffff),
            window_update(0, 0x7fff_0000),
            requests(100),
        );
        let mut machine = Connection::<Server>::new(Config::default());
        read_all(&mut machine, &(Server::hello(), setup).octets());
        let ids: Vec<StreamId> = machine.streams().map(|stream| stream.id()).collect();
        let info = measure(|| {
            for id in &ids {
                let mut stream = machine.stream_mut(*id).unwrap();
                stream.respond(Response::new(200)).unwrap();
                for _ in 0..10 {
                    stream.send_data(Bytes::from_static(CONTENT)).unwrap();
                }
            }
            for _ in 0..100 {
                let _ = machine.next_write_operation();
            }
        });
        // A gigabyte waits.
        assert!(info.bytes_max < 256 * 1024, "{info:?}");
    });
}

/// A server whose client lets it send nothing, asked for a megabyte.
fn held_up() -> support::End<Server> {
    let mut end = support::End::<Server>::new();
    end.peer.tick(Duration::ZERO);
    end.feed(settings().set(4, 0));
    let id = end.open();
    end.stream(id)
        .send_data(Bytes::from_static(CONTENT))
        .unwrap();
    end.quiet();
    end
}

/// Tells the time for six minutes, answers what the peer is asked, and lets it do something every
/// five seconds.
fn is_given_up(mut end: support::End<Server>, also: impl Fn(&mut support::End<Server>)) -> bool {
    for second in (0..=360).step_by(5) {
        end.peer.tick(Duration::from_secs(second));
        also(&mut end);
        for seen in end.sent().iter().filter(|seen| seen.kind == kind::PING) {
            let payload = <[u8; 8]>::try_from(seen.payload.as_slice()).unwrap();
            end.feed(ping(payload).ack());
        }
    }
    end.events().iter().any(|event| {
        matches!(
            event,
            Event::Finished {
                result: Err(StreamError::Limit(Limit::StreamCredit)),
                ..
            }
        )
    })
}

#[test]
fn a_window_that_stays_closed_ends_the_stream_after_five_minutes() {
    each_way(|| {
        assert!(is_given_up(held_up(), |_| {}));
    });
}

#[test]
fn a_drip_does_not_hold_a_stream() {
    each_piece(|| {
        assert!(is_given_up(held_up(), |end| {
            end.feed(window_update(3, 1));
        }));
        assert!(!is_given_up(held_up(), |end| {
            end.feed((window_update(3, 16 * 1024), window_update(0, 16 * 1024)));
        }));
    });
}

#[test]
fn a_window_that_overflows_is_an_error_of_whom_it_belongs_to() {
    both!(R => {
        let flow = code::FLOW_CONTROL_ERROR;
        let most = 0x7fff_ffff;
        Attack::<R>::with(window_update(0, most)).comes_to(End::Dies(flow));
        let opened = R::head(1);
        let run = Attack::<R>::with((&opened, window_update(1, most)))
            .setup(R::expect)
            .comes_to(End::Stands);
        assert_eq!(run.resets, [(1, flow)]);
        let raised = (&opened, window_update(1, most - 65_535), settings().set(4, 65_536));
        Attack::<R>::with(raised).setup(R::expect).comes_to(End::Dies(flow));
    });
}

#[test]
fn a_window_below_zero_lets_nothing_leave_until_it_is_above() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        let id = end.open();
        end.stream(id)
            .send_data(Bytes::from_static(CONTENT))
            .unwrap();
        end.feed(window_update(0, 1 << 20));
        let sent = |end: &mut support::End<Server>| -> usize {
            let frames = end.sent();
            frames
                .iter()
                .filter(|seen| seen.kind == kind::DATA)
                .map(|seen| seen.payload.len())
                .sum()
        };
        assert_eq!(sent(&mut end), 65_535);
        end.feed((settings().set(4, 0), window_update(id, 65_535)));
        assert_eq!(sent(&mut end), 0);
        end.feed(window_update(id, 1));
        assert_eq!(sent(&mut end), 1);
    });
}

#[test]
fn content_on_a_stream_that_was_reset_gives_its_credit_back() {
    each_way(|| {
        both!(R => {
            let mut end = support::End::<R>::with(narrow(2));
            let id = end.reset_by_us();
            let other = end.open();
            let mut granted = 0;
            for _ in 0..10 {
                end.feed(data(id, vec![0; 16_000]).padded(255));
                let frames = end.sent();
                granted += frames.iter().filter_map(Seen::increment).sum::<u32>();
            }
            assert!(granted >= 10 * 16_256 - 65_536, "{granted}");
            // Another stream may still send four windows.
            for _ in 0..16 {
                end.feed(data(other, vec![0; 16_384]));
                end.take(other);
            }
            end.is_unharmed();
        });
    });
}

#[test]
fn window_update_flood_ends_the_connection() {
    both!(R => {
        let grants = |id| (R::head(1), window_update(id, 1).octets().repeat(1011));
        Attack::<R>::with(grants(0)).setup(R::expect).comes_to(End::Dies(CALM));
        Attack::<R>::with(grants(1)).setup(R::expect).comes_to(End::Dies(CALM));
        // Large ones are few enough as it is.
        let large = window_update(0, 100_000).octets().repeat(3000);
        Attack::<R>::with(large).setup(R::expect).comes_to(End::Stands);
    });
}

#[test]
fn content_beyond_a_window_is_an_error_of_whom_it_belongs_to() {
    let content = |octets: usize| -> Vec<u8> {
        let full = data(1, vec![0; 16_384]).octets().repeat(octets / 16_384);
        [full, data(1, vec![0; octets % 16_384]).octets()].concat()
    };
    both!(R => {
        let flow = code::FLOW_CONTROL_ERROR;
        let stream = || narrow(2);
        // A stream's window that is larger than the connection's.
        let connection = || {
            let config = Config::default().credit(Credit::Manual);
            config.and_then(|config| config.connection_window(65_535)).unwrap()
        };
        let run = Attack::<R>::with((R::head(1), content(65_536)))
            .config(stream())
            .setup(R::expect)
            .memory(256 * 1024)
            .comes_to(End::Stands);
        assert_eq!(run.resets, [(1, flow)]);
        Attack::<R>::with((R::head(1), content(65_535)))
            .config(connection())
            .setup(R::expect)
            .memory(256 * 1024)
            .comes_to(End::Stands);
        Attack::<R>::with((R::head(1), content(65_536)))
            .config(connection())
            .setup(R::expect)
            .memory(256 * 1024)
            .comes_to(End::Dies(flow));
    });
}

#[test]
fn an_overflow_of_the_connection_is_told_and_leaves_no_memory_behind() {
    each_way(|| {
        let input = (Server::hello(), requests(10)).octets();
        let overflow = window_update(0, 0x7fff_ffff).octets().repeat(2);
        let info = measure(|| {
            let mut machine = Connection::<Server>::new(Config::default());
            read_all(&mut machine, &input);
            while let Some(event) = machine.poll_event() {
                respond(&mut machine, &event);
            }
            drain(&mut machine, &mut Vec::new());
            read_all(&mut machine, &overflow);
            drain(&mut machine, &mut Vec::new());
            let (mut finished, mut closed) = (0, false);
            while let Some(event) = machine.poll_event() {
                match event {
                    Event::Finished { result, .. } => {
                        assert_eq!(result, Err(StreamError::ConnectionLost));
                        finished += 1;
                    }
                    Event::Closed(Err(error @ ConnectionError::Violation(_))) => {
                        assert_eq!(
                            error.code().map(|code| code.0),
                            Some(code::FLOW_CONTROL_ERROR)
                        );
                        closed = true;
                    }
                    _ => {}
                }
            }
            assert_eq!((finished, closed), (10, true));
            assert!(machine.is_closed());
        });
        // What the test drained was not counted when it came, and is when it goes.
        assert!(info.bytes_current <= 0, "{info:?}");
    });
}

#[test]
fn a_small_response_does_not_wait_for_a_large_one() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        end.feed((settings().set(4, 1 << 20), window_update(0, 1 << 20)));
        let (large, small) = (end.open(), end.open());
        end.stream(large)
            .send_data(Bytes::from_static(CONTENT))
            .unwrap();
        end.stream(small)
            .send_data(Bytes::from_static(b"small"))
            .unwrap();
        let frames = end.sent();
        let order: Vec<u32> = frames
            .iter()
            .filter(|seen| seen.kind == kind::DATA)
            .map(|seen| seen.stream)
            .collect();
        let place = order.iter().position(|stream| *stream == small).unwrap();
        assert!(place <= 2, "{order:?}");
        end.feed(rst_stream(large, code::CANCEL));
    });
}
