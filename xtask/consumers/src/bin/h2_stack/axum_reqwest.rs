//! axum, asked by reqwest.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use reqwest::{Client, Version};
use tress_consumers::{Failed, listen};

use crate::Outcome;

/// A site that answers, sends back, and lets some wait.
async fn site() -> Result<(SocketAddr, Client), Failed> {
    let site = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/echo", post(|content: Bytes| async move { content }))
        .route(
            "/never",
            get(|| async {
                std::future::pending::<()>().await;
            }),
        )
        .layer(DefaultBodyLimit::disable());
    let (listener, address) = listen().await?;
    tokio::spawn(async move { axum::serve(listener, site).await });
    let client = Client::builder().http2_prior_knowledge().build()?;
    Ok((address, client))
}

pub(crate) async fn requests_and_answers() -> Outcome {
    let (address, client) = site().await?;
    for _ in 0..10 {
        let answer = client.get(format!("http://{address}/")).send().await?;
        assert_eq!(answer.version(), Version::HTTP_2);
        assert_eq!(answer.text().await?, "hello");
    }
    let missing = client
        .get(format!("http://{address}/missing"))
        .send()
        .await?;
    assert_eq!(missing.status(), 404);
    Ok(())
}

pub(crate) async fn megabytes_both_ways() -> Outcome {
    let (address, client) = site().await?;
    let content = Bytes::from(
        (0..16_u32 << 20)
            .map(|at| at.to_le_bytes()[1])
            .collect::<Vec<u8>>(),
    );
    let asked = (0..3).map(|_| {
        client
            .post(format!("http://{address}/echo"))
            .body(content.clone())
            .send()
    });
    for answer in asked {
        let answer = answer.await?.error_for_status()?.bytes().await?;
        assert!(answer == content, "{} octets came back", answer.len());
    }
    Ok(())
}

pub(crate) async fn canceled_requests_and_others() -> Outcome {
    let (address, client) = site().await?;
    for _ in 0..50 {
        let never = client.get(format!("http://{address}/never"));
        let waited = never.timeout(Duration::from_millis(5)).send().await;
        assert!(waited.is_err_and(|error| error.is_timeout()));
        let answer = client.get(format!("http://{address}/")).send().await?;
        assert_eq!(answer.text().await?, "hello");
    }
    Ok(())
}
