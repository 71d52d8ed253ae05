//! All of it for a while: nothing fails, and memory stays as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Client;
use tonic::Request;
use tonic::transport::Channel;
use tress_consumers::Failed;
use tress_consumers::grpc::generated::echo_client::EchoClient;

use crate::Outcome;
use crate::axum_reqwest;
use crate::site::{self, Live};
use crate::tonic_both;

/// What memory may differ by between the first third and the end, in octets.
const FLAT: u64 = 16 << 20;

pub(crate) async fn run(time: Duration) -> Outcome {
    let (address, client) = axum_reqwest::site(&Live::default()).await?;
    let grpc = tonic_both::client().await?;
    let end = Instant::now() + time;
    let done = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for task in 0..8 {
        let (client, counted) = (client.clone(), Arc::clone(&done));
        let place = format!("http://{address}");
        tasks.push(tokio::spawn(async move {
            while Instant::now() < end {
                pages(&client, &place, task).await?;
                counted.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Failed>(())
        }));
        let (grpc, counted) = (grpc.clone(), Arc::clone(&done));
        tasks.push(tokio::spawn(async move {
            while Instant::now() < end {
                calls(grpc.clone(), task).await?;
                counted.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Failed>(())
        }));
    }
    tokio::time::sleep(time / 3).await;
    let mut early = 0;
    while Instant::now() < end - time / 3 {
        early = early.max(resident()?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut late = 0;
    while Instant::now() < end {
        late = late.max(resident()?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for task in tasks {
        task.await??;
    }
    let done = done.load(Ordering::Relaxed);
    let figures = format!(
        "{done} rounds, 0 failed, {} then {} MiB",
        early >> 20,
        late >> 20
    );
    if late > early + FLAT {
        return Err(format!("memory grows: {figures}").into());
    }
    Ok(figures)
}

/// What a browser does: pages, content, and leaving before it has come.
async fn pages(client: &Client, place: &str, task: usize) -> Result<(), Failed> {
    let answer = client.get(format!("{place}/")).send().await?;
    assert_eq!(answer.text().await?, "hello\n");
    let content = site::content(20_000 * (task + 1));
    let request = client.post(format!("{place}/echo")).body(content.clone());
    assert!(request.send().await?.bytes().await? == content);
    let never = client.get(format!("{place}/wait/600000"));
    let waited = never.timeout(Duration::from_millis(5)).send().await;
    assert!(waited.is_err_and(|error| error.is_timeout()));
    let mut left = client.get(format!("{place}/octets/1000000")).send().await?;
    left.chunk().await?;
    Ok(())
}

async fn calls(mut grpc: EchoClient<Channel>, task: usize) -> Result<(), Failed> {
    let message = Bytes::from(vec![1; 100 * (task + 1)]);
    let answer = grpc.one(Request::new(message.clone())).await?;
    assert_eq!(answer.into_inner(), message);
    let messages = tokio_stream::iter(std::iter::repeat_n(message.clone(), 50));
    let mut answers = grpc.both(messages).await?.into_inner();
    for _ in 0..50 {
        assert_eq!(answers.message().await?.ok_or("it ended early")?, message);
    }
    let mut late = Request::new(message);
    late.metadata_mut()
        .insert(tress_consumers::grpc::PAUSE, 600_000.into());
    late.set_timeout(Duration::from_millis(5));
    assert!(grpc.one(late).await.is_err());
    Ok(())
}

/// The memory of this process, in octets.
fn resident() -> Result<u64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no figure")?.parse::<u64>()? << 10)
}
