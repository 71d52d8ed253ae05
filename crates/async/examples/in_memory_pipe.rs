//! A transport of one's own: a pipe in memory, between a client and a server that one thread drives.
//! No socket, no runtime, and no feature of this crate: `cargo run --example in_memory_pipe`.

extern crate alloc;

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::task::Wake;
use core::cell::RefCell;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::io::{self, ErrorKind, IoSlice};
use std::thread::{self, Thread};

use tress_async::proto::Connection;
use tress_async::{
    Client, Config, Error, Exchange, ReadHalf, Request, Response, WriteHalf, serve_connection,
};

/// How many octets one direction holds.
const HOLDS: usize = 16 * 1024;

/// One direction. It belongs to one thread, and so does what runs over it.
#[derive(Default)]
struct Way {
    octets: VecDeque<u8>,
    is_ended: bool,
    /// Who waits for octets, or for their end.
    reader: Option<Waker>,
    /// Who waits for space.
    writer: Option<Waker>,
}

/// One end of the pipe.
struct End {
    input: Rc<RefCell<Way>>,
    output: Rc<RefCell<Way>>,
}

fn pipe() -> (End, End) {
    let (there, back) = (Rc::<RefCell<Way>>::default(), Rc::default());
    let near = End {
        input: Rc::clone(&back),
        output: Rc::clone(&there),
    };
    let far = End {
        input: there,
        output: back,
    };
    (near, far)
}

impl Way {
    /// Takes no more, and gives no more than it holds.
    fn end(&mut self) {
        self.is_ended = true;
        call(&mut self.reader);
        call(&mut self.writer);
    }
}

fn call(waiting: &mut Option<Waker>) {
    if let Some(waker) = waiting.take() {
        waker.wake();
    }
}

impl ReadHalf for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut way = self.input.borrow_mut();
        if way.octets.is_empty() && !way.is_ended {
            way.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let count = into.len().min(way.octets.len());
        for (place, octet) in into.iter_mut().zip(way.octets.drain(..count)) {
            *place = octet;
        }
        call(&mut way.writer);
        Poll::Ready(Ok(count))
    }
}

impl WriteHalf for End {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut way = self.output.borrow_mut();
        if way.is_ended {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let before = way.octets.len();
        if before == HOLDS {
            way.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let octets = from.iter().flat_map(|slice| slice.iter().copied());
        way.octets.extend(octets.take(HOLDS - before));
        call(&mut way.reader);
        Poll::Ready(Ok(way.octets.len() - before))
    }

    /// Has nothing to do: the pipe keeps nothing back.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.output.borrow_mut().end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    /// The other end reads the end, and its writes fail.
    fn drop(&mut self) {
        self.input.borrow_mut().end();
        self.output.borrow_mut().end();
    }
}

/// Wakes a thread.
struct Alarm(Thread);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls a future on this thread, which sleeps while nothing moves.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Alarm(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls three futures until each has ended well, or one has not.
async fn all(futures: [Pin<&mut dyn Future<Output = Result<(), Error>>>; 3]) -> Result<(), Error> {
    let mut running = futures.map(Some);
    poll_fn(|cx| {
        for place in &mut running {
            let polled = place.as_mut().map(|future| future.as_mut().poll(cx));
            match polled {
                Some(Poll::Ready(Ok(()))) => *place = None,
                Some(Poll::Ready(Err(error))) => return Poll::Ready(Err(error)),
                _ => {}
            }
        }
        if running.iter().all(Option::is_none) {
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    })
    .await
}

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        mut body,
        responder,
        ..
    } = exchange;
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data().await? {
        answer.send(data).await?;
    }
    answer.finish()
}

/// Sends more than the pipe, the windows and the buffers hold, and takes it back.
async fn talk(client: Client) -> Result<(), Error> {
    let content = vec![7; 1 << 20];
    let request = Request::post("http", "localhost", "/");
    let reply = client.fetch_with(request, content.clone()).await?;
    println!("{:?}", reply.head);
    let back = reply.body.bytes(content.len()).await?;
    assert_eq!(back, content);
    println!(
        "{} octets went through a pipe of {HOLDS} and back",
        back.len()
    );
    client.close().await
}

fn main() -> Result<(), Error> {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let serving = serve_connection(Connection::new(Config::default()), far, echo);
    block_on(all([pin!(serving), pin!(driver), pin!(talk(client))]))
}
