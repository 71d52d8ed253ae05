//! The server for foreign clients: hyper, axum and tonic, each on `h2`, and so on ours.

use std::future::IntoFuture;
use std::io::Read;

use tress_consumers::{Failed, listen};

use crate::site::{self, Live};

pub(crate) async fn run() -> Result<(), Failed> {
    let (listener, address) = listen().await?;
    println!("serving on {address}");
    let served = axum::serve(listener, site::router(Live::default()));
    // Whoever started it closes its input.
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = served.into_future() => served?,
        ended = ended => {
            ended??;
        }
    }
    Ok(())
}
