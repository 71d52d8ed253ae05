//! Two sessions and what is between them, which is all that drives them.

use core::task::{Context, Poll, Waker};

use tress_session::proto::runtime::{ReadOperation, WriteOperation, WriteResult};
use tress_session::proto::{Client, Connection, Limits, Role, Server};
use tress_session::{Accepted, Bytes, Config, Error, Opened, Options, Request, Session};

/// A client and a server, each a session, and what was said between them and not heard.
pub(crate) struct Pair {
    pub(crate) client: Session<Client>,
    pub(crate) server: Session<Server>,
}

pub(crate) fn session<R: Role>(config: Config) -> Session<R>
where
    Connection<R>: Send,
{
    Session::new(Box::new(Connection::<R>::new(config)), Options::default())
}

/// Takes all that an end has to say.
pub(crate) fn take<R: Role>(from: &Session<R>) -> Vec<u8> {
    let taken = from.turn(|locked| {
        let mut octets = Vec::new();
        while let WriteOperation::Write(chunks) = locked.machine().next_write_operation() {
            let shown = chunks.as_slices().concat();
            locked.count_sent(shown.len());
            let result = WriteResult::Ok(shown.len());
            locked.machine().report_write_result(result);
            octets.extend(shown);
        }
        locked.park_writer();
        octets
    });
    from.driver().clear();
    taken.unwrap().0
}

/// Has an end hear all of it.
pub(crate) fn give<R: Role>(to: &Session<R>, octets: &[u8]) {
    to.turn(|locked| {
        let mut rest = octets;
        while !rest.is_empty() && locked.machine().next_read_operation() == ReadOperation::Read {
            let count = locked.machine().read(rest);
            locked.count_received(count);
            rest = rest.get(count..).unwrap_or_default();
        }
    })
    .unwrap();
}

impl Pair {
    pub(crate) fn new() -> Self {
        Self::with(Config::default(), Config::default())
    }

    pub(crate) fn with(client: Config, server: Config) -> Self {
        let pair = Self {
            client: session(client),
            server: session(server),
        };
        pair.run();
        pair
    }

    /// Lets both ends say all that they have to say.
    pub(crate) fn run(&self) {
        loop {
            let (up, down) = (take(&self.client), take(&self.server));
            if up.is_empty() && down.is_empty() {
                return;
            }
            give(&self.server, &up);
            give(&self.client, &down);
        }
    }

    /// Hands a request over whose content follows, or not.
    pub(crate) fn ask(&self, content: Option<&'static str>) -> Opened {
        let content = content.map(|content| Bytes::from_static(content.as_bytes()));
        let opened = self.client.request(get(), content).unwrap();
        self.run();
        opened
    }

    /// Takes the request that has come.
    pub(crate) fn accept(&self) -> Accepted {
        let mut cx = Context::from_waker(Waker::noop());
        match self.server.poll_accept(&mut cx) {
            Poll::Ready(Some(accepted)) => accepted.unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

/// The outcome, which is there.
pub(crate) fn ready<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it is not there"),
    }
}

/// The error, which is there.
pub(crate) fn failed<T: core::fmt::Debug>(polled: Poll<Result<T, Error>>) -> Error {
    ready(polled).unwrap_err()
}

pub(crate) fn get() -> Request {
    Request::get("http", "localhost", "/")
}

/// A server that takes so many streams at once.
pub(crate) fn narrow(streams: u32) -> Config {
    let limits = Limits::server().concurrent_streams(streams);
    Config::default().limits(limits).unwrap()
}
