//! One end that is driven, over a transport of the test's and in its time.

use core::task::{Context, Waker};
use core::time::Duration;
use std::time::Instant;

use testkit::{PREFACE, Seen, Wire};
use tress_session::proto::runtime::{Reader, Staged, Writer};
use tress_session::proto::{Client, Connection, Role, Server};
use tress_session::{Config, Driver, Due, Next, RecvHalf, Request, SendHalf, Session};

use crate::support::session;

/// More writes, and rounds, than there is anything for.
const MANY: usize = 1000;

/// A driver, the two halves, and a time that stands still.
pub(super) struct End<R: Role> {
    pub(super) driver: Driver<R>,
    pub(super) reader: Reader,
    pub(super) writer: Writer,
    pub(super) now: Instant,
}

impl<R: Role> End<R>
where
    Connection<R>: Send,
{
    pub(super) fn new() -> Self {
        Self::with(session(Config::default()))
    }

    pub(super) fn with(session: Session<R>) -> Self {
        Self {
            driver: Driver::new(session).unwrap(),
            reader: Reader::new(),
            writer: Writer::new(),
            now: Instant::now(),
        }
    }

    pub(super) fn session(&self) -> &Session<R> {
        self.driver.session()
    }

    /// Has some octets come.
    pub(super) fn hear(&mut self, octets: &[u8]) {
        let space = self.reader.space().get_mut(..octets.len()).unwrap();
        space.copy_from_slice(octets);
        self.reader.filled(octets.len());
    }

    pub(super) fn offer(&mut self) -> Due {
        self.driver.offer(&mut self.reader, self.now).unwrap()
    }

    /// Stages, and shows what that is.
    pub(super) fn staged(&mut self) -> (Staged, Vec<u8>) {
        let staged = self.driver.stage(&mut self.writer).unwrap();
        let (slices, count) = self.writer.io_slices();
        (
            staged,
            slices
                .iter()
                .take(count)
                .flat_map(|slice| slice.to_vec())
                .collect(),
        )
    }

    pub(super) fn next(&mut self) -> Next {
        self.driver
            .next(&self.reader, &self.writer, self.now)
            .unwrap()
    }

    /// Takes a whole round over a transport that takes all; returns what left, and what comes then.
    pub(super) fn round(&mut self) -> (Vec<u8>, Next) {
        self.offer();
        let mut said = Vec::new();
        for _ in 0..MANY {
            match self.staged() {
                (Staged::Octets, octets) => {
                    self.writer.written(octets.len());
                    said.extend(octets);
                }
                (Staged::Closed, _) => {}
                (Staged::Nothing, _) => return (said, self.next()),
            }
        }
        panic!("there is no end to the output");
    }

    /// Takes rounds while there is more to do at once.
    pub(super) fn rounds(&mut self) -> (Vec<u8>, Next) {
        let mut all = Vec::new();
        for _ in 0..MANY {
            let (said, next) = self.round();
            all.extend(said);
            if next != Next::Again {
                return (all, next);
            }
        }
        panic!("it turns in circles");
    }

    pub(super) fn later(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        self
    }
}

/// A server that has heard the client's preface and settings, and what it said.
pub(super) fn connected() -> (End<Server>, Vec<Seen>) {
    let mut end = End::new();
    end.hear(&(PREFACE, testkit::settings()).octets());
    let (said, next) = end.rounds();
    assert!(matches!(next, Next::Read(Some(_))), "{next:?}");
    (end, testkit::frames(&said))
}

/// Has both ends say and hear all that there is.
pub(super) fn join(client: &mut End<Client>, server: &mut End<Server>) {
    loop {
        let (up, _) = client.rounds();
        server.hear(&up);
        let (down, _) = server.rounds();
        client.hear(&down);
        if up.is_empty() && down.is_empty() {
            return;
        }
    }
}

pub(super) fn post() -> Request {
    Request::post("http", "localhost", "/echo")
}

/// Takes the request that has come.
pub(super) fn accept(end: &End<Server>) -> (RecvHalf<Server>, SendHalf<Server>) {
    let accepted = end.session().accept(0, &mut Vec::new()).unwrap().remove(0);
    (accepted.recv, accepted.send)
}

pub(super) fn cx() -> Context<'static> {
    Context::from_waker(Waker::noop())
}
