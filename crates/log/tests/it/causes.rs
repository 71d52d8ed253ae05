//! Faults of a known length: the cause of the time that they take is the right one, within a tenth.

use core::time::Duration;

use testkit::Path;
use tress_log::proto::{Config, Direction, Limits};
use tress_log::{Cause, Conversation, Mark, MarkKind, StreamTrace};

use crate::world::{Plan, World};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A path on which nothing takes long.
fn fast() -> Path {
    Path::new(100_000_000, Duration::ZERO)
}

/// How long a stream has spent on a cause.
fn spent(stream: &StreamTrace, cause: Cause) -> Duration {
    let totals = stream.totals();
    let found = totals.iter().find(|(its, _)| *its == cause);
    found.map(|(_, length)| *length).unwrap_or_default()
}

/// It is this long, within a tenth.
#[track_caller]
fn assert_near(stream: &StreamTrace, cause: Cause, expected: Duration) {
    let found = spent(stream, cause);
    let error = found.abs_diff(expected);
    assert!(
        error <= expected / 10,
        "{cause}: {found:?}, not {expected:?}: {:?}",
        stream.totals()
    );
    let sum: Duration = stream.totals().iter().map(|(_, length)| *length).sum();
    assert_eq!(sum, stream.life());
    assert!(stream.is_closed);
}

#[track_caller]
fn only(conversation: &Conversation) -> &StreamTrace {
    assert_eq!(conversation.streams.len(), 1);
    &conversation.streams[0]
}

#[track_caller]
fn both(world: &World) -> [Conversation; 2] {
    [world.logs[0].conversation(), world.logs[1].conversation()]
}

#[test]
fn a_stream_window_that_stays_shut_is_named_at_both_ends() {
    let small = Config::default().initial_window(20_000).unwrap();
    let mut world = World::new(
        small,
        Config::default(),
        fast(),
        fast(),
        Plan::at_once(30_000),
    );
    world.take_from(ms(300));
    world.get();
    world.run(ms(1000));
    let [client, server] = both(&world);
    assert_near(only(&server), Cause::StreamWindow, ms(300));
    assert_near(only(&client), Cause::StreamWindow, ms(300));
    let shut = |span: &&tress_log::Span| span.cause == Cause::StreamWindow;
    let direction = |stream: &StreamTrace| stream.spans.iter().find(shut).unwrap().direction;
    assert_eq!(direction(only(&server)), Some(Direction::Sent));
    assert_eq!(direction(only(&client)), Some(Direction::Received));
}

#[test]
fn a_connection_window_that_stays_shut_is_named() {
    let shared = crate::foreign::shut_connection(ms(300));
    for stream in &shared.streams {
        assert_near(stream, Cause::ConnectionWindow, ms(300));
    }
}

#[test]
fn a_server_that_thinks_is_the_peer_to_its_client_and_the_application_to_itself() {
    let plan = Plan {
        think: ms(300),
        pieces: vec![(Duration::ZERO, 1000)],
    };
    let mut world = World::new(Config::default(), Config::default(), fast(), fast(), plan);
    world.get();
    world.run(ms(1000));
    let [client, server] = both(&world);
    assert_near(only(&client), Cause::Peer, ms(300));
    assert_near(only(&server), Cause::Application, ms(300));
}

#[test]
fn a_server_that_stops_in_the_middle_of_its_content_is_the_peer_and_not_content() {
    let plan = Plan {
        think: Duration::ZERO,
        pieces: vec![(Duration::ZERO, 50_000), (ms(300), 10_000)],
    };
    let mut world = World::new(Config::default(), Config::default(), fast(), fast(), plan);
    world.get();
    world.run(ms(1000));
    let [client, server] = both(&world);
    assert_near(only(&client), Cause::Peer, ms(300));
    assert_near(only(&server), Cause::Application, ms(300));
}

#[test]
fn a_stream_that_the_peer_does_not_take_yet_waits_to_be_opened() {
    let limits = Limits::default().concurrent_streams(1);
    let server = Config::default().limits(limits).unwrap();
    let plan = Plan {
        think: ms(300),
        pieces: vec![(Duration::ZERO, 1000)],
    };
    let mut world = World::new(Config::default(), server, fast(), fast(), plan);
    world.run(ms(5));
    world.get();
    world.get();
    world.run(ms(1000));
    let [client, _] = both(&world);
    let [first, second] = &client.streams[..] else {
        panic!("two were asked for");
    };
    assert!(spent(first, Cause::Opening) < ms(3));
    assert_near(second, Cause::Opening, ms(300));
    assert_near(second, Cause::Peer, ms(300));
}

#[test]
fn a_slow_path_is_the_socket_to_its_sender_and_content_to_its_receiver() {
    // 100,000 octets a second, a little of which the kernels take at once.
    let slow = Path::new(100_000, Duration::ZERO).buffers(8 * 1024, 8 * 1024);
    let plan = Plan::at_once(60_000);
    let mut world = World::new(Config::default(), Config::default(), fast(), slow, plan);
    world.get();
    world.run(ms(2000));
    let [client, server] = both(&world);
    // The first packet of 8 KiB brings the head: what was on its way before it is not known.
    assert_near(only(&client), Cause::Content, ms(518));
    assert_near(only(&server), Cause::Socket, ms(573));
}

#[test]
fn a_stall_on_a_slow_path_is_the_peer_and_the_rest_is_content() {
    let slow = Path::new(100_000, Duration::ZERO).buffers(64 * 1024, 64 * 1024);
    let plan = Plan {
        think: Duration::ZERO,
        pieces: vec![(Duration::ZERO, 30_000), (ms(700), 30_000)],
    };
    let mut world = World::new(Config::default(), Config::default(), fast(), slow, plan);
    world.get();
    world.run(ms(3000));
    let [client, _] = both(&world);
    assert_near(only(&client), Cause::Content, ms(518));
    assert_near(only(&client), Cause::Peer, ms(482));
}

#[test]
fn a_window_that_is_small_for_its_delay_is_named_though_the_receiver_grants_at_once() {
    // Each of ten round trips of 40 ms carries one window.
    let window = Config::default().initial_window(16_384).unwrap();
    let far = || Path::new(100_000_000, ms(20));
    let mut world = World::new(
        window,
        Config::default(),
        far(),
        far(),
        Plan::at_once(163_840),
    );
    world.client.ping(*b"distance").unwrap();
    world.run(ms(100));
    world.get();
    world.run(ms(2000));
    let [client, server] = both(&world);
    assert_eq!(
        client.round_trip,
        Some(ms(40))
            .filter(|_| client.round_trip <= Some(ms(42)))
            .and(client.round_trip)
    );
    let (client, server) = (only(&client), only(&server));
    // The first answer takes a round trip of its own.
    let blocked = server.life() - spent(server, Cause::Content);
    assert!(blocked >= ms(150), "{:?}", server.totals());
    assert_near(server, Cause::StreamWindow, blocked);
    assert_near(client, Cause::Peer, ms(40));
    assert_near(client, Cause::StreamWindow, client.life() - ms(40));
}

#[test]
fn content_behind_that_of_others_is_behind_others() {
    // Ten streams share a path, and each has a tenth of it.
    let slow = Path::new(200_000, Duration::ZERO).buffers(16 * 1024, 16 * 1024);
    let plan = Plan::at_once(40_000);
    let mut world = World::new(Config::default(), Config::default(), fast(), slow, plan);
    for _ in 0..10 {
        world.get();
    }
    world.run(ms(4000));
    let [client, server] = both(&world);
    let sum = |conversation: &Conversation, cause| -> Duration {
        conversation
            .streams
            .iter()
            .map(|stream| spent(stream, cause))
            .sum()
    };
    // The path is never idle, so that all streams together move for as long as it takes.
    let moving = sum(&client, Cause::Content);
    assert!(moving.abs_diff(ms(2000)) < ms(200), "{moving:?}");
    assert!(sum(&client, Cause::Others) > ms(9000));
    // The head of the last answer comes behind the content of the others, which its receiver cannot
    // know; from then on it can.
    let is_head =
        |mark: &&Mark| mark.kind == MarkKind::Headers && mark.direction == Direction::Received;
    for stream in &client.streams {
        let head = stream.marks.iter().find(is_head).unwrap().at;
        let mut behind = stream.spans.iter().filter(|span| span.from >= head);
        assert!(
            behind.all(|span| span.cause != Cause::Peer || span.length() < ms(3)),
            "{:?}",
            stream.spans
        );
    }
    assert!(
        sum(&server, Cause::Socket) > ms(1000),
        "{:?}",
        server.totals()
    );
}
