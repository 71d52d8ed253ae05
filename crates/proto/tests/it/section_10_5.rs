//! Each limit alone (RFC 9113 §10.5): all others are out of reach, so that it is this one that holds.
//!
//! What guards memory is held from a second side, by what the connection holds with and without it.
//! The budgets of resets have a place of their own.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use allocation_counter::measure;
use runtime::{ReadOperation, Runtime, WriteOperation};
use testkit::{
    PREFACE, Peer, Wire, block, code, continuation, data, goaway, headers, kind, ping, priority,
    rst_stream, settings, settings_ack, window_update, written,
};
use tress_proto::{
    Client, Config, Connection, Limit, Limits, Observe, Record, Request, Response, Role, Server,
    StreamId,
};

use crate::support::Ends;

/// More than any test does.
const MANY: u32 = 1 << 28;
const LONG: Duration = Duration::from_secs(1_000_000);

/// Limits that nothing here reaches.
fn free() -> Limits {
    Limits::server()
        .field_section_octets(MANY)
        .fields(MANY)
        .fields_hard(MANY)
        .continuations(MANY)
        .decoded_octets(MANY as usize)
        .replies_octets(MANY as usize)
        .replies(MANY)
        .settings_entries(MANY as usize)
        .resets_sent(MANY, MANY)
        .small_data(MANY, MANY)
        .window_updates(1000)
        .informational(MANY)
        .suspicious_frames(MANY, MANY)
        .debug_data(MANY as usize)
        .handshake(LONG)
        .settings_ack(LONG)
        .field_block(LONG)
        .stream_credit(LONG)
        .thread_credit(LONG)
        .connection_credit(LONG)
        .answered_credit(LONG)
        .transport_idle(LONG)
        .transport_progress(LONG)
        .start(LONG)
        .closing(LONG)
}

fn config(limits: Limits) -> Config {
    Config::default().limits(limits).unwrap()
}

/// Keeps the limits that were passed.
#[derive(Clone, Default)]
struct Trips(Arc<Mutex<Vec<Limit>>>);

impl Observe for Trips {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Limit { limit, .. } = record {
            self.0.lock().unwrap().push(limit);
        }
    }
}

/// What an end comes to that takes this.
struct Outcome {
    limit: Option<Limit>,
    /// It ended the connection.
    is_fatal: bool,
}

fn run<R: Ends>(
    limits: Limits,
    setup: impl Fn(&mut Peer<Connection<R>>),
    wire: impl Wire,
) -> Outcome {
    let mut peer = Peer::new(Connection::<R>::new(config(limits)));
    peer.feed((R::hello(), settings_ack()));
    setup(&mut peer);
    let trips = Trips::default();
    peer.machine.observe(Box::new(trips.clone()));
    peer.feed(wire);
    let trips = trips.0.lock().unwrap();
    Outcome {
        limit: trips.first().copied(),
        is_fatal: peer.is_closed(),
    }
}

/// So many pass where this limit is alone, and no more; all would if it were not.
#[track_caller]
fn holds<R: Ends>(
    limit: Limit,
    is_fatal: bool,
    alone: impl Fn(Limits) -> Limits,
    setup: impl Fn(&mut Peer<Connection<R>>),
    most: usize,
    wire: impl Fn(usize) -> Vec<u8>,
) {
    let passes = run(alone(free()), &setup, wire(most));
    assert_eq!((passes.limit, passes.is_fatal), (None, false), "{most}");
    let trips = run(alone(free()), &setup, wire(most + 1));
    assert_eq!((trips.limit, trips.is_fatal), (Some(limit), is_fatal));
    let without = run(free(), &setup, wire(most + 1));
    assert_eq!((without.limit, without.is_fatal), (None, false));
}

const fn nothing<R: Role>(_: &mut Peer<Connection<R>>) {}

fn request(id: u32, fields: usize) -> Vec<u8> {
    let fields = (0..fields).fold(block().request("GET", "/"), |block, _| {
        block.literal("a", "b")
    });
    spread(id, &fields)
}

/// HEADERS, and as many CONTINUATION frames as it takes.
fn spread(id: u32, fields: &testkit::Block) -> Vec<u8> {
    let mut fragments = fields.fragments(16_000);
    let last = fragments.pop().unwrap();
    let mut wire = headers(id).end().no_end_headers().octets();
    for fragment in fragments {
        wire.extend(continuation(id).block(&fragment).no_end_headers().octets());
    }
    wire.extend(continuation(id).block(&last).octets());
    wire
}

#[test]
fn suspicious_frames_alone() {
    let frames: [fn() -> Vec<u8>; 3] = [
        || ping(*b"nobody??").ack().octets(),
        || priority(1, 3, 15).octets(),
        || testkit::unknown(0xee, 0, 0, "").octets(),
    ];
    for frame in frames {
        holds::<Server>(
            Limit::SuspiciousFrames,
            true,
            |limits| limits.suspicious_frames(70, 1),
            nothing,
            70,
            |count| frame().repeat(count),
        );
    }
}

#[test]
fn small_window_updates_alone_cost_what_suspicious_frames_do() {
    let small = |count: usize| window_update(0, 1).octets().repeat(count);
    let few = |limits: Limits| limits.window_updates(5).suspicious_frames(20, 1);
    holds::<Server>(Limit::SuspiciousFrames, true, few, nothing, 5 + 20, small);
}

#[test]
fn the_fields_of_a_section_alone() {
    // Those of the request line count, too.
    let wire = |count: usize| request(1, count - 4);
    let soft = |limits: Limits| limits.fields(40);
    holds::<Server>(Limit::Fields, false, soft, nothing, 40, wire);
    let hard = |limits: Limits| limits.fields_hard(60).fields(60);
    let trips = run::<Server>(hard(free()), nothing, wire(500));
    assert_eq!(
        (trips.limit, trips.is_fatal),
        (Some(Limit::FieldsHard), true)
    );
    assert!(!run::<Server>(free(), nothing, wire(500)).is_fatal);
}

#[test]
fn pairs_of_cookies_alone_are_bounded_by_the_harder_limit() {
    let cookie_pairs = |count: usize| {
        let fields = (0..count).fold(block().request("GET", "/"), |block, _| {
            block.literal("cookie", "a=b")
        });
        spread(1, &fields)
    };
    let hard = |limits: Limits| limits.fields(100).fields_hard(200);
    let passes = run::<Server>(hard(free()), nothing, cookie_pairs(190));
    assert_eq!(passes.limit, None, "cookie pairs count as one field");
    let trips = run::<Server>(hard(free()), nothing, cookie_pairs(210));
    assert_eq!(
        (trips.limit, trips.is_fatal),
        (Some(Limit::FieldsHard), true)
    );
}

#[test]
fn the_octets_of_a_section_alone() {
    // RFC 9113 §6.5.2: 32 for each field besides its octets.
    let line: usize = [(7, 3), (7, 5), (10, 1), (5, 1)]
        .map(|(name, value)| name + value + 32)
        .iter()
        .sum();
    let wire = |count: usize| {
        let value = "v".repeat(count - line - 1 - 32);
        let fields = block().request("GET", "/").literal("x", value);
        spread(1, &fields)
    };
    let one = run::<Server>(free(), nothing, wire(4000));
    assert_eq!(one.limit, None);
    let alone = |limits: Limits| limits.field_section_octets(4000);
    let (mut last, mut first) = (0, usize::MAX);
    for count in 3950..4050 {
        match run::<Server>(alone(free()), nothing, wire(count)).limit {
            None => last = last.max(count),
            Some(Limit::FieldSection) => first = first.min(count),
            other => panic!("{count}: {other:?}"),
        }
    }
    assert_eq!(last + 1, first, "one bound, and nothing above it passes");
    assert!((3990..=4010).contains(&last), "{last}");
}

#[test]
fn the_frames_of_a_block_alone() {
    let wire = |count: usize| {
        let mut wire = headers(1).get("/").no_end_headers().octets();
        for number in 1..=count {
            let more = continuation(1).field("x", "y");
            wire.extend(match number == count {
                true => more.octets(),
                false => more.no_end_headers().octets(),
            });
        }
        wire
    };
    // Its octets are bounded, too, since they allow for frames.
    let alone = |limits: Limits| limits.continuations(12).field_section_octets(16_384);
    holds::<Server>(Limit::Continuations, true, alone, nothing, 12, wire);
}

#[test]
fn the_entries_of_settings_alone() {
    let wire = |count: usize| {
        let all = (0..count).fold(settings(), |frame, _| frame.set(0xfeed, 1));
        all.octets()
    };
    let alone = |limits: Limits| limits.settings_entries(10);
    holds::<Server>(Limit::SettingsEntries, true, alone, nothing, 10, wire);
    holds::<Client>(Limit::SettingsEntries, true, alone, nothing, 10, wire);
}

#[test]
fn informational_responses_alone() {
    let ask = |peer: &mut Peer<Connection<Client>>| {
        let id = peer
            .machine
            .request(Request::get("https", "a", "/"))
            .unwrap();
        peer.machine.stream_mut(id).unwrap().end().unwrap();
        peer.run();
    };
    let wire = |count: usize| headers(1).status(103).octets().repeat(count);
    let alone = |limits: Limits| limits.informational(6);
    holds::<Client>(Limit::Informational, false, alone, ask, 6, wire);
}

#[test]
fn frames_of_a_few_octets_alone() {
    let open = |peer: &mut Peer<Connection<Server>>| {
        peer.feed(headers(1).post("/"));
    };
    let wire = |count: usize| data(1, "x").octets().repeat(count);
    // However it is weighed, some pass and many do not.
    let alone = |limits: Limits| limits.small_data(5000, 1);
    let passes = run(alone(free()), open, wire(5));
    assert_eq!((passes.limit, passes.is_fatal), (None, false));
    assert_eq!(run(free(), open, wire(2000)).limit, None);
    let paced = |limits: Limits| {
        let mut peer = Peer::new(Connection::<Server>::new(config(limits)));
        peer.feed((PREFACE, settings(), settings_ack()));
        peer.feed(headers(1).post("/"));
        peer.tick(Duration::ZERO);
        let octets = wire(2000);
        let mut taken = 0;
        while taken < octets.len() && peer.machine.next_read_operation() == ReadOperation::Read {
            match peer.machine.read(&octets[taken..]) {
                0 => break,
                count => taken += count,
            }
        }
        let is_over = peer.machine.next_read_operation() == ReadOperation::Close;
        !is_over && taken == octets.len()
    };
    assert!(paced(free()));
    assert!(!paced(alone(free())), "it is slowed");
}

#[test]
fn frames_of_a_few_octets_that_wait_alone_and_not_those_that_were_taken_dropped_or_are_the_last() {
    let open = |peer: &mut Peer<Connection<Server>>| {
        peer.feed(headers(1).post("/"));
    };
    let few = |limits: Limits| limits.small_data_held(3 * 255);
    let wire = |count: usize| data(1, "x").octets().repeat(count);
    holds::<Server>(Limit::SmallDataHeld, true, few, open, 3, wire);
    let serve = || {
        let mut peer = Peer::new(Connection::<Server>::new(config(few(free()))));
        peer.feed((PREFACE, settings(), settings_ack(), headers(1).post("/")));
        peer
    };
    let id = StreamId::from_wire(1);
    let mut peer = serve();
    for _ in 0..100 {
        // Three frames are one piece by now.
        peer.feed(wire(3));
        let mut stream = peer.machine.stream_mut(id).unwrap();
        while stream.recv().unwrap().is_some() {}
    }
    assert!(!peer.is_closed(), "they were taken");
    let mut peer = serve();
    peer.feed(wire(3));
    peer.machine.stream_mut(id).unwrap().discard().unwrap();
    peer.feed(wire(100));
    assert!(!peer.is_closed(), "nobody wants them");
    let mut peer = serve();
    for id in (3..2003).step_by(2) {
        peer.feed((headers(id).post("/"), data(id, "x").end()));
    }
    peer.feed((wire(3), data(1, "x").end()));
    assert!(!peer.is_closed(), "they are the last ones");
}

#[test]
fn streams_that_are_reset_before_they_were_accepted_alone() {
    let few = |limits: Limits| limits.resets_unaccepted(3);
    let pair = |id: u32| (headers(id).get("/").end(), rst_stream(id, code::CANCEL));
    let wire = |count: usize| -> Vec<u8> {
        let ids = (1..).step_by(2).take(count);
        ids.flat_map(|id| pair(id).octets()).collect()
    };
    holds::<Server>(Limit::ResetsUnaccepted, true, few, nothing, 3, wire);
    let mut peer = Peer::new(Connection::<Server>::new(config(few(free()))));
    peer.feed((PREFACE, settings(), settings_ack()));
    for id in (1..200).step_by(2) {
        peer.feed(pair(id));
        // A later one than there is counts as the last.
        peer.machine.accepted(StreamId::MAX);
    }
    assert!(!peer.is_closed());
    // One that was accepted may be reset, and what came behind one counts until it is reached.
    peer.feed((headers(201).get("/").end(), pair(203), pair(205), pair(207)));
    peer.feed(rst_stream(201, code::CANCEL));
    let goaway = (kind::GOAWAY, 0, Some(code::ENHANCE_YOUR_CALM));
    assert!(said(&mut peer).contains(&goaway) && peer.is_closed());
}

#[test]
fn promises_that_are_withdrawn_before_they_were_accepted_alone() {
    let few = free().resets_unaccepted(2);
    let mut peer = Peer::new(Connection::<Client>::new(config(few)));
    peer.feed((settings(), settings_ack()));
    let id = StreamId::from_wire;
    peer.machine.promise_withdrawn(id(2));
    peer.machine.promise_withdrawn(id(6));
    peer.machine.promise_accepted(id(2));
    peer.machine.promise_withdrawn(id(4));
    assert!(!peer.is_closed());
    peer.machine.promise_withdrawn(id(8));
    peer.run();
    let goaway = (kind::GOAWAY, 0, Some(code::ENHANCE_YOUR_CALM));
    assert!(said(&mut peer).contains(&goaway) && peer.is_closed());
}

#[test]
fn streams_that_had_to_be_reset_over_the_life_of_a_connection_alone() {
    let few = |limits: Limits| limits.resets_sent_in_all(3);
    let wire = |count: usize| -> Vec<u8> {
        let ids = (1..).step_by(2).take(count);
        ids.flat_map(|id| (headers(id).post("/"), window_update(id, 0)).octets())
            .collect()
    };
    let running = |peer: &mut Peer<Connection<Server>>| {
        peer.feed(headers(1001).get("/").end());
    };
    let later = |count: usize| -> Vec<u8> {
        let ids = (1003..).step_by(2).take(count);
        ids.flat_map(|id| (headers(id).post("/"), window_update(id, 0)).octets())
            .collect()
    };
    holds::<Server>(Limit::ResetsSentInAll, true, few, nothing, 3, wire);
    // What was begun does not finish, nor is the stream reset for which the connection ends.
    holds::<Server>(Limit::ResetsSentInAll, true, few, running, 3, later);
    let mut peer = Peer::new(Connection::<Server>::new(config(few(free()))));
    peer.feed((PREFACE, settings(), settings_ack(), wire(3)));
    said(&mut peer);
    peer.feed((headers(9).post("/"), window_update(9, 0)));
    let goaway = (kind::GOAWAY, 0, Some(code::ENHANCE_YOUR_CALM));
    assert_eq!(said(&mut peer), [goaway]);
}

/// Takes what comes as long as it reads, and says nothing; returns how much it took.
fn unread(machine: &mut Connection<Server>, octets: &[u8]) -> usize {
    let mut taken = 0;
    while taken < octets.len() && machine.next_read_operation() == ReadOperation::Read {
        match machine.read(&octets[taken..]) {
            0 => break,
            count => taken += count,
        }
    }
    taken
}

fn greeted(limits: Limits) -> Connection<Server> {
    let mut machine = Connection::<Server>::new(config(limits));
    let hello = (PREFACE, settings(), settings_ack()).octets();
    assert_eq!(machine.read(&hello), hello.len());
    written(&mut machine);
    machine
}

#[test]
fn replies_that_are_not_read_alone_in_octets_and_in_number() {
    let pings = ping(*b"question").octets().repeat(20_000);
    let takes = |limits: Limits| {
        let mut machine = greeted(limits);
        let taken = unread(&mut machine, &pings);
        // From the second side: what is queued for the peer. It goes on once that is read.
        let queued = written(&mut machine).len();
        assert_eq!(machine.next_read_operation(), ReadOperation::Read);
        (taken, queued)
    };
    let (all, queued) = takes(free());
    assert_eq!((all, queued), (pings.len(), pings.len()));
    let (some, queued) = takes(free().replies_octets(8000));
    assert!(some < 8000 + 17 && some > 1000, "{some}");
    assert!(queued < 8000 + 17, "{queued}");
    let (some, queued) = takes(free().replies(100));
    assert!((40 * 17..=60 * 17).contains(&some), "{some}");
    assert!(queued <= 60 * 17, "{queued}");
}

/// From the second side: what it holds.
#[test]
fn fields_that_nobody_takes_alone() {
    let wire: Vec<u8> = (0..90)
        .flat_map(|n| {
            let fields = block().request("GET", "/").literal("x", "v".repeat(20_000));
            spread(2 * n + 1, &fields)
        })
        .collect();
    let takes = |limits: Limits| {
        let mut peer = Peer::new(Connection::<Server>::new(config(limits)));
        peer.feed((PREFACE, settings(), settings_ack()));
        let trips = Trips::default();
        peer.machine.observe(Box::new(trips.clone()));
        peer.feed(wire.as_slice());
        assert!(!peer.is_closed());
        let limit = trips.0.lock().unwrap().first().copied();
        (limit, peer.machine.memory())
    };
    let (limit, without) = takes(free());
    assert_eq!(limit, None);
    assert!(without > 90 * 20_000, "{without}");
    let (limit, held) = takes(free().field_section_octets(200_000).decoded_octets(200_000));
    assert_eq!(limit, Some(Limit::DecodedFields));
    assert!(held < 300_000, "{held}");
}

/// From the second side: what is allocated while it comes, of which little is on the wire.
#[test]
fn a_bomb_of_references_costs_what_the_limits_of_a_section_allow() {
    let bomb = (0..4000).fold(block().indexing("a", "v".repeat(4000)), |block, _| {
        block.indexed(62)
    });
    let wire = spread(1, &bomb);
    assert!(wire.len() < 10_000);
    let peak = |limits: Limits| {
        let mut machine = greeted(limits);
        let mut is_over = false;
        let info = measure(|| {
            unread(&mut machine, &wire);
            is_over = machine.next_read_operation() == ReadOperation::Close;
        });
        (info.bytes_max, is_over)
    };
    let (without, is_over) = peak(free());
    assert!(!is_over && without > 10_000_000, "{without}");
    // Each of the two by itself.
    let (octets, is_over) = peak(free().field_section_octets(16_384));
    assert!(is_over && octets < 200_000, "{octets}");
    let (fields, is_over) = peak(free().fields(20).fields_hard(100));
    assert!(is_over && fields < 1_000_000, "{fields}");
}

/// From the second side: what it holds of a block that never ends.
#[test]
fn a_block_without_end_costs_what_its_limits_allow() {
    let wire: Vec<u8> = {
        let mut wire = headers(1).get("/").no_end_headers().octets();
        for _ in 0..200 {
            let more = continuation(1).field("x", "v".repeat(10_000));
            wire.extend(more.no_end_headers().octets());
        }
        wire
    };
    let peak = |limits: Limits| {
        let mut machine = greeted(limits);
        let mut is_over = false;
        let info = measure(|| {
            unread(&mut machine, &wire);
            is_over = machine.next_read_operation() == ReadOperation::Close;
        });
        (info.bytes_max, is_over)
    };
    let (without, is_over) = peak(free());
    assert!(!is_over && without > 1_500_000, "{without}");
    let (held, is_over) = peak(free().field_section_octets(16_384));
    assert!(is_over && held < 200_000, "{held}");
}

/// From the second side: what it keeps for the application.
#[test]
fn the_debug_data_of_goaway_alone() {
    let event_lines = |limits: Limits| {
        let mut machine = greeted(limits);
        let last = goaway(0, code::NO_ERROR).debug("d".repeat(5000)).octets();
        assert_eq!(machine.read(&last), last.len());
        machine.peer_debug_data().len()
    };
    assert_eq!(event_lines(free()), 5000);
    assert_eq!(event_lines(free().debug_data(100)), 100);
}

/// From the second side: what both tables hold once the peer allows more.
#[test]
fn the_table_of_our_encoder_alone() {
    let holds = |limits: Limits| {
        let mut machine = Connection::<Server>::new(config(limits));
        let hello = (PREFACE, settings().set(1, 1 << 20), settings_ack()).octets();
        machine.read(&hello);
        written(&mut machine);
        let before = machine.memory();
        for number in 0..40_u32 {
            let id = 2 * number + 1;
            machine.read(&headers(id).get("/").end().octets());
            let mut stream = machine.stream_mut(StreamId::from_wire(id)).unwrap();
            let name = format!("x-{number}");
            let response = Response::new(200).field(name, "v".repeat(1000));
            stream.respond(response).unwrap();
            stream.end().unwrap();
            stream.release();
            written(&mut machine);
        }
        while machine.poll_event().is_some() {}
        machine.memory().saturating_sub(before)
    };
    let without = holds(free().encoder_table_octets(1 << 20));
    assert!(without > 30_000, "{without}");
    let held = holds(free().encoder_table_octets(2000));
    assert!(held < 10_000, "{held}");
}

#[test]
fn the_streams_that_are_open_at_once_alone() {
    let wire = |count: usize| -> Vec<u8> {
        let ids = (0..count).map(|number| 2 * u32::try_from(number).unwrap() + 1);
        ids.flat_map(|id| headers(id).get("/").octets()).collect()
    };
    let alone = |limits: Limits| limits.concurrent_streams(7);
    holds::<Server>(Limit::ConcurrentStreams, false, alone, nothing, 7, wire);
}

/// A time of its own is the first that is waited for, and what it ends holds nothing any more.
#[test]
fn the_times_for_the_preface_and_for_a_field_block_alone() {
    let begun = headers(1).get("/").no_end_headers().octets();
    let greeting = (PREFACE, settings(), settings_ack()).octets();
    let in_block = [greeting, begun].concat();
    type Alone = fn(Limits) -> Limits;
    let cases: [(Alone, &[u8]); 2] = [
        (|limits| limits.handshake(SEVEN), b"PRI * HTT"),
        (|limits| limits.field_block(SEVEN), &in_block),
    ];
    for (alone, wire) in cases {
        let waits = |limits: Limits| {
            let mut machine = Connection::<Server>::new(config(limits));
            machine.tick(Duration::ZERO);
            machine.read(wire);
            written(&mut machine);
            let next = machine.tick(Duration::ZERO);
            (machine, next)
        };
        let (mut machine, next) = waits(alone(free()));
        assert_eq!(next, Some(SEVEN));
        machine.tick(SEVEN - Duration::from_millis(1));
        assert_ne!(machine.next_read_operation(), ReadOperation::Close);
        machine.tick(SEVEN);
        assert_eq!(machine.next_read_operation(), ReadOperation::Close);
        written(&mut machine);
        assert!(machine.is_closed());
        assert_eq!(machine.streams().count(), 0);
        let (mut machine, _) = waits(free());
        machine.tick(LONG / 2);
        assert_ne!(machine.next_read_operation(), ReadOperation::Close);
    }
}

const SEVEN: Duration = Duration::from_secs(7);

/// Says the kinds, streams and codes of what an end says now.
fn said<R: Role>(peer: &mut Peer<Connection<R>>) -> Vec<(u8, u32, Option<u32>)> {
    let seen = peer.sent().into_iter();
    seen.map(|seen| (seen.kind, seen.stream, seen.code()))
        .collect()
}

#[test]
fn the_time_for_the_acknowledgment_of_settings_alone() {
    for (limits, is_limited) in [(free().settings_ack(SEVEN), true), (free(), false)] {
        let mut peer = Peer::new(Connection::<Server>::new(config(limits)));
        peer.tick(Duration::ZERO);
        peer.feed((PREFACE, settings()));
        peer.sent();
        peer.tick(Duration::ZERO);
        // The peer answers a PING that came behind them, and not them: it has them.
        peer.tick(SEVEN / 2);
        let asked = peer.sent().into_iter().find(|seen| seen.kind == kind::PING);
        let now = match asked {
            Some(asked) => {
                peer.feed(ping(asked.payload[..].try_into().unwrap()).ack());
                peer.tick(SEVEN / 2);
                SEVEN / 2 + SEVEN
            }
            None => LONG / 4,
        };
        assert_eq!(now < LONG / 4, is_limited);
        peer.tick(now - Duration::from_millis(1));
        assert!(!peer.is_closed());
        peer.tick(now);
        let goaway = (kind::GOAWAY, 0, Some(code::SETTINGS_TIMEOUT));
        assert_eq!(said(&mut peer).contains(&goaway), is_limited);
        assert_eq!(peer.is_closed(), is_limited);
    }
}

#[test]
fn the_time_that_a_request_waits_for_credit_whose_answer_is_whole_alone() {
    for (limits, is_limited) in [(free().answered_credit(SEVEN), true), (free(), false)] {
        let mut peer = Peer::new(Connection::<Client>::new(config(limits)));
        peer.tick(Duration::ZERO);
        peer.feed((Client::hello(), settings().set(4, 4), settings_ack()));
        let id = peer.machine.request(crate::support::post()).unwrap();
        let mut stream = peer.machine.stream_mut(id).unwrap();
        stream.send_data("more than four octets".into()).unwrap();
        peer.run();
        peer.feed(headers(id.value()).status(200).end());
        peer.sent();
        // Whoever grants nothing is seen to have all that was sent.
        let reset = (kind::RST_STREAM, id.value(), Some(code::CANCEL));
        let (mut is_reset, mut at) = (false, Duration::ZERO);
        for tenth in 1..=300_u32 {
            peer.tick(Duration::from_millis(100) * tenth);
            let seen = peer.sent();
            for asked in seen.iter().filter(|seen| seen.kind == kind::PING) {
                peer.feed(ping(asked.payload[..].try_into().unwrap()).ack());
            }
            let resets = seen
                .iter()
                .any(|seen| (seen.kind, seen.stream, seen.code()) == reset);
            if resets && !is_reset {
                (is_reset, at) = (true, Duration::from_millis(100) * tenth);
            }
        }
        assert_eq!(is_reset, is_limited);
        assert!(!is_limited || (SEVEN..=2 * SEVEN).contains(&at), "{at:?}");
        assert!(!peer.is_closed());
    }
}

#[test]
fn the_time_in_which_a_request_is_begun_alone() {
    let held = |limits: Limits| {
        // One is begun at once, and nobody releases it.
        let limits = limits.concurrent_streams(1);
        let mut peer = Peer::new(Connection::<Server>::new(config(limits)));
        peer.tick(Duration::ZERO);
        peer.feed((PREFACE, settings(), settings_ack()));
        peer.feed(headers(1).get("/").end());
        while peer.machine.poll_event().is_some() {}
        peer.feed((rst_stream(1, code::CANCEL), headers(3).get("/").end()));
        peer.sent();
        peer
    };
    let refused = (kind::RST_STREAM, 3, Some(code::REFUSED_STREAM));
    for (limits, is_limited) in [(free().start(SEVEN), true), (free(), false)] {
        let mut peer = held(limits);
        peer.tick(Duration::ZERO);
        peer.tick(SEVEN - Duration::from_millis(1));
        assert_eq!(said(&mut peer), []);
        peer.tick(SEVEN);
        assert_eq!(said(&mut peer).contains(&refused), is_limited);
        assert!(!peer.is_closed());
    }
}

#[test]
fn the_time_for_what_was_begun_when_a_budget_is_spent_alone() {
    for (limits, is_limited) in [(free().closing(SEVEN), true), (free(), false)] {
        let limits = limits.resets_sent(1, 1);
        let mut peer = Peer::new(Connection::<Server>::new(config(limits)));
        peer.tick(Duration::ZERO);
        peer.feed((PREFACE, settings(), settings_ack()));
        peer.feed(headers(1).get("/").end());
        // Twice the peer makes us reset a stream.
        for id in [3, 5] {
            peer.feed((headers(id).post("/"), window_update(id, 0)));
        }
        let goaway = (kind::GOAWAY, 0, Some(code::ENHANCE_YOUR_CALM));
        assert!(said(&mut peer).contains(&goaway));
        peer.tick(Duration::ZERO);
        peer.tick(SEVEN - Duration::from_millis(1));
        let stream = peer.machine.stream(StreamId::from_wire(1));
        assert_eq!(stream.and_then(|stream| stream.result()), None);
        peer.tick(SEVEN);
        assert_eq!(peer.is_closed(), is_limited);
    }
}

/// A server with a mebibyte to send on stream 1, and what its peer grants at first.
fn loaded(limits: Limits, stream: u32, connection: u32) -> Connection<Server> {
    let mut machine = Connection::<Server>::new(config(limits));
    let windows = (settings().set(4, stream), window_update(0, connection));
    let hello = (PREFACE, windows, settings_ack(), headers(1).get("/").end());
    machine.tick(Duration::ZERO);
    let hello = hello.octets();
    assert_eq!(machine.read(&hello), hello.len());
    let mut stream = machine.stream_mut(StreamId::from_wire(1)).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(vec![7; MEBIBYTE].into()).unwrap();
    stream.end().unwrap();
    stream.release();
    machine
}

const MEBIBYTE: usize = 1 << 20;

/// Takes note of what happened, which is kept until then.
fn forget(machine: &mut Connection<Server>) -> usize {
    while machine.poll_event().is_some() {}
    machine.memory()
}

/// From the second side: what is held of output that the transport does not take.
#[test]
fn the_times_for_the_transport_alone() {
    // Nothing is taken, or next to nothing.
    for (taken, alone) in [
        (0, free().transport_idle(SEVEN)),
        (1, free().transport_progress(SEVEN)),
    ] {
        for (limits, is_limited) in [(alone, true), (free(), false)] {
            let mut machine = loaded(limits, 1 << 24, 1 << 24);
            // Timed from when it is seen to wait, which is a second later here.
            for second in 0..=9 {
                machine.tick(Duration::from_secs(second));
                let is_over = machine.next_read_operation() == ReadOperation::Close;
                assert_eq!(
                    is_over,
                    is_limited && second >= 8,
                    "{taken}, after {second} s"
                );
                let shown = machine.next_write_operation();
                if is_over {
                    assert!(matches!(shown, WriteOperation::Close(_)), "{shown:?}");
                    continue;
                }
                assert!(matches!(shown, WriteOperation::Write(_)), "{shown:?}");
                if taken > 0 {
                    machine.report_write_result(runtime::WriteResult::Ok(taken));
                }
            }
            let held = forget(&mut machine);
            if is_limited {
                assert!(held < 100_000, "{taken}: {held}");
            } else {
                assert!(held > MEBIBYTE / 2, "{taken}: {held}");
            }
        }
    }
}

/// From the second side: what is held of content that the peer grants no credit for.
#[test]
fn the_times_for_credit_alone() {
    // The window of the stream is shut, or that of the connection.
    for (stream, connection, alone) in [
        (100_000, 1 << 24, free().stream_credit(SEVEN)),
        (1 << 24, 100_000, free().connection_credit(SEVEN)),
    ] {
        for (limits, is_limited) in [(alone, true), (free(), false)] {
            let mut machine = loaded(limits, stream, connection);
            let mut reader = testkit::Reader::new();
            for tenth in 0..=200_u32 {
                machine.tick(Duration::from_millis(100) * tenth);
                while let WriteOperation::Write(chunks) = machine.next_write_operation() {
                    let count = chunks.octets();
                    let octets = chunks.as_slices().concat();
                    machine.report_write_result(runtime::WriteResult::Ok(count));
                    // It answers what it is asked, and has all that was sent.
                    for seen in reader.read(&octets) {
                        if seen.kind == kind::PING {
                            let payload = <[u8; 8]>::try_from(&seen.payload[..]).unwrap();
                            machine.read(&ping(payload).ack().octets());
                        }
                    }
                }
            }
            let held = forget(&mut machine);
            if is_limited {
                assert!(held < 100_000, "{stream}, {connection}: {held}");
            } else {
                assert!(held > MEBIBYTE / 2, "{stream}, {connection}: {held}");
            }
        }
    }
}
