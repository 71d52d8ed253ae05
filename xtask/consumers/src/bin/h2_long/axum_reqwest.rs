//! axum, asked by reqwest.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use reqwest::{Body, Client, Version};
use tress_consumers::{Failed, listen};

use crate::Outcome;
use crate::site::{self, Live};

/// A site that is served, and a client that speaks HTTP/2 alone.
pub(crate) async fn site(live: &Live) -> Result<(SocketAddr, Client), Failed> {
    let (listener, address) = listen().await?;
    let router = site::router(live.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((address, Client::builder().http2_prior_knowledge().build()?))
}

/// Content in pieces of a few sizes.
fn pieces(content: &Bytes) -> Body {
    let mut rest = content.clone();
    let mut size = 1000;
    let pieces = std::iter::from_fn(move || {
        size = size * 3 % 100_003;
        let piece = rest.split_to(rest.len().min(size));
        (!piece.is_empty()).then(|| Ok::<_, std::io::Error>(piece))
    });
    Body::wrap_stream(tokio_stream::iter(pieces))
}

pub(crate) async fn bodies_both_ways() -> Outcome {
    let (address, client) = site(&Live::default()).await?;
    let sizes = [
        0,
        1,
        16_383,
        65_535,
        65_536,
        1 << 20,
        (16 << 20) + 7,
        64 << 20,
    ];
    for octets in sizes {
        let content = site::content(octets);
        let request = client.post(format!("http://{address}/echo"));
        let answer = request.body(pieces(&content)).send().await?;
        assert_eq!(answer.version(), Version::HTTP_2);
        let heard = answer.error_for_status()?.bytes().await?;
        assert!(
            heard == content,
            "{} of {octets} octets came back",
            heard.len()
        );
        let answer = client
            .get(format!("http://{address}/octets/{octets}"))
            .send()
            .await?;
        assert!(answer.bytes().await? == content, "{octets}");
    }
    Ok(format!("{} sizes up to 64 MiB", sizes.len()))
}

pub(crate) async fn trailers_both_ways() -> Outcome {
    let (address, client) = site(&Live::default()).await?;
    for octets in [0, 1, 100_000, 1 << 20] {
        let trailers = HeaderMap::from_iter([("x-end".parse()?, octets.to_string().parse()?)]);
        let data = Frame::data(site::content(octets));
        let frames = [
            Ok::<_, std::io::Error>(data),
            Ok(Frame::trailers(trailers.clone())),
        ];
        let body = Body::wrap(StreamBody::new(tokio_stream::iter(frames)));
        let request = client.post(format!("http://{address}/count")).body(body);
        let answer: http::Response<Body> = request.send().await?.into();
        let whole = answer.into_body().collect().await?;
        assert_eq!(whole.trailers(), Some(&trailers));
        assert_eq!(whole.to_bytes(), octets.to_string());
    }
    Ok("4 sizes".to_owned())
}

pub(crate) async fn a_thousand_at_once() -> Outcome {
    let live = Live::default();
    let (address, client) = site(&live).await?;
    // The connection is there before they come.
    client.get(format!("http://{address}/")).send().await?;
    let asked: Vec<_> = (0..1000)
        .map(|_| tokio::spawn(client.get(format!("http://{address}/wait/200")).send()))
        .collect();
    for asked in asked {
        assert_eq!(asked.await??.text().await?, "at last\n");
    }
    assert!(live.most() >= 100, "{} at once", live.most());
    Ok(format!("1000 requests, {} handlers at once", live.most()))
}

pub(crate) async fn canceled_requests() -> Outcome {
    let live = Live::default();
    let (address, client) = site(&live).await?;
    for _ in 0..10 {
        let never: Vec<_> = (0..50)
            .map(|_| {
                let never = client.get(format!("http://{address}/wait/600000"));
                tokio::spawn(never.timeout(Duration::from_millis(50)).send())
            })
            .collect();
        for never in never {
            assert!(never.await?.is_err_and(|error| error.is_timeout()));
        }
        let answer = client.get(format!("http://{address}/")).send().await?;
        assert_eq!(answer.text().await?, "hello\n");
    }
    // An upload that is given up, and a download.
    for _ in 0..50 {
        let endless = tokio_stream::iter(std::iter::repeat_with(|| {
            Ok::<_, std::io::Error>(site::content(10_000))
        }));
        let upload = client
            .post(format!("http://{address}/count"))
            .body(Body::wrap_stream(endless));
        let waited = upload.timeout(Duration::from_millis(20)).send().await;
        assert!(waited.is_err_and(|error| error.is_timeout()));
        let mut download = client
            .get(format!("http://{address}/octets/4000000"))
            .send()
            .await?;
        assert!(download.chunk().await?.is_some());
        drop(download);
    }
    for _ in 0..100 {
        if live.now() == 0 {
            return Ok("600 canceled, no handler is left".to_owned());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(format!("{} handlers are left", live.now()).into())
}

/// RFC 9113 §8.3.1 forbids it, and users say it.
pub(crate) async fn another_host() -> Outcome {
    let (address, client) = site(&Live::default()).await?;
    let request = client.get(format!("http://{address}/host"));
    let answer = request.header("host", "other.example").send().await?;
    assert_eq!(answer.text().await?, "other.example");
    Ok("is sent and passed on".to_owned())
}
