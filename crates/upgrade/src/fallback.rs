//! What becomes of a request of HTTP/1.1 that does not ask for HTTP/2.

use core::task::Waker;

use proto::{Bytes, Response};
use runtime::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use crate::head::RequestHead;
use crate::{respond, status};

/// What becomes of a request of HTTP/1.1 that does not ask for HTTP/2.
///
/// A closure from a head and its content to a response is one:
///
/// ```
/// use tress_upgrade::proto::{Bytes, Config, Response};
/// use tress_upgrade::{RequestHead, Server};
///
/// let server = Server::cleartext(Config::default())
///     .fallback(|_: &RequestHead, _: Bytes| (Response::new(404), Bytes::new()));
/// # let _ = server;
/// ```
pub trait Fallback {
    /// What a connection may be handed to.
    type Machine: Runtime;

    /// Takes the connection over, or leaves it. The head was only looked at: the machine reads it
    /// again, and all that follows.
    fn take_over(&mut self, head: &RequestHead) -> Option<Self::Machine> {
        let _ = head;
        None
    }

    /// Answers a request that is whole. Fields that say how the content ends are set for you, and
    /// the connection is closed behind the answer.
    fn answer(&mut self, head: &RequestHead, content: Bytes) -> (Response, Bytes);
}

/// Tells every client of HTTP/1.1 to come back with HTTP/2.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Refuse;

impl Fallback for Refuse {
    type Machine = Never;

    fn answer(&mut self, head: &RequestHead, _: Bytes) -> (Response, Bytes) {
        // RFC 9110 §7.8: a client of HTTP/1.0 cannot upgrade.
        if !head.is_http_1_1() {
            return respond::plain(status::VERSION);
        }
        let (response, content) = respond::plain(status::UPGRADE_REQUIRED);
        (response.field("upgrade", "h2c"), content)
    }
}

impl<F: FnMut(&RequestHead, Bytes) -> (Response, Bytes)> Fallback for F {
    type Machine = Never;

    fn answer(&mut self, head: &RequestHead, content: Bytes) -> (Response, Bytes) {
        self(head, content)
    }
}

/// The machine of a fallback that takes no connection over: there is none.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "nothing will ever be added to nothing"
)]
pub enum Never {}

impl Runtime for Never {
    fn next_read_operation(&mut self) -> ReadOperation {
        match *self {}
    }

    fn read(&mut self, _: &[u8]) -> usize {
        match *self {}
    }

    fn read_eof(&mut self, _: &[u8]) -> usize {
        match *self {}
    }

    fn yield_reader(&mut self, _: &Waker) {
        match *self {}
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        match *self {}
    }

    fn report_write_result(&mut self, _: WriteResult) {
        match *self {}
    }

    fn yield_writer(&mut self, _: &Waker) {
        match *self {}
    }

    fn report_exn(&mut self, _: Exn) {
        match *self {}
    }

    fn shutdown(&mut self) {
        match *self {}
    }

    fn is_closed(&self) -> bool {
        match *self {}
    }
}
