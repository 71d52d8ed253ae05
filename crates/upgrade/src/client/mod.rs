//! The client: asks in HTTP/1.1 whether to go on in HTTP/2.

mod request;
mod runtime;

use core::mem;
use core::time::Duration;

use ::runtime::{ReadOperation, Runtime};
use alloc::boxed::Box;
use proto::frame::{FrameType, Head};
use proto::{Bytes, Client as Role, Config, Connection, Request, StreamId};

use crate::content::{Content, Fault};
use crate::deadline::Deadline;
use crate::error::{Refusal, RequestError, UpgradeError};
use crate::framing::Framing;
use crate::head::ResponseHead;
use crate::limits::Limits;
use crate::output::Output;
use crate::scan::{Found, Scan};

/// One connection of a client that begins with a request of HTTP/1.1 and the wish for HTTP/2
/// (RFC 7540 §3.2).
///
/// The request is stream 1 from the beginning, and other requests may follow at once: they are
/// sent when the server has agreed. A server that does not agree answers in HTTP/1.1; then stream 1
/// ends with the connection, whose error has an [`UpgradeError`] with that answer as its source,
/// and the others end [unsent](proto::StreamError::Unsent).
///
/// For cleartext only: over TLS, the protocol is chosen by ALPN.
#[derive(Debug)]
pub struct Client {
    limits: Limits,
    connection: Connection<Role>,
    stage: Stage,
    output: Output,
    deadline: Deadline,
    now: Option<Duration>,
    is_head: bool,
    /// How many octets informational answers may still have.
    spare: usize,
    error: Option<UpgradeError>,
}

/// How far the answer has come.
#[derive(Debug)]
enum Stage {
    Head(Scan),
    /// The answer is no upgrade, and its content is coming.
    Content(ResponseHead, Content),
    Http2,
    /// There will be no HTTP/2.
    Over,
}

impl Client {
    /// The stream on which the answer to the first request comes.
    pub const FIRST: StreamId = StreamId::from_wire(1);

    /// Makes a client for a connection without TLS, with its first request and all of its content.
    ///
    /// # Errors
    ///
    /// That the request is none that could ask for an upgrade.
    pub fn cleartext(
        config: Config,
        request: &Request,
        content: &[u8],
    ) -> Result<Self, RequestError> {
        let octets = request::write(&config, request, content)?;
        let (connection, _) = Connection::<Role>::upgraded(config, request)?;
        let mut output = Output::default();
        output.queue(|out| *out = octets);
        let limits = Limits::default();
        Ok(Self {
            limits,
            connection,
            stage: Stage::Head(Scan::default()),
            output,
            deadline: Deadline::default(),
            now: None,
            is_head: request.method() == b"HEAD",
            spare: limits.head,
            error: None,
        })
    }

    /// Sets what a server that answers in HTTP/1.1 may cost us.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self.spare = limits.head;
        self
    }

    /// The connection in HTTP/2. It is there from the beginning.
    pub fn connection(&mut self) -> &mut Connection<Role> {
        // Who gave it a command comes back for the events: a driver that waits is then woken.
        self.follow_shutdown();
        &mut self.connection
    }

    /// Says whether the server has agreed.
    #[must_use]
    pub fn is_http2(&self) -> bool {
        matches!(self.stage, Stage::Http2)
    }

    /// Why there is no HTTP/2, once that is certain.
    #[must_use]
    pub fn error(&self) -> Option<&UpgradeError> {
        self.error.as_ref()
    }

    fn take(&mut self, input: &[u8]) -> usize {
        let mut consumed = 0;
        loop {
            let rest = input.get(consumed..).unwrap_or_default();
            let (count, goes_on) = match &self.stage {
                Stage::Head(scan) => self.take_head(*scan, rest),
                Stage::Content(..) => self.take_content(rest),
                Stage::Http2 => (self.connection.read(rest), false),
                Stage::Over => (rest.len(), false),
            };
            consumed += count;
            if !goes_on {
                return consumed;
            }
        }
    }

    fn take_head(&mut self, mut scan: Scan, rest: &[u8]) -> (usize, bool) {
        if scan.is_fresh() {
            match is_preface(rest) {
                Some(true) => {
                    self.fail(UpgradeError::Http2Only);
                    return (0, true);
                }
                // Nothing is looked at until it can be told.
                None => return (0, false),
                Some(false) => {}
            }
        }
        match scan.find(rest, self.spare) {
            Found::Part => {
                self.stage = Stage::Head(scan);
                return (0, false);
            }
            Found::Broken => self.fail(UpgradeError::Malformed),
            Found::TooLong => self.fail(UpgradeError::TooLong),
            Found::Whole(count) => {
                let octets = rest.get(..count).unwrap_or(rest);
                match ResponseHead::parse(octets, &self.limits) {
                    Some(head) => self.judge(head, count),
                    None => self.fail(UpgradeError::Malformed),
                }
                return (count, true);
            }
        }
        (0, true)
    }

    /// A head has come, of so many octets.
    fn judge(&mut self, head: ResponseHead, count: usize) {
        match head.status {
            101 if head.is_upgrade() => self.become_http2(),
            101 => self.fail(UpgradeError::Protocol),
            // RFC 9110 §15.2: others may come before the answer.
            100..=199 => {
                self.spare = self.spare.saturating_sub(count);
                self.stage = Stage::Head(Scan::default());
            }
            _ => match Framing::of_response(&head, self.is_head) {
                Ok(framing) => {
                    self.deadline.restart();
                    self.stage = Stage::Content(head, Content::new(framing, &self.limits));
                }
                Err(_) => self.fail(UpgradeError::Malformed),
            },
        }
    }

    fn take_content(&mut self, rest: &[u8]) -> (usize, bool) {
        let Stage::Content(_, content) = &mut self.stage else {
            return (0, false);
        };
        match content.take(rest) {
            Ok(count) if !content.is_whole() => (count, false),
            Ok(count) => {
                self.conclude();
                (count, true)
            }
            Err(Fault::Malformed) => {
                self.fail(UpgradeError::Malformed);
                (0, true)
            }
            Err(Fault::TooLarge) => {
                self.conclude();
                (0, true)
            }
        }
    }

    /// The answer is whole, or as much of it as there will be.
    fn conclude(&mut self) {
        if let Stage::Content(head, content) = mem::replace(&mut self.stage, Stage::Over) {
            let is_whole = content.is_whole();
            let content = Bytes::from(content.into_octets());
            let refusal = Refusal::new(head.translate(), content, is_whole);
            self.fail(UpgradeError::Refused(refusal));
        }
    }

    fn become_http2(&mut self) {
        self.stage = Stage::Http2;
        if let Some(now) = self.now {
            self.connection.tick(now);
        }
        self.output.wake();
    }

    fn fail(&mut self, error: UpgradeError) {
        self.error = Some(error.clone());
        self.connection.report_exn(Box::new(error));
        self.close();
    }

    fn close(&mut self) {
        self.stage = Stage::Over;
        self.output.lose();
    }

    /// The application may have ended the connection already.
    fn follow_shutdown(&mut self) {
        let is_over = self.connection.next_read_operation() == ReadOperation::Close;
        if is_over && !matches!(self.stage, Stage::Http2 | Stage::Over) {
            self.close();
        }
    }
}

/// Says whether a server begins as it does in HTTP/2: with SETTINGS, which acknowledge nothing
/// (RFC 9113 §3.4). `None` where only more octets tell.
fn is_preface(input: &[u8]) -> Option<bool> {
    // No answer in HTTP/1.1 begins so, and SETTINGS do below 64 KiB, which is more than there are.
    match input.first() {
        None => return None,
        Some(0) => {}
        Some(_) => return Some(false),
    }
    let head = Head::parse_prefix(input)?;
    let is_settings = head.frame_type == FrameType::SETTINGS && head.stream_id.is_connection();
    Some(is_settings && head.length % 6 == 0)
}
