//! Sends 100 requests from one thread with one write, and takes the replies in the reverse order;
//! counts the writes: `cargo run --example batch`.

extern crate alloc;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::net::{Shutdown, TcpStream};
use std::thread;

use tress_blocking::proto::Connection;
use tress_blocking::{Client, Config, Error, Request, Response, Server, Socket};

/// A socket that counts what is written to it.
struct Counting(TcpStream, Arc<AtomicUsize>);

impl Socket for Counting {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        Socket::read(&self.0, into)
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Socket::write_vectored(&self.0, from)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.0, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.0, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.0, how)
    }
}

fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0")?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || {
        server.serve_inline(|exchange| {
            let path = exchange.request.path().unwrap_or_default().to_vec();
            exchange.reply(Response::new(200), path)
        })
    });

    let writes = Arc::new(AtomicUsize::new(0));
    let socket = Counting(TcpStream::connect(addr)?, Arc::clone(&writes));
    let client = Client::new(Connection::new(Config::default()), socket)?;
    let client = client.with_timeout(Duration::from_secs(5));
    // What the ends say first is said.
    client.ping()?;
    client.ping()?;

    let before = writes.load(Ordering::Relaxed);
    let batch = client.batch();
    let get = |number| Request::get("http", addr.to_string(), format!("/{number}"));
    let pending: Result<Vec<_>, Error> = (0..100)
        .map(|number| batch.send_whole(get(number), ""))
        .collect();
    batch.flush();
    let count = writes.load(Ordering::Relaxed) - before;
    println!("100 requests left in {count} write(s)");

    for pending in pending?.into_iter().rev() {
        let content = pending.wait()?.body.bytes(100)?;
        print!("{} ", String::from_utf8_lossy(&content));
    }
    println!();
    drop(batch);
    client.close()?;
    handle.shutdown(Duration::from_secs(1));
    serving.join().expect("the server does not panic")
}
