//! Heavy users who mean no harm, and whom no budget may stop.

use core::time::Duration;

use runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use testkit::{Wire, block, code, data, headers, kind, ping, rst_stream, settings, window_update};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, Limits, Response, Role, Server, StreamId,
};

use super::rig::{Attack, End, Expects};
use crate::support::{self, Ends, both};

#[test]
fn a_stream_of_messages_with_a_window_update_for_each_goes_on() {
    let mut end = support::End::<Server>::new();
    let id = end.open();
    // Many wait for one frame, and each is acknowledged on its own.
    for _ in 0..100 {
        for _ in 0..100 {
            end.stream(id)
                .send_data(Bytes::from_static(&[0; 25]))
                .unwrap();
        }
        let sent = end.sent();
        let octets: usize = sent
            .iter()
            .filter(|seen| seen.kind == kind::DATA)
            .map(|seen| seen.payload.len())
            .sum();
        assert_eq!(octets, 2500);
        end.feed(
            (window_update(id, 25), window_update(0, 25))
                .octets()
                .repeat(100),
        );
    }
    end.is_unharmed();
}

#[test]
fn a_hundred_thousand_small_messages_pass_without_a_clock() {
    both!(R => {
        // The shortest message of gRPC has five octets.
        let burst = data(1, [0; 5]).octets().repeat(1000);
        let mut end = support::End::<R>::new();
        for _ in 0..100 {
            end.feed(&burst);
            assert_eq!(end.take(1).len(), 1);
        }
        end.is_unharmed();
    });
}

#[test]
fn a_hundred_thousand_small_messages_pass_while_nobody_takes_them() {
    both!(R => {
        let wire = (R::head(1), data(1, [0; 5]).octets().repeat(20_000));
        let run = Attack::<R>::with(wire)
            .config(Config::default().initial_window(100_000).unwrap())
            .setup(R::expect)
            .memory(512 * 1024)
            .comes_to(End::Stands);
        assert_eq!(run.resets, []);
    });
}

#[test]
fn keystrokes_pass_at_the_pace_of_a_hand() {
    let mut end = support::End::<Server>::new();
    for key in 0..5000 {
        end.peer.tick(Duration::from_millis(100 * key));
        end.feed(data(1, "x"));
    }
    end.is_unharmed();
}

#[test]
fn a_browser_with_180_cookie_pairs_is_served() {
    let cookie_pairs = (0..180).fold(block(), |block, n| {
        block.literal_at(32, format!("name{n}=value"))
    });
    let wire: Vec<u8> = (0..20)
        .flat_map(|n| {
            headers(2 * n + 1)
                .get("/")
                .block(&cookie_pairs)
                .end()
                .octets()
        })
        .collect();
    let run = Attack::<Server>::with(wire)
        .memory(256 * 1024)
        .comes_to(End::Stands);
    assert_eq!((run.opened, run.resets.len()), (20, 0));
}

/// A stream that is asked for, answered and left.
fn serve(end: &mut support::End<Server>, id: u32) {
    end.peer.feed(headers(id).get("/").end());
    let mut stream = end.stream(id);
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    stream.release();
    end.peer.run();
}

/// Without a clock a tenth of it shows the same: only exchanges make up for resets.
#[test]
fn ten_thousand_cancels_among_a_hundred_thousand_requests_pass_within_five_minutes() {
    for (tells_time, rounds) in [(true, 10_000_u64), (false, 1000)] {
        let mut end = support::End::<Server>::new();
        end.quiet();
        let mut id = 3;
        for round in 0..rounds {
            if tells_time {
                end.peer.tick(Duration::from_millis(30 * round));
            }
            for _ in 0..10 {
                serve(&mut end, id);
                id += 2;
            }
            let cancel = (headers(id).get("/").end(), rst_stream(id, code::CANCEL));
            end.peer.feed(cancel);
            id += 2;
            end.quiet();
        }
        assert!(!end.peer.is_closed());
        end.is_unharmed();
    }
}

#[test]
fn a_client_that_cancels_what_it_had_under_way_is_kept() {
    let mut end = support::End::<Server>::new();
    for round in 0..20 {
        end.peer.tick(Duration::from_secs(2 * round));
        let from = end.next_id();
        for id in (from..).step_by(2).take(50) {
            end.opened();
            end.feed(headers(id).get("/").end());
        }
        end.quiet();
        for id in (from..).step_by(2).take(50) {
            end.feed(rst_stream(id, code::CANCEL));
            // Whoever served it hears of it.
            end.stream(id).release();
        }
        for _ in 0..40 {
            let id = end.closed();
            assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
        }
    }
    end.is_unharmed();
}

#[test]
fn a_client_that_opens_its_next_stream_when_the_last_response_ended_is_never_refused() {
    let limits = Limits::server().concurrent_streams(1);
    let config = Config::default().limits(limits).unwrap();
    let mut peer = testkit::Peer::new(Connection::<Server>::new(config));
    peer.feed((Server::hello(), testkit::settings_ack()));
    for id in (1..4000).step_by(2) {
        peer.feed(headers(id).get("/").end());
        let mut stream = peer.machine.stream_mut(StreamId::from_wire(id)).unwrap();
        stream.respond(Response::new(200)).unwrap();
        stream.send_data(Bytes::from_static(b"done")).unwrap();
        stream.end().unwrap();
        // The application holds on to the stream.
        peer.run();
        let sent = peer.sent();
        assert!(
            sent.iter().all(|seen| seen.kind != kind::RST_STREAM),
            "{sent:?}"
        );
        assert!(sent.last().unwrap().is_end());
        if id % 100 == 1 {
            while peer.machine.poll_event().is_some() {}
            let ids: Vec<StreamId> = peer.machine.streams().map(|stream| stream.id()).collect();
            for id in ids {
                peer.machine.stream_mut(id).unwrap().release();
            }
        }
    }
}

#[test]
fn a_peer_that_measures_the_path_and_moves_its_window_now_and_then_is_kept() {
    both!(R => {
        let mut end = support::End::<R>::new();
        for round in 0..2000 {
            end.peer.tick(Duration::from_millis(100 * round));
            let window = 65_535 + u32::try_from(round).unwrap();
            end.feed((settings().set(4, window), ping(*b"bandwidt")));
        }
        end.is_unharmed();
    });
}

#[test]
fn a_server_that_sends_hints_with_every_response_is_heard() {
    let hint = headers(1)
        .status(103)
        .field("link", "</style.css>; rel=preload; as=style");
    let wire = (hint.octets().repeat(10), headers(1).status(200).end());
    let run = Attack::<Client>::with(wire)
        .setup(Client::expect)
        .comes_to(End::Stands);
    assert_eq!(run.resets, []);
}

/// A request whose handler begins.
fn started(end: &mut support::End<Server>) -> u32 {
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").end());
    let event_lines = end.event_lines();
    assert_eq!(
        event_lines.first(),
        Some(&format!("opened {id}")),
        "{event_lines:?}"
    );
    id
}

#[test]
fn a_page_of_ninety_nine_requests_is_left_at_once_and_another_download_goes_on() {
    for tells_time in [false, true] {
        let mut end = support::End::<Server>::new();
        if tells_time {
            end.peer.tick(Duration::ZERO);
        }
        for _ in 0..2 {
            let page: Vec<u32> = (0..99).map(|_| started(&mut end)).collect();
            end.feed(
                page.iter()
                    .flat_map(|id| rst_stream(*id, code::CANCEL).octets())
                    .collect::<Vec<u8>>(),
            );
            for id in page {
                end.stream(id).release();
            }
            let sent = end.sent();
            assert!(sent.is_empty(), "{sent:?}");
            end.is_unharmed();
        }
    }
}

#[test]
fn fetches_that_are_given_up_one_after_another_end_nothing() {
    let mut end = support::End::<Server>::new();
    for millis in 0..57 {
        end.peer.tick(Duration::from_millis(millis));
        let id = started(&mut end);
        end.feed(rst_stream(id, code::CANCEL));
        end.stream(id).release();
        end.quiet();
    }
    end.is_unharmed();
}

#[test]
fn replies_that_are_dropped_behind_their_heads_end_nothing() {
    for is_whole in [true, false] {
        let mut end = support::End::<Server>::new();
        // Content does not fit into a window.
        end.feed((settings().set(4, 0), window_update(1, 1000)));
        end.quiet();
        for millis in 0..1000 {
            end.peer.tick(Duration::from_millis(10 * millis));
            let id = started(&mut end);
            let mut stream = end.stream(id);
            stream.respond(Response::new(200)).unwrap();
            stream.send_data(Bytes::from(vec![0; 1 << 20])).unwrap();
            if is_whole {
                stream.end().unwrap();
            }
            assert_eq!(end.sent().len(), 1, "the head");
            end.feed(rst_stream(id, code::CANCEL));
            end.stream(id).release();
            end.quiet();
        }
        end.is_unharmed();
    }
}

#[test]
fn a_server_that_resets_all_calls_of_a_client_ends_nothing() {
    for tells_time in [false, true] {
        let mut end = support::End::<Client>::new();
        if tells_time {
            end.peer.tick(Duration::ZERO);
        }
        for round in 0..30_000 {
            let id = end.next_id();
            end.opened();
            end.machine().request(support::get()).unwrap();
            end.sent();
            let code = [code::INTERNAL_ERROR, code::REFUSED_STREAM][round % 2];
            end.feed(rst_stream(id, code));
            end.stream(id).release();
            end.quiet();
        }
        end.is_unharmed();
    }
}

/// What is on its way between two machines, no more than a link holds.
const LINK: usize = 16 * 1024;

/// Moves what fits from one end to the other; says whether anything moved.
fn carry<A: Role, B: Role>(
    from: &mut Connection<A>,
    link: &mut Vec<u8>,
    to: &mut Connection<B>,
) -> bool {
    let mut has_moved = false;
    while link.len() < LINK {
        let WriteOperation::Write(chunks) = from.next_write_operation() else {
            break;
        };
        let octets: Vec<u8> = chunks
            .as_slices()
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .collect();
        let count = octets.len().min(LINK - link.len());
        link.extend_from_slice(&octets[..count]);
        from.report_write_result(WriteResult::Ok(count));
        has_moved = true;
    }
    while !link.is_empty() && to.next_read_operation() == ReadOperation::Read {
        let count = to.read(link);
        if count == 0 {
            break;
        }
        link.drain(..count);
        has_moved = true;
    }
    has_moved
}

#[test]
fn both_ends_reset_most_of_their_streams_at_once_over_full_links_and_the_rest_goes_on() {
    let limits = Limits::server()
        .concurrent_streams(600)
        .decoded_octets(1 << 24);
    let config = Config::default().limits(limits).unwrap();
    let mut server = Connection::<Server>::new(config);
    let mut client = Connection::<Client>::new(Config::default());
    let (mut up, mut down) = (Vec::new(), Vec::new());
    while carry(&mut client, &mut up, &mut server) | carry(&mut server, &mut down, &mut client) {}
    let ids: Vec<StreamId> = (0..600)
        .map(|_| client.request(support::post()).unwrap())
        .collect();
    while carry(&mut client, &mut up, &mut server) | carry(&mut server, &mut down, &mut client) {}
    while server.poll_event().is_some() {}
    for id in &ids {
        let mut stream = server.stream_mut(*id).unwrap();
        while stream.recv().unwrap().is_some() {}
        stream.respond(Response::new(200)).unwrap();
        stream.send_data(Bytes::from(vec![1; 1000])).unwrap();
        client
            .stream_mut(*id)
            .unwrap()
            .send_data(Bytes::from(vec![2; 1000]))
            .unwrap();
    }
    // Nothing leaves, as over links that are full, and then both reset: different streams each.
    for (n, id) in ids.iter().enumerate().take(500) {
        if n % 2 == 0 {
            server
                .stream_mut(*id)
                .unwrap()
                .reset(ErrorCode::CANCEL)
                .unwrap();
        } else {
            client
                .stream_mut(*id)
                .unwrap()
                .reset(ErrorCode::CANCEL)
                .unwrap();
        }
    }
    for id in &ids[500..] {
        server.stream_mut(*id).unwrap().end().unwrap();
        client.stream_mut(*id).unwrap().end().unwrap();
    }
    assert_eq!(server.next_read_operation(), ReadOperation::Read);
    assert_eq!(client.next_read_operation(), ReadOperation::Read);
    while carry(&mut client, &mut up, &mut server) | carry(&mut server, &mut down, &mut client) {
        for id in &ids[500..] {
            for _ in 0..2 {
                if let Ok(mut stream) = server.stream_mut(*id) {
                    while let Ok(Some(_)) = stream.recv() {}
                }
                if let Ok(mut stream) = client.stream_mut(*id) {
                    while let Ok(Some(_)) = stream.recv() {}
                }
            }
        }
    }
    let finished = core::iter::from_fn(|| client.poll_event());
    let whole = finished.filter(|event| matches!(event, Event::Finished { result: Ok(()), .. }));
    assert_eq!(whole.count(), 100);
    assert!(!client.is_going_away() && !server.is_going_away());
}
