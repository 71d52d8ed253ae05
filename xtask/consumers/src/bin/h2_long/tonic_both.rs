//! tonic on both ends, with what `tonic-build` makes.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio_stream::StreamExt;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request};
use tress_consumers::grpc::generated::echo_client::EchoClient;
use tress_consumers::grpc::generated::echo_server::EchoServer;
use tress_consumers::grpc::{Echo, LARGE, PAUSE};
use tress_consumers::{Failed, listen};

use crate::Outcome;

pub(crate) async fn served() -> Result<SocketAddr, Failed> {
    let (listener, address) = listen().await?;
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    let server = Server::builder().add_service(EchoServer::new(Echo));
    tokio::spawn(server.serve_with_incoming(incoming));
    Ok(address)
}

pub(crate) async fn client() -> Result<EchoClient<Channel>, Failed> {
    let endpoint = Endpoint::from_shared(format!("http://{}", served().await?))?;
    let client = EchoClient::new(endpoint.connect().await?);
    Ok(client.max_decoding_message_size(64 << 20))
}

pub(crate) async fn four_kinds_of_streaming() -> Outcome {
    let mut client = client().await?;
    for octets in [1, 1000, 100_000, 3 << 20] {
        let message = Bytes::from(vec![3; octets]);
        assert_eq!(
            client
                .one(Request::new(message.clone()))
                .await?
                .into_inner(),
            message
        );
    }
    let refused = client.one(Request::new(Bytes::new())).await;
    assert_eq!(
        refused.err().map(|status| status.code()),
        Some(Code::InvalidArgument)
    );
    let messages = || (0..2000_usize).map(|octets| Bytes::from(vec![1; octets]));
    let sum: usize = messages().map(|message| message.len()).sum();
    let answer = client.up(tokio_stream::iter(messages())).await?;
    assert_eq!(answer.into_inner(), sum.to_string());
    let mut answers = client
        .down(Request::new("2000 5000".into()))
        .await?
        .into_inner();
    let mut count = 0;
    while let Some(message) = answers.message().await? {
        assert_eq!(message.len(), 5000);
        count += 1;
    }
    assert_eq!(count, 2000);
    let mut answers = client
        .both(tokio_stream::iter(messages()))
        .await?
        .into_inner();
    for message in messages() {
        assert_eq!(answers.message().await?.ok_or("it ended early")?, message);
    }
    assert!(answers.message().await?.is_none());
    // One that waits for each answer before it asks again.
    let (say, asked) = tokio::sync::mpsc::channel(1);
    let mut answers = client.both(receiver(asked)).await?.into_inner();
    for number in 0..500 {
        say.send(Bytes::from(number.to_string())).await?;
        assert_eq!(
            answers.message().await?.ok_or("it ended early")?,
            number.to_string()
        );
    }
    drop(say);
    assert!(answers.message().await?.is_none());
    Ok("one, up, down, both".to_owned())
}

pub(crate) fn receiver(
    mut asked: tokio::sync::mpsc::Receiver<Bytes>,
) -> impl tokio_stream::Stream<Item = Bytes> + Send {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = asked.recv().await {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    Received(receiver)
}

struct Received(tokio::sync::mpsc::UnboundedReceiver<Bytes>);

impl tokio_stream::Stream for Received {
    type Item = Bytes;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Bytes>> {
        self.0.poll_recv(cx)
    }
}

pub(crate) async fn deadlines() -> Outcome {
    let client = client().await?;
    let asked: Vec<_> = (0..300)
        .map(|number| {
            let mut client = client.clone();
            tokio::spawn(async move {
                let mut request = Request::new(Bytes::from("late"));
                let is_late = number % 3 != 0;
                if is_late {
                    request.metadata_mut().insert(PAUSE, 600_000.into());
                    request.set_timeout(Duration::from_millis(100));
                }
                let answer = client.one(request).await;
                let code = answer.err().map_or(Code::Ok, |status| status.code());
                // Whoever is first says it: this end by the time, or the other.
                let is_good = match is_late {
                    true => matches!(code, Code::DeadlineExceeded | Code::Cancelled),
                    false => code == Code::Ok,
                };
                is_good.then_some(()).ok_or(code)
            })
        })
        .collect();
    for asked in asked {
        asked.await?.map_err(|code| format!("{code:?}"))?;
    }
    Ok("200 passed, 100 calls beside them answered".to_owned())
}

pub(crate) async fn large_metadata() -> Outcome {
    let mut client = client().await?;
    for octets in [1000, 8000, 12_000] {
        let value: tonic::metadata::MetadataValue<_> = "v".repeat(octets).parse()?;
        let mut request = Request::new(Bytes::from("large"));
        request.metadata_mut().insert(LARGE, value.clone());
        let answer = client.one(request).await?;
        assert_eq!(answer.metadata().get(LARGE), Some(&value), "{octets}");
    }
    // More than the server announces: that call fails, and no other.
    let (say, asked) = tokio::sync::mpsc::channel(1);
    let mut running = client.both(receiver(asked)).await?.into_inner();
    let mut request = Request::new(Bytes::from("too large"));
    request
        .metadata_mut()
        .insert(LARGE, "v".repeat(40_000).parse()?);
    let refused = client.one(request).await.err().ok_or("it is not refused")?;
    say.send(Bytes::from("still there")).await?;
    assert_eq!(running.next().await.ok_or("it ended")??, "still there");
    Ok(format!(
        "up to 12,000 octets; 40,000 are refused: {:?}",
        refused.code()
    ))
}
