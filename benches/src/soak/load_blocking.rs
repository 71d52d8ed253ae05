//! The clients on threads.

use core::net::SocketAddr;
use core::time::Duration;
use std::thread;
use std::time::Instant;

use tress_blocking::proto::Trailers;
use tress_blocking::{Bytes, Client, Error, Request};

use super::plan::{
    CONNECTIONS, EXCHANGES, LARGE, LEFT, LIMIT, MODEST, NAP, PIECE, Plan, SLOW, Task, UPLOAD,
    WORKERS, Way,
};
use super::tally::{Tally, status};

static TALLY: Tally = Tally::new();

/// Loads a server for so long; prints its counts in the end.
pub(super) fn load(address: SocketAddr, seconds: u64, way: Way) -> Result<(), String> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let all: Vec<_> = (0..CONNECTIONS)
        .map(|number| thread::spawn(move || connections(address, number, until, way)))
        .collect();
    for one in all {
        one.join().map_err(|_| "a client panicked")??;
    }
    // Threads of connections end a little after the connections.
    for _ in 0..100 {
        if status("self", "Threads:") == Some(1) {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    println!("{}", TALLY.line(0, 0));
    Ok(())
}

/// One connection after the other; every second is closed, the others are dropped.
fn connections(address: SocketAddr, number: usize, until: Instant, way: Way) -> Result<(), String> {
    let mut round = 0;
    while Instant::now() < until {
        let client = Client::connect(address).map_err(|error| error.to_string())?;
        let client = client.with_timeout(LIMIT);
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let client = client.clone();
                let plan = Plan::new(1_000_000 * number + 1_000 * round + worker, way);
                thread::spawn(move || exchanges(&client, plan, until))
            })
            .collect();
        for worker in workers {
            worker.join().map_err(|_| "a worker panicked")?;
        }
        if round % 2 == 0 {
            client.close().map_err(|error| error.to_string())?;
        }
        round += 1;
    }
    Ok(())
}

fn exchanges(client: &Client, mut plan: Plan, until: Instant) {
    for _ in 0..EXCHANGES {
        if Instant::now() >= until {
            return;
        }
        let task = plan.next();
        let running = TALLY.begin();
        let outcome = exchange(client, task);
        drop(running);
        TALLY.note(&task, outcome);
    }
}

fn exchange(client: &Client, task: Task) -> Result<(), String> {
    let outcome = match task {
        Task::Small => download(client, 2, None),
        Task::Download => download(client, LARGE, None),
        Task::Slow => download(client, SLOW, Some(NAP)),
        Task::Modest => download(client, MODEST, None),
        Task::Leave => leave(client),
        Task::Upload => upload(client),
        Task::Echo => echo(client),
        Task::CancelDownload => cancel_download(client),
        Task::CancelUpload => cancel_upload(client),
        Task::Ping => client.ping().map(|_| true),
    };
    match outcome {
        Ok(true) => Ok(()),
        Ok(false) => Err("not what was expected".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn download(client: &Client, octets: usize, nap: Option<Duration>) -> Result<bool, Error> {
    let mut body = client.fetch(get(octets))?.body;
    let mut count = 0;
    while let Some(data) = body.data()? {
        count += data.len();
        if let Some(nap) = nap {
            thread::sleep(nap);
        }
    }
    Ok(count == octets && body.trailers().is_some())
}

fn upload(client: &Client) -> Result<bool, Error> {
    let content = Bytes::from(vec![b'y'; UPLOAD]);
    let reply = client.fetch_with(post("/upload"), content)?;
    Ok(reply.body.bytes(100)? == UPLOAD.to_string())
}

fn echo(client: &Client) -> Result<bool, Error> {
    let (mut body, pending) = client.send(post("/echo"))?;
    let mut reply = pending.wait()?;
    let mut count = 0;
    for _ in 0..4 {
        body.send(vec![b'z'; PIECE])?;
        while count % PIECE != 0 || count == 0 {
            count += reply.body.data()?.map_or(PIECE, |data| data.len());
        }
        count = 0;
    }
    body.finish_with_trailers(Trailers::new().field("sum", "z"))?;
    while reply.body.data()?.is_some() {}
    Ok(reply.body.trailers().is_some())
}

/// Drops requests all at once, which gives them up.
fn leave(client: &Client) -> Result<bool, Error> {
    let all: Result<Vec<_>, _> = (0..LEFT)
        .map(|_| client.send_whole(get(MODEST), ""))
        .collect();
    drop(all?);
    Ok(true)
}

fn cancel_download(client: &Client) -> Result<bool, Error> {
    let mut reply = client.fetch(get(LARGE))?;
    Ok(reply.body.data()?.is_some())
}

fn cancel_upload(client: &Client) -> Result<bool, Error> {
    let (mut body, _pending) = client.send(post("/upload"))?;
    body.send(vec![b'y'; PIECE]).map(|()| true)
}

fn get(octets: usize) -> Request {
    Request::get("http", "localhost", format!("/{octets}"))
}

fn post(path: &str) -> Request {
    Request::post("http", "localhost", path)
}
