//! The content of a request as a body, read by a thread of its own once somebody wants it.

use alloc::boxed::Box;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use http_body::{Body, Frame};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tress_async::proto::Bytes;

use super::super::data::Data;
use super::super::upload::{Outgoing, Upload};
use crate::exit::{Failure, Result};

/// How many pieces are read ahead.
const AHEAD: usize = 2;

/// What is read.
pub(super) enum Item {
    Piece(Bytes),
    /// All was.
    End,
}

/// The content of a request, of which nothing is read before it is asked for.
pub(super) enum UploadBody {
    Waiting(Data, Upload),
    Running(Receiver<Item>),
    Done,
}

impl UploadBody {
    /// Makes a body; whatever goes wrong is noted in `upload`.
    pub(super) const fn new(data: Data, upload: Upload) -> Self {
        Self::Waiting(data, upload)
    }

    fn start(&mut self) {
        if let Self::Waiting(data, upload) = core::mem::replace(self, Self::Done) {
            let (sender, receiver) = channel(AHEAD);
            upload.start(data, Box::new(Reading(sender)));
            *self = Self::Running(receiver);
        }
    }
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if matches!(*self, Self::Waiting(..)) {
            self.start();
        }
        let Self::Running(receiver) = &mut *self else {
            return Poll::Ready(None);
        };
        let item = ready!(receiver.poll_recv(cx));
        match item {
            Some(Item::Piece(piece)) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            Some(Item::End) => {
                *self = Self::Done;
                Poll::Ready(None)
            }
            // It must not look whole.
            None => {
                *self = Self::Done;
                Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())))
            }
        }
    }
}

/// The thread's end of it.
struct Reading(Sender<Item>);

impl Reading {
    fn pass(&self, item: Item) -> Result<()> {
        let passed = self.0.blocking_send(item);
        passed.map_err(|_| Failure::transfer("nobody wants more of the content"))
    }
}

impl Outgoing for Reading {
    fn send(&mut self, piece: Bytes) -> Result<()> {
        self.pass(Item::Piece(piece))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.pass(Item::End)
    }
}
