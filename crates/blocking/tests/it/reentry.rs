//! What is asked of a connection from inside it, by an observer or by content that is dropped: an answer
//! or an error, and never a thread that waits for itself.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::io::{self, ErrorKind, IoSlice};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, mpsc};
use std::thread;

use tress_blocking::proto::frame::Frame;
use tress_blocking::proto::{Connection, Observe, Record};
use tress_blocking::{Bytes, Client, Config, Error, Exchange, Response, Socket};

use crate::world::{LIMIT, World, eventually, get, post, serve};

/// What is done next from inside a connection.
type Deed = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

fn act(deed: &Deed) {
    let deed = deed.lock().unwrap().take();
    if let Some(deed) = deed {
        deed();
    }
}

/// Acts when content comes.
struct Watches(Deed);

impl Observe for Watches {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame { frame, .. } = record {
            if matches!(frame, Frame::Data(_)) {
                act(&self.0);
            }
        }
    }
}

/// Content of some length that acts when it is dropped.
struct Acts(Deed, Vec<u8>);

impl AsRef<[u8]> for Acts {
    fn as_ref(&self) -> &[u8] {
        &self.1
    }
}

impl Drop for Acts {
    fn drop(&mut self) {
        act(&self.0);
    }
}

/// A client that acts when content comes.
fn client(world: &World) -> (Client, Deed) {
    let deed = Deed::default();
    let mut machine = Connection::new(Config::default());
    machine.observe(Box::new(Watches(Arc::clone(&deed))));
    let socket = TcpStream::connect(world.addr).unwrap();
    let client = Client::new(machine, socket).unwrap().with_timeout(LIMIT);
    (client, deed)
}

fn world() -> World {
    serve(|exchange| exchange.reply(Response::new(200), "content"))
}

/// Has something done from inside a connection by what comes with a response; returns what came of it.
fn inside<T: Send + 'static>(
    client: &Client,
    deed: &Deed,
    action: impl FnOnce(Client) -> T + Send + 'static,
) -> (Result<Bytes, Error>, T) {
    let (done, is_done) = mpsc::channel();
    let own = client.clone();
    *deed.lock().unwrap() = Some(Box::new(move || done.send(action(own)).unwrap()));
    let reply = client.fetch(get("/"));
    let content = reply.and_then(|reply| reply.body.bytes(100));
    let outcome = is_done.recv_timeout(LIMIT);
    (content, outcome.expect("it ends well, and soon"))
}

#[test]
fn an_observer_may_ask_whether_the_connection_has_ended_and_how_much_went_through() {
    let world = world();
    let (client, deed) = client(&world);
    let (content, (is_closed, octets)) = inside(&client, &deed, |client| {
        (client.is_closed(), client.octets())
    });
    assert_eq!(content.unwrap(), "content");
    assert!(
        !is_closed && octets.sent > 0 && octets.received > 0,
        "{octets:?}"
    );
    client.close().unwrap();
    world.stop();
}

#[test]
fn what_an_observer_would_have_to_wait_for_is_an_error() {
    let world = world();
    let (client, deed) = client(&world);
    let asks: [fn(Client) -> Error; 4] = [
        |client| client.ping().unwrap_err(),
        |client| client.fetch(get("/")).unwrap_err(),
        |client| client.send(post("/")).unwrap_err(),
        |client| client.close().unwrap_err(),
    ];
    for ask in asks {
        let (content, error) = inside(&client, &deed, ask);
        assert!(error.is_reentrant(), "{error:?}");
        if let Err(error) = content {
            // The last of them had the connection go away, which lets what runs finish.
            panic!("{error:?}");
        }
    }
    eventually("it has gone away", || client.is_closed());
    world.stop();
}

#[test]
fn what_an_observer_drops_or_ends_is_done_at_the_end_of_the_turn() {
    let world = world();
    let (client, deed) = client(&world);
    let pending = client.send_whole(get("/"), "").unwrap();
    let (content, ()) = inside(&client, &deed, move |_| drop(pending));
    assert_eq!(content.unwrap(), "content");
    let (content, ()) = inside(&client, &deed, |client| client.abort());
    assert!(content.is_err() || client.is_closed());
    eventually("it has ended", || client.is_closed());
    world.stop();
}

#[test]
fn content_that_is_dropped_within_a_turn_may_ask_and_waits_for_nothing() {
    let world = world();
    let (client, _) = client(&world);
    for octets in [7, 60_000] {
        let (deed, is_done) = asks(&client);
        let content = Bytes::from_owner(Acts(deed, vec![7; octets]));
        let reply = client.fetch_with(post("/"), content).unwrap();
        assert_eq!(reply.body.bytes(100).unwrap(), "content");
        let asked = is_done
            .recv_timeout(LIMIT / 2)
            .expect("it ends well, and soon");
        assert_eq!(asked, (false, Err(ErrorKind::Other)), "{octets}");
    }
    client.close().unwrap();
    world.stop();
}

/// Content of a connection that broke meanwhile is dropped by the thread that writes the last of it,
/// for which others wait.
#[test]
fn content_that_is_dropped_after_a_write_waits_for_nothing() {
    // An answer before the content would end it.
    let world = serve(|exchange| {
        let Exchange {
            body, responder, ..
        } = exchange;
        body.bytes(1 << 20)?;
        responder.reply(Response::new(200), "content")
    });
    let (written, is_written) = mpsc::channel();
    let (go, may_go) = mpsc::channel();
    let stream = TcpStream::connect(world.addr).unwrap();
    let (twin, breaks) = (
        stream.try_clone().unwrap(),
        Arc::new(AtomicBool::new(false)),
    );
    let socket = Gated {
        stream,
        breaks: Arc::clone(&breaks),
        written,
        may_go: Mutex::new(may_go),
    };
    let client = Client::new(Connection::new(Config::default()), socket).unwrap();
    let client = client.with_timeout(LIMIT);
    // The settings are through: the thread that reads has nothing to write any more.
    for _ in 0..2 {
        client.ping().unwrap();
    }
    let (deed, (done, is_done)) = (Deed::default(), mpsc::channel());
    let own = client.clone();
    *deed.lock().unwrap() = Some(Box::new(move || done.send(own.close()).unwrap()));
    let (mut body, _pending) = client.send(post("/")).unwrap();
    let content = Bytes::from_owner(Acts(deed, vec![7; 60_000]));
    // A body that is dropped before all of it is written is canceled.
    let sending = thread::spawn(move || (body.send(content), body));
    is_written.recv_timeout(LIMIT).unwrap();
    breaks.store(true, Ordering::SeqCst);
    twin.shutdown(Shutdown::Read).unwrap();
    eventually("it has noticed", || client.is_closed());
    go.send(()).unwrap();
    let closed = is_done.recv_timeout(LIMIT / 2);
    let error = closed.expect("it ends well, and soon").unwrap_err();
    assert_eq!(io::Error::from(error).kind(), ErrorKind::WouldBlock);
    sending.join().unwrap().0.unwrap();
    world.stop();
}

/// What asks whether the connection is over, and sends a PING; what it heard.
#[expect(clippy::type_complexity, reason = "it is what comes of asking twice")]
fn asks(client: &Client) -> (Deed, mpsc::Receiver<(bool, Result<Duration, ErrorKind>)>) {
    let (deed, (done, is_done)) = (Deed::default(), mpsc::channel());
    let own = client.clone();
    *deed.lock().unwrap() = Some(Box::new(move || {
        let asked = own.ping().map_err(|error| io::Error::from(error).kind());
        done.send((own.is_closed(), asked)).unwrap();
    }));
    (deed, is_done)
}

/// A socket that waits after its first long write.
struct Gated {
    stream: TcpStream,
    /// Reads fail.
    breaks: Arc<AtomicBool>,
    written: mpsc::Sender<()>,
    may_go: Mutex<mpsc::Receiver<()>>,
}

impl Socket for Gated {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let count = Socket::read(&self.stream, into)?;
        match self.breaks.load(Ordering::SeqCst) {
            true => Err(ErrorKind::ConnectionReset.into()),
            false => Ok(count),
        }
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        let octets: usize = from.iter().map(|slice| slice.len()).sum();
        let count = Socket::write_vectored(&self.stream, from)?;
        if octets > 10_000 && self.written.send(()).is_ok() {
            let _ = self.may_go.lock().unwrap().recv_timeout(LIMIT);
        }
        Ok(count)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.stream, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.stream, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.stream, how)
    }
}
