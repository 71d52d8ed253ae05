//! A tunnel: a stream that carries any octets both ways (RFC 9113 §8.5, RFC 8441 §4).

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};

use proto::{Client as ClientRole, Request, Response, Role, Server as ServerRole};
use session::Error;

use crate::client::Client;
use crate::exchange::Exchange;
use crate::pending::Reply;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;

/// A stream that carries any octets both ways, as a socket does.
///
/// A write is sent at once, and blocks while more than the send buffer holds waits; what is not
/// read is back-pressure. Dropped before [`finish`](Self::finish), it resets the stream. Two threads
/// take [`into_halves`](Self::into_halves).
#[derive(Debug)]
pub struct Tunnel<R: Role> {
    recv: RecvBody<R>,
    send: Option<SendBody<R>>,
}

impl<R: Role> Tunnel<R> {
    /// Makes one of the halves of a stream, whose CONNECT was answered by a 2xx; the head leaves if
    /// it has not left yet.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn new(send: SendBody<R>, recv: RecvBody<R>) -> Result<Self, Error> {
        let mut send = send.unbuffered();
        send.flush()?;
        Ok(Self {
            recv,
            send: Some(send),
        })
    }

    /// Ends what we send; the other direction goes on.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.send.take().map_or(Ok(()), SendBody::finish)
    }

    /// Sets how long a read may wait.
    pub fn set_read_timeout(&mut self, limit: Option<Duration>) {
        self.recv.set_read_timeout(limit);
    }

    /// Takes the directions apart, so that each can have a thread; there is nothing to send with
    /// after [`finish`](Self::finish).
    #[must_use]
    pub fn into_halves(self) -> (RecvBody<R>, Option<SendBody<R>>) {
        (self.recv, self.send)
    }
}

impl<R: Role> Read for Tunnel<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.recv.read(into)
    }
}

impl<R: Role> Write for Tunnel<R> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match &mut self.send {
            Some(send) => send.write(from),
            None => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// What a server says to CONNECT.
pub type Tunneled = session::Tunneled<Tunnel<ClientRole>, Reply>;

impl Client {
    /// Asks for a tunnel, and waits for the answer. The request is one of [`Request::connect`]
    /// (RFC 9113 §8.5) or of [`Request::extended_connect`] (RFC 8441 §4), which waits until the
    /// server has said whether it takes them.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send) and [`Pending::wait`](crate::Pending::wait), and that the
    /// server takes no extended CONNECT.
    pub fn tunnel(&self, request: Request) -> Result<Tunneled, Error> {
        let is_connect = request.method() == b"CONNECT";
        let (send, pending) = self.send(request)?;
        let reply = pending.wait()?;
        if is_connect && (200..300).contains(&reply.head.status()) {
            return Ok(Tunneled::Established(
                reply.head,
                Tunnel::new(send, reply.body)?,
            ));
        }
        // What is not established has no content.
        send.finish()?;
        Ok(Tunneled::Refused(reply))
    }
}

impl Exchange {
    /// Answers a CONNECT by a 2xx, and takes the stream as a tunnel.
    ///
    /// # Errors
    ///
    /// That the response is malformed, or what ended the stream.
    pub fn tunnel(self, response: Response) -> Result<Tunnel<ServerRole>, Error> {
        Tunnel::new(self.responder.respond(response)?, self.body)
    }
}
