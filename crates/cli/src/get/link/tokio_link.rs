//! A connection on tokio, for threads that are not its own.

use alloc::boxed::Box;
use std::io;
use std::net::TcpStream;

use tokio::runtime::Handle;
use tress_async::proto::{Bytes, Client as Role, Request, Response, Trailers};
use tress_async::{Client, Error, Machine, Pending, RecvBody, SendBody};

use super::{Incoming, Link, Outgoing};
use crate::exit::Result;

/// A connection on tokio.
pub(crate) struct TokioLink {
    client: Client,
    runtime: Handle,
}

impl TokioLink {
    /// Starts it.
    pub(crate) fn new(
        machine: impl Machine<Role> + 'static,
        stream: TcpStream,
        runtime: &Handle,
    ) -> Result<Self> {
        let _context = runtime.enter();
        let stream = stream
            .set_nonblocking(true)
            .and_then(|()| tokio::net::TcpStream::from_std(stream))
            .map_err(|error: io::Error| failed(error.into()))?;
        let client = Client::spawn(machine, stream);
        let runtime = runtime.clone();
        Ok(Self { client, runtime })
    }
}

impl TokioLink {
    fn arriving(&self, pending: Pending) -> Box<dyn Incoming> {
        Box::new(Arriving {
            runtime: self.runtime.clone(),
            stage: Stage::Pending(pending),
        })
    }
}

impl Link for TokioLink {
    fn ask(&self, request: Request) -> Result<Box<dyn Incoming>> {
        let asked = self.client.send_whole(request, Bytes::new());
        let pending = self.runtime.block_on(asked).map_err(failed)?;
        Ok(self.arriving(pending))
    }

    fn open(&self, request: Request) -> Result<(Box<dyn Outgoing>, Box<dyn Incoming>)> {
        let opened = self.runtime.block_on(self.client.send(request));
        let (body, pending) = opened.map_err(failed)?;
        let sending = Sending {
            runtime: self.runtime.clone(),
            body,
        };
        Ok((Box::new(sending), self.arriving(pending)))
    }

    fn close(&self) {
        // Everything was taken; how the end ends matters to nobody.
        let _ = self.runtime.block_on(self.client.clone().close());
    }
}

struct Sending {
    runtime: Handle,
    body: SendBody<Role>,
}

impl Outgoing for Sending {
    fn send(&mut self, piece: Bytes) -> Result<()> {
        self.runtime.block_on(self.body.send(piece)).map_err(failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.body.finish().map_err(failed)
    }
}

struct Arriving {
    runtime: Handle,
    stage: Stage,
}

enum Stage {
    Pending(Pending),
    Body(RecvBody<Role>),
    Nothing,
}

impl Incoming for Arriving {
    fn head(&mut self) -> Result<Response> {
        let Stage::Pending(pending) = core::mem::replace(&mut self.stage, Stage::Nothing) else {
            unreachable!("the head is asked for once");
        };
        let reply = self.runtime.block_on(pending).map_err(failed)?;
        self.stage = Stage::Body(reply.body);
        Ok(reply.head)
    }

    fn data(&mut self) -> Result<Option<Bytes>> {
        match &mut self.stage {
            Stage::Body(body) => self.runtime.block_on(body.data()).map_err(failed),
            Stage::Pending(_) | Stage::Nothing => Ok(None),
        }
    }

    fn trailers(&mut self) -> Option<Trailers> {
        match &mut self.stage {
            Stage::Body(body) => body.trailers(),
            Stage::Pending(_) | Stage::Nothing => None,
        }
    }
}

fn failed(error: Error) -> crate::exit::Failure {
    super::failure(&error)
}
