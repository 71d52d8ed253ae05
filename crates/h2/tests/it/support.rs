//! A connection under test, whose other end is written by `testkit` and moves only when a test says so.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::task::Wake;
use core::fmt;
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll, Waker};
use std::io;
use std::sync::{Mutex, MutexGuard};

use http::{Request, Response};
use testkit::{PREFACE, Seen, Wire, settings, settings_ack};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tress_h2::{Error, RecvStream, SendStream, client, server};

/// What is between the two ends.
#[derive(Default)]
struct Between {
    /// On its way to the end under test.
    input: VecDeque<u8>,
    output: Vec<u8>,
    /// What makes frames of the output.
    heard: testkit::Reader,
    is_ended: bool,
    error: Option<io::Error>,
    is_closed: bool,
    /// How many octets are taken yet; all if there is no limit.
    space: Option<usize>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// The transport of the end under test.
#[derive(Clone, Default)]
pub(crate) struct Pipe(Arc<Mutex<Between>>);

impl Pipe {
    fn between(&self) -> MutexGuard<'_, Between> {
        self.0.lock().unwrap()
    }

    /// Sends to the end under test, which has to be polled to hear it.
    pub(crate) fn say(&self, wire: impl Wire) {
        let mut between = self.between();
        between.input.extend(wire.octets());
        let waker = between.reader.take();
        drop(between);
        waker.into_iter().for_each(Waker::wake);
    }

    /// The octets that the end under test has sent since this was asked last.
    pub(crate) fn octets(&self) -> Vec<u8> {
        core::mem::take(&mut self.between().output)
    }

    /// The same as frames, without the preface.
    pub(crate) fn frames(&self) -> Vec<Seen> {
        let between = &mut *self.between();
        let octets = core::mem::take(&mut between.output);
        between.heard.read(&octets)
    }

    /// The same, one line for each.
    pub(crate) fn said(&self) -> Vec<String> {
        self.frames()
            .iter()
            .map(|seen| format!("{seen:?}"))
            .collect()
    }

    pub(crate) fn eof(&self) {
        self.between().is_ended = true;
    }

    pub(crate) fn fail(&self, error: io::Error) {
        self.between().error = Some(error);
    }

    /// Takes so many octets more, and then no more for now.
    pub(crate) fn take_only(&self, octets: usize) {
        self.between().space = Some(octets);
    }

    /// The octets that were not read yet.
    pub(crate) fn left(&self) -> usize {
        self.between().input.len()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.between().is_closed
    }
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pipe")
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut between = self.between();
        while into.remaining() > 0 {
            let Some(octet) = between.input.pop_front() else {
                break;
            };
            into.put_slice(&[octet]);
        }
        if !into.filled().is_empty() || between.is_ended {
            return Poll::Ready(Ok(()));
        }
        if let Some(error) = between.error.take() {
            return Poll::Ready(Err(error));
        }
        between.reader = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut between = self.between();
        let count = between
            .space
            .map_or(octets.len(), |space| space.min(octets.len()));
        if count == 0 {
            between.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        between.space = between.space.map(|space| space - count);
        between.output.extend_from_slice(&octets[..count]);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.between().is_closed = true;
        Poll::Ready(Ok(()))
    }
}

/// A task that waits, and counts how often it was woken.
#[derive(Default)]
pub(crate) struct Task(AtomicUsize);

impl Task {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn woken(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn poll<T>(
        self: &Arc<Self>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))))
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls once, with nobody to be woken.
pub(crate) fn poll<T>(poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    poll(&mut Context::from_waker(Waker::noop()))
}

/// What is ready at once.
pub(crate) fn ready<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it is not ready"),
    }
}

/// Polls a future once.
pub(crate) fn once<F: Future>(future: F) -> Poll<F::Output> {
    let mut future = pin!(future);
    poll(|cx| future.as_mut().poll(cx))
}

pub(crate) type Send = SendStream<bytes::Bytes>;

/// A client under test.
pub(crate) struct Client {
    pub(crate) pipe: Pipe,
    pub(crate) requests: Option<client::SendRequest<bytes::Bytes>>,
    pub(crate) connection: client::Connection<Pipe, bytes::Bytes>,
    pub(crate) task: Arc<Task>,
}

impl Client {
    /// A client whose settings were acknowledged, and which has heard the server's.
    pub(crate) fn new() -> Self {
        Self::with(&client::Builder::new(), (settings(), settings_ack()))
    }

    pub(crate) fn with(builder: &client::Builder, hello: impl Wire) -> Self {
        let pipe = Pipe::default();
        let made = ready(once(builder.handshake(pipe.clone())));
        let (requests, connection) = made.unwrap();
        let mut client = Self {
            pipe,
            requests: Some(requests),
            connection,
            task: Task::new(),
        };
        let _ = client.says(hello);
        client
    }

    /// Drives the connection as far as it goes.
    pub(crate) fn run(&mut self) -> Poll<Result<(), Error>> {
        let connection = &mut self.connection;
        loop {
            let before = self.task.woken();
            let polled = self.task.poll(|cx| Pin::new(&mut *connection).poll(cx));
            if polled.is_ready() || self.task.woken() == before {
                return polled;
            }
        }
    }

    /// The server says something, which the client hears.
    pub(crate) fn says(&mut self, wire: impl Wire) -> Poll<Result<(), Error>> {
        self.pipe.say(wire);
        self.run()
    }

    /// What the client has to say, one line for each frame.
    pub(crate) fn said(&mut self) -> Vec<String> {
        let _ = self.run();
        self.pipe.said()
    }

    pub(crate) fn request(
        &mut self,
        request: Request<()>,
        is_last: bool,
    ) -> Result<(client::ResponseFuture, Send), Error> {
        self.requests
            .as_mut()
            .unwrap()
            .send_request(request, is_last)
    }

    pub(crate) fn get(&mut self) -> (client::ResponseFuture, Send) {
        self.request(get(), true).unwrap()
    }

    pub(crate) fn post(&mut self) -> (client::ResponseFuture, Send) {
        self.request(post(), false).unwrap()
    }
}

/// A client that is set up so, and has heard the server.
pub(crate) fn set_client(set: impl FnOnce(&mut client::Builder)) -> Client {
    let mut builder = client::Builder::new();
    set(&mut builder);
    Client::with(&builder, (settings(), settings_ack()))
}

/// What is granted of the connection's window in these frames.
pub(crate) fn granted_in_all(frames: &[Seen]) -> u32 {
    let of_all = frames.iter().filter(|seen| seen.stream == 0);
    of_all.filter_map(Seen::increment).sum()
}

/// A server under test.
pub(crate) struct Server {
    pub(crate) pipe: Pipe,
    pub(crate) connection: server::Connection<Pipe, bytes::Bytes>,
    pub(crate) task: Arc<Task>,
}

pub(crate) type Asked = (Request<RecvStream>, server::SendResponse<bytes::Bytes>);

impl Server {
    /// A server whose settings were acknowledged, and which has heard the client's.
    pub(crate) fn new() -> Self {
        Self::with(&server::Builder::new(), (settings(), settings_ack()))
    }

    pub(crate) fn with(builder: &server::Builder, hello: impl Wire) -> Self {
        let pipe = Pipe::default();
        let handshake = builder.handshake(pipe.clone());
        pipe.say((*PREFACE, hello));
        let connection = ready(once(handshake)).unwrap();
        let mut server = Self {
            pipe,
            connection,
            task: Task::new(),
        };
        assert!(server.run().is_pending());
        server
    }

    /// Drives the connection as far as it goes, until a request is there or it is closed.
    pub(crate) fn accept(&mut self) -> Poll<Option<Result<Asked, Error>>> {
        loop {
            let before = self.task.woken();
            let polled = self.task.poll(|cx| self.connection.poll_accept(cx));
            if polled.is_ready() || self.task.woken() == before {
                return polled;
            }
        }
    }

    /// Drives the connection as far as it goes, and takes no requests.
    pub(crate) fn run(&mut self) -> Poll<Result<(), Error>> {
        loop {
            let before = self.task.woken();
            let polled = self.task.poll(|cx| self.connection.poll_closed(cx));
            if polled.is_ready() || self.task.woken() == before {
                return polled;
            }
        }
    }

    /// The client says something, which the server hears.
    pub(crate) fn says(&mut self, wire: impl Wire) -> Poll<Result<(), Error>> {
        self.pipe.say(wire);
        self.run()
    }

    /// The client asks something, which the server takes.
    pub(crate) fn asks(&mut self, wire: impl Wire) -> Asked {
        self.pipe.say(wire);
        ready(self.accept()).unwrap().unwrap()
    }

    /// What the server has to say, one line for each frame.
    pub(crate) fn said(&mut self) -> Vec<String> {
        let _ = self.run();
        self.pipe.said()
    }
}

pub(crate) fn get() -> Request<()> {
    Request::get("https://a/").body(()).unwrap()
}

pub(crate) fn post() -> Request<()> {
    Request::post("https://a/").body(()).unwrap()
}

pub(crate) fn ok() -> Response<()> {
    Response::new(())
}

/// All content that is there, and whether it has ended.
pub(crate) fn content(body: &mut RecvStream) -> (Vec<u8>, Option<Result<(), Error>>) {
    let mut content = Vec::new();
    loop {
        match poll(|cx| body.poll_data(cx)) {
            Poll::Ready(Some(Ok(data))) => content.extend_from_slice(&data),
            Poll::Ready(Some(Err(error))) => return (content, Some(Err(error))),
            Poll::Ready(None) => return (content, Some(Ok(()))),
            Poll::Pending => return (content, None),
        }
    }
}
