//! Streams that are opened and reset, and what is begun for them (RFC 9113 §10.5).
//!
//! Honest peers are free, wasteful ones are slowed, and only a flood is ended.

use core::time::Duration;

use runtime::{ReadOperation, Runtime};
use testkit::{
    Peer, Wire, code, data, headers, kind, push_promise, rst_stream, settings, settings_ack,
    window_update,
};
use tress_proto::{
    Client, Config, Connection, ConnectionError, Credit, ErrorCode, Event, Limit, Limits, Response,
    Server, SettingsChange, Stage, StreamId, Violation,
};

use super::rig::{Attack, CALM, End, drain, read_all};
use crate::support::way::each_way;
use crate::support::{self, Ends, get};

/// The same on so many streams of a client, one after the other.
pub(super) fn on_streams<W: Wire>(count: u32, wire: impl Fn(u32) -> W) -> Vec<u8> {
    (0..count).flat_map(|n| wire(2 * n + 1).octets()).collect()
}

fn limited(change: impl Fn(Limits) -> Limits) -> Config {
    Config::default().limits(change(Limits::server())).unwrap()
}

/// A request, and its reset behind it.
fn opened_and_reset(id: u32) -> Vec<u8> {
    (headers(id).get("/").end(), rst_stream(id, code::CANCEL)).octets()
}

/// The streams that the application is notified of.
fn opened_ids<R: Ends>(end: &mut support::End<R>) -> Vec<u32> {
    let opened = |event| match event {
        Event::Opened { stream_id } => Some(stream_id.value()),
        _ => None,
    };
    end.events().into_iter().filter_map(opened).collect()
}

/// The peer opens a stream, and the application is notified of it.
fn start(end: &mut support::End<Server>) -> u32 {
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").end());
    assert_eq!(opened_ids(end), [id]);
    id
}

/// The peer opens a stream, and the application is not notified of it.
fn wait(end: &mut support::End<Server>) -> u32 {
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").end());
    assert_eq!(opened_ids(end), []);
    assert!(end.sent().is_empty(), "nor is it refused");
    id
}

/// The peer resets a stream, and the application releases it at once.
fn cancel(end: &mut support::End<Server>, id: u32) {
    end.feed(rst_stream(id, code::CANCEL));
    end.stream(id).release();
    end.quiet();
}

/// Spends the budget of requests that were started and then reset.
fn spend(end: &mut support::End<Server>) {
    for _ in 0..200 {
        let id = start(end);
        cancel(end, id);
    }
}

#[test]
fn rapid_reset_ends_the_connection_at_a_hundred_times_the_streams_that_may_be_open() {
    let attack =
        |count| Attack::<Server>::with(on_streams(count, opened_and_reset)).memory(160 * 1024);
    let run = attack(10_000).comes_to(End::Stands);
    assert!(run.live <= 100, "{} handlers", run.live);
    let run = attack(10_001).comes_to(End::Dies(CALM));
    assert_eq!(run.last, Some(20_001));
    assert!(run.live <= 100, "{} handlers", run.live);
}

#[test]
fn rapid_reset_that_is_fed_at_once_reaches_no_application() {
    let mut machine = Connection::<Server>::new(Config::default());
    let wire = on_streams(5000, opened_and_reset);
    read_all(&mut machine, &(Server::hello(), settings_ack()).octets());
    assert_eq!(machine.read(&wire), wire.len());
    let opened = core::iter::from_fn(|| machine.poll_event())
        .filter(|event| matches!(event, Event::Opened { .. }))
        .count();
    assert_eq!(opened, 0);
}

/// A cheap request completed, a costly one reset: completed exchanges must not pay for handlers.
#[test]
fn rapid_reset_in_the_alternating_form_is_bounded_by_as_many_handlers_as_streams_may_be_open() {
    for tells_time in [false, true] {
        let mut end = support::End::<Server>::new();
        let (mut live, mut now) = (vec![1], Duration::ZERO);
        for _ in 0..3000 {
            if tells_time {
                now += Duration::from_millis(1);
                end.peer.tick(now);
            }
            // The costly one: its handler takes the whole request, and goes on.
            let costly = end.next_id();
            end.opened();
            end.feed(headers(costly).get("/").end());
            for id in opened_ids(&mut end) {
                end.take(id);
                live.push(id);
            }
            end.feed(rst_stream(costly, code::CANCEL));
            end.quiet();
            let cheap = end.next_id();
            end.opened();
            end.feed(headers(cheap).get("/").end());
            if opened_ids(&mut end) != [cheap] {
                break;
            }
            end.take(cheap);
            end.stream(cheap).respond(Response::new(204)).unwrap();
            end.stream(cheap).end().unwrap();
            end.stream(cheap).release();
            end.quiet();
        }
        assert_eq!(live.len(), 100, "handlers");
        // The cheap one waits until a handler is done with, and is served then.
        let cheap = end.next_id() - 2;
        end.stream(live[1]).release();
        assert_eq!(opened_ids(&mut end), [cheap]);
        end.is_unharmed();
    }
}

#[test]
fn requests_wait_while_the_application_works_for_as_many_as_may_be_open() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        let started: Vec<u32> = (0..99).map(|_| start(&mut end)).collect();
        for id in &started {
            end.feed(rst_stream(*id, code::CANCEL));
        }
        // It is told, and does not release it.
        end.quiet();
        let waiting: Vec<u32> = (0..99).map(|_| wait(&mut end)).collect();
        for (done, next) in started.iter().zip(&waiting) {
            end.stream(*done).release();
            assert_eq!(
                opened_ids(&mut end),
                [*next],
                "in the order in which they came"
            );
        }
        end.is_unharmed();
    });
}

#[test]
fn a_request_that_was_taken_whole_counts_until_the_application_releases_it() {
    let mut end = support::End::<Server>::with(limited(|limits| limits.concurrent_streams(2)));
    let id = start(&mut end);
    assert_eq!(end.take(id).last().unwrap(), &format!("{id}: end"));
    end.feed(rst_stream(id, code::CANCEL));
    end.quiet();
    let next = wait(&mut end);
    // It learns of the reset, by trying to take more.
    end.take(id);
    assert_eq!(opened_ids(&mut end), [next]);
    end.is_unharmed();
}

#[test]
fn a_request_that_is_reset_while_it_waits_is_never_heard_of_and_costs_no_start() {
    each_way(|| {
        let mut end = support::End::<Server>::with(limited(|limits| limits.concurrent_streams(2)));
        let id = start(&mut end);
        end.feed(rst_stream(id, code::CANCEL));
        end.quiet();
        for _ in 0..50 {
            let waiting = wait(&mut end);
            end.feed(rst_stream(waiting, code::CANCEL));
            assert!(end.event_lines().is_empty());
            assert_eq!(end.machine().streams().count(), 2, "it is gone");
        }
        end.stream(id).release();
        // One of the four that the budget allows was started.
        for _ in 0..3 {
            let id = start(&mut end);
            cancel(&mut end, id);
        }
        wait(&mut end);
    });
}

#[test]
fn content_of_a_request_that_waits_is_kept_for_the_application() {
    let mut end = support::End::<Server>::with(limited(|limits| limits.concurrent_streams(2)));
    let first = start(&mut end);
    end.feed(rst_stream(first, code::CANCEL));
    let id = end.next_id();
    end.opened();
    end.feed((headers(id).post("/"), data(id, "kept")));
    end.quiet();
    end.feed(data(id, "").end());
    assert!(end.event_lines().is_empty());
    end.stream(first).release();
    assert_eq!(
        end.event_lines(),
        [format!("opened {id}"), format!("readable {id}")]
    );
    let taken = end.take(id);
    assert_eq!(
        taken[1..],
        [format!("{id}: \"kept\""), format!("{id}: end")]
    );
}

#[test]
fn a_spent_budget_slows_requests_to_as_many_a_second_as_streams_may_be_open() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        end.peer.tick(Duration::ZERO);
        spend(&mut end);
        let waiting: Vec<u32> = (0..50).map(|_| wait(&mut end)).collect();
        let mut now = Duration::ZERO;
        for id in waiting {
            let next = end.peer.tick(now).unwrap();
            assert_eq!(
                next,
                now + Duration::from_millis(10),
                "one each hundredth of a second"
            );
            end.peer.tick(next - Duration::from_nanos(1));
            assert_eq!(opened_ids(&mut end), []);
            end.peer.tick(next);
            assert_eq!(opened_ids(&mut end), [id]);
            // It was paid for when it started: a reset costs no more.
            cancel(&mut end, id);
            now = next;
        }
        end.is_unharmed();
    });
}

#[test]
fn a_completed_exchange_makes_up_for_a_request_that_was_reset() {
    let mut end = support::End::<Server>::new();
    end.peer.tick(Duration::ZERO);
    let ended: Vec<u32> = (0..2).map(|_| end.half_closed_remote()).collect();
    spend(&mut end);
    let waiting = wait(&mut end);
    end.stream(ended[0]).end().unwrap();
    end.sent();
    // What has ended is over once the application knows that it has.
    end.take(ended[0]);
    assert_eq!(opened_ids(&mut end), [waiting]);
    wait(&mut end);
}

#[test]
fn without_the_time_one_request_goes_on_when_the_budget_is_spent() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        spend(&mut end);
        end.stream(1).release();
        end.quiet();
        let first = start(&mut end);
        let second = wait(&mut end);
        end.stream(first).release();
        assert_eq!(opened_ids(&mut end), [second]);
        for _ in 0..100 {
            let last = end.next_id() - 2;
            cancel(&mut end, last);
            start(&mut end);
        }
    });
}

#[test]
fn requests_of_which_none_starts_for_thirty_seconds_are_refused_and_that_costs_nothing() {
    let config = limited(|limits| limits.concurrent_streams(2).resets_sent(1, 0).resets(3, 1));
    let mut end = support::End::<Server>::with(config);
    let id = start(&mut end);
    end.feed(rst_stream(id, code::CANCEL));
    end.quiet();
    let second = Duration::from_secs(1);
    for round in 0..20 {
        let now = 40 * round * second;
        let first = wait(&mut end);
        end.peer.tick(now);
        end.peer.tick(now + 29 * second);
        end.peer.tick(now + 30 * second - Duration::from_nanos(1));
        assert!(end.sent().is_empty());
        end.peer.tick(now + 30 * second);
        assert_eq!(
            end.said(),
            [format!("RST_STREAM stream {first} REFUSED_STREAM")]
        );
        assert!(
            end.event_lines().is_empty(),
            "the application never heard of it"
        );
    }
    // One that starts makes the others wait for as long again.
    let first = wait(&mut end);
    end.peer.tick(1000 * second);
    end.stream(id).release();
    assert_eq!(opened_ids(&mut end), [first]);
    end.feed(rst_stream(first, code::CANCEL));
    end.quiet();
    wait(&mut end);
    end.peer.tick(1029 * second);
    end.peer.tick(1031 * second);
    assert!(end.sent().is_empty());
    end.is_unharmed();
}

#[test]
fn a_reset_after_the_last_octet_of_the_application_costs_nothing() {
    each_way(|| {
        let config = limited(|limits| limits.resets(3, 1).concurrent_streams(10));
        let mut end = support::End::<Server>::with(config);
        // No content leaves, but on the first stream.
        end.feed((settings().set(4, 0), window_update(1, 1000)));
        for _ in 0..100 {
            let id = start(&mut end);
            end.stream(id).respond(Response::new(200)).unwrap();
            end.send(id, b"all that there is");
            end.stream(id).end().unwrap();
            end.sent();
            cancel(&mut end, id);
        }
        end.is_unharmed();
    });
}

/// The other end does not hear of a limit before it has our SETTINGS (RFC 9113 §6.5.3).
#[test]
fn streams_refused_before_our_settings_are_known_are_charged_as_opened_and_reset() {
    let config = || limited(|limits| limits.resets_sent(1, 0));
    let mut end = support::End::<Server>::unacknowledged(config());
    for id in (3..).step_by(2).take(400) {
        end.opened();
        end.feed(headers(id).get("/").end());
    }
    let refused = end
        .sent()
        .iter()
        .filter(|seen| seen.kind == kind::RST_STREAM)
        .count();
    assert_eq!(refused, 301);
    end.is_unharmed();
    let mut end = support::End::<Server>::unacknowledged(config());
    let mut wire = Vec::new();
    for id in (3..).step_by(2).take(99 + 10_000) {
        end.opened();
        wire.extend(headers(id).get("/").end().octets());
    }
    end.feed(&wire);
    end.is_unharmed();
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").end());
    let goaway = end.sent().pop().unwrap();
    assert_eq!(
        (goaway.code(), goaway.last_stream()),
        (Some(CALM), Some(id))
    );
    end.is_unharmed();
}

#[test]
fn streams_above_a_known_limit_are_charged_as_resets_that_the_peer_made_us_send() {
    let posts = |count| on_streams(count, |id| headers(id).post("/"));
    let run = Attack::<Server>::with(posts(300))
        .memory(256 * 1024)
        .comes_to(End::Stands);
    assert_eq!((run.opened, run.resets.len()), (100, 200));
    let is_refusal = |(_, code): &(u32, u32)| *code == code::REFUSED_STREAM;
    assert!(run.resets.iter().all(is_refusal));
    let run = Attack::<Server>::with(posts(301))
        .memory(256 * 1024)
        .comes_to(End::Closes(CALM));
    assert_eq!((run.last, run.resets.len()), (Some(601), 201));
    assert_eq!(
        run.time,
        Some(Duration::from_secs(5)),
        "what was begun may finish"
    );
}

/// All that makes a server reset a stream.
fn made_resets(kind: u32, id: u32) -> Vec<u8> {
    let request = headers(id).get("/").end();
    let open = headers(id).post("/");
    match kind {
        1 => (request, window_update(id, 0)).octets(),
        2 => (request, window_update(id, 0x7fff_ffff)).octets(),
        3 => (request, headers(id).get("/").end()).octets(),
        4 => (request, data(id, "x").end()).octets(),
        5 => (open, headers(id).field(":path", "/").end()).octets(),
        _ => (open.field("content-length", "1"), data(id, "xx")).octets(),
    }
}

#[test]
fn resets_that_the_peer_made_us_send_end_the_connection_when_their_budget_is_spent() {
    for kind in 1..=6 {
        let attack = |count| {
            Attack::<Server>::with(on_streams(count, |id| made_resets(kind, id))).memory(512 * 1024)
        };
        attack(200).comes_to(End::Stands);
        let run = attack(300).comes_to(End::Dies(CALM));
        assert_eq!(run.last, Some(401), "way {kind}");
        assert!(run.live <= 100, "way {kind}");
    }
}

#[test]
fn resets_that_the_peer_made_us_send_share_a_budget_that_outlives_our_goaway() {
    let mixed = |id| made_resets(1 + id / 2 % 6, id);
    let run = Attack::<Server>::with(on_streams(300, mixed))
        .memory(512 * 1024)
        .comes_to(End::Dies(CALM));
    assert_eq!(run.last, Some(401));
    // The first stream keeps the connection.
    let after = on_streams(300, |id| match id {
        1 => headers(1).post("/").octets(),
        id => mixed(id),
    });
    let run = Attack::<Server>::with(after)
        .setup(Connection::go_away)
        .memory(512 * 1024)
        .comes_to(End::Closes(CALM));
    assert_eq!(run.last, Some(403));
    assert_eq!(run.time, Some(Duration::from_secs(5)));
}

#[test]
fn resets_that_the_peer_made_us_send_come_back_by_thirty_three_a_second() {
    let mut end = support::End::<Server>::new();
    end.peer.tick(Duration::ZERO);
    let malformed = |end: &mut support::End<Server>| {
        let id = end.next_id();
        end.opened();
        headers(id).get("/").field("A", "").end().octets()
    };
    for _ in 0..200 {
        let wire = malformed(&mut end);
        end.feed(wire);
    }
    end.peer.tick(Duration::from_secs(1));
    for _ in 0..33 {
        let wire = malformed(&mut end);
        end.feed(wire);
    }
    end.is_unharmed();
    let wire = malformed(&mut end);
    end.feed(wire);
    assert_eq!(end.sent().last().unwrap().code(), Some(CALM));
    end.peer.tick(Duration::from_secs(1));
    end.peer.tick(Duration::from_millis(5999));
    end.is_unharmed();
    end.peer.tick(Duration::from_secs(6));
    assert_eq!(end.machine().stage(), Stage::Over);
}

#[test]
fn what_was_started_may_finish_when_a_flood_ends_the_connection() {
    each_way(|| {
        let config = limited(|limits| limits.concurrent_streams(10).resets(3, 1));
        let mut end = support::End::<Server>::with(config);
        end.peer.tick(Duration::ZERO);
        let id = start(&mut end);
        for _ in 0..30 {
            let id = end.next_id();
            end.opened();
            end.feed(opened_and_reset(id));
            // Whoever heard of it releases it.
            for id in opened_ids(&mut end) {
                end.stream(id).release();
            }
        }
        end.quiet();
        let last = end.next_id();
        end.opened();
        end.feed(opened_and_reset(last));
        let said = end.sent();
        let goaway = said.last().unwrap();
        assert_eq!(
            (goaway.code(), goaway.last_stream()),
            (Some(CALM), Some(last))
        );
        // New streams are ignored, and cost nothing.
        for n in 1..100 {
            end.feed(opened_and_reset(last + 2 * n));
        }
        assert!(end.sent().is_empty());
        assert_eq!(opened_ids(&mut end), []);
        end.peer.tick(Duration::from_secs(4));
        end.is_unharmed();
        end.stream(id).respond(Response::new(204)).unwrap();
        end.stream(id).end().unwrap();
        assert!(end.sent().last().unwrap().is_end());
        end.stream(1).end().unwrap();
        end.feed(data(1, "").end());
        end.sent();
        assert_eq!(end.machine().next_read_operation(), ReadOperation::Close);
        let last = end.events().pop();
        let Some(Event::Closed(Err(ConnectionError::Violation(Violation::Limit(limit))))) = last
        else {
            panic!("{last:?}");
        };
        assert_eq!(limit, Limit::ResetsReceived);
    });
}

#[test]
fn requests_that_wait_when_a_flood_ends_the_connection_are_refused() {
    let config = limited(|limits| limits.concurrent_streams(3).resets(3, 1));
    let mut end = support::End::<Server>::with(config);
    for _ in 0..2 {
        let id = start(&mut end);
        end.feed(rst_stream(id, code::CANCEL));
        end.quiet();
    }
    let waiting = wait(&mut end);
    for _ in 0..7 {
        let id = wait(&mut end);
        end.tolerates(rst_stream(id, code::CANCEL));
    }
    let last = wait(&mut end);
    end.feed(rst_stream(last, code::CANCEL));
    let said = end.said();
    let refused = format!("RST_STREAM stream {waiting} REFUSED_STREAM");
    assert_eq!(said[0], refused, "{said:?}");
    let goaway = format!("GOAWAY stream 0 last {last} ENHANCE_YOUR_CALM");
    assert!(said[1].starts_with(&goaway), "{said:?}");
}

#[test]
fn a_limit_that_is_lowered_takes_nothing_from_what_was_allowed_before() {
    let mut end = support::End::<Server>::new();
    let started: Vec<u32> = (0..99).map(|_| start(&mut end)).collect();
    let change = SettingsChange::default().concurrent_streams(0);
    end.machine().update_settings(change).unwrap();
    end.feed(settings_ack());
    end.quiet();
    for id in started {
        cancel(&mut end, id);
    }
    end.is_unharmed();
}

#[test]
fn a_limit_that_is_raised_lets_those_that_wait_start() {
    let mut end = support::End::<Server>::with(limited(|limits| limits.concurrent_streams(3)));
    let started: Vec<u32> = (0..2).map(|_| start(&mut end)).collect();
    for id in &started {
        end.feed(rst_stream(*id, code::CANCEL));
    }
    end.quiet();
    let waiting: Vec<u32> = (0..2).map(|_| wait(&mut end)).collect();
    let change = SettingsChange::default().concurrent_streams(5);
    end.machine().update_settings(change).unwrap();
    assert_eq!(opened_ids(&mut end), waiting);
}

#[test]
fn where_no_limit_is_announced_no_stream_is_refused_and_a_thousand_are_started() {
    let limits = Limits::server().unlimited_streams().decoded_octets(1 << 26);
    // The windows of streams without number need a connection's that the application sets.
    let config = Config::default().credit(Credit::Manual).unwrap();
    let config = config.limits(limits).unwrap();
    let mut peer = Peer::new(Connection::<Server>::new(config));
    peer.run();
    let settings = peer.sent().remove(0).settings();
    assert!(settings.iter().all(|(id, _)| *id != 3), "{settings:?}");
    peer.feed((Server::hello(), settings_ack()));
    peer.feed(on_streams(3000, |id| headers(id).get("/").end()));
    assert!(peer.sent().iter().all(|seen| seen.kind != kind::RST_STREAM));
    let mut opened = Vec::new();
    while let Some(event) = peer.machine.poll_event() {
        if let Event::Opened { stream_id } = event {
            opened.push(stream_id);
        }
    }
    assert_eq!(opened.len(), 1000);
    for id in &opened {
        peer.machine.stream_mut(*id).unwrap().release();
    }
    let next = core::iter::from_fn(|| peer.machine.poll_event());
    let next = next
        .filter(|event| matches!(event, Event::Opened { .. }))
        .count();
    peer.run();
    let rest = core::iter::from_fn(|| peer.machine.poll_event());
    let rest = rest
        .filter(|event| matches!(event, Event::Opened { .. }))
        .count();
    assert_eq!(next + rest, 1000, "as the resets of the first leave");
}

/// Whoever resets is not made to pay for it: an application that refuses a hundred of its requests.
#[test]
fn resets_that_the_application_asks_for_are_no_replies() {
    let config = limited(|limits| limits.concurrent_streams(600));
    let mut peer = Peer::new(Connection::<Server>::new(config)).undrained();
    peer.feed((Server::hello(), settings_ack()));
    peer.feed(on_streams(600, |id| headers(id).post("/")));
    for id in (1..).step_by(2).take(599) {
        let mut stream = peer.machine.stream_mut(StreamId::from_wire(id)).unwrap();
        stream.reset(ErrorCode::CANCEL).unwrap();
    }
    assert_eq!(peer.machine.next_read_operation(), ReadOperation::Read);
    assert!(!peer.machine.is_paused());
}

#[test]
fn resets_that_the_application_asks_for_wait_in_a_bounded_number() {
    let mut machine = Connection::<Server>::new(Config::default());
    read_all(&mut machine, &(Server::hello(), settings_ack()).octets());
    let refuse = |machine: &mut Connection<Server>| {
        let mut refused = 0;
        while let Some(event) = machine.poll_event() {
            if let Event::Opened { stream_id } = event {
                let mut stream = machine.stream_mut(stream_id).unwrap();
                stream.reset(ErrorCode::CANCEL).unwrap();
                stream.release();
                refused += 1;
            }
        }
        refused
    };
    let mut refused = 0;
    for id in (1..).step_by(2).take(200) {
        read_all(&mut machine, &headers(id).get("/").end().octets());
        refused += refuse(&mut machine);
    }
    assert_eq!(refused, 100, "the next wait while nothing leaves");
    let mut octets = Vec::new();
    while refused < 200 {
        drain(&mut machine, &mut octets);
        let more = refuse(&mut machine);
        assert!(more > 0, "{refused}");
        refused += more;
    }
    drain(&mut machine, &mut octets);
    let seen = testkit::Reader::new().read(&octets);
    let resets = seen.iter().filter(|seen| seen.kind == kind::RST_STREAM);
    assert_eq!(
        resets.map(|seen| seen.code()).collect::<Vec<_>>(),
        [Some(code::CANCEL); 200]
    );
}

#[test]
fn promises_that_the_server_resets_are_bounded() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default().allow_push()));
    peer.machine.request(get()).unwrap();
    peer.run();
    peer.feed((Client::hello(), settings_ack()));
    peer.sent();
    for n in 1..=10_001 {
        assert!(peer.sent().is_empty(), "{n}");
        let promise = push_promise(1, 2 * n).get("/");
        peer.feed((promise, rst_stream(2 * n, code::CANCEL)));
        while let Some(event) = peer.machine.poll_event() {
            if let Event::Promised { promised_id, .. } = event {
                peer.machine.stream_mut(promised_id).unwrap().release();
            }
        }
    }
    let goaway = peer.sent().pop().unwrap();
    assert_eq!(
        (goaway.code(), goaway.last_stream()),
        (Some(CALM), Some(20_002))
    );
}
