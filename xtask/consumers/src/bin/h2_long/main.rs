//! What takes too long for every change, of the crates that are built on `h2`, with ours in its place.
//!
//! `h2_long PART`, with a part of those below, says how it went. `h2_long soak SECONDS` keeps all of them
//! at it for so long, and looks at the memory of the process. `h2_long serve` is the server for foreign
//! clients, until its input ends; `h2_long fetch COUNT HOST:PORT PATH` is the client for foreign servers.

mod axum_reqwest;
mod fetch;
mod goaway;
mod keep_alive;
mod lingering;
mod serve;
mod shutdown;
mod site;
mod soak;
mod tonic_both;
mod tunnels;

use std::time::{Duration, Instant};

use tress_consumers::Failed;

type Outcome = Result<String, Failed>;

/// No step takes longer, on any machine.
const LONG: Duration = Duration::from_secs(300);

macro_rules! steps {
    ($($step:path),+ $(,)?) => {{
        $(
            let begun = Instant::now();
            let done = tokio::time::timeout(LONG, $step()).await;
            let done = done.map_err(|_| concat!(stringify!($step), " takes too long"))?;
            let done = done.map_err(|error| format!("{}: {error:?}", stringify!($step)))?;
            println!("{}: {done}, {:.1} s", stringify!($step), begun.elapsed().as_secs_f32());
        )+
        Ok(())
    }};
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["axum"] => steps![
            axum_reqwest::bodies_both_ways,
            axum_reqwest::trailers_both_ways,
            axum_reqwest::a_thousand_at_once,
            axum_reqwest::canceled_requests,
            axum_reqwest::another_host,
        ],
        ["goaway"] => steps![goaway::in_the_middle],
        ["tonic"] => steps![
            tonic_both::four_kinds_of_streaming,
            tonic_both::deadlines,
            tonic_both::large_metadata,
            keep_alive::a_peer_that_vanishes,
        ],
        ["tunnel"] => steps![tunnels::by_extended_connect],
        ["shutdown"] => steps![shutdown::under_load],
        ["soak", seconds] => {
            println!(
                "soak: {}",
                soak::run(Duration::from_secs(seconds.parse()?)).await?
            );
            Ok(())
        }
        ["serve"] => serve::run().await,
        ["fetch", count, place, path] => {
            println!("{}", fetch::run(count.parse()?, place, path).await?);
            Ok(())
        }
        _ => Err(
            "usage: h2_long axum|goaway|tonic|tunnel|shutdown|serve|soak SECONDS|fetch COUNT PLACE PATH"
                .into(),
        ),
    }
}
