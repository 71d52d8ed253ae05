//! The clients on tokio.

use core::net::SocketAddr;
use core::time::Duration;
use std::time::Instant;

use tokio::time::{sleep, timeout};
use tress_async::{Bytes, Client, Error, Request, Trailers};

use super::plan::{
    CONNECTIONS, EXCHANGES, LARGE, LEFT, LIMIT, MODEST, NAP, PIECE, Plan, SLOW, Task, UPLOAD,
    WORKERS, Way,
};
use super::serve_tokio::{runtime, tasks_left};
use super::tally::Tally;

static TALLY: Tally = Tally::new();

/// Loads a server for so long; prints its counts in the end.
pub(super) fn load(address: SocketAddr, seconds: u64, way: Way) -> Result<(), String> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let runtime = runtime()?;
    let all: Vec<_> = (0..CONNECTIONS)
        .map(|number| runtime.spawn(connections(address, number, until, way)))
        .collect();
    for one in all {
        runtime.block_on(one).map_err(|error| error.to_string())??;
    }
    println!("{}", TALLY.line(0, tasks_left(&runtime)));
    Ok(())
}

/// One connection after the other; every second is closed, the others are dropped.
async fn connections(
    address: SocketAddr,
    number: usize,
    until: Instant,
    way: Way,
) -> Result<(), String> {
    let mut round = 0;
    while Instant::now() < until {
        let client = Client::connect(address).await;
        let client = client.map_err(|error| error.to_string())?;
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let plan = Plan::new(1_000_000 * number + 1_000 * round + worker, way);
                tokio::spawn(exchanges(client.clone(), plan, until))
            })
            .collect();
        for worker in workers {
            worker.await.map_err(|error| error.to_string())?;
        }
        if round % 2 == 0 {
            client.close().await.map_err(|error| error.to_string())?;
        }
        round += 1;
    }
    Ok(())
}

async fn exchanges(client: Client, mut plan: Plan, until: Instant) {
    for _ in 0..EXCHANGES {
        if Instant::now() >= until {
            return;
        }
        let task = plan.next();
        let running = TALLY.begin();
        let outcome = match timeout(LIMIT, exchange(&client, task)).await {
            Ok(outcome) => outcome,
            Err(_) => Err("takes too long".to_owned()),
        };
        drop(running);
        TALLY.note(&task, outcome);
    }
}

async fn exchange(client: &Client, task: Task) -> Result<(), String> {
    let outcome = match task {
        Task::Small => download(client, 2, None).await,
        Task::Download => download(client, LARGE, None).await,
        Task::Slow => download(client, SLOW, Some(NAP)).await,
        Task::Modest => download(client, MODEST, None).await,
        Task::Leave => leave(client).await,
        Task::Upload => upload(client).await,
        Task::Echo => echo(client).await,
        Task::CancelDownload => cancel_download(client).await,
        Task::CancelUpload => cancel_upload(client).await,
        Task::Ping => client.ping().await.map(|_| true),
    };
    match outcome {
        Ok(true) => Ok(()),
        Ok(false) => Err("not what was expected".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

async fn download(client: &Client, octets: usize, nap: Option<Duration>) -> Result<bool, Error> {
    let mut body = client.fetch(get(octets)).await?.body;
    let mut count = 0;
    while let Some(data) = body.data().await? {
        count += data.len();
        if let Some(nap) = nap {
            sleep(nap).await;
        }
    }
    Ok(count == octets && body.trailers().is_some())
}

async fn upload(client: &Client) -> Result<bool, Error> {
    let content = Bytes::from(vec![b'y'; UPLOAD]);
    let reply = client.fetch_with(post("/upload"), content).await?;
    Ok(reply.body.bytes(100).await? == UPLOAD.to_string())
}

async fn echo(client: &Client) -> Result<bool, Error> {
    let (mut body, pending) = client.send(post("/echo")).await?;
    let mut reply = pending.await?;
    let mut count = 0;
    for _ in 0..4 {
        body.send(vec![b'z'; PIECE]).await?;
        while count % PIECE != 0 || count == 0 {
            count += reply.body.data().await?.map_or(PIECE, |data| data.len());
        }
        count = 0;
    }
    body.finish_with_trailers(Trailers::new().field("sum", "z"))?;
    while reply.body.data().await?.is_some() {}
    Ok(reply.body.trailers().is_some())
}

/// Drops requests all at once, which gives them up.
async fn leave(client: &Client) -> Result<bool, Error> {
    let mut all = Vec::new();
    for _ in 0..LEFT {
        all.push(client.send_whole(get(MODEST), "").await?);
    }
    drop(all);
    Ok(true)
}

async fn cancel_download(client: &Client) -> Result<bool, Error> {
    let mut reply = client.fetch(get(LARGE)).await?;
    Ok(reply.body.data().await?.is_some())
}

async fn cancel_upload(client: &Client) -> Result<bool, Error> {
    let (mut body, _pending) = client.send(post("/upload")).await?;
    body.send(vec![b'y'; PIECE]).await.map(|()| true)
}

fn get(octets: usize) -> Request {
    Request::get("http", "localhost", format!("/{octets}"))
}

fn post(path: &str) -> Request {
    Request::post("http", "localhost", path)
}
