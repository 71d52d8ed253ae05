//! Callbacks that write down what they are told, and machines with them.

use alloc::sync::Arc;
use std::sync::Mutex;

use testkit::{PREFACE, Pair, Peer, Seen, kind, settings, settings_ack};
use tress_handlers::{Bytes, Client, Config, Flushed, Handlers, Reader, Reqd, Request, Server};

/// What was called, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// The lines since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        core::mem::take(&mut *self.0.lock().unwrap())
    }

    /// A flush callback.
    pub(crate) fn flushed(&self) -> impl FnOnce(Flushed) + Send + 'static {
        let log = self.clone();
        move |flushed| log.note(format!("{flushed:?}"))
    }
}

/// Keeps something that a callback got.
#[derive(Debug)]
pub(crate) struct Slot<T>(Arc<Mutex<Vec<T>>>);

impl<T> Slot<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn put(&self, value: T) {
        self.0.lock().unwrap().push(value);
    }

    pub(crate) fn try_take(&self) -> Option<T> {
        self.0.lock().unwrap().pop()
    }

    pub(crate) fn take(&self) -> T {
        self.0.lock().unwrap().pop().expect("a callback put one")
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Reads to the end, and notes the pieces.
pub(crate) fn read_all(reader: &Reader, log: &Log) {
    let (next, end, data) = (reader.clone(), log.clone(), log.clone());
    reader
        .schedule_read(
            move |result| match result {
                Ok(()) => end.note("eof"),
                Err(error) => end.note(format!("cut: {error}")),
            },
            move |piece: Bytes| {
                data.note(format!("data {}", String::from_utf8_lossy(&piece)));
                read_all(&next, &data);
            },
        )
        .expect("one read at a time");
}

/// Handlers that note everything and read all content.
pub(crate) fn handlers(log: &Log) -> Handlers {
    let body = log.clone();
    quiet(log, move |reader| read_all(&reader, &body))
}

/// Handlers that note everything and leave the content to a closure.
pub(crate) fn quiet(log: &Log, body: impl FnOnce(Reader) + Send + 'static) -> Handlers {
    let [response, error, trailers, informational] = [(); 4].map(|()| log.clone());
    Handlers::new(
        move |head, reader| {
            response.note(format!("response {}", head.status()));
            body(reader);
        },
        move |failure| error.note(format!("error: {failure}")),
    )
    .trailers_handler(move |fields| trailers.note(format!("trailers {}", fields.fields().len())))
    .informational_handler(move |head| {
        informational.note(format!("informational {}", head.status()))
    })
}

pub(crate) fn get(path: &str) -> Request {
    Request::get("http", "example.org", path)
}

pub(crate) fn post(path: &str) -> Request {
    Request::post("http", "example.org", path)
}

/// A client whose connection errors are noted.
pub(crate) fn client(log: &Log) -> Client {
    client_with(Config::default(), log)
}

pub(crate) fn client_with(config: Config, log: &Log) -> Client {
    let log = log.clone();
    Client::new(config, move |error| {
        log.note(format!("connection: {error}"))
    })
}

/// A server whose errors are noted, and whose requests go to a slot.
pub(crate) fn server(log: &Log) -> (Server, Slot<Reqd>) {
    let (slot, requests) = (Slot::new(), log.clone());
    let (keep, errors) = (slot.clone(), log.clone());
    let server = Server::new(Config::default(), move |reqd| {
        let path = String::from_utf8_lossy(reqd.request().path().unwrap_or_default()).into_owned();
        requests.note(format!("request {path}"));
        keep.put(reqd);
    });
    let server = server.error_handler(move |request, error, start| {
        let known = if request.is_some() {
            "known"
        } else {
            "unknown"
        };
        let may = if start.is_some() { ", may answer" } else { "" };
        errors.note(format!("error of {known}: {error}{may}"));
    });
    (server, slot)
}

/// A client and a server that are greeted; the client's log, and the server's.
pub(crate) fn pair() -> (Pair<Client, Server>, Slot<Reqd>, Log, Log) {
    let (ours, theirs) = (Log::default(), Log::default());
    let (server, slot) = server(&theirs);
    let mut pair = Pair::new(client(&ours), server);
    pair.run();
    (pair, slot, ours, theirs)
}

/// A client against a script, greeted.
pub(crate) fn scripted_client(log: &Log) -> Peer<Client> {
    scripted(client(log))
}

pub(crate) fn scripted(client: Client) -> Peer<Client> {
    let mut peer = Peer::new(client);
    peer.feed((settings(), settings_ack()));
    peer.sent();
    peer
}

/// A server against a script, greeted.
pub(crate) fn scripted_server(log: &Log) -> (Peer<Server>, Slot<Reqd>) {
    let (server, slot) = server(log);
    let mut peer = Peer::new(server);
    peer.feed((PREFACE.to_vec(), settings(), settings_ack()));
    peer.sent();
    (peer, slot)
}

/// What was sent of one kind.
pub(crate) fn of_kind(frames: &[Seen], kind: u8) -> Vec<&Seen> {
    frames.iter().filter(|frame| frame.kind == kind).collect()
}

/// The codes of the RST_STREAM frames.
pub(crate) fn resets(frames: &[Seen]) -> Vec<(u32, u32)> {
    let resets = of_kind(frames, kind::RST_STREAM).into_iter();
    resets
        .map(|frame| (frame.stream, frame.code().unwrap()))
        .collect()
}
