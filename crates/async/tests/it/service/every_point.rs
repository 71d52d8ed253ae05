//! Dropping a request or a service at every point where it waits leaves nothing behind.

use core::future::{pending, poll_fn};
use core::task::Poll;
use core::time::Duration;

use allocation_counter::measure;
use http_body_util::{BodyExt, Empty};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tress_async::http::{Method, Request, Response};
use tress_async::proto::Client as ClientRole;
use tress_async::{Bytes, Client, HttpClient, Incoming, OnTunnel};

use super::BoxError;
use super::serves::{PIECE, Pieces, Serves, serve};
use crate::stage::{Held, Stage, Talk, pause};

fn stage(seed: u64, is_rough: bool, is_ever_ready: bool) -> Stage {
    cut(seed, is_rough, is_ever_ready, usize::MAX)
}

fn cut(seed: u64, is_rough: bool, is_ever_ready: bool, most_octets: usize) -> Stage {
    Stage::cut(seed, is_rough, most_octets, |machine, io, held| {
        serve(machine, io, Serves::new(held, is_ever_ready))
    })
}

fn request<B>(method: Method, path: &str, body: B) -> Request<B> {
    let uri = format!("http://a{path}");
    let builder = Request::builder().method(method).uri(uri);
    builder.body(body).unwrap()
}

fn get(path: &str) -> Request<Empty<Bytes>> {
    request(Method::GET, path, Empty::new())
}

/// Takes a whole response, which has trailers.
async fn take(response: Response<Incoming>, octets: usize) -> Result<(), BoxError> {
    let whole = response.into_body().collect().await?;
    assert!(whole.trailers().is_some());
    assert_eq!(whole.to_bytes().len(), octets);
    Ok(())
}

/// A request without content.
fn getting(client: Client) -> Talk {
    Box::pin(async move {
        let response = HttpClient::new(client).send(get("/")).await?;
        take(response, 3 * PIECE).await
    })
}

/// A request whose content is a stream with trailers, and comes back as it arrives.
fn posting(client: Client, held: Held) -> Talk {
    Box::pin(async move {
        let body = Pieces::new(&held, Some(5));
        let mut client = HttpClient::new(client);
        let response = client.send(request(Method::POST, "/back", body)).await?;
        take(response, 5 * PIECE).await
    })
}

/// A request of which only a part is read.
fn posting_too_much(client: Client, held: Held) -> Talk {
    Box::pin(async move {
        let body = Pieces::new(&held, Some(5));
        let mut client = HttpClient::new(client);
        let response = client.send(request(Method::POST, "/half", body)).await?;
        take(response, 2 * PIECE).await
    })
}

/// More requests than the server takes at once, each of which holds its right to a stream for a
/// while.
fn reserving(client: Client, held: Held) -> Talk {
    let reserve = |mut client: HttpClient, held: Held| -> Talk {
        Box::pin(async move {
            poll_fn(|cx| client.poll_ready(cx)).await?;
            pause().await;
            let body = Pieces::new(&held, Some(1));
            let response = client.send(request(Method::POST, "/back", body)).await?;
            take(response, PIECE).await
        })
    };
    Box::pin(async move {
        let client = HttpClient::new(client);
        let mut talks: Vec<_> = (0..4)
            .map(|_| reserve(client.clone(), Held::clone(&held)))
            .collect();
        poll_fn(|cx| {
            talks.retain_mut(|talk| talk.as_mut().poll(cx).is_pending());
            if talks.is_empty() {
                return Poll::Ready(Ok(()));
            }
            Poll::Pending
        })
        .await
    })
}

/// A request that comes back where it is not sent.
fn trying(client: Client, held: Held) -> Talk {
    Box::pin(async move {
        let body = Pieces::new(&held, Some(2));
        let mut client = HttpClient::new(client);
        let sending = client.try_send(request(Method::POST, "/back", body));
        let response = sending.await.map_err(|mut error| {
            drop(error.take_request());
            error.into_error()
        })?;
        take(response, 2 * PIECE).await
    })
}

async fn expect(client: Client, held: Held, path: &str, octets: usize) -> Result<(), BoxError> {
    let body = Pieces::new(&held, Some(3));
    let mut request = request(Method::POST, path, body);
    let value = "100-continue".parse()?;
    request.headers_mut().insert("expect", value);
    let client = HttpClient::new(client);
    // The stage has none that says 100 by itself in so short a time but a service of tower.
    let limit = Duration::from_millis(if path == "/native" { 1 } else { 60_000 });
    let response = client.expect_limit(limit).send(request).await?;
    take(response, octets).await
}

/// Content that waits to be asked for, and is.
fn being_asked(client: Client, held: Held) -> Talk {
    Box::pin(expect(client, held, "/back", 3 * PIECE))
}

/// Content that is never asked for.
fn being_unasked(client: Client, held: Held) -> Talk {
    Box::pin(expect(client, held, "/unasked", PIECE))
}

/// Content that is sent because the time is over.
fn being_impatient(client: Client, held: Held) -> Talk {
    Box::pin(expect(client, held, "/native", 3 * PIECE))
}

/// A tunnel in the types of `http`.
fn tunneling(client: Client, _: Held) -> Talk {
    Box::pin(async move {
        let builder = Request::builder().method(Method::CONNECT).uri("b:1");
        let request = builder.body(Empty::<Bytes>::new())?;
        let mut response = HttpClient::new(client).send(request).await?;
        let on_tunnel = response.extensions_mut().remove::<OnTunnel<ClientRole>>();
        let mut tunnel = on_tunnel.unwrap().await?;
        tunnel.write_all(&[6; 3 * PIECE]).await?;
        tunnel.shutdown().await?;
        let mut all = Vec::new();
        assert_eq!(tunnel.read_to_end(&mut all).await?, 3 * PIECE);
        Ok(())
    })
}

type Named = (&'static str, fn(Client, Held) -> Talk);

const TALKS: [Named; 7] = [
    ("post", posting),
    ("post too much", posting_too_much),
    ("reserve", reserving),
    ("try", trying),
    ("expect", being_asked),
    ("expect in vain", being_unasked),
    ("tunnel", tunneling),
];

#[test]
fn a_request_dropped_at_any_point_leaves_no_service_and_no_body_behind() {
    for (name, talk) in TALKS {
        let mut stage = stage(1, false, true);
        let held = stage.held();
        let talk = |client| talk(client, Held::clone(&held));
        let points = stage.drop_at_every_point(name, talk, getting);
        assert!(points >= 4, "{name} has {points} points");
        stage.expect_end(name);
        stage.expect_all_ended(name);
    }
}

#[test]
fn content_that_goes_when_the_time_is_over_may_be_dropped_at_any_point() {
    let mut stage = Stage::new(2, false);
    let held = stage.held();
    let talk = |client| being_impatient(client, Held::clone(&held));
    let fetch = |client: Client| -> Talk {
        Box::pin(async move { Ok(client.fetch(crate::world::get("/")).await.map(drop)?) })
    };
    stage.drop_at_every_point("impatience", talk, fetch);
    stage.expect_end("impatience");
}

#[test]
fn what_never_ends_by_itself_ends_with_the_request() {
    let talk = |client, path| async move {
        let response = HttpClient::new(client).send(get(path)).await?;
        take(response, 0).await
    };
    for (path, is_ever_ready) in [("/never", true), ("/silent", true), ("/", false)] {
        let mut stage = stage(3, false, is_ever_ready);
        for steps in 0..40 {
            let future = talk(stage.client(), path);
            assert!(stage.drop_after(steps, future).is_none(), "{path}");
            stage.expect_nothing(&format!("{path} dropped after {steps} steps"));
        }
        stage.expect_end(path);
    }
}

#[test]
fn a_driver_dropped_at_any_point_ends_requests_services_and_bodies() {
    for (name, talk) in TALKS {
        for steps in 0..60 {
            let mut stage = stage(4, false, true);
            let held = stage.held();
            let talk = talk(stage.client(), held);
            let waiting = stage.executor.spawn(async move { drop(talk.await) });
            stage.drop_after(steps, pending::<()>());
            let dropped = [stage.driver, stage.serving][steps % 2];
            stage.executor.cancel(dropped);
            stage.executor.run();
            assert!(stage.executor.is_done(waiting), "{name}, {steps} steps");
            stage.expect_end(name);
            stage.expect_none_held(name);
        }
    }
}

#[test]
fn a_transport_that_takes_no_more_after_any_octet_ends_requests_services_and_bodies() {
    for (name, talk) in TALKS {
        for most in (0..400).step_by(9).chain((400..20_000).step_by(997)) {
            let mut stage = cut(5, false, true, most);
            let held = stage.held();
            let talk = talk(stage.client(), held);
            let waiting = stage.executor.spawn(async move { drop(talk.await) });
            stage.executor.run();
            assert!(stage.executor.is_done(waiting), "{name}, {most} octets");
            stage.expect_end(name);
            stage.expect_none_held(name);
        }
    }
}

#[test]
fn services_are_whole_over_a_transport_that_is_short_late_and_wakes_for_nothing() {
    for seed in 0..6 {
        let mut stage = stage(seed, true, true);
        let held = stage.held();
        for (name, talk) in TALKS {
            let when = format!("{name}, seed {seed}");
            let future = talk(stage.client(), Held::clone(&held));
            stage.finish(future).expect(&when);
            let future = talk(stage.client(), Held::clone(&held));
            drop(stage.drop_after(usize::try_from(seed).unwrap() * 9, future));
            stage.expect_nothing(&when);
        }
        stage.expect_end(&format!("seed {seed}"));
    }
}

#[test]
fn memory_is_the_same_after_any_number_of_dropped_requests() {
    let mut stage = stage(7, false, true);
    let held = stage.held();
    let mut pass = || {
        for (name, talk) in TALKS {
            let talk = |client| talk(client, Held::clone(&held));
            stage.drop_at_every_point(name, talk, getting);
        }
        stage.forget();
    };
    pass();
    pass();
    let grown = measure(&mut pass).bytes_current;
    assert!(grown.abs() < 4096, "{grown} octets more");
}
