//! The life of a stream.

use core::time::Duration;

use allocation_counter::measure;
use runtime::{Runtime, WriteOperation};
use testkit::{
    Rng, Wire, code, continuation, data, headers, ping, priority, push_promise, rst_stream,
    settings, window_update,
};
use tress_proto::{Client, Config, Connection, Event, Limits, Part, Response, Server, Stage};

use super::resets::on_streams;
use super::rig::{Attack, CALM, End, read_all};
use crate::support::way::each_way;
use crate::support::{self, Ends, both, get, narrow};

fn limited(change: impl Fn(Limits) -> Limits) -> Config {
    Config::default().limits(change(Limits::server())).unwrap()
}

#[test]
fn malformed_requests_that_the_application_answers_are_bounded_as_resets_are() {
    fn answer(machine: &mut Connection<Server>, event: &Event) {
        if let Event::Opened { stream_id } = event {
            let mut stream = machine.stream_mut(*stream_id).unwrap();
            assert!(matches!(stream.recv(), Ok(Some(Part::Malformed(_)))));
            // A connection that is over takes no answer.
            if stream.respond(Response::new(400)).is_ok() {
                stream.end().unwrap();
            }
            stream.release();
        }
    }
    let malformed = |id| headers(id).get("/").field("A", "").end();
    let attack = |count| {
        Attack::<Server>::with(on_streams(count, malformed))
            .config(Config::default().receive_malformed())
            .app(answer)
            .memory(128 * 1024)
    };
    let run = attack(100).comes_to(End::Stands);
    assert_eq!((run.answers.len(), run.resets.len()), (100, 0));
    let run = attack(300)
        .undrained(End::Closes(CALM))
        .comes_to(End::Dies(CALM));
    assert_eq!(run.last, Some(401));
}

#[test]
fn priority_on_its_own_stream_is_no_reset() {
    Attack::<Server>::with(on_streams(100, |id| {
        (headers(id).get("/").end(), priority(id, id, 0))
    }))
    .memory(512 * 1024)
    .comes_to(End::Stands);
}

/// Every order of three frames on two streams.

#[test]
fn a_stream_whose_response_ended_is_not_open_though_the_application_holds_it() {
    each_way(|| {
        let config = limited(|limits| limits.concurrent_streams(2));
        let mut end = support::End::<Server>::with(config);
        for _ in 0..20 {
            let id = end.open();
            end.stream(id).end().unwrap();
            end.feed(data(id, "").end());
            // The next is not refused: it waits until the application has released it.
            let next = end.next_id();
            end.opened();
            end.tolerates(headers(next).get("/").end());
            end.stream(id).release();
            assert_eq!(
                end.event_lines(),
                [format!("opened {next}"), format!("readable {next}")]
            );
            end.stream(next).release();
            end.quiet();
        }
        end.is_unharmed();
    });
}

#[test]
fn a_jump_to_the_last_identifier_costs_nothing_and_lower_ones_are_an_error() {
    let jump = (
        headers(0x7fff_ffff).get("/").end(),
        headers(1).get("/").end(),
    );
    let run = Attack::<Server>::with(jump)
        .memory(16 * 1024)
        .comes_to(End::Dies(code::PROTOCOL_ERROR));
    assert_eq!(run.last, Some(0x7fff_ffff));
}

#[test]
fn nothing_that_follows_a_fatal_error_is_heard_or_allocates() {
    let noise = Rng::new(7).bytes(1 << 20);
    both!(R => {
        let fatal = [
            ping(*b"12345678").stream(1).octets(),
            window_update(0, 0).octets(),
            continuation(1).octets(),
            settings().set(4, u32::MAX).octets(),
            (headers(1).get("/").no_end_headers(), data(1, "x")).octets(),
            R::head(2).raw_block(&[0x80]).octets(),
        ];
        for wire in fatal {
            let mut machine = Connection::<R>::new(Config::default());
            read_all(&mut machine, &(R::hello(), wire).octets());
            let mut octets = Vec::new();
            super::rig::drain(&mut machine, &mut octets);
            while machine.poll_event().is_some() {}
            let info = measure(|| assert_eq!(machine.read(&noise), noise.len()));
            assert_eq!(info.count_total, 0);
            assert!(machine.poll_event().is_none());
            assert!(matches!(machine.next_write_operation(), WriteOperation::Close(_)));
        }
    });
}

/// A request that carries promises.
fn ask(machine: &mut Connection<Client>) {
    machine.request(get()).unwrap();
}

#[test]
fn a_flood_of_promises_is_refused_and_then_ends_the_connection() {
    let promises = |count: u32| -> Vec<u8> {
        (1..=count)
            .flat_map(|n| push_promise(1, 2 * n).get("/").octets())
            .collect()
    };
    Attack::with(promises(1))
        .setup(ask)
        .comes_to(End::Dies(code::PROTOCOL_ERROR));
    let config = || Config::default().allow_push();
    let run = Attack::with(promises(300))
        .config(config())
        .setup(ask)
        .memory(256 * 1024)
        .comes_to(End::Stands);
    assert_eq!(run.resets.len(), 200);
    assert!(
        run.resets
            .iter()
            .all(|(_, code)| *code == code::REFUSED_STREAM)
    );
    let run = Attack::with(promises(301))
        .config(config())
        .setup(ask)
        .memory(256 * 1024)
        .comes_to(End::Closes(CALM));
    assert_eq!(run.last, Some(602));
}

#[test]
fn a_flood_of_informational_responses_ends_the_stream() {
    let hint = headers(1).status(103).field("link", "</a>");
    let run = Attack::with(hint.octets().repeat(16))
        .setup(ask)
        .comes_to(End::Stands);
    assert_eq!(run.resets, []);
    let run = Attack::with(hint.octets().repeat(1000))
        .setup(ask)
        .comes_to(End::Stands);
    assert_eq!(run.resets, [(1, CALM)]);
}

#[test]
fn informational_responses_together_are_no_longer_than_one_field_section() {
    let hint = headers(1).status(103).field("link", "x".repeat(10_000));
    let run = Attack::with(hint.octets().repeat(6))
        .setup(ask)
        .memory(192 * 1024)
        .comes_to(End::Stands);
    assert_eq!(run.resets, []);
    let run = Attack::with(hint.octets().repeat(7))
        .setup(ask)
        .memory(192 * 1024)
        .comes_to(End::Stands);
    assert_eq!(run.resets, [(1, CALM)]);
}

#[test]
fn requests_that_nobody_takes_are_as_many_as_streams_and_leave_when_they_are_reset() {
    each_way(|| {
        let config = limited(|limits| limits);
        let mut machine = Connection::<Server>::new(config);
        read_all(&mut machine, &Server::hello());
        for round in 0..2 {
            let from = 200 * round;
            for n in 0..100 {
                read_all(
                    &mut machine,
                    &headers(from + 2 * n + 1).get("/").end().octets(),
                );
            }
            assert_eq!(machine.streams().count(), 100);
            if round == 0 {
                for n in 0..100 {
                    read_all(&mut machine, &rst_stream(2 * n + 1, code::CANCEL).octets());
                }
                assert_eq!(machine.streams().count(), 0);
            }
        }
        let opened = core::iter::from_fn(|| machine.poll_event())
            .filter(|event| matches!(event, Event::Opened { .. }))
            .count();
        assert_eq!(opened, 100, "nobody hears of those that were reset");
    });
}

#[test]
fn a_field_block_that_is_not_completed_ends_the_connection_after_a_minute() {
    each_way(|| {
        both!(R => {
            let mut end = support::End::<R>::new();
            end.peer.tick(Duration::ZERO);
            end.feed(R::head(1).no_end_headers());
            end.peer.tick(Duration::from_secs(1));
            for second in 2..61 {
                // A drip does not help.
                if second % 15 == 0 {
                    end.feed(continuation(1).raw_block(&[]).raw_block(b"\x0f").no_end_headers());
                }
                end.peer.tick(Duration::from_secs(second));
            }
            assert_ne!(end.machine().stage(), Stage::Over);
            end.peer.tick(Duration::from_secs(61));
            assert_eq!(end.machine().stage(), Stage::Over);
        });
    });
}

#[test]
fn a_tunnel_has_no_length_and_ends_as_any_stream() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        let id = end.next_id();
        end.opened();
        let connect = headers(id)
            .block(
                &testkit::block()
                    .literal_at(2, "CONNECT")
                    .literal_at(1, "a:443"),
            )
            .field("content-length", "1");
        end.feed(connect);
        end.take(id);
        end.stream(id).respond(Response::new(200)).unwrap();
        end.quiet();
        end.brings(id, data(id, "more than one octet"));
        end.feed(data(id, "").end());
        end.take(id);
        end.resets(id, data(id, "x"), code::STREAM_CLOSED);
    });
}

#[test]
fn streams_behind_our_goaway_are_ignored_decoded_and_credited() {
    each_way(|| {
        let mut end = support::End::<Server>::with(narrow(2));
        end.machine().go_away();
        let sent = end.sent();
        let question = sent
            .iter()
            .find(|seen| seen.kind == testkit::kind::PING)
            .unwrap();
        end.feed(ping(question.payload.as_slice().try_into().unwrap()).ack());
        end.quiet();
        for n in 0..6 {
            let id = end.next_id() + 2 * n;
            end.feed((
                headers(id)
                    .post("/")
                    .block(&testkit::block().indexing("x", n.to_string())),
                data(id, vec![0; 16_384]),
                data(id, vec![0; 16_384]),
            ));
        }
        let frames = end.sent();
        assert!(
            frames
                .iter()
                .all(|seen| seen.kind != testkit::kind::RST_STREAM),
            "{frames:?}"
        );
        let granted: u32 = frames.iter().filter_map(testkit::Seen::increment).sum();
        // At most half a window is held back.
        assert!(granted > 6 * 32_768 - 65_536, "{granted}");
        assert!(end.events().is_empty());
        end.feed(headers(1).block(&testkit::block().indexed(62)).end());
        assert_eq!(end.take(1)[0], "1: trailers x=5");
    });
}
