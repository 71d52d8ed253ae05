//! A connection on threads.

use alloc::boxed::Box;
use std::net::TcpStream;

use blocking::proto::{Bytes, Client as Role, Request, Response, Trailers};
use blocking::{Client, Error, Machine, Pending, RecvBody, SendBody};

use super::{Incoming, Link, Outgoing};
use crate::exit::Result;

/// A connection on threads.
pub(crate) struct BlockingLink(Client);

impl BlockingLink {
    /// Starts it.
    pub(crate) fn new(machine: impl Machine<Role> + 'static, stream: TcpStream) -> Result<Self> {
        Client::new(machine, stream).map(Self).map_err(failed)
    }
}

impl Link for BlockingLink {
    fn ask(&self, request: Request) -> Result<Box<dyn Incoming>> {
        let pending = self.0.send_whole(request, Bytes::new()).map_err(failed)?;
        Ok(Box::new(Arriving::Pending(pending)))
    }

    fn open(&self, request: Request) -> Result<(Box<dyn Outgoing>, Box<dyn Incoming>)> {
        let (body, pending) = self.0.send(request).map_err(failed)?;
        Ok((
            Box::new(Sending(body)),
            Box::new(Arriving::Pending(pending)),
        ))
    }

    fn close(&self) {
        // Everything was taken; how the end ends matters to nobody.
        let _ = self.0.clone().close();
    }
}

struct Sending(SendBody<Role>);

impl Outgoing for Sending {
    fn send(&mut self, piece: Bytes) -> Result<()> {
        self.0.send(piece).map_err(failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.0.finish().map_err(failed)
    }
}

enum Arriving {
    Pending(Pending),
    Body(RecvBody<Role>),
    Nothing,
}

impl Incoming for Arriving {
    fn head(&mut self) -> Result<Response> {
        let Self::Pending(pending) = core::mem::replace(self, Self::Nothing) else {
            unreachable!("the head is asked for once");
        };
        let reply = pending.wait().map_err(failed)?;
        *self = Self::Body(reply.body);
        Ok(reply.head)
    }

    fn data(&mut self) -> Result<Option<Bytes>> {
        match self {
            Self::Body(body) => body.data().map_err(failed),
            Self::Pending(_) | Self::Nothing => Ok(None),
        }
    }

    fn trailers(&mut self) -> Option<Trailers> {
        match self {
            Self::Body(body) => body.trailers(),
            Self::Pending(_) | Self::Nothing => None,
        }
    }
}

fn failed(error: Error) -> crate::exit::Failure {
    super::failure(&error)
}
