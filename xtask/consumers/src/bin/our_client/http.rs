//! The client that speaks in the types of `http`.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use tress_async::http::Request;
use tress_async::{Bytes, Client, HttpClient};

use crate::{AT_ONCE, Failure};

type Ask = Request<Empty<Bytes>>;

fn get(place: &str, path: &str) -> Result<Ask, Failure> {
    let uri = format!("http://{place}{path}");
    Ok(Request::get(uri).body(Empty::new())?)
}

pub async fn unread(place: &str, path: &str, count: usize) -> Result<Duration, Failure> {
    let mut client = HttpClient::new(Client::connect(place).await?);
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(client.send(get(place, path)?).await?);
    }
    let begun = Instant::now();
    let reply = client.send(get(place, "/1")?).await?;
    reply.into_body().collect().await?;
    Ok(begun.elapsed())
}

pub async fn resets(place: &str, count: usize) -> Result<usize, Failure> {
    let mut client = HttpClient::new(Client::connect(place).await?);
    let mut failed = 0;
    while failed < count {
        let mut some = Vec::new();
        for _ in 0..AT_ONCE.min(count - failed) {
            let (mut client, request) = (client.clone(), get(place, "/reset")?);
            some.push(tokio::spawn(async move {
                let content = client.send(request).await?.into_body().collect().await?;
                Ok::<_, Failure>(content)
            }));
        }
        for call in some {
            failed += usize::from(call.await?.is_err());
        }
    }
    let reply = client.send(get(place, "/whole")?).await?;
    reply.into_body().collect().await?;
    Ok(failed)
}
