//! What the service does.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::generated::echo_server;

/// The metadata that says for how many milliseconds `One` waits.
pub const PAUSE: &str = "x-pause";

/// The metadata that `One` sends back.
pub const LARGE: &str = "x-large";

type Answers = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;

/// Says back what it hears: `One` a message, `Both` each. `Up` says how many octets it heard, and `Down`
/// says as many messages of as many octets as it is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Echo;

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    async fn one(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let pause = request.metadata().get(PAUSE);
        let pause = pause.and_then(|value| value.to_str().ok()?.parse().ok());
        tokio::time::sleep(Duration::from_millis(pause.unwrap_or(0))).await;
        let large = request.metadata().get(LARGE).cloned();
        let asked = request.into_inner();
        if asked.is_empty() {
            return Err(Status::invalid_argument("nothing was asked"));
        }
        let mut response = Response::new(asked);
        if let Some(large) = large {
            response.metadata_mut().insert(LARGE, large);
        }
        Ok(response)
    }

    async fn up(&self, request: Request<Streaming<Bytes>>) -> Result<Response<Bytes>, Status> {
        let mut messages = request.into_inner();
        let mut octets = 0;
        while let Some(message) = messages.next().await {
            octets += message?.len();
        }
        Ok(Response::new(octets.to_string().into()))
    }

    type DownStream = Answers;

    async fn down(&self, request: Request<Bytes>) -> Result<Response<Answers>, Status> {
        let text = String::from_utf8_lossy(request.get_ref()).into_owned();
        let asked = text.split_once(' ');
        let asked =
            asked.and_then(|(count, octets)| Some((count.parse().ok()?, octets.parse().ok()?)));
        let (count, octets): (usize, usize) =
            asked.ok_or_else(|| Status::invalid_argument("not two numbers"))?;
        let message = Bytes::from(vec![7; octets]);
        let messages = std::iter::repeat_n(Ok(message), count);
        Ok(Response::new(Box::pin(tokio_stream::iter(messages))))
    }

    type BothStream = Answers;

    async fn both(&self, request: Request<Streaming<Bytes>>) -> Result<Response<Answers>, Status> {
        Ok(Response::new(Box::pin(request.into_inner())))
    }
}
