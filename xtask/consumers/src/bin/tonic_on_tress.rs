//! A client that `tonic-build` made, on the client of `tress-async`, without a patch.
//!
//! `tonic_on_tress HOST:PORT` asks the service of `h2_long serve`, or any other that has it.

use bytes::Bytes;
use tonic::Request;
use tress_async::{Client, HttpClient};
use tress_consumers::grpc::generated::echo_client::EchoClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let place = std::env::args()
        .nth(1)
        .ok_or("usage: tonic_on_tress HOST:PORT")?;
    let service = HttpClient::new(Client::connect(&place).await?);
    let mut client = EchoClient::with_origin(service, format!("http://{place}").parse()?);
    let answer = client.one(Request::new(Bytes::from("hello"))).await?;
    println!("{}", String::from_utf8_lossy(answer.get_ref()));
    let messages = tokio_stream::iter((0..1000).map(|number| Bytes::from(number.to_string())));
    let mut answers = client.both(messages).await?.into_inner();
    let mut count = 0;
    while let Some(answer) = answers.message().await? {
        assert_eq!(answer, count.to_string());
        count += 1;
    }
    println!("{count} messages came back");
    Ok(())
}
