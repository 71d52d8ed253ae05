//! The server on threads.

use core::time::Duration;
use std::io::stdin;
use std::thread;

use tress_blocking::proto::Trailers;
use tress_blocking::{Bytes, Config, Error, Exchange, Response, Server};

use super::plan::{PIECE, length};
use super::tally::Tally;

static TALLY: Tally = Tally::new();

/// Serves by this configuration until its input ends; says its counts whenever a line comes.
pub(super) fn serve(config: Config) -> Result<(), String> {
    let server = Server::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let server = server.config(config);
    let (address, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || server.serve(answer));
    println!("{address}");
    for _ in stdin().lines() {
        println!("{}", TALLY.line(handle.connections(), 0));
    }
    handle.shutdown(Duration::from_secs(5));
    let served = serving.join().map_err(|_| "the server panicked")?;
    served.map_err(|error| error.to_string())?;
    println!("{}", TALLY.line(handle.connections(), 0));
    Ok(())
}

fn answer(exchange: Exchange) -> Result<(), Error> {
    let _running = TALLY.begin();
    match exchange.request.path() {
        Some(b"/upload") => {
            let (mut body, mut count) = (exchange.body, 0);
            while let Some(data) = body.data()? {
                count += data.len();
            }
            let reply = Response::new(200);
            exchange.responder.reply(reply, count.to_string())
        }
        Some(b"/echo") => {
            let (mut body, responder) = (exchange.body, exchange.responder);
            let mut sending = responder.respond(Response::new(200))?;
            while let Some(data) = body.data()? {
                sending.send(data)?;
            }
            sending.finish_with_trailers(body.trailers().unwrap_or_default())
        }
        path => download(length(path), exchange),
    }
}

fn download(mut left: usize, exchange: Exchange) -> Result<(), Error> {
    let piece = Bytes::from(vec![b'x'; PIECE.min(left)]);
    let mut sending = exchange.respond(Response::new(200))?;
    while left > 0 {
        let next = piece.slice(..piece.len().min(left));
        left -= next.len();
        sending.send(next)?;
    }
    sending.finish_with_trailers(Trailers::new().field("sum", "x"))
}
