//! Who has a turn when, where one connection could go on for ever.

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::io::{self, IoSlice};

use testkit::{Wire, data, headers, settings, settings_ack};
use tokio::io::AsyncWriteExt as _;
use tokio::runtime::Builder;
use tress_async::proto::{self, Connection};
use tress_async::{Client, Config, ReadHalf, WriteHalf};

use crate::by_hand::Flag;
use crate::world::{get, in_time};

/// How many octets of content the peer has sent before anybody looks.
const CONTENT: usize = 4 << 20;

/// How much one poll takes at most, in octets: a batch, and what one more read may bring.
const MOST: u64 = 160 * 1024;

/// The response to the first request.
fn response() -> Vec<u8> {
    let piece = [7; 16_384];
    let mut wire = (settings(), settings_ack(), headers(1).status(200)).octets();
    for _ in 1..CONTENT / piece.len() {
        wire.extend(data(1, piece).octets());
    }
    wire.extend(data(1, piece).end().octets());
    wire
}

/// A connection whose windows hold all of it.
fn connection() -> Connection<proto::Client> {
    let config = Config::default().initial_window(8 << 20).unwrap();
    Connection::new(config)
}

/// A transport that has more until all was read, and takes all.
struct Full(Vec<u8>);

impl ReadHalf for Full {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let rest = &mut self.get_mut().0;
        if rest.is_empty() {
            return Poll::Pending;
        }
        let count = into.len().min(rest.len());
        into[..count].copy_from_slice(&rest[..count]);
        rest.drain(..count);
        Poll::Ready(Ok(count))
    }
}

impl WriteHalf for Full {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(from.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn one_poll_of_a_driver_takes_a_batch_and_has_it_woken_again() {
    let wire = response();
    let all = wire.len() as u64;
    let (client, driver) = Client::new(connection(), Full(wire));
    let mut request = pin!(client.fetch(get("/")));
    let mut idle = Context::from_waker(Waker::noop());
    assert!(request.as_mut().poll(&mut idle).is_pending());
    let (mut driver, mut before) = (pin!(driver), 0);
    while before < all {
        let flag = Flag::new();
        flag.lower();
        let waker = Waker::from(flag.clone());
        assert!(
            driver
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        let received = client.octets().received;
        assert!(received - before <= MOST, "{} at once", received - before);
        assert!(flag.is_set() || received == all, "asleep after {received}");
        before = received;
    }
}

/// The driver is a task of the runtime's, and the reader is the future that the runtime blocks on.
#[test]
fn a_reader_that_is_blocked_on_has_its_turn_after_every_batch() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(in_time(async {
        let (mut peer, ours) = tokio::io::duplex(2 * CONTENT);
        peer.write_all(&response()).await.unwrap();
        let client = Client::spawn(connection(), ours);
        let mut reply = client.fetch(get("/")).await.unwrap();
        let mut taken = 0;
        while let Some(data) = reply.body.data().await.unwrap() {
            let ahead = client.octets().received - taken;
            assert!(ahead <= 2 * MOST, "{ahead} octets wait for the reader");
            taken += data.len() as u64;
        }
        assert_eq!(taken, CONTENT as u64);
    }));
}
