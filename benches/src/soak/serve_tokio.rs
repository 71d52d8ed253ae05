//! The server on tokio.

use core::time::Duration;
use std::io::stdin;
use std::thread::sleep;

use tokio::runtime::{Builder, Runtime};
use tress_async::{Bytes, Config, Error, Exchange, Response, Server, Trailers};

use super::plan::{PIECE, length};
use super::tally::Tally;

static TALLY: Tally = Tally::new();

/// Serves by this configuration until its input ends; says its counts whenever a line comes.
pub(super) fn serve(config: Config) -> Result<(), String> {
    let runtime = runtime()?;
    let server = runtime.block_on(Server::bind("127.0.0.1:0"));
    let server = server.map_err(|error| error.to_string())?;
    let server = server.config(config);
    let (address, handle) = (server.local_addr(), server.handle());
    let serving = runtime.spawn(server.serve(answer));
    println!("{address}");
    for _ in stdin().lines() {
        // The accept loop is a task, too.
        let tasks = runtime.metrics().num_alive_tasks() - 1;
        println!("{}", TALLY.line(handle.connections(), tasks));
    }
    runtime.block_on(handle.shutdown(Duration::from_secs(5)));
    let served = runtime.block_on(serving);
    let served = served.map_err(|error| error.to_string())?;
    served.map_err(|error| error.to_string())?;
    println!("{}", TALLY.line(handle.connections(), tasks_left(&runtime)));
    Ok(())
}

/// How many tasks there are once those that are at their end have had time to be gone.
pub(super) fn tasks_left(runtime: &Runtime) -> usize {
    for _ in 0..100 {
        if runtime.metrics().num_alive_tasks() == 0 {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    runtime.metrics().num_alive_tasks()
}

pub(super) fn runtime() -> Result<Runtime, String> {
    let mut builder = Builder::new_multi_thread();
    let built = builder.worker_threads(2).enable_all().build();
    built.map_err(|error| error.to_string())
}

async fn answer(exchange: Exchange) -> Result<(), Error> {
    let _running = TALLY.begin();
    match exchange.request.path() {
        Some(b"/upload") => {
            let (mut body, mut count) = (exchange.body, 0);
            while let Some(data) = body.data().await? {
                count += data.len();
            }
            let reply = Response::new(200);
            exchange.responder.reply(reply, count.to_string())
        }
        Some(b"/echo") => {
            let (mut body, responder) = (exchange.body, exchange.responder);
            let mut sending = responder.respond(Response::new(200))?;
            while let Some(data) = body.data().await? {
                sending.send(data).await?;
            }
            sending.finish_with_trailers(body.trailers().unwrap_or_default())
        }
        path => download(length(path), exchange).await,
    }
}

async fn download(mut left: usize, exchange: Exchange) -> Result<(), Error> {
    let piece = Bytes::from(vec![b'x'; PIECE.min(left)]);
    let mut sending = exchange.respond(Response::new(200))?;
    while left > 0 {
        let next = piece.slice(..piece.len().min(left));
        left -= next.len();
        sending.send(next).await?;
    }
    sending.finish_with_trailers(Trailers::new().field("sum", "x"))
}
