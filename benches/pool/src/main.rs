//! Figures of a client's pool and of a server's workers, beside those of others, over loopback. What must be so and
//! is not ends the process with an error.
//!
//! - `streams COUNT`: 10,000 requests, say, to a server that takes 100 at a time and sleeps 50 ms for each;
//! - `goaway COUNT`: a server that goes away after every 100;
//! - `stopped`: one of three servers is stopped under load;
//! - `load URL COUNT RATE [each]`: requests to a server by our pool, so many a second, or each on a connection of
//!   its own;
//! - `reuse TIMES`: one of two servers that share a port by SO_REUSEPORT is replaced so often under load;
//! - `churn SECONDS`: a new connection every ten requests, to one and two workers of ours and to axum's loop.

extern crate alloc;

mod bare;
mod churn;
mod clients;
mod goaway;
mod load;
mod process;
mod reuse;
#[path = "../../../crates/async/examples/pool_figures/servers.rs"]
mod servers;
mod stopped;
mod streams;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What must be so.
pub(crate) fn must(is_so: bool, what: &str) -> Outcome {
    if is_so {
        return Ok(());
    }
    Err(format!("missed: {what}").into())
}

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["streams", count] => streams::run(count.parse()?).await,
        ["goaway", count] => goaway::run(count.parse()?).await,
        ["stopped"] => stopped::run().await,
        ["load", url, count, rate] => load::run(url, count.parse()?, rate.parse()?, false).await,
        ["load", url, count, rate, "each"] => {
            load::run(url, count.parse()?, rate.parse()?, true).await
        }
        ["reuse", times] => reuse::run(times.parse()?).await,
        ["churn", seconds] => churn::run(seconds.parse()?).await,
        // What the above start.
        ["serve", address, rest @ ..] => bare::serve(address, rest).await,
        ["axum"] => bare::axum().await,
        _ => Err("see the head of benches/pool/src/main.rs for what can be asked for".into()),
    }
}
