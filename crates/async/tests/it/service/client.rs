//! What a client promises as a service.

use core::future::{Future, poll_fn};
use core::task::Poll;
use core::time::Duration;

use http_body::Body as _;
use http_body_util::{BodyExt, Empty};
use tower_service::Service;
use tress_async::http::{Request, Response};
use tress_async::proto::Limits;
use tress_async::{Bytes, Config, Error, ErrorCode, HttpClient, Incoming, ResponseFuture};

use super::{BoxError, all, data, echo, fed, full, pair, pair_with, request, service, trailers};
use crate::world::{eventually, in_time};

fn is_grpc_service<C, B>(_: &C)
where
    C: Service<Request<B>, Response = Response<Incoming>, Error = Error> + Clone + Send + 'static,
    C::Future: Send + 'static,
{
}

#[tokio::test]
async fn a_client_is_a_service_and_its_responses_are_bodies() {
    fn is_body<B: http_body::Body<Data = Bytes, Error = Error> + Send + Sync + 'static>(_: &B) {}
    fn is_send_sync<T: Send + Sync>() {}
    is_send_sync::<HttpClient>();
    let pair = pair(service(echo));
    is_grpc_service::<_, Empty<Bytes>>(&pair.client);
    let mut client = pair.client.clone();
    in_time(poll_fn(|cx| {
        Service::<Request<Empty<Bytes>>>::poll_ready(&mut client, cx)
    }))
    .await
    .unwrap();
    let response: ResponseFuture = client.call(request("GET", "/", Empty::<Bytes>::new()));
    let response = in_time(response).await.unwrap();
    assert_eq!(response.status(), 200);
    is_body(response.body());
    assert!(response.body().is_end_stream());
    drop((client, response));
    pair.stop().await;
}

#[tokio::test]
async fn both_directions_run_at_once_and_keep_their_trailers() {
    let mut pair = pair(service(echo));
    let (feeder, body) = fed();
    let response = in_time(pair.client.send(request("POST", "/", body))).await;
    // The head of the response is here before there is any content.
    let mut incoming = response.unwrap().into_body();
    for piece in ["one", "two", "three"] {
        feeder.send(data(piece)).unwrap();
        let frame = in_time(incoming.frame()).await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
    feeder.send(trailers("grpc-status", "0")).unwrap();
    let frame = in_time(incoming.frame()).await.unwrap().unwrap();
    assert_eq!(frame.into_trailers().unwrap()["grpc-status"], "0");
    assert!(incoming.is_end_stream());
    assert!(in_time(incoming.frame()).await.is_none());
    pair.stop().await;
}

#[tokio::test]
async fn content_is_sent_although_nobody_polls_for_the_response() {
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let mut pair = pair(service(move |request: Request<Incoming>| {
        let told = told.clone();
        async move {
            let (content, _) = all(request.into_body()).await;
            told.send(content.len()).unwrap();
            Ok::<_, BoxError>(Response::new(full("thanks")))
        }
    }));
    in_time(poll_fn(|cx| pair.client.poll_ready(cx)))
        .await
        .unwrap();
    let response = pair
        .client
        .call(request("POST", "/", full(vec![3; 1_000_000])));
    assert_eq!(in_time(heard.recv()).await.unwrap(), 1_000_000);
    let (content, _) = all(in_time(response).await.unwrap().into_body()).await;
    assert_eq!(content, "thanks");
    pair.stop().await;
}

fn two_streams() -> Config {
    let limits = Limits::server().concurrent_streams(2);
    Config::default().limits(limits).unwrap()
}

#[tokio::test]
async fn ready_means_that_no_request_of_the_handle_waits_for_its_stream() {
    let config = two_streams();
    let (open, gate) = tokio::sync::watch::channel(false);
    let pair = pair_with(
        config,
        service(move |_| {
            let mut gate = gate.clone();
            async move {
                gate.wait_for(|open| *open).await?;
                Ok::<_, BoxError>(Response::new(full("done")))
            }
        }),
    );
    // From here on the limit is known.
    in_time(pair.client.client().ping()).await.unwrap();
    let mut clients: Vec<HttpClient> = (0..3).map(|_| pair.client.clone()).collect();
    let is_ready = |client: &mut HttpClient| {
        let mut cx = core::task::Context::from_waker(core::task::Waker::noop());
        client.poll_ready(&mut cx).map(Result::unwrap).is_ready()
    };
    assert!(
        clients.iter_mut().all(is_ready),
        "whoever has asked for nothing"
    );
    let call = |client: &mut HttpClient| client.call(request("GET", "/", full("")));
    let responses: Vec<_> = clients.iter_mut().map(call).collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let ready: Vec<_> = clients.iter_mut().map(is_ready).collect();
    assert_eq!(ready, [true, true, false], "two streams are open");
    let mut third = clients.pop().unwrap();
    let waiting = tokio::spawn(async move { poll_fn(|cx| third.poll_ready(cx)).await });
    open.send(true).unwrap();
    in_time(waiting).await.unwrap().unwrap();
    for response in responses {
        assert_eq!(in_time(response).await.unwrap().status(), 200);
    }
    drop(clients);
    pair.stop().await;
}

#[tokio::test]
async fn a_handle_that_is_ready_and_asks_for_nothing_keeps_nobody_waiting() {
    let config = two_streams();
    let mut pair = pair_with(config, service(echo));
    in_time(pair.client.client().ping()).await.unwrap();
    let mut idle = pair.client.clone();
    in_time(poll_fn(|cx| idle.poll_ready(cx))).await.unwrap();
    // All others share the one that is left.
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let mut client = pair.client.clone();
        tasks.spawn(async move {
            let response = client.send(request("POST", "/", full("x"))).await.unwrap();
            all(response.into_body()).await.0
        });
    }
    while let Some(content) = in_time(tasks.join_next()).await {
        assert_eq!(content.unwrap(), "x");
    }
    let response = in_time(idle.call(request("POST", "/", full("y"))))
        .await
        .unwrap();
    assert_eq!(all(response.into_body()).await.0, "y");
    let last = in_time(pair.client.send(request("POST", "/", full("z"))))
        .await
        .unwrap();
    assert_eq!(all(last.into_body()).await.0, "z");
    drop(idle);
    pair.stop().await;
}

/// Says why its requests' content ended.
fn listener() -> (
    impl Service<Request<Incoming>, Response = Response<super::Fed>, Error = BoxError, Future: Send>
    + Clone
    + Send
    + 'static,
    tokio::sync::mpsc::UnboundedReceiver<Error>,
) {
    let (told, heard) = tokio::sync::mpsc::unbounded_channel();
    let service = service(move |request: Request<Incoming>| {
        let told = told.clone();
        async move {
            let (feeder, body) = fed();
            tokio::spawn(async move {
                let mut incoming = request.into_body();
                while let Some(frame) = incoming.frame().await {
                    if let Err(error) = frame {
                        told.send(error).unwrap();
                        break;
                    }
                }
                drop(feeder);
            });
            Ok::<_, BoxError>(Response::new(body))
        }
    });
    (service, heard)
}

#[tokio::test]
async fn dropping_a_response_or_its_body_cancels_at_once_and_drops_the_content() {
    let (service, mut heard) = listener();
    let mut pair = pair(service);
    for is_answered in [false, true] {
        let (feeder, body) = fed();
        in_time(poll_fn(|cx| pair.client.poll_ready(cx)))
            .await
            .unwrap();
        let response = pair.client.call(request("POST", "/", body));
        if is_answered {
            let response = in_time(response).await.unwrap();
            drop(response);
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(response);
        }
        let error = in_time(heard.recv()).await.unwrap();
        assert_eq!(error.reason(), Some(ErrorCode::CANCEL), "{is_answered}");
        // The driver has dropped the body, which had nothing to say.
        eventually("the body is dropped", || feeder.is_closed()).await;
    }
    pair.stop().await;
}

#[tokio::test]
async fn a_body_that_fails_cancels_its_stream_and_is_the_cause_of_the_error() {
    let (service, mut heard) = listener();
    let mut pair = pair(service);
    let (feeder, body) = fed();
    let response = in_time(pair.client.send(request("POST", "/", body))).await;
    let mut incoming = response.unwrap().into_body();
    feeder.send(data("half of it")).unwrap();
    feeder.send(Err("the disk is gone".into())).unwrap();
    let error = in_time(incoming.frame()).await.unwrap().unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "the content to be sent failed: the disk is gone"
    );
    let source = core::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the disk is gone");
    assert_eq!(error.blame(), tress_async::Blame::Local);
    let seen = in_time(heard.recv()).await.unwrap();
    assert_eq!(seen.reason(), Some(ErrorCode::CANCEL));
    drop(incoming);
    pair.stop().await;
}

#[tokio::test]
async fn a_body_that_panics_costs_its_stream_only() {
    struct Panics;
    impl http_body::Body for Panics {
        type Data = Bytes;
        type Error = BoxError;
        fn poll_frame(
            self: core::pin::Pin<&mut Self>,
            _: &mut core::task::Context<'_>,
        ) -> Poll<Option<Result<super::Frame, BoxError>>> {
            panic!("this body panics, as it should")
        }
    }
    let mut pair = pair(service(echo));
    let sent = pair.client.send(request("POST", "/", Panics));
    let failed = match in_time(sent).await {
        Ok(response) => in_time(response.into_body().collect()).await.unwrap_err(),
        Err(error) => error,
    };
    assert!(failed.is_canceled(), "{failed}");
    let response = in_time(pair.client.send(request("POST", "/", full("fine")))).await;
    assert_eq!(all(response.unwrap().into_body()).await.0, "fine");
    pair.stop().await;
}

#[tokio::test]
async fn a_driver_that_is_dropped_drops_the_content_that_it_was_to_send() {
    let mut pair = pair(service(echo));
    let (feeder, body) = fed();
    let response = in_time(pair.client.send(request("POST", "/", body)))
        .await
        .unwrap();
    // Content that was taken to be sent, and content that was not looked at yet.
    let (late, never) = fed();
    in_time(poll_fn(|cx| pair.client.poll_ready(cx)))
        .await
        .unwrap();
    pair.driver.abort();
    let unanswered = pair.client.call(request("POST", "/", never));
    assert!(in_time(&mut pair.driver).await.unwrap_err().is_cancelled());
    eventually("both are dropped", || {
        feeder.is_closed() && late.is_closed()
    })
    .await;
    assert!(in_time(unanswered).await.is_err());
    assert!(in_time(response.into_body().collect()).await.is_err());
    drop(pair.client);
    let _ = in_time(pair.serving).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_dropped_at_any_point_leaves_nothing_behind() {
    let mut pair = pair_with(two_streams(), service(echo));
    let mut left = Vec::new();
    for polls in 0..12 {
        for _ in 0..3 {
            let (feeder, body) = fed();
            feeder.send(data("some")).unwrap();
            let mut client = pair.client.clone();
            let exchange = async {
                let response = client.send(request("POST", "/", body)).await.unwrap();
                let mut incoming = response.into_body();
                while incoming.frame().await.is_some() {}
            };
            let mut exchange = Box::pin(exchange);
            for _ in 0..polls {
                let polled = poll_fn(|cx| Poll::Ready(exchange.as_mut().poll(cx)));
                assert!(polled.await.is_pending(), "this body never ends");
                tokio::task::yield_now().await;
            }
            drop(exchange);
            left.push(feeder);
        }
    }
    for feeder in left {
        eventually("the body is dropped", || feeder.is_closed()).await;
    }
    // Both streams that the server allows are free again.
    for _ in 0..4 {
        let response = in_time(pair.client.send(request("POST", "/", full("fine")))).await;
        assert_eq!(all(response.unwrap().into_body()).await.0, "fine");
    }
    pair.stop().await;
}
