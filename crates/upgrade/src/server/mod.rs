//! The server: tells what a client speaks, and goes on in that.

mod http1;
mod runtime;

use core::time::Duration;

use ::runtime::{ReadOperation, Runtime};
use proto::{Config, Connection, Response, Server as Role};

use crate::content::Content;
use crate::deadline::Deadline;
use crate::fallback::{Fallback, Refuse};
use crate::head::RequestHead;
use crate::limits::Limits;
use crate::output::Output;
use crate::respond;
use crate::scan::Scan;

/// How many octets of HTTP/2 follow `101` before the client has said anything in it.
///
/// Choice: RFC 7540 §3.2 sets no limit; clients keep what comes with the answer in a buffer of their
/// own, and some (curl up to 7.88, for 32 KiB) end the connection when it is full.
const AHEAD: usize = 16 * 1024;

/// One connection of a server whose client may speak HTTP/2 by prior knowledge, HTTP/1.1 with the
/// wish for HTTP/2, or HTTP/1.1 alone.
///
/// For cleartext only: over TLS, the protocol is chosen by ALPN, and a wish for `h2c` that gets
/// there was smuggled (RFC 9113 §3.1).
#[derive(Debug)]
pub struct Server<F: Fallback = Refuse> {
    limits: Limits,
    fallback: F,
    /// There from the beginning, since the application may have it at any time. On an upgrade it
    /// gets its first stream.
    connection: Connection<Role>,
    stage: Stage<F::Machine>,
    output: Output,
    deadline: Deadline,
    now: Option<Duration>,
    /// How many octets of HTTP/2 may leave before the client has said anything in it, if it has not.
    ahead: Option<usize>,
}

/// What is spoken now.
#[derive(Debug)]
enum Stage<M> {
    /// Nobody knows yet.
    Head(Scan),
    /// HTTP/1.1: the content of a request is coming.
    Content(RequestHead, Content),
    /// HTTP/1.1: the answer is leaving, or nothing is.
    Last,
    /// HTTP/2, once the output is written.
    Http2,
    /// Whatever the fallback's machine speaks.
    Other(M),
}

impl Server {
    /// Makes a server for a connection without TLS. A request of HTTP/1.1 that does not ask for
    /// HTTP/2 is told to.
    #[must_use]
    pub fn cleartext(config: Config) -> Self {
        Self {
            limits: Limits::default(),
            fallback: Refuse,
            connection: Connection::new(config),
            stage: Stage::Head(Scan::default()),
            output: Output::default(),
            deadline: Deadline::default(),
            now: None,
            ahead: None,
        }
    }
}

impl<F: Fallback> Server<F> {
    /// Sets what a client that speaks HTTP/1.1 may cost us.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what becomes of a request of HTTP/1.1 that does not ask for HTTP/2, before any came.
    #[must_use]
    pub fn fallback<G: Fallback>(self, fallback: G) -> Server<G> {
        Server {
            limits: self.limits,
            fallback,
            connection: self.connection,
            stage: Stage::Head(Scan::default()),
            output: self.output,
            deadline: self.deadline,
            now: self.now,
            ahead: self.ahead,
        }
    }

    /// The connection in HTTP/2. It is there from the beginning, and opens its first stream once
    /// the client has shown that it speaks HTTP/2; with any other client it closes at once.
    pub fn connection(&mut self) -> &mut Connection<Role> {
        // Who gave it a command comes back for the events: a driver that waits is then woken.
        self.follow_shutdown();
        &mut self.connection
    }

    /// The machine that has taken the connection over, if one has.
    pub fn other(&mut self) -> Option<&mut F::Machine> {
        match &mut self.stage {
            Stage::Other(machine) => Some(machine),
            _ => None,
        }
    }

    /// Says whether the connection goes on in HTTP/2.
    #[must_use]
    pub fn is_http2(&self) -> bool {
        matches!(self.stage, Stage::Http2)
    }

    /// Takes input as long as that comes to anything.
    fn take(&mut self, input: &[u8]) -> usize {
        let mut consumed = 0;
        loop {
            let rest = input.get(consumed..).unwrap_or_default();
            let (count, goes_on) = match &mut self.stage {
                Stage::Head(scan) if !rest.is_empty() => {
                    let scan = *scan;
                    self.take_head(scan, rest)
                }
                Stage::Content(..) => self.take_content(rest),
                Stage::Head(_) => (0, false),
                Stage::Last => (rest.len(), false),
                Stage::Http2 => {
                    let count = self.connection.read(rest);
                    if count > 0 {
                        self.release();
                    }
                    (count, false)
                }
                Stage::Other(machine) => (machine.read(rest), false),
            };
            consumed += count;
            if !goes_on {
                return consumed;
            }
        }
    }

    fn become_http2(&mut self) {
        self.stage = Stage::Http2;
        if let Some(now) = self.now {
            self.connection.tick(now);
        }
        self.output.wake();
    }

    fn become_other(&mut self, mut machine: F::Machine) {
        if let Some(now) = self.now {
            machine.tick(now);
        }
        self.stage = Stage::Other(machine);
        self.connection.shutdown();
        self.output.wake();
    }

    fn fail(&mut self, status: u16) {
        let (response, content) = respond::plain(status);
        self.say_last(&response, &content, false);
    }

    fn say_last(&mut self, response: &Response, content: &[u8], is_head: bool) {
        self.output
            .queue(|out| respond::write(out, response, content, is_head));
        self.close();
    }

    /// Nothing more is read, and nothing but what is queued is written.
    fn close(&mut self) {
        self.stage = Stage::Last;
        self.deadline.restart();
        self.connection.shutdown();
        self.output.wake();
    }

    /// The client gave up, or took too long.
    fn give_up(&mut self, status: u16) {
        match &self.stage {
            // Who said nothing is told nothing.
            Stage::Head(scan) if scan.is_fresh() => self.close(),
            Stage::Head(_) | Stage::Content(..) => self.fail(status),
            Stage::Last => self.output.lose(),
            Stage::Http2 | Stage::Other(_) => {}
        }
    }

    /// All of the output may leave.
    fn release(&mut self) {
        if self.ahead.take().is_some() {
            self.output.wake();
        }
    }

    /// The application may have ended the connection before it was needed.
    fn follow_shutdown(&mut self) {
        let is_over = self.connection.next_read_operation() == ReadOperation::Close;
        match self.stage {
            Stage::Head(_) if self.connection.is_going_away() => self.close(),
            Stage::Content(..) if is_over => self.close(),
            Stage::Http2 if is_over => self.release(),
            _ => {}
        }
    }
}
