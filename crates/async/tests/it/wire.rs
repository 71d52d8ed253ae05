//! What is on the wire, and in how many pieces: a peer that writes and reads frames itself.

use alloc::sync::Arc;
use core::pin::Pin;
use std::io::IoSlice;
use std::sync::Mutex;

use testkit::{PREFACE, Reader, Seen, Wire, block, code, data, goaway, headers, kind, ping};
use testkit::{rst_stream, settings, settings_ack, window_update};
use tokio::task::JoinHandle;
use tress_async::proto::{Connection, Limits};
use tress_async::{
    Client, Config, ConnectionError, Error, ErrorCode, ReadHalf, Response, WriteHalf,
    serve_connection,
};

use crate::driver::{LONG, wide};
use crate::pipe::{End, pipe};
use crate::world::{get, in_time};

/// One end of a connection that speaks by itself.
pub(crate) struct Peer {
    end: End,
    reader: Reader,
    seen: Vec<Seen>,
    passed: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(end: End) -> Self {
        Self {
            end,
            reader: Reader::new(),
            seen: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// The kinds of the frames that came before those that were looked for.
    pub(crate) fn passed(&self) -> &[u8] {
        &self.passed
    }

    pub(crate) async fn write(&mut self, wire: impl Wire) {
        let octets = wire.octets();
        let mut rest = &octets[..];
        while !rest.is_empty() {
            let written = core::future::poll_fn(|cx| {
                Pin::new(&mut self.end).poll_write(cx, &[IoSlice::new(rest)])
            });
            rest = &rest[written.await.unwrap()..];
        }
    }

    pub(crate) async fn read(&mut self) -> usize {
        let mut into = [0; 4096];
        let reading = core::future::poll_fn(|cx| Pin::new(&mut self.end).poll_read(cx, &mut into));
        let count = in_time(reading).await.unwrap();
        self.seen.extend(self.reader.read(&into[..count]));
        count
    }

    /// Reads on to the first frame of this kind; returns it.
    pub(crate) async fn read_to(&mut self, kind: u8) -> Seen {
        loop {
            if let Some(index) = self.seen.iter().position(|frame| frame.kind == kind) {
                self.passed
                    .extend(self.seen.drain(..index).map(|frame| frame.kind));
                return self.seen.remove(0);
            }
            assert!(
                self.read().await > 0,
                "the end came before a frame of kind {kind:#x}"
            );
        }
    }

    /// Reads to the end; nothing but acknowledgments comes before it.
    pub(crate) async fn expect_end(&mut self) {
        while self.read().await > 0 {}
        self.seen.retain(|frame| frame.kind != kind::SETTINGS);
        assert!(self.seen.is_empty(), "{:?}", self.seen);
    }
}

/// A connection of a server, the peer of it, and how often it writes.
fn served() -> (Peer, JoinHandle<Result<(), Error>>, impl Fn() -> usize) {
    let (near, far) = pipe();
    let writes = far.writes();
    let serving = serve_connection(Connection::new(Config::default()), far, |exchange| async {
        exchange.reply(Response::new(200), "hello")
    });
    (Peer::new(near), tokio::spawn(serving), writes)
}

/// A client, and the server's end of its connection.
async fn client() -> (Client, Peer) {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    let mut peer = Peer::new(far);
    peer.write((settings(), settings_ack())).await;
    (client, peer)
}

#[tokio::test]
async fn all_answers_to_what_came_together_leave_in_one_write() {
    let (mut peer, serving, writes) = served();
    peer.write((PREFACE, settings(), settings_ack())).await;
    peer.read_to(kind::SETTINGS).await;
    peer.read_to(kind::SETTINGS).await;
    let before = writes();
    let requests: Vec<_> = (0..50)
        .map(|index| headers(2 * index + 1).get("/").end())
        .collect();
    peer.write(requests).await;
    for _ in 0..50 {
        assert_eq!(
            peer.read_to(kind::HEADERS)
                .await
                .field(":status")
                .as_deref(),
            Some("200")
        );
        let content = peer.read_to(kind::DATA).await;
        assert!(content.is_end());
        assert_eq!(content.content(), b"hello");
    }
    assert_eq!(writes() - before, 1);
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_says_what_was_wrong_before_it_closes() {
    let (mut peer, serving, _) = served();
    // A PING on a stream breaks RFC 9113 §6.7.
    peer.write((PREFACE, settings(), ping(*b"12345678").stream(1)))
        .await;
    let last = peer.read_to(kind::GOAWAY).await;
    assert_eq!(last.code(), Some(code::PROTOCOL_ERROR));
    peer.expect_end().await;
    let error = in_time(serving).await.unwrap().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::PROTOCOL_ERROR));
}

#[tokio::test]
async fn a_client_that_is_dropped_says_so_and_closes() {
    let (client, mut peer) = client().await;
    drop(client);
    let last = peer.read_to(kind::GOAWAY).await;
    assert_eq!(last.code(), Some(code::NO_ERROR));
    peer.expect_end().await;
}

#[tokio::test]
async fn what_runs_finishes_after_the_last_handle_is_dropped() {
    let (client, mut peer) = client().await;
    let pending = client.send_whole(get("/"), "").await.unwrap();
    drop(client);
    peer.read_to(kind::GOAWAY).await;
    peer.write((
        headers(1).block(&block().status(200)),
        data(1, "still here").end(),
    ))
    .await;
    let reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "still here");
    peer.expect_end().await;
}

#[tokio::test]
async fn a_peer_that_takes_nothing_any_more_does_not_hold_the_end() {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let driving = tokio::spawn(driver);
    far.stop_reading();
    // The write fails; what the peer may still say is waited for.
    let pending = in_time(client.send_whole(get("/"), "")).await.unwrap();
    tokio::time::sleep(core::time::Duration::from_millis(20)).await;
    assert!(!driving.is_finished());
    drop(pending);
    drop(client);
    let _ = in_time(driving).await.unwrap();
    drop(far);
}

#[tokio::test]
async fn a_dropped_response_is_reset_with_cancel() {
    let (client, mut peer) = client().await;
    let pending = client.send_whole(get("/"), "").await.unwrap();
    peer.read_to(kind::HEADERS).await;
    drop(pending);
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!((reset.stream, reset.code()), (1, Some(code::CANCEL)));
    drop(client);
}

#[tokio::test]
async fn a_connection_that_breaks_fails_its_requests_once_with_the_cause() {
    let (client, mut peer) = client().await;
    let first = client.send_whole(get("/1"), "").await.unwrap();
    let second = client.send_whole(get("/2"), "").await.unwrap();
    peer.read_to(kind::HEADERS).await;
    peer.read_to(kind::HEADERS).await;
    drop(peer);
    for pending in [first, second] {
        let error = in_time(pending).await.unwrap_err();
        let source = core::error::Error::source(&error).unwrap();
        assert!(
            source.downcast_ref::<ConnectionError>().is_some(),
            "{source:?}"
        );
        assert!(!error.is_retryable());
    }
    assert!(client.is_closed());
    assert!(in_time(client.fetch(get("/3"))).await.is_err());
}

#[tokio::test]
async fn a_request_that_the_server_did_not_process_may_be_sent_again() {
    let (client, mut peer) = client().await;
    let pending = client.send_whole(get("/"), "").await.unwrap();
    peer.read_to(kind::HEADERS).await;
    peer.write(goaway(0, code::NO_ERROR)).await;
    let error = in_time(pending).await.unwrap_err();
    assert!(error.is_retryable() && error.is_go_away(), "{error:?}");
}

#[tokio::test]
async fn a_reset_by_the_server_is_the_requests_error_alone() {
    let (client, mut peer) = client().await;
    let first = client.send_whole(get("/1"), "").await.unwrap();
    let second = client.send_whole(get("/2"), "").await.unwrap();
    peer.read_to(kind::HEADERS).await;
    let answer = headers(3).block(&block().status(204)).end();
    peer.write((rst_stream(1, code::REFUSED_STREAM), answer))
        .await;
    let error = in_time(first).await.unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::REFUSED_STREAM));
    assert!(error.is_retryable());
    assert_eq!(in_time(second).await.unwrap().head.status(), 204);
    drop(client);
    while peer.read().await > 0 {}
}

#[tokio::test]
async fn credit_returns_only_when_the_application_takes_content() {
    let (client, mut peer) = client().await;
    let pending = client.send_whole(get("/"), "").await.unwrap();
    peer.read_to(kind::HEADERS).await;
    peer.write(headers(1).block(&block().status(200))).await;
    let window = 256 * 1024;
    let mut left = window;
    while left > 0 {
        let piece = left.min(16_384);
        peer.write(data(1, vec![0; piece])).await;
        left -= piece;
    }
    let mut reply = in_time(pending).await.unwrap();
    // A ping goes there and back behind all that the client would have said.
    peer.write(ping(*b"are you?")).await;
    let before = loop {
        peer.read().await;
        if peer.seen.iter().any(|frame| frame.kind == kind::PING) {
            break core::mem::take(&mut peer.seen);
        }
    };
    let is_credit = |frame: &Seen| frame.kind == kind::WINDOW_UPDATE && frame.stream == 1;
    assert!(!before.iter().any(is_credit));
    let mut taken = 0;
    while taken < window {
        taken += in_time(reply.body.data()).await.unwrap().unwrap().len();
    }
    let mut credit = 0;
    while credit < window / 2 {
        let update = peer.read_to(kind::WINDOW_UPDATE).await;
        if update.stream == 1 {
            credit += update.increment().unwrap() as usize;
        }
    }
    peer.write((data(1, "").end(), window_update(0, 1))).await;
    assert!(in_time(reply.body.data()).await.unwrap().is_none());
    drop(client);
}

/// RFC 9113 §4.2: of a length that we announced.
#[tokio::test]
async fn a_server_and_a_client_take_frames_longer_than_their_buffers() {
    for length in LONG {
        let content = vec![7; length];
        let (near, far) = pipe();
        let serving = serve_connection(Connection::new(wide()), far, |exchange| async {
            let content = exchange.body.bytes(usize::MAX).await?;
            let length = content.len().to_string();
            exchange.responder.reply(Response::new(200), length)
        });
        let serving = tokio::spawn(serving);
        let mut peer = Peer::new(near);
        peer.write((
            (PREFACE, settings(), settings_ack()),
            (headers(1).post("/"), data(1, &content).end()),
        ))
        .await;
        let said = peer.read_to(kind::DATA).await;
        assert_eq!(said.content(), length.to_string().as_bytes());
        drop(peer);
        in_time(serving).await.unwrap().unwrap();

        let (near, far) = pipe();
        let (client, driver) = Client::new(Connection::new(wide()), near);
        tokio::spawn(driver);
        let mut peer = Peer::new(far);
        peer.write((settings(), settings_ack())).await;
        let pending = in_time(client.send_whole(get("/"), "")).await.unwrap();
        peer.read_to(kind::HEADERS).await;
        peer.write((headers(1).status(200), data(1, &content).end()))
            .await;
        let reply = in_time(pending).await.unwrap();
        let taken = in_time(reply.body.bytes(usize::MAX)).await.unwrap();
        assert!(taken == content, "{length}");
    }
}

/// Nothing comes from the peer then: whoever releases one makes the next begin.
#[tokio::test]
async fn a_request_that_waits_begins_when_the_application_releases_another() {
    let limits = Limits::server().concurrent_streams(1);
    let config = Config::default().limits(limits).unwrap();
    let (near, far) = pipe();
    let held = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&held);
    let serving = serve_connection(Connection::new(config), far, move |exchange| {
        let is_first = exchange.request.path() == Some(b"/slow");
        let answered = match is_first {
            true => {
                *keep.lock().unwrap() = Some(exchange);
                Ok(())
            }
            false => exchange.reply(Response::new(204), ""),
        };
        async move { answered }
    });
    let serving = tokio::spawn(serving);
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    let slow = headers(1).get("/slow").end();
    let cancel = rst_stream(1, code::CANCEL);
    peer.write((slow, ping(*b"is there"))).await;
    peer.read_to(kind::PING).await;
    peer.write((cancel, headers(3).get("/").end(), ping(*b"and this")))
        .await;
    peer.read_to(kind::PING).await;
    assert!(peer.seen.is_empty(), "it waits");
    let slow = held.lock().unwrap().take();
    assert!(slow.is_some());
    drop(slow);
    let answer = in_time(peer.read_to(kind::HEADERS)).await;
    assert_eq!(
        (answer.stream, answer.field(":status").as_deref()),
        (3, Some("204"))
    );
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}
