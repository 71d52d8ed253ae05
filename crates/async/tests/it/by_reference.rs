//! What a transport is given to write: content where it lies, or one piece.

use alloc::sync::Arc;
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::io::{self, IoSlice};
use std::sync::Mutex;

use tress_async::proto::Connection;
use tress_async::{Bytes, Client, Config, ReadHalf, WriteHalf};

use crate::world::post;

/// The address and the length of every piece of every write.
type Writes = Arc<Mutex<Vec<Vec<(usize, usize)>>>>;

/// A transport that takes all, and has nothing to read.
struct Recording {
    is_vectored: bool,
    writes: Writes,
}

impl ReadHalf for Recording {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Pending
    }
}

impl WriteHalf for Recording {
    fn is_write_vectored(&self) -> bool {
        self.is_vectored
    }

    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let place = |slice: &IoSlice<'_>| (slice.as_ptr().addr(), slice.len());
        let pieces = from.iter().map(place).collect();
        self.writes.lock().unwrap().push(pieces);
        Poll::Ready(Ok(from.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What is written for a request with this content.
fn writes(content: &Bytes, is_vectored: bool) -> Vec<Vec<(usize, usize)>> {
    let writes = Writes::default();
    let transport = Recording {
        is_vectored,
        writes: Arc::clone(&writes),
    };
    let (client, driver) = Client::new(Connection::new(Config::default()), transport);
    let (mut idle, mut driver) = (Context::from_waker(Waker::noop()), pin!(driver));
    let mut request = pin!(client.fetch_with(post("/"), content.clone()));
    assert!(request.as_mut().poll(&mut idle).is_pending());
    assert!(driver.as_mut().poll(&mut idle).is_pending());
    writes.lock().unwrap().clone()
}

#[test]
fn content_is_written_from_where_it_lies_by_a_transport_that_writes_several_pieces() {
    let content = Bytes::from(vec![7; 32_768]);
    let writes = writes(&content, true);
    let start = content.as_ptr().addr();
    let pieces = writes.concat();
    for frame in [start, start + 16_384] {
        assert!(pieces.contains(&(frame, 16_384)), "{pieces:?}");
    }
    // The preface, SETTINGS, HEADERS and content leave together.
    assert_eq!(writes.len(), 1);
}

#[test]
fn a_transport_that_writes_one_piece_is_given_one() {
    let content = Bytes::from(vec![7; 32_768]);
    let writes = writes(&content, false);
    assert!(writes.iter().all(|pieces| pieces.len() == 1), "{writes:?}");
    assert!(
        writes
            .concat()
            .iter()
            .map(|(_, length)| length)
            .sum::<usize>()
            > content.len()
    );
}
