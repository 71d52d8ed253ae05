//! What a script makes a client wait for is what its log names, and for as long: two machines, an engine and a
//! link between them, all in virtual time.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Mutex;

use blocking::proto::runtime::{Runtime, WriteOperation, WriteResult};
use blocking::proto::{
    Bytes, Client, Config, Connection, Event, Part, Request, Response, Server, Side, StreamId,
};
use tress_log::{Cause, HEADER, Recorder, StreamTrace, Trace};

use super::super::{Engine, Watch};
use super::ms;
use crate::fault::Script;
use crate::shaper::{Item, Queue, Stage, Way};

struct World {
    client: Connection<Client>,
    server: Connection<Server>,
    engine: Engine,
    up: Queue,
    down: Queue,
    /// What the server, and the client, could not use yet.
    inboxes: [Vec<u8>; 2],
    now: Duration,
    clock: Arc<AtomicU64>,
    log: Arc<Mutex<Vec<u8>>>,
    /// How much the server answers.
    answer: usize,
    /// When the link has taken something of the client's last.
    taken_at: Duration,
}

impl World {
    /// Both ends have greeted each other through what the script says.
    fn new(script: &str, config: Config, answer: usize) -> Self {
        let script = Script::parse(script).unwrap();
        let [up, down] = script.shaping().shapes().map(Queue::new);
        let log = Arc::new(Mutex::new(HEADER.as_bytes().to_vec()));
        let clock = Arc::new(AtomicU64::new(0));
        let (shared, hand) = (Arc::clone(&log), Arc::clone(&clock));
        let sink = move |chunk: &[u8]| {
            shared.lock().unwrap().extend_from_slice(chunk);
            true
        };
        let time = move || Duration::from_nanos(hand.load(Ordering::Relaxed));
        let mut client = Connection::new(config);
        let recorder = Recorder::new(1, Side::Client, "test", sink, time).gather(0);
        client.observe(Box::new(recorder));
        let mut world = Self {
            client,
            server: Connection::new(Config::default()),
            engine: Engine::new(&Arc::new(script.chooser()), 1, Watch::default()),
            up,
            down,
            inboxes: [Vec::new(), Vec::new()],
            now: Duration::ZERO,
            clock,
            log,
            answer,
            taken_at: Duration::ZERO,
        };
        world.client.ping(*b"distance").unwrap();
        world.run(ms(1000));
        world
    }

    fn ask(&mut self, content: usize) {
        let request = Request::post("http", "test", "/file");
        let id = self.client.request(request).unwrap();
        let mut stream = self.client.stream_mut(id).unwrap();
        if content > 0 {
            stream.send_data(Bytes::from(vec![1; content])).unwrap();
        }
        stream.end().unwrap();
    }

    /// Lets happen what happens within a time.
    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            while self.turn() {}
            let now = self.now;
            let next = [
                self.engine.next(),
                self.up.next_arrival(now),
                self.down.next_arrival(now),
            ];
            let next = next.into_iter().flatten().min().unwrap_or(end);
            let least = Duration::from_micros(50);
            self.now = next.max(now + least).min(now + ms(1)).min(end);
            let nanoseconds = u64::try_from(self.now.as_nanos()).unwrap();
            self.clock.store(nanoseconds, Ordering::Relaxed);
            let items = self.engine.tick(self.now);
            self.carry(items);
        }
    }

    /// One step of everybody; says whether anything moved.
    fn turn(&mut self) -> bool {
        let (now, mut moved) = (self.now, false);
        for way in [Way::Up, Way::Down] {
            let space = match way {
                Way::Up => self.up.space(now),
                Way::Down => self.down.space(now),
            };
            let octets = match way {
                Way::Up => written(&mut self.client, space),
                Way::Down => written(&mut self.server, space),
            };
            if !octets.is_empty() {
                moved = true;
                if way == Way::Up {
                    self.taken_at = now;
                }
                let items = self.engine.take(now, way, &octets);
                self.carry(items);
            }
        }
        while let Some(Item::Octets(octets)) = self.up.pop(now) {
            moved = true;
            offer(&mut self.server, &mut self.inboxes[0], &octets);
        }
        while let Some(Item::Octets(octets)) = self.down.pop(now) {
            moved = true;
            offer(&mut self.client, &mut self.inboxes[1], &octets);
        }
        self.serve();
        self.take();
        moved
    }

    fn carry(&mut self, items: Vec<(Way, Item)>) {
        for (way, item) in items {
            match way {
                Way::Up => self.up.push(self.now, item),
                Way::Down => self.down.push(self.now, item),
            }
        }
    }

    fn serve(&mut self) {
        while self.server.poll_event().is_some() {}
        let ids: Vec<StreamId> = self.server.streams().map(|stream| stream.id()).collect();
        for id in ids {
            let mut stream = self.server.stream_mut(id).unwrap();
            while let Ok(Some(part)) = stream.recv() {
                if matches!(part, Part::End) {
                    stream.respond(Response::new(200)).unwrap();
                    stream.send_data(Bytes::from(vec![7; self.answer])).unwrap();
                    stream.end().unwrap();
                    break;
                }
            }
        }
    }

    fn take(&mut self) {
        while let Some(event) = self.client.poll_event() {
            let (Event::Readable { stream_id } | Event::Finished { stream_id, .. }) = event else {
                continue;
            };
            let Ok(mut stream) = self.client.stream_mut(stream_id) else {
                continue;
            };
            while let Ok(Some(part)) = stream.recv() {
                if matches!(part, Part::End) {
                    break;
                }
            }
        }
    }

    fn streams(&self) -> Vec<StreamTrace> {
        let trace = Trace::read(&self.log.lock().unwrap()).unwrap();
        trace.conversations.into_iter().next().unwrap().streams
    }
}

/// Shows a machine what has come, behind what it could not use yet.
fn offer(machine: &mut impl Runtime, inbox: &mut Vec<u8>, octets: &[u8]) {
    inbox.extend_from_slice(octets);
    loop {
        let consumed = machine.read(inbox);
        inbox.drain(..consumed);
        if consumed == 0 || inbox.is_empty() {
            return;
        }
    }
}

/// What a machine has to write, as much as there is space for.
fn written(machine: &mut impl Runtime, space: usize) -> Vec<u8> {
    if space == 0 {
        return Vec::new();
    }
    let WriteOperation::Write(chunks) = machine.next_write_operation() else {
        return Vec::new();
    };
    let mut octets = chunks.as_slices().concat();
    octets.truncate(space);
    machine.report_write_result(WriteResult::Ok(octets.len()));
    octets
}

fn spent(stream: &StreamTrace, cause: Cause) -> Duration {
    let totals = stream.totals();
    let found = totals.iter().find(|(its, _)| *its == cause);
    found.map(|(_, time)| *time).unwrap_or_default()
}

/// It is this long within a tenth, and all causes sum to the life.
#[track_caller]
fn assert_near(stream: &StreamTrace, cause: Cause, expected: Duration) {
    let found = spent(stream, cause);
    assert!(
        found.abs_diff(expected) <= expected / 10,
        "{cause}: {found:?}, not {expected:?}: {:?}",
        stream.totals()
    );
    let sum: Duration = stream.totals().iter().map(|(_, time)| *time).sum();
    assert_eq!(sum, stream.life());
    assert!(stream.is_closed, "{:?}", stream.totals());
}

#[test]
fn a_window_that_is_shut_for_its_time_is_the_streams_window() {
    let mut world = World::new("window size=0 for=300ms", Config::default(), 100);
    world.ask(30_000);
    world.run(ms(1000));
    assert_near(&world.streams()[0], Cause::StreamWindow, ms(300));
}

#[test]
fn a_connection_window_that_gets_no_credit_is_the_connections_window() {
    // Counted from the beginning of the connection, of which a second is over when the first is asked for.
    let script = "window of=connection size=0 for=1300ms";
    let mut world = World::new(script, Config::default(), 100);
    world.ask(65_535);
    world.ask(20_000);
    world.run(ms(1000));
    let streams = world.streams();
    let waited: Duration = streams
        .iter()
        .map(|its| spent(its, Cause::ConnectionWindow))
        .sum();
    let each = streams
        .iter()
        .filter(|its| spent(its, Cause::ConnectionWindow) > ms(1))
        .count();
    let expected = ms(300) * u32::try_from(each).unwrap();
    assert!(
        each > 0 && waited.abs_diff(expected) <= expected / 10,
        "{waited:?} {each}"
    );
}

#[test]
fn an_answer_that_is_held_is_the_peer_before_its_head_and_in_its_middle() {
    for script in [
        "stall for=300ms",
        "stall after=30000 for=300ms; link rate=10M",
    ] {
        let mut world = World::new(script, Config::default(), 60_000);
        world.ask(0);
        world.run(ms(1000));
        assert_near(&world.streams()[0], Cause::Peer, ms(300));
    }
}

#[test]
fn a_stream_too_many_waits_to_be_opened() {
    let mut world = World::new("streams max=1; stall for=300ms", Config::default(), 100);
    world.ask(0);
    world.ask(0);
    world.run(ms(1500));
    let streams = world.streams();
    assert!(spent(&streams[0], Cause::Opening) < ms(3));
    assert_near(&streams[1], Cause::Opening, ms(300));
    assert_near(&streams[1], Cause::Peer, ms(300));
}

#[test]
fn a_slow_link_is_the_socket_for_who_sends() {
    let script = "link up-rate=100000 buffer=8KiB; window size=1M";
    let mut world = World::new(script, Config::default(), 100);
    let asked_at = world.now;
    world.ask(60_000);
    world.run(ms(2000));
    // What waits on the link, in its buffer, and of a frame in the engine, is out of the socket.
    let expected = world.taken_at - asked_at;
    assert!(expected > ms(300), "{expected:?}");
    assert_near(&world.streams()[0], Cause::Socket, expected);
}

#[test]
fn a_delay_is_the_peer_twice() {
    let mut world = World::new("link delay=150ms", Config::default(), 100);
    world.ask(0);
    world.run(ms(1000));
    assert_near(&world.streams()[0], Cause::Peer, ms(300));
}

#[test]
fn a_window_that_is_small_for_its_delay_is_named_in_a_transfer_through_it() {
    let config = Config::default().initial_window(65_535).unwrap();
    let mut world = World::new("link delay=20ms", config, 655_350);
    world.ask(0);
    world.run(ms(2000));
    let streams = world.streams();
    // The request and the head take one round trip; each of ten windows takes another.
    assert_near(&streams[0], Cause::Peer, ms(40));
    let rest = streams[0].life() - ms(40);
    assert!(rest > ms(150), "{:?}", streams[0].totals());
    assert_near(&streams[0], Cause::StreamWindow, rest);
}
