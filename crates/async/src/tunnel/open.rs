//! How a tunnel comes about: CONNECT is sent, and accepted (RFC 9113 §8.5, RFC 8441 §4).

use proto::{Client as ClientRole, Request, Response, Server as ServerRole};
use session::Error;

use super::Tunnel;
use crate::client::Client;
use crate::exchange::Exchange;
use crate::pending::Reply;

/// What a server says to CONNECT.
pub type Tunneled = session::Tunneled<Tunnel<ClientRole>, Reply>;

impl Client {
    /// Asks for a tunnel, and waits for the answer. The request is one of [`Request::connect`]
    /// (RFC 9113 §8.5) or of [`Request::extended_connect`] (RFC 8441 §4), which waits until the
    /// server has said whether it takes them.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send) and [`Pending`](crate::Pending), and that the server takes no
    /// extended CONNECT.
    pub async fn tunnel(&self, request: Request) -> Result<Tunneled, Error> {
        let is_connect = request.method() == b"CONNECT";
        let (send, pending) = self.send(request).await?;
        let reply = pending.await?;
        let is_established = is_connect && (200..300).contains(&reply.head.status());
        if is_established {
            let tunnel = Tunnel::new(send, reply.body);
            return Ok(Tunneled::Established(reply.head, tunnel));
        }
        // What is not established has no content.
        send.finish()?;
        Ok(Tunneled::Refused(reply))
    }
}

impl Exchange {
    /// Accepts the tunnel that CONNECT asks for, with a status of 2xx.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn tunnel(self, response: Response) -> Result<Tunnel<ServerRole>, Error> {
        let send = self.responder.respond(response)?;
        Ok(Tunnel::new(send, self.body))
    }
}
