//! Two machines with an engine between them: no fault but those that are meant to makes one of them break a
//! rule in the eyes of the other, and nothing is left behind.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use blocking::proto::runtime::{Runtime, WriteOperation, WriteResult};
use blocking::proto::{
    Bytes, Client, Config, Connection, Event, Observe, Part, Record, Request, Response, Server,
    StreamId,
};
use tress_testkit::Rng;

use super::super::{Engine, Watch};
use crate::fault::Script;
use crate::shaper::{Item, Stage, Way};

/// What a random script is made of; none of these is a violation.
const STATEMENTS: &[&str] = &[
    "rst after=700 chance=30%",
    "rst of=request after=100 chance=30%",
    "refuse chance=30%",
    "early chance=20%",
    "stall for=300ms chance=50%",
    "stall after=1000 for=50ms",
    "stall of=request for=100ms chance=50%",
    "drip size=300 interval=1ms chance=50%",
    "window size=0 for=100ms",
    "window size=900",
    "window sender=server size=500 chance=50%",
    "window of=connection size=0 for=200ms",
    "window of=connection sender=server size=3000",
    "settings-ack for=100ms",
    "streams max=2",
    "goaway phase=notice stream=5",
];

#[derive(Clone, Default)]
struct Broken(Arc<Mutex<Vec<String>>>);

impl Observe for Broken {
    fn record(&mut self, record: Record<'_>) {
        if matches!(record, Record::Violation { .. } | Record::Limit { .. }) {
            self.0.lock().unwrap().push(format!("{record:?}"));
        }
    }
}

struct World {
    client: Connection<Client>,
    server: Connection<Server>,
    engine: Engine,
    now: Duration,
    broken: Broken,
    /// How many octets came of each answer, and whether it is over.
    answers: BTreeMap<StreamId, (usize, bool)>,
}

impl World {
    fn new(script: &str) -> Self {
        let chooser = Arc::new(Script::parse(script).unwrap().chooser());
        let broken = Broken::default();
        let (mut client, mut server) = (
            Connection::new(Config::default()),
            Connection::new(Config::default()),
        );
        client.observe(Box::new(broken.clone()));
        server.observe(Box::new(broken.clone()));
        Self {
            client,
            server,
            engine: Engine::new(&chooser, 1, Watch::default()),
            now: Duration::ZERO,
            broken,
            answers: BTreeMap::new(),
        }
    }

    fn deliver(&mut self, items: Vec<(Way, Item)>) {
        for (way, item) in items {
            let Item::Octets(octets) = item else { continue };
            let mut rest = &octets[..];
            while !rest.is_empty() {
                let consumed = match way {
                    Way::Up => self.server.read(rest),
                    Way::Down => self.client.read(rest),
                };
                assert!(consumed > 0, "a machine takes what comes");
                rest = &rest[consumed..];
            }
        }
    }

    /// Everything moves until nothing does.
    fn settle(&mut self) {
        loop {
            let up = written(&mut self.client);
            let down = written(&mut self.server);
            if up.is_empty() && down.is_empty() {
                let Some(next) = self.engine.next() else {
                    return;
                };
                self.now = self.now.max(next);
                let items = self.engine.tick(self.now);
                self.deliver(items);
            } else {
                for (way, octets) in [(Way::Up, up), (Way::Down, down)] {
                    let items = self.engine.take(self.now, way, &octets);
                    self.deliver(items);
                }
            }
            self.serve();
            self.take();
        }
    }

    /// The server sends everything back once it has it, and 2,000 octets more.
    fn serve(&mut self) {
        while self.server.poll_event().is_some() {}
        let ids: Vec<StreamId> = self.server.streams().map(|stream| stream.id()).collect();
        for id in ids {
            let mut stream = self.server.stream_mut(id).unwrap();
            loop {
                match stream.recv() {
                    Ok(Some(Part::Head(_))) => stream
                        .respond(Response::new(200).field("x-id", id.to_string()))
                        .unwrap(),
                    Ok(Some(Part::Data(octets))) => {
                        let _ = stream.send_data(octets);
                    }
                    Ok(Some(Part::End)) => {
                        let _ = stream.send_data(Bytes::from(vec![7; 2000]));
                        let _ = stream.end();
                        break;
                    }
                    Ok(Some(_)) => {}
                    Ok(None) | Err(_) => break,
                }
            }
        }
    }

    fn take(&mut self) {
        while let Some(event) = self.client.poll_event() {
            if let Event::Finished { stream_id, .. } = event {
                self.answers.entry(stream_id).or_default().1 = true;
            }
        }
        let ids: Vec<StreamId> = self.client.streams().map(|stream| stream.id()).collect();
        for id in ids {
            let mut stream = self.client.stream_mut(id).unwrap();
            while let Ok(Some(part)) = stream.recv() {
                let answer = self.answers.entry(id).or_default();
                match part {
                    Part::Data(octets) => answer.0 += octets.len(),
                    Part::Head(response) => {
                        let own = id.to_string();
                        let is_its_own = response.status() != 200
                            || response.fields().any(|field| field.value == own.as_bytes());
                        assert!(is_its_own, "a head of another stream");
                    }
                    Part::End => {
                        answer.1 = true;
                        break;
                    }
                    _ => {}
                }
            }
        }
    }
}

fn written(machine: &mut impl Runtime) -> Vec<u8> {
    let WriteOperation::Write(chunks) = machine.next_write_operation() else {
        return Vec::new();
    };
    let octets = chunks.as_slices().concat();
    machine.report_write_result(WriteResult::Ok(octets.len()));
    octets
}

#[test]
fn honest_ends_stay_honest_through_faults() {
    for seed in 0..200 {
        let mut rng = Rng::new(seed);
        let count = rng.range(1..5);
        let picked: Vec<&str> = (0..count).map(|_| *rng.pick(STATEMENTS)).collect();
        let script = format!("seed {seed}; {}", picked.join("; "));
        let mut world = World::new(&script);
        let mut asked = Vec::new();
        for _ in 0..8 {
            let (path, content) = (rng.letters(5), rng.range(0..4) * 700);
            let request = Request::post("http", "test", format!("/{path}"));
            let Ok(id) = world.client.request(request) else {
                // RFC 9113 §6.8: who has been told that the server goes away opens no stream.
                assert!(script.contains("goaway"), "{script}");
                break;
            };
            let mut stream = world.client.stream_mut(id).unwrap();
            if content > 0 {
                stream.send_data(Bytes::from(vec![1; content])).unwrap();
            }
            stream.end().unwrap();
            asked.push((id, content));
            if rng.chance(1, 2) {
                world.settle();
            }
        }
        world.settle();
        let broken = world.broken.0.lock().unwrap().clone();
        assert_eq!(broken, [""; 0], "{script}");
        for (id, content) in asked {
            let (octets, is_over) = world.answers.get(&id).copied().unwrap_or_default();
            assert!(is_over, "{script}: {id}: {octets} octets");
            let may_fail = ["rst", "refuse", "early"]
                .iter()
                .any(|name| script.contains(name));
            assert!(
                may_fail || octets == content + 2000,
                "{script}: {id}: {octets}"
            );
        }
        assert_eq!(
            (world.engine.up.held, world.engine.down.held),
            (0, 0),
            "{script}"
        );
    }
}
