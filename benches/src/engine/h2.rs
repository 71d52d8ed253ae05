//! The crate `h2` at both ends, in tasks of one thread, or as a server alone.

use core::cell::Cell;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use std::future::poll_fn;
use std::io;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::{RecvStream, SendStream};
use http::header::{CONTENT_LENGTH, DATE, HeaderValue};
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;

use super::messages::{CONTENT, READ, REQUESTS, RESPONSE, Recording};
use super::pipe::CAPACITY;
use super::varied::Varied;
use super::{CONNECTION_WINDOW, STREAM_WINDOW, STREAMS};

/// A transport that hands out a recording, and counts what is written.
pub struct Replay<'a> {
    octets: &'a [u8],
    /// One read is let through: the server has done all it can. It would read on and on otherwise,
    /// and answer last.
    gate: &'a Cell<bool>,
    written: &'a Cell<usize>,
}

impl<'a> Replay<'a> {
    /// Makes a transport whose gate is shut.
    pub fn new(octets: &'a [u8], gate: &'a Cell<bool>, written: &'a Cell<usize>) -> Self {
        Self {
            octets,
            gate,
            written,
        }
    }
}

impl AsyncRead for Replay<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.gate.replace(false) {
            return Poll::Pending;
        }
        let count = self.octets.len().min(READ).min(buffer.remaining());
        let (octets, rest) = self.octets.split_at(count);
        buffer.put_slice(octets);
        self.octets = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replay<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.written.set(self.written.get() + octets.len());
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let octets = slices.iter().map(|slice| slice.len()).sum();
        self.written.set(self.written.get() + octets);
        Poll::Ready(Ok(octets))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The head of every response, ready.
pub fn response() -> Response<()> {
    let [_, fields @ ..] = RESPONSE;
    let head = fields
        .into_iter()
        .fold(Response::builder(), |head, (name, value)| {
            head.header(name, value)
        });
    head.body(()).expect("the fields are right")
}

fn requests() -> Vec<Request<()>> {
    let request = |fields: &[(&'static str, String); 8]| {
        let [method, scheme, authority, path, rest @ ..] = fields;
        let uri = format!("{}://{}{}", scheme.1, authority.1, path.1);
        let head = Request::builder().method(method.1.as_str()).uri(uri);
        let head = rest
            .iter()
            .fold(head, |head, (name, value)| head.header(*name, value));
        head.body(()).expect("the fields are right")
    };
    REQUESTS.iter().map(request).collect()
}

fn builder() -> h2::server::Builder {
    let mut builder = h2::server::Builder::new();
    builder
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(STREAMS);
    builder
}

/// Looks at each field of a request; returns the octets.
fn look(request: &Request<RecvStream>) -> usize {
    let uri = request.uri();
    let control = request.method().as_str().len()
        + uri.scheme_str().map_or(0, str::len)
        + uri
            .authority()
            .map_or(0, |authority| authority.as_str().len())
        + uri.path().len();
    let fields = request.headers().iter();
    let fields = fields.map(|(name, value)| name.as_str().len() + value.len());
    control + fields.sum::<usize>()
}

/// What a server does with its requests, and how it answers them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// It keeps each message until it is whole, and looks at its fields then.
    pub keeps: bool,
    /// The answers differ in their length and their date.
    pub varied: bool,
}

/// Serves a connection to its end, with the usual content, or with as many octets as PUT asks for.
/// Returns the octets of all fields.
pub async fn serve(
    io: impl AsyncRead + AsyncWrite + Unpin,
    response: Response<()>,
    manner: Manner,
) -> Result<usize, h2::Error> {
    let mut connection = builder().handshake::<_, Bytes>(io).await?;
    let (mut seen, mut varied) = (0, Varied::default());
    while let Some(accepted) = connection.accept().await {
        let (mut request, mut respond) = accepted?;
        if manner.keeps {
            let whole = request.body_mut().data().await;
            assert!(whole.is_none(), "no request here has content");
        }
        seen += look(&request);
        let (mut head, mut content) = (response.clone(), CONTENT.clone());
        if manner.varied {
            let (cut, date) = varied.turn();
            content = content.slice(cut..);
            let fields = head.headers_mut();
            fields.insert(CONTENT_LENGTH, content.len().into());
            fields.insert(DATE, HeaderValue::from_static(date));
        }
        let mut stream = respond.send_response(head, false)?;
        if request.method() == http::Method::PUT {
            let octets = request.headers()["octets"].to_str().ok();
            let octets = octets.and_then(|octets| octets.parse().ok());
            tokio::spawn(send_bulk(stream, octets.expect("a number of octets")));
        } else {
            stream.send_data(content, true)?;
        }
    }
    Ok(seen)
}

/// Takes the requests of a connection to its end; answers those that are whole, and holds the others.
pub async fn hold(io: impl AsyncRead + AsyncWrite + Unpin) -> Result<(), h2::Error> {
    let mut connection = builder().handshake::<_, Bytes>(io).await?;
    let mut held = Vec::new();
    while let Some(accepted) = connection.accept().await {
        let (request, mut respond) = accepted?;
        let content = request.into_body();
        if content.is_end_stream() {
            let mut stream = respond.send_response(response(), false)?;
            stream.send_data(CONTENT.clone(), true)?;
        } else {
            held.push((content, respond));
        }
    }
    Ok(())
}

/// Sends so many octets, as far as there is capacity.
async fn send_bulk(mut stream: SendStream<Bytes>, mut left: usize) {
    let piece = Bytes::from(vec![b'x'; CAPACITY]);
    while left > 0 {
        stream.reserve_capacity(CAPACITY.min(left));
        let capacity = poll_fn(|context| stream.poll_capacity(context)).await;
        let capacity = capacity.expect("the stream runs").expect("it is not reset");
        let octets = piece.slice(..capacity.min(CAPACITY).min(left));
        left -= octets.len();
        stream
            .send_data(octets, left == 0)
            .expect("the stream runs");
    }
}

fn runtime() -> Runtime {
    let builder = &mut tokio::runtime::Builder::new_current_thread();
    builder.build().expect("a runtime needs nothing")
}

/// Answers a recording in reads of 8 KiB; returns the octets written.
pub fn replay(runtime: &Runtime, recording: &Recording, manner: Manner) -> usize {
    let (written, seen) = serve_octets(runtime, &recording.octets, manner);
    assert!(seen > recording.requests, "{seen} octets of fields are few");
    written
}

/// Answers what a client said; returns the octets written.
pub fn replay_octets(octets: &[u8], manner: Manner) -> usize {
    serve_octets(&runtime(), octets, manner).0
}

/// The octets written, and those of all fields that came.
fn serve_octets(runtime: &Runtime, octets: &[u8], manner: Manner) -> (usize, usize) {
    let (written, gate) = (Cell::new(0), Cell::new(false));
    let io = Replay::new(octets, &gate, &written);
    let mut serving = pin!(serve(io, response(), manner));
    let served = runtime.block_on(poll_fn(|context| {
        loop {
            match serving.as_mut().poll(context) {
                Poll::Pending => gate.set(true),
                ready => return ready,
            }
        }
    }));
    (written.get(), served.expect("the recording is right"))
}

/// A server for recordings.
pub fn replayer(manner: Manner) -> impl FnMut(&Recording) -> usize {
    let runtime = runtime();
    move |recording| replay(&runtime, recording, manner)
}

/// Two connections that are joined.
#[derive(Debug)]
pub struct Pair {
    runtime: Runtime,
    client: SendRequest<Bytes>,
    requests: Vec<Request<()>>,
    next: usize,
}

impl Pair {
    /// Joins two connections.
    pub fn new(manner: Manner) -> Self {
        let runtime = runtime();
        let client = runtime.block_on(async {
            let (near, far) = tokio::io::duplex(CAPACITY);
            tokio::spawn(serve(far, response(), manner));
            let mut builder = h2::client::Builder::new();
            builder
                .initial_window_size(STREAM_WINDOW)
                .initial_connection_window_size(CONNECTION_WINDOW);
            let (client, connection) = builder.handshake(near).await?;
            tokio::spawn(connection);
            client.ready().await
        });
        Self {
            runtime,
            client: client.expect("both ends agree"),
            requests: requests(),
            next: 0,
        }
    }

    /// Sends requests, so many at a time; returns the octets of content.
    pub fn requests(&mut self, count: usize, at_a_time: usize) -> usize {
        let Self {
            runtime,
            client,
            requests,
            next,
        } = self;
        let done = runtime.block_on(async {
            let (mut octets, mut left) = (0, count);
            let mut sent = Vec::with_capacity(at_a_time);
            while left > 0 {
                let batch = left.min(at_a_time);
                left -= batch;
                for _ in 0..batch {
                    *next += 1;
                    poll_fn(|context| client.poll_ready(context)).await?;
                    let request = requests[*next % requests.len()].clone();
                    sent.push(client.send_request(request, true)?.0);
                }
                for response in sent.drain(..) {
                    octets += take(response.await?.into_body()).await?;
                }
            }
            Ok::<_, h2::Error>(octets)
        });
        done.expect("nothing goes wrong here")
    }

    /// Lets the server answer one request with so many octets; returns the octets of content.
    pub fn bulk(&mut self, octets: usize) -> usize {
        let Self {
            runtime, client, ..
        } = self;
        let request = Request::put("https://www.example.com/").header("octets", octets);
        let request = request.body(()).expect("the fields are right");
        let done = runtime.block_on(async {
            poll_fn(|context| client.poll_ready(context)).await?;
            let response = client.send_request(request, true)?.0;
            take(response.await?.into_body()).await
        });
        done.expect("nothing goes wrong here")
    }
}

/// Takes all content, and returns its credit.
async fn take(mut content: RecvStream) -> Result<usize, h2::Error> {
    let mut octets = 0;
    while let Some(data) = content.data().await {
        let length = data?.len();
        octets += length;
        content.flow_control().release_capacity(length)?;
    }
    Ok(octets)
}
