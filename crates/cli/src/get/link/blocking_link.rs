//! A connection on threads.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicU32, Ordering};
use std::net::TcpStream;

use blocking::proto::{Bytes, Client as Role, Request, Response, Trailers};
use blocking::{Client, Error, Machine, Pending, RecvBody, SendBody};

use super::super::data::Data;
use super::super::upload::{Outgoing, Upload};
use super::{Incoming, Link};
use crate::exit::Result;

/// A connection on threads.
pub(crate) struct BlockingLink {
    client: Client,
    /// How many streams there were.
    streams: AtomicU32,
}

impl BlockingLink {
    /// Starts it.
    pub(crate) fn new(machine: impl Machine<Role> + 'static, stream: TcpStream) -> Result<Self> {
        let client = Client::new(machine, stream).map_err(failed)?;
        let streams = AtomicU32::new(0);
        Ok(Self { client, streams })
    }

    fn arriving(&self, pending: Pending) -> Box<dyn Incoming> {
        // RFC 9113 §5.1.1: a client's streams have odd identifiers, in the order of their opening.
        let stream = 2 * self.streams.fetch_add(1, Ordering::Relaxed) + 1;
        let stage = Stage::Pending(pending);
        Box::new(Arriving { stream, stage })
    }
}

impl Link for BlockingLink {
    fn ask(&self, request: Request) -> Result<Box<dyn Incoming>> {
        let pending = self.client.send_whole(request, Bytes::new());
        Ok(self.arriving(pending.map_err(failed)?))
    }

    fn upload(&self, request: Request, data: &Data) -> Result<(Upload, Box<dyn Incoming>)> {
        let (body, pending) = self.client.send(request).map_err(failed)?;
        let incoming = self.arriving(pending);
        let upload = Upload::default();
        upload.start(data.clone(), Box::new(Sending(body)));
        Ok((upload, incoming))
    }

    fn close(&self) {
        // Everything was taken; how the end ends matters to nobody.
        let _ = self.client.clone().close();
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

struct Arriving {
    stream: u32,
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
        let reply = pending.wait().map_err(failed)?;
        self.stage = Stage::Body(reply.body);
        Ok(reply.head)
    }

    fn data(&mut self) -> Result<Option<Bytes>> {
        match &mut self.stage {
            Stage::Body(body) => body.data().map_err(failed),
            Stage::Pending(_) | Stage::Nothing => Ok(None),
        }
    }

    fn trailers(&mut self) -> Option<Trailers> {
        match &mut self.stage {
            Stage::Body(body) => body.trailers(),
            Stage::Pending(_) | Stage::Nothing => None,
        }
    }

    fn stream_id(&self) -> Option<u32> {
        Some(self.stream)
    }
}

fn failed(error: Error) -> crate::exit::Failure {
    super::failure(&error)
}
