//! A server and a client over a real loopback connection, for each driver.

use std::net::SocketAddr;
use std::thread;

use tress_blocking::{Bytes, Client, Error, Pending, Request, Response, Server};

/// The content that the server answers for the path `/OCTETS`.
fn content(request: &Request) -> Bytes {
    let path = request.path().unwrap_or_default();
    let digits = core::str::from_utf8(path).unwrap_or_default();
    let octets = digits.trim_start_matches('/').parse().unwrap_or(0);
    Bytes::from(vec![b'x'; octets])
}

/// Starts a server on a thread of its own, for as long as the program runs.
pub fn blocking_server() -> Result<SocketAddr, Error> {
    let server = Server::bind("127.0.0.1:0")?;
    let address = server.local_addr();
    thread::spawn(move || {
        server.serve_inline(|exchange| {
            let content = content(&exchange.request);
            exchange.reply(Response::new(200), content)
        })
    });
    Ok(address)
}

/// A client of the blocking driver.
#[derive(Debug)]
pub struct Blocking {
    client: Client,
}

impl Blocking {
    /// Starts a server and connects to it.
    pub fn new() -> Result<Self, Error> {
        let client = Client::connect(blocking_server()?)?;
        Ok(Self { client })
    }

    /// Asks so often, so many at a time, for so many octets; returns the octets received.
    pub fn requests(&self, count: usize, at_a_time: usize, octets: usize) -> Result<usize, Error> {
        let (mut received, mut left) = (0, count);
        while left > 0 {
            let batch = left.min(at_a_time);
            left -= batch;
            let asked: Result<Vec<Pending>, Error> = (0..batch).map(|_| self.ask(octets)).collect();
            for pending in asked? {
                let mut body = pending.wait()?.body;
                while let Some(data) = body.data()? {
                    received += data.len();
                }
            }
        }
        Ok(received)
    }

    fn ask(&self, octets: usize) -> Result<Pending, Error> {
        self.client.send_whole(request(octets), Bytes::new())
    }
}

/// A client of the async driver, on two threads with its server.
#[derive(Debug)]
pub struct Tokio {
    runtime: tokio::runtime::Runtime,
    client: tress_async::Client,
}

impl Tokio {
    /// Starts a server and connects to it.
    pub fn new() -> Result<Self, tress_async::Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let client = runtime.block_on(async {
            let server = tress_async::Server::bind("127.0.0.1:0").await?;
            let address = server.local_addr();
            tokio::spawn(server.serve(|exchange| async move {
                let content = content(&exchange.request);
                exchange.reply(Response::new(200), content)
            }));
            tress_async::Client::connect(address).await
        })?;
        Ok(Self { runtime, client })
    }

    /// Asks so often, so many at a time, for so many octets; returns the octets received.
    pub fn requests(
        &self,
        count: usize,
        at_a_time: usize,
        octets: usize,
    ) -> Result<usize, tress_async::Error> {
        self.runtime.block_on(async {
            let (mut received, mut left) = (0, count);
            while left > 0 {
                let batch = left.min(at_a_time);
                left -= batch;
                let mut asked = Vec::with_capacity(batch);
                for _ in 0..batch {
                    asked.push(
                        self.client
                            .send_whole(request(octets), Bytes::new())
                            .await?,
                    );
                }
                for pending in asked {
                    let mut body = pending.await?.body;
                    while let Some(data) = body.data().await? {
                        received += data.len();
                    }
                }
            }
            Ok(received)
        })
    }
}

fn request(octets: usize) -> Request {
    Request::get("http", "127.0.0.1", format!("/{octets}"))
}

#[cfg(test)]
mod tests {
    use super::{Blocking, Tokio};

    const ASKED: [(usize, usize, usize); 3] = [(10, 1, 0), (250, 100, 100), (3, 3, 300_000)];

    #[test]
    fn every_answer_arrives_whole_on_threads() {
        let blocking = Blocking::new().expect("loopback works");
        for (count, at_a_time, octets) in ASKED {
            let received = blocking.requests(count, at_a_time, octets);
            assert_eq!(received.expect("loopback works"), count * octets);
        }
    }

    #[test]
    fn every_answer_arrives_whole_in_tasks() {
        let tokio = Tokio::new().expect("loopback works");
        for (count, at_a_time, octets) in ASKED {
            let received = tokio.requests(count, at_a_time, octets);
            assert_eq!(received.expect("loopback works"), count * octets);
        }
    }
}
