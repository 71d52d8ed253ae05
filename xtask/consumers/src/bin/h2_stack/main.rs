//! Ten exchanges of the crates that are built on `h2`, with ours in its place: hyper, hyper-util, axum,
//! reqwest and tonic, both ends in one process, over loopback.

mod axum_reqwest;
mod grpc;
mod hyper_both;

use std::error::Error;
use std::time::Duration;

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// No exchange takes longer, on any machine.
const LONG: Duration = Duration::from_secs(60);

macro_rules! exchanges {
    ($($exchange:path),+ $(,)?) => {{
        let mut count = 0;
        $(
            tokio::time::timeout(LONG, $exchange())
                .await
                .map_err(|_| concat!(stringify!($exchange), " takes too long"))?
                .map_err(|error| format!("{}: {error:?}", stringify!($exchange)))?;
            println!("{} passed", stringify!($exchange));
            count += 1;
        )+
        count
    }};
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Outcome {
    let count = exchanges![
        hyper_both::content_both_ways_with_trailers,
        hyper_both::hundred_at_once,
        hyper_both::a_tunnel_by_extended_connect,
        hyper_both::a_graceful_shutdown_lets_the_running_finish,
        hyper_both::keep_alive_and_windows_that_grow,
        axum_reqwest::requests_and_answers,
        axum_reqwest::megabytes_both_ways,
        axum_reqwest::canceled_requests_and_others,
        grpc::one_answer,
        grpc::streams_both_ways,
    ];
    println!("{count} exchanges passed");
    Ok(())
}
