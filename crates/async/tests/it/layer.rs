//! Layers between a connection and its transport.

use core::task::Waker;
use core::time::Duration;
use std::time::Instant;

use tress_async::compat::tokio::TokioTimer;
use tress_async::proto::runtime::{
    Around, Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult,
};
use tress_async::proto::{
    Client as ClientRole, Connection, Observe, Record, Role, Server as ServerRole,
};
use tress_async::{Client, Config, ErrorCode, Machine, Response, serve_connection};

use crate::pipe::pipe;
use crate::world::{bind, get, in_time, post, start};

/// Inverts every octet on its way: what TLS is to a connection, without the secrecy.
struct Inverted<R: Role> {
    inner: Connection<R>,
    plain: Vec<u8>,
    cipher: Vec<u8>,
    /// When it ends the connection.
    deadline: Option<Duration>,
}

impl<R: Role> Inverted<R> {
    fn new() -> Self {
        let inner = Connection::new(Config::default());
        Self {
            inner,
            plain: Vec::new(),
            cipher: Vec::new(),
            deadline: None,
        }
    }

    fn until(self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// Passes on what the connection takes of what was decrypted.
    fn pass(&mut self) {
        loop {
            let consumed = self.inner.read(&self.plain);
            self.plain.drain(..consumed);
            if consumed == 0 || self.plain.is_empty() {
                return;
            }
        }
    }
}

impl<R: Role> Runtime for Inverted<R> {
    fn next_read_operation(&mut self) -> ReadOperation {
        if self.inner.next_read_operation() == ReadOperation::Read && !self.plain.is_empty() {
            self.pass();
        }
        self.inner.next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.plain.extend(input.iter().map(|octet| !octet));
        self.pass();
        input.len()
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.plain.extend(input.iter().map(|octet| !octet));
        self.inner.read_eof(&self.plain);
        input.len()
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.inner.yield_reader(waker);
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        if self.cipher.is_empty() {
            match self.inner.next_write_operation() {
                WriteOperation::Yield => return WriteOperation::Yield,
                WriteOperation::Close(lost) => return WriteOperation::Close(lost),
                WriteOperation::Write(chunks) => {
                    for slice in chunks.as_slices() {
                        self.cipher.extend(slice.iter().map(|octet| !octet));
                    }
                }
            }
            self.inner
                .report_write_result(WriteResult::Ok(self.cipher.len()));
        }
        WriteOperation::Write(core::iter::once(&self.cipher[..]).collect::<Chunks<'_>>())
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(count) => drop(self.cipher.drain(..count)),
            WriteResult::Closed => {
                self.cipher.clear();
                self.inner.report_write_result(WriteResult::Closed);
            }
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.inner.yield_writer(waker);
    }

    fn report_exn(&mut self, exn: Exn) {
        self.inner.report_exn(exn);
    }

    fn shutdown(&mut self) {
        self.inner.shutdown();
    }

    fn is_closed(&self) -> bool {
        self.inner.is_closed() && self.cipher.is_empty()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        let deadline = self.inner.tick(now);
        match self.deadline {
            Some(point) if now >= point => {
                self.inner.abort(ErrorCode::SETTINGS_TIMEOUT);
                deadline
            }
            Some(point) => Some(deadline.map_or(point, |deadline| deadline.min(point))),
            None => deadline,
        }
    }
}

impl<R: Role> Around<Connection<R>> for Inverted<R> {
    fn innermost(&mut self) -> &mut Connection<R> {
        &mut self.inner
    }
}

#[tokio::test]
async fn a_layer_lies_between_the_connection_and_the_transport() {
    let (near, far) = pipe();
    let serving = serve_connection(Inverted::<ServerRole>::new(), far, |exchange| async move {
        let content = exchange.body.bytes(usize::MAX).await?;
        exchange.responder.reply(Response::new(200), content)
    });
    let serving = tokio::spawn(serving);
    let (client, driver) = Client::new(Inverted::<ClientRole>::new(), near);
    tokio::spawn(driver);
    for _ in 0..3 {
        let reply = in_time(client.fetch_with(post("/"), vec![9; 500_000]))
            .await
            .unwrap();
        assert!(in_time(reply.body.bytes(500_000)).await.unwrap() == vec![9; 500_000]);
    }
    in_time(client.close()).await.unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_deadline_of_the_machine_is_kept_while_the_peer_says_nothing() {
    const SOON: Duration = Duration::from_millis(60);
    let (_near, far) = pipe();
    let begin = Instant::now();
    let machine = Inverted::<ServerRole>::new().until(SOON);
    let serving = serve_connection(machine, far, |exchange| async move {
        exchange.reply(Response::new(200), "")
    });
    let error = in_time(serving.with_timer(TokioTimer::new()))
        .await
        .unwrap_err();
    assert!(begin.elapsed() >= SOON);
    assert_eq!(error.reason(), Some(ErrorCode::SETTINGS_TIMEOUT));
}

/// Panics when it sees fields.
struct Panics;

impl Observe for Panics {
    fn record(&mut self, record: Record<'_>) {
        assert!(
            !matches!(record, Record::Fields { .. }),
            "this observer panics, as it should"
        );
    }
}

#[tokio::test]
async fn an_observer_that_panics_ends_its_connection_and_hangs_nobody() {
    let prepare = |stream: tokio::net::TcpStream| {
        let mut connection = Connection::new(Config::default());
        connection.observe(Box::new(Panics));
        let machine: Box<dyn Machine<ServerRole>> = Box::new(connection);
        core::future::ready(Ok((machine, stream)))
    };
    let handler =
        |exchange: tress_async::Exchange| async move { exchange.reply(Response::new(200), "") };
    let world = start(bind().await, |server| server.serve_with(prepare, handler));
    let client = world.client().await;
    assert!(in_time(client.fetch(get("/"))).await.is_err());
    assert!(in_time(client.close()).await.is_err());
    world.stop().await;
}
