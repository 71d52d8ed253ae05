//! From the first octets to a request that is whole, and what it asks for.

use core::mem;

use proto::Bytes;
use proto::frame::PREFACE;

use super::{AHEAD, Server, Stage};
use crate::content::{Content, Fault};
use crate::fallback::Fallback;
use crate::framing::Framing;
use crate::head::RequestHead;
use crate::scan::{Found, Scan};
use crate::wish::Wish;
use crate::{respond, status};

impl<F: Fallback> Server<F> {
    /// Looks at the first octets. Returns how many were consumed, and whether another stage goes on
    /// with what is left.
    pub(super) fn take_head(&mut self, mut scan: Scan, rest: &[u8]) -> (usize, bool) {
        // RFC 9113 §3.4: the preface looks like a request that nobody makes.
        let len = rest.len().min(PREFACE.len());
        if rest.get(..len) == PREFACE.get(..len) {
            let is_whole = len == PREFACE.len();
            if is_whole {
                self.become_http2();
            }
            return (0, is_whole);
        }
        let found = scan.find(rest, self.limits.head);
        self.stage = Stage::Head(scan);
        let outcome = match found {
            Found::Part => return (0, false),
            Found::Broken => Err(status::BAD_REQUEST),
            Found::TooLong => Err(status::HEAD_TOO_LARGE),
            Found::Whole(count) => {
                RequestHead::parse(rest.get(..count).unwrap_or(rest), &self.limits)
                    .and_then(|head| self.judge(head, count))
            }
        };
        let consumed = outcome.unwrap_or_else(|status| {
            self.fail(status);
            0
        });
        (consumed, true)
    }

    /// Takes a head, or hands it to the fallback's machine. Returns how many octets were consumed.
    fn judge(&mut self, head: RequestHead, count: usize) -> Result<usize, u16> {
        match Wish::of(&head) {
            Wish::H2c(_) => {}
            Wish::Broken => return Err(status::BAD_REQUEST),
            Wish::None => {
                if let Some(machine) = self.fallback.take_over(&head) {
                    self.become_other(machine);
                    return Ok(0);
                }
            }
        }
        head.translate()?;
        let content = Content::new(Framing::of_request(&head)?, &self.limits);
        if content.is_too_large() {
            return Err(status::CONTENT_TOO_LARGE);
        }
        // RFC 9110 §10.1.1: HTTP/1.0 has no expectations. RFC 9110 §7.8: 100 comes before 101.
        match head.field_value("expect").filter(|_| head.is_http_1_1()) {
            None => {}
            Some(expected) if expected.eq_ignore_ascii_case(b"100-continue") => {
                self.output
                    .queue(|out| out.extend_from_slice(respond::CONTINUE));
            }
            Some(_) => return Err(status::EXPECTATION),
        }
        self.deadline.restart();
        self.stage = Stage::Content(head, content);
        Ok(count)
    }

    pub(super) fn take_content(&mut self, rest: &[u8]) -> (usize, bool) {
        let Stage::Content(_, content) = &mut self.stage else {
            return (0, false);
        };
        let consumed = match content.take(rest) {
            Ok(count) if !content.is_whole() => return (count, false),
            Ok(count) => count,
            Err(fault) => {
                self.fail(match fault {
                    Fault::Malformed => status::BAD_REQUEST,
                    Fault::TooLarge => status::CONTENT_TOO_LARGE,
                });
                return (0, true);
            }
        };
        if let Stage::Content(head, content) = mem::replace(&mut self.stage, Stage::Last) {
            self.conclude(&head, Bytes::from(content.into_octets()));
        }
        (consumed, true)
    }

    /// A request of HTTP/1.1 is whole.
    fn conclude(&mut self, head: &RequestHead, content: Bytes) {
        let Wish::H2c(settings) = Wish::of(head) else {
            let (response, content) = self.fallback.answer(head, content);
            return self.say_last(&response, &content, head.method() == b"HEAD");
        };
        let upgraded = head.translate().and_then(|request| {
            let upgraded = self.connection.upgrade(&settings, request, content);
            upgraded.map_err(|_| status::BAD_REQUEST)
        });
        match upgraded {
            Ok(()) => {
                self.output
                    .queue(|out| out.extend_from_slice(respond::SWITCHING));
                self.ahead = Some(AHEAD);
                self.become_http2();
            }
            Err(status) => self.fail(status),
        }
    }
}
