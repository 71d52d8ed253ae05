//! Servers and clients of `tress-async`, over transports in memory.
//!
//! Nobody is woken: all is polled in turn, with a waker that does nothing, so that what is counted is
//! what the connections do.

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tress_async::{Client, Error, Exchange, ReadHalf, WriteHalf, serve_connection};
use tress_proto::{Connection, Limits, Response, Server};

use super::messages::{CONTENT, READ, Recording};
use super::tress::{config, requests, response};

/// Gives a recording in reads of 8 KiB, and counts what is written.
struct Replayed<'a> {
    octets: &'a [u8],
    written: &'a mut usize,
}

impl ReadHalf for Replayed<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let count = self.octets.len().min(into.len()).min(READ);
        let (first, rest) = self.octets.split_at(count);
        into[..count].copy_from_slice(first);
        self.octets = rest;
        Poll::Ready(Ok(count))
    }
}

impl WriteHalf for Replayed<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let count = from.iter().map(|slice| slice.len()).sum();
        *self.written += count;
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A handler: it answers at once.
fn answer(response: Response) -> impl FnMut(Exchange) -> std::future::Ready<Result<(), Error>> {
    move |exchange| std::future::ready(exchange.reply(response.clone(), CONTENT.clone()))
}

fn machine() -> Connection<Server> {
    Connection::new(config(Limits::server()))
}

/// Polls a connection until the recording is at its end, and all of it is answered.
fn run(serving: impl Future<Output = Result<(), Error>>) {
    let mut serving = pin!(serving);
    let mut cx = Context::from_waker(Waker::noop());
    while serving.as_mut().poll(&mut cx).is_pending() {}
}

/// Answers a recording; returns the octets written.
pub fn replay(recording: &Recording) -> usize {
    let mut written = 0;
    let io = Replayed {
        octets: &recording.octets,
        written: &mut written,
    };
    run(serve_connection(machine(), io, answer(response())));
    written
}

/// One end of a pipe.
struct End {
    from: Rc<RefCell<Vec<u8>>>,
    to: Rc<RefCell<Vec<u8>>>,
}

fn pipe() -> (End, End) {
    let (up, down) = (Rc::<RefCell<Vec<u8>>>::default(), Rc::default());
    let near = End {
        from: Rc::clone(&down),
        to: Rc::clone(&up),
    };
    (near, End { from: up, to: down })
}

impl ReadHalf for End {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut from = self.from.borrow_mut();
        if from.is_empty() {
            return Poll::Pending;
        }
        let count = from.len().min(into.len());
        into[..count].copy_from_slice(&from[..count]);
        from.drain(..count);
        Poll::Ready(Ok(count))
    }
}

impl WriteHalf for End {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut to = self.to.borrow_mut();
        from.iter().for_each(|slice| to.extend_from_slice(slice));
        Poll::Ready(Ok(from.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// How many requests are under way at once.
const AT_ONCE: usize = 100;

/// Sends requests and takes the responses; returns the octets of content.
fn take_turns(
    count: usize,
    client: &Client,
    ends: [Pin<&mut dyn Future<Output = Result<(), Error>>>; 2],
) -> usize {
    let (requests, mut ends, mut octets) = (requests(), ends, 0);
    let mut cx = Context::from_waker(Waker::noop());
    let mut requests = requests.iter().cycle().take(count).peekable();
    while requests.peek().is_some() {
        let fetch = async |request| {
            let reply = client.fetch(request).await?;
            Ok::<_, Error>(reply.body.bytes(CONTENT.len()).await?.len())
        };
        let batch = requests.by_ref().take(AT_ONCE);
        let mut running: Vec<_> = batch
            .map(|request| Box::pin(fetch(request.clone())))
            .collect();
        while !running.is_empty() {
            running.retain_mut(|fetch| match fetch.as_mut().poll(&mut cx) {
                Poll::Ready(fetched) => {
                    octets += fetched.expect("it is answered");
                    false
                }
                Poll::Pending => true,
            });
            for end in &mut ends {
                assert!(end.as_mut().poll(&mut cx).is_pending());
            }
        }
    }
    octets
}

/// Both ends; returns the octets of content.
pub fn exchange(count: usize) -> usize {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(config(Limits::client())), near);
    let serving = serve_connection(machine(), far, answer(response()));
    take_turns(count, &client, [pin!(driver), pin!(serving)])
}

#[cfg(test)]
mod tests {
    use super::{Recording, exchange, replay};

    #[test]
    fn all_is_answered() {
        let recording = Recording::of(1000);
        let written = replay(&recording);
        assert!((120_000..160_000).contains(&written), "{written}");
        assert_eq!(replay(&recording), written);
        assert_eq!(exchange(250), 25_000);
    }
}
