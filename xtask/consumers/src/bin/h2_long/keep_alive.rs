//! A peer that vanishes while a stream runs: what is between the two goes on taking octets, and passes none.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::Endpoint;
use tress_consumers::grpc::generated::echo_client::EchoClient;
use tress_consumers::{Failed, listen};

use crate::Outcome;
use crate::tonic_both::{receiver, served};

/// Passes octets on until it is told to pass none.
async fn between(to: SocketAddr, is_cut: Arc<AtomicBool>) -> Result<SocketAddr, Failed> {
    let (listener, address) = listen().await?;
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(to).await?;
            let (near_from, near_to) = near.into_split();
            let (far_from, far_to) = far.into_split();
            tokio::spawn(pass(near_from, far_to, Arc::clone(&is_cut)));
            tokio::spawn(pass(far_from, near_to, Arc::clone(&is_cut)));
        }
        Ok::<_, std::io::Error>(())
    });
    Ok(address)
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    is_cut: Arc<AtomicBool>,
) -> std::io::Result<()> {
    let mut octets = vec![0; 16_384];
    loop {
        let count = from.read(&mut octets).await?;
        if is_cut.load(Ordering::SeqCst) {
            continue;
        }
        match octets.get(..count) {
            None | Some([]) => return to.shutdown().await,
            Some(some) => to.write_all(some).await?,
        }
    }
}

pub(crate) async fn a_peer_that_vanishes() -> Outcome {
    let is_cut = Arc::new(AtomicBool::new(false));
    let address = between(served().await?, Arc::clone(&is_cut)).await?;
    let endpoint = Endpoint::from_shared(format!("http://{address}"))?
        .http2_keep_alive_interval(Duration::from_millis(200))
        .keep_alive_timeout(Duration::from_secs(2))
        .keep_alive_while_idle(true);
    let mut client = EchoClient::new(endpoint.connect().await?);
    let (say, asked) = tokio::sync::mpsc::channel(1);
    let mut answers = client.both(receiver(asked)).await?.into_inner();
    // Pings go to and fro, and harm nothing.
    for _ in 0..10 {
        say.send(Bytes::from("there")).await?;
        assert_eq!(answers.message().await?.ok_or("it ended")?, "there");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    is_cut.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    let status = answers.message().await.err().ok_or("nobody is missed")?;
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(1) && waited < Duration::from_secs(30),
        "{waited:?}"
    );
    Ok(format!(
        "is missed after {:.1} s: {:?}",
        waited.as_secs_f32(),
        status.code()
    ))
}
