//! Without tokio, without threads: what is not `Send`, on an executor of ten lines.

use alloc::rc::Rc;
use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use tress_async::proto::Connection;
use tress_async::{Client, Config, Response, serve_connection};

use crate::pipe::pipe;
use crate::world::get;

/// Polls until the future is ready: whatever wakes it is polled with it.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("nothing moves any more");
}

#[test]
fn handlers_need_not_be_send() {
    let (near, far) = pipe();
    let count = Rc::new(Cell::new(0));
    let counter = Rc::clone(&count);
    let serving = serve_connection(Connection::new(Config::default()), far, move |exchange| {
        let counter = Rc::clone(&counter);
        async move {
            counter.set(counter.get() + 1);
            exchange.reply(Response::new(200), counter.get().to_string())
        }
    });
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let talk = async move {
        for expected in ["1", "2", "3"] {
            let reply = client.fetch(get("/")).await.unwrap();
            assert_eq!(reply.body.bytes(10).await.unwrap(), expected);
        }
        client.close().await.unwrap();
    };
    let (mut serving, mut driver, mut talk) = (pin!(serving), pin!(driver), pin!(talk));
    let mut left = [true; 3];
    block_on(poll_fn(|cx| {
        left[0] = left[0] && serving.as_mut().poll(cx).is_pending();
        left[1] = left[1] && driver.as_mut().poll(cx).is_pending();
        left[2] = left[2] && talk.as_mut().poll(cx).is_pending();
        if left == [false; 3] {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
    assert_eq!(count.get(), 3);
}
