//! A client and a server in virtual time, over two paths, each with a log.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Mutex;

use testkit::{Driver, Path};
use tress_log::proto::runtime::Runtime;
use tress_log::proto::{
    Bytes, Client, Config, Connection, Event, Part, Request, Response, Role, Server, Side, StreamId,
};
use tress_log::{Conversation, HEADER, Recorder, Trace};

/// How far time goes when nothing happens by itself.
const STEP: Duration = Duration::from_millis(1);

/// A log in memory.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn observe<R: Role>(connection: &mut Connection<R>, side: Side, now: &Arc<AtomicU64>) -> Self {
        let log = Self(Arc::new(Mutex::new(HEADER.as_bytes().to_vec())));
        let (shared, now) = (Arc::clone(&log.0), Arc::clone(now));
        let sink = move |octets: &[u8]| {
            shared.lock().unwrap().extend_from_slice(octets);
            true
        };
        let clock = move || Duration::from_nanos(now.load(Ordering::Relaxed));
        let recorder = Recorder::new(1, side, "test", sink, clock).gather(0);
        connection.observe(Box::new(recorder));
        log
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    /// What it says of its one connection.
    #[track_caller]
    pub(crate) fn conversation(&self) -> Conversation {
        let trace = Trace::read(&self.octets()).unwrap();
        assert_eq!(trace.errors, []);
        trace.conversations.into_iter().next().unwrap()
    }
}

/// Both ends, and what lies between them.
pub(crate) struct World {
    pub(crate) client: Connection<Client>,
    pub(crate) server: Connection<Server>,
    drivers: [Driver; 2],
    up: Path,
    down: Path,
    now: Duration,
    clock: Arc<AtomicU64>,
    pub(crate) logs: [Log; 2],
    /// What the server has to say on a stream, and when: octets, or the end.
    answers: BTreeMap<StreamId, Vec<(Duration, Option<usize>)>>,
    /// When the client begins to take what has come.
    takes_from: Duration,
    pub(crate) plan: Plan,
}

/// How the server answers.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// How long it thinks.
    pub(crate) think: Duration,
    /// The pieces of content, and how long it waits before each.
    pub(crate) pieces: Vec<(Duration, usize)>,
}

impl Plan {
    pub(crate) fn at_once(octets: usize) -> Self {
        Self {
            think: Duration::ZERO,
            pieces: vec![(Duration::ZERO, octets)],
        }
    }
}

impl World {
    pub(crate) fn new(client: Config, server: Config, up: Path, down: Path, plan: Plan) -> Self {
        let clock = Arc::new(AtomicU64::new(0));
        let (mut client, mut server) = (Connection::new(client), Connection::new(server));
        let logs = [
            Log::observe(&mut client, Side::Client, &clock),
            Log::observe(&mut server, Side::Server, &clock),
        ];
        Self {
            client,
            server,
            drivers: [Driver::new(), Driver::new()],
            up,
            down,
            now: Duration::ZERO,
            clock,
            logs,
            answers: BTreeMap::new(),
            takes_from: Duration::ZERO,
            plan,
        }
    }

    /// The client takes nothing before.
    pub(crate) fn take_from(&mut self, time: Duration) {
        self.takes_from = time;
    }

    pub(crate) fn get(&mut self) -> StreamId {
        let id = self
            .client
            .request(Request::get("http", "test", "/file"))
            .unwrap();
        self.client.stream_mut(id).unwrap().end().unwrap();
        id
    }

    /// Lets happen what happens until then.
    pub(crate) fn run(&mut self, until: Duration) {
        while self.now < until {
            while self.turn() {}
            let next = [self.up.next(), self.down.next()]
                .into_iter()
                .flatten()
                .min();
            let next = next.unwrap_or(until).min(self.now + STEP).min(until);
            self.now = next.max(self.now + Duration::from_micros(1));
            let now = u64::try_from(self.now.as_nanos()).unwrap();
            self.clock.store(now, Ordering::Relaxed);
            self.up.advance(self.now);
            self.down.advance(self.now);
        }
    }

    fn turn(&mut self) -> bool {
        let now = self.now;
        let [client, server] = &mut self.drivers;
        let mut moved = client.turn(&mut self.client, &mut self.down, &mut self.up, now);
        moved |= server.turn(&mut self.server, &mut self.up, &mut self.down, now);
        self.take();
        self.hear();
        moved | self.answer()
    }

    /// The client takes what has come, if it takes anything yet.
    fn take(&mut self) {
        while self.client.poll_event().is_some() {}
        let ids: Vec<StreamId> = self.client.streams().map(|stream| stream.id()).collect();
        for id in ids {
            if self.now >= self.takes_from {
                let mut stream = self.client.stream_mut(id).unwrap();
                while let Ok(Some(part)) = stream.recv() {
                    if matches!(part, Part::End) {
                        break;
                    }
                }
            }
        }
    }

    /// The server notes what it is asked.
    fn hear(&mut self) {
        while let Some(event) = self.server.poll_event() {
            if let Event::Opened { stream_id } = event {
                let mut due = self.now + self.plan.think;
                let mut answer = vec![(due, Some(0))];
                for (wait, octets) in &self.plan.pieces {
                    due += *wait;
                    answer.push((due, Some(*octets)));
                }
                answer.push((due, None));
                self.answers.insert(stream_id, answer);
                let mut stream = self.server.stream_mut(stream_id).unwrap();
                while let Ok(Some(part)) = stream.recv() {
                    if matches!(part, Part::End) {
                        break;
                    }
                }
            }
        }
    }

    /// The server says what is due.
    fn answer(&mut self) -> bool {
        let mut moved = false;
        for (id, answer) in &mut self.answers {
            let due = answer.iter().take_while(|(at, _)| *at <= self.now).count();
            for (_, what) in answer.drain(..due) {
                moved = true;
                let mut stream = self.server.stream_mut(*id).unwrap();
                match what {
                    Some(0) => stream.respond(Response::new(200)).unwrap(),
                    Some(octets) => stream.send_data(Bytes::from(vec![7; octets])).unwrap(),
                    None => stream.end().unwrap(),
                }
            }
        }
        moved
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.client.shutdown();
        self.server.shutdown();
    }
}
