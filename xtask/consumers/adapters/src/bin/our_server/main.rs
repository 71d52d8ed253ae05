//! Our servers, with a handler that is slow and one that says how many of those live.
//!
//! `our_server async|blocking` listens on a free port and says where: `/slow` takes half a minute,
//! `/live` answers how many of these handlers live and how many did at most, `/echo` answers what it is sent,
//! `/status/N` answers with that status and always with content, all else is short.

use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_secs(30);

/// How much is sent back, in octets.
const MOST_ECHOED: usize = 1 << 20;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// A slow handler that lives.
struct Living;

fn main() -> Result<(), Failure> {
    match env::args().nth(1).as_deref() {
        Some("async") => asynchronous(),
        Some("blocking") => blocking(),
        _ => Err("usage: our_server async|blocking".into()),
    }
}

#[tokio::main]
async fn asynchronous() -> Result<(), Failure> {
    use tress_async::{Exchange, Response, Server};

    let server = Server::bind("127.0.0.1:0").await?;
    println!("serving on http://{}", server.local_addr());
    let answer = |exchange: Exchange| async move {
        if let Some(status) = status(exchange.request.path()) {
            return exchange.reply(Response::new(status), "hello");
        }
        let text = match exchange.request.path() {
            Some(b"/echo") => {
                let Exchange {
                    body, responder, ..
                } = exchange;
                let content = body.bytes(MOST_ECHOED).await?;
                return responder.reply(Response::new(200), content);
            }
            Some(b"/slow") => {
                let _living = Living::begin();
                tokio::time::sleep(SLOW).await;
                "at last".to_owned()
            }
            Some(b"/live") => live(),
            _ => "x".to_owned(),
        };
        exchange.reply(Response::new(200), text)
    };
    Ok(server.serve(answer).await?)
}

fn blocking() -> Result<(), Failure> {
    use tress_blocking::{Exchange, Response, Server};

    let server = Server::bind("127.0.0.1:0")?;
    println!("serving on http://{}", server.local_addr());
    let answer = |exchange: Exchange| {
        if let Some(status) = status(exchange.request.path()) {
            return exchange.reply(Response::new(status), "hello");
        }
        let text = match exchange.request.path() {
            Some(b"/echo") => {
                let Exchange {
                    body, responder, ..
                } = exchange;
                let content = body.bytes(MOST_ECHOED)?;
                return responder.reply(Response::new(200), content);
            }
            Some(b"/slow") => {
                let _living = Living::begin();
                thread::sleep(SLOW);
                "at last".to_owned()
            }
            Some(b"/live") => live(),
            _ => "x".to_owned(),
        };
        exchange.reply(Response::new(200), text)
    };
    Ok(server.serve(answer)?)
}

/// The status that a path asks for.
fn status(path: Option<&[u8]>) -> Option<u16> {
    let number = path?.strip_prefix(b"/status/")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// How many slow handlers live, and how many did at most.
fn live() -> String {
    let [now, most] = [&NOW, &MOST].map(|count| count.load(Ordering::SeqCst));
    format!("{now} {most}\n")
}

impl Living {
    fn begin() -> Self {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        NOW.fetch_sub(1, Ordering::SeqCst);
    }
}
