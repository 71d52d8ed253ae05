//! What a socket is given to write: content where it lies.

use alloc::sync::Arc;
use core::time::Duration;
use std::io::{self, IoSlice, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;

use testkit::{Wire, headers, settings, settings_ack};
use tress_blocking::proto::{Bytes, Connection};
use tress_blocking::{Client, Config, Socket};

use crate::rough::sockets;
use crate::world::post;

/// A socket that notes the address and the length of what it is given.
struct Noting {
    inner: TcpStream,
    pieces: Arc<Mutex<Vec<(usize, usize)>>>,
}

impl Socket for Noting {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        Socket::read(&self.inner, into)
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        let place = |slice: &IoSlice<'_>| (slice.as_ptr().addr(), slice.len());
        self.pieces.lock().unwrap().extend(from.iter().map(place));
        Socket::write_vectored(&self.inner, from)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.inner, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.inner, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.inner, how)
    }
}

#[test]
fn content_is_written_from_where_it_lies() {
    let (near, mut far) = sockets();
    let pieces = Arc::default();
    let noting = Noting {
        inner: near,
        pieces: Arc::clone(&pieces),
    };
    let content = Bytes::from(vec![7; 32_768]);
    let client = Client::new(Connection::new(Config::default()), noting).unwrap();
    let pending = client.send_whole(post("/"), content.clone()).unwrap();
    let answer = (settings(), settings_ack(), headers(1).status(200).end());
    far.write_all(&answer.octets()).unwrap();
    assert_eq!(pending.wait().unwrap().head.status(), 200);
    let start = content.as_ptr().addr();
    let pieces = pieces.lock().unwrap();
    for frame in [start, start + 16_384] {
        assert!(pieces.contains(&(frame, 16_384)), "{pieces:?}");
    }
}
