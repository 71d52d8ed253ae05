//! CONNECT of a client, in the types of `http` (RFC 9113 §8.5, RFC 8441 §4).

use proto::Blame;
use proto::Request;
use tress_http::{http, response_into_http};

use super::conversion::convert;
use super::incoming::Incoming;
use super::on_tunnel::OnTunnel;
use super::response::Answer;
use crate::client::Client;
use crate::tunnel::Tunneled;

/// Asks for a tunnel, which comes with the response.
pub(super) async fn connect(client: Client, request: Request) -> Answer {
    let (head, tunnel, body) = match client.tunnel(request).await? {
        Tunneled::Established(head, tunnel) => (head, Some(tunnel), Incoming::empty()),
        Tunneled::Refused(reply) => {
            let left = reply.head.content_length();
            let body = Incoming::of_response(reply.body, left, None);
            (reply.head, None, body)
        }
    };
    let mut parts = response_into_http(&head).map_err(convert(Blame::Peer))?;
    if let Some(tunnel) = tunnel {
        let (complete, on_tunnel) = OnTunnel::new();
        complete.complete(tunnel);
        parts.extensions.insert(on_tunnel);
    }
    Ok(http::Response::from_parts(parts, body))
}
