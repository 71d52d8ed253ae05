//! Traps 19 to 21: whose code runs where, time, and turns.

use alloc::sync::Arc;
use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Poll;
use std::panic::catch_unwind;

use bytes::{Buf, Bytes};
use testkit::{Wire, data, headers, settings, settings_ack};
use tress_h2::{RecvStream, client};

use crate::support::{Client, Pipe, Server, ok, once, post, ready};

/// Content that asks its connection for something while it is read, or dropped, or that panics.
struct Asking {
    requests: client::SendRequest<Self>,
    left: &'static [u8],
    panics: bool,
}

impl Buf for Asking {
    fn remaining(&self) -> usize {
        assert!(!self.panics, "the application's own fault");
        let _ = self.requests.current_max_send_streams();
        self.left.len()
    }

    fn chunk(&self) -> &[u8] {
        self.left
    }

    fn advance(&mut self, count: usize) {
        let _ = self.requests.current_max_send_streams();
        self.left = &self.left[count..];
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let _ = self.requests.clone();
    }
}

#[test]
fn trap_19_content_runs_its_own_code_without_the_lock_and_its_panic_harms_nobody() {
    let pipe = Pipe::default();
    let made = ready(once(
        client::Builder::new().handshake::<_, Asking>(pipe.clone()),
    ));
    let (mut requests, mut connection) = made.unwrap();
    pipe.say((settings(), settings_ack()));
    assert!(once(&mut connection).is_pending());
    let (_response, mut stream) = requests.send_request(post(), false).unwrap();
    let content = |panics| Asking {
        requests: requests.clone(),
        left: b"asks",
        panics,
    };
    let panicked = catch_unwind(AssertUnwindSafe(|| stream.send_data(content(true), false)));
    assert!(panicked.is_err());
    stream.send_data(content(false), true).unwrap();
    assert!(once(&mut connection).is_pending());
    let said = pipe.said();
    assert_eq!(said.last().unwrap(), "DATA stream 1 END_STREAM \"asks\"");
}

/// The memory of content, which releases a handle when the connection drops it.
struct Memory(#[expect(dead_code, reason = "it is dropped")] client::SendRequest<Bytes>);

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        &[7; 4000]
    }
}

#[test]
fn trap_19_content_that_is_dropped_by_the_connection_may_release_handles() {
    let mut client = Client::new();
    client.said();
    let memory = Memory(client.requests.clone().unwrap());
    let (_response, mut stream) = client.post();
    stream.send_data(Bytes::from_owner(memory), true).unwrap();
    assert_eq!(client.said().len(), 2);
    let memory = Memory(client.requests.clone().unwrap());
    let (_response, mut stream) = client.post();
    stream.send_data(Bytes::from_owner(memory), false).unwrap();
    stream.send_reset(tress_h2::Reason::CANCEL);
    assert!(client.run().is_pending());
}

/// The memory of content, which looks at the request that it answers when the connection drops it.
struct Looking(RecvStream, Arc<AtomicBool>);

impl AsRef<[u8]> for Looking {
    fn as_ref(&self) -> &[u8] {
        &[7; 4000]
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.1.store(self.0.is_end_stream(), Ordering::SeqCst);
    }
}

#[test]
fn trap_19_that_a_message_is_whole_is_known_in_the_middle_of_a_turn() {
    let mut server = Server::new();
    let (request, mut respond) = server.asks(headers(1).get("/").end());
    let seen = Arc::new(AtomicBool::new(false));
    let looking = Looking(request.into_body(), Arc::clone(&seen));
    let mut stream = respond.send_response(ok(), false).unwrap();
    stream.send_data(Bytes::from_owner(looking), true).unwrap();
    let said = server.said();
    assert!(said.last().unwrap().starts_with("DATA stream 1 END_STREAM"));
    assert!(seen.load(Ordering::SeqCst));
}

#[test]
fn trap_20_nothing_happens_by_itself_and_time_is_told_at_every_poll() {
    // A budget that no time refills: its last reset ends the connection. One that time refills does not,
    // if the connection is polled, and so told the time, between them. No timer is there to be asked.
    for (pause, is_fine) in [(0, false), (40, true)] {
        let mut builder = tress_h2::server::Builder::new();
        let mut server = Server::with(
            builder.max_concurrent_streams(100),
            (settings(), settings_ack()),
        );
        let malformed = |id| headers(id).get("/").field("connection", "close").end();
        let mut ended = Poll::Pending;
        for number in 0..202 {
            ended = server.says(malformed(2 * number + 1));
            if number >= 199 {
                std::thread::sleep(core::time::Duration::from_millis(pause));
            }
        }
        let ended = matches!(ended, Poll::Ready(_))
            || server.said().iter().any(|said| said.starts_with("GOAWAY"));
        assert_eq!(ended, !is_fine, "{pause} ms");
    }
}

#[test]
fn trap_21_a_poll_gives_way_to_others_and_wakes_itself() {
    let mut builder = tress_h2::server::Builder::new();
    builder
        .initial_window_size(1 << 30)
        .initial_connection_window_size(1 << 30);
    let mut server = Server::with(&builder, (settings(), settings_ack()));
    let (_request, _respond) = server.asks(headers(1).post("/"));
    server.said();
    let flood = data(1, vec![0; 16_384]).octets().repeat(64);
    server.pipe.say(flood);
    let before = server.task.woken();
    let polled = server.task.poll(|cx| server.connection.poll_closed(cx));
    assert!(matches!(polled, Poll::Pending));
    assert_eq!(server.task.woken(), before + 1, "it goes on by itself");
    let left = server.pipe.left();
    assert!(left > 512 * 1024, "{left} octets are left for later polls");
    assert!(server.run().is_pending());
    assert_eq!(server.pipe.left(), 0);
}
