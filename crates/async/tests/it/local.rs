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

/// Drives a server, a client and what it is used for, until all three are done.
async fn all(serving: impl Future, driver: impl Future, talk: impl Future) {
    let (mut serving, mut driver, mut talk) = (pin!(serving), pin!(driver), pin!(talk));
    let mut left = [true; 3];
    poll_fn(|cx| {
        left[0] = left[0] && serving.as_mut().poll(cx).is_pending();
        left[1] = left[1] && driver.as_mut().poll(cx).is_pending();
        left[2] = left[2] && talk.as_mut().poll(cx).is_pending();
        if left == [false; 3] {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
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
    block_on(all(serving, driver, talk));
    assert_eq!(count.get(), 3);
}

#[cfg(feature = "tower")]
#[test]
fn services_need_not_be_send() {
    use http_body_util::{BodyExt, Full};
    use tress_async::http::{Request, Response};
    use tress_async::{Bytes, HttpClient, Incoming, serve_service};

    /// Counts its calls, and is one task's alone.
    #[derive(Clone, Default)]
    struct Counts(Rc<Cell<usize>>);

    impl tower_service::Service<Request<Incoming>> for Counts {
        type Response = Response<Full<Bytes>>;
        type Error = core::convert::Infallible;
        type Future = core::pin::Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Incoming>) -> Self::Future {
            let count = Rc::clone(&self.0);
            Box::pin(async move {
                count.set(count.get() + 1);
                Ok(Response::new(Full::from(count.get().to_string())))
            })
        }
    }

    let (near, far) = pipe();
    let service = Counts::default();
    let count = Rc::clone(&service.0);
    let serving = serve_service(Connection::new(Config::default()), far, service);
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let mut client = HttpClient::new(client);
    let talk = async move {
        for expected in ["1", "2", "3"] {
            let request = Request::get("http://localhost/").body(Full::<Bytes>::default());
            let response = client.send(request.unwrap()).await.unwrap();
            let content = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(content, expected);
        }
    };
    block_on(all(serving, driver, talk));
    assert_eq!(count.get(), 3);
}
