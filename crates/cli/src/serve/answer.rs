//! What a request is answered with, and the answers that are no files.

use alloc::format;
use alloc::string::{String, ToString};
use core::time::Duration;
use std::time::SystemTime;

use blocking::proto::{Bytes, Response};

use super::content_type::TEXT;
use super::date;
use super::files::Pieces;
use super::root::Missing;
use crate::rate::Rate;

/// How much content of a request is taken that is answered without it, in octets, before it is answered: a
/// whole answer stops the rest of the request (RFC 9113 §8.1), and some clients lose the answer then.
pub(crate) const DRAINED_OCTETS: usize = 1 << 20;
/// For how long it is taken.
pub(crate) const DRAINED_TIME: Duration = Duration::from_secs(2);

/// What to do about a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Say it all at once.
    Whole(Response, Bytes),
    /// Send a file, a piece when there is space for one.
    File(Response, Pieces),
    /// Send the content back as it comes.
    Echo(Response),
    /// Take the content at a rate, and count it.
    Sink(Option<Rate>),
}

/// Begins a response that is made now.
pub(crate) fn response(status: u16) -> Response {
    date::response(status, SystemTime::now())
}

/// A whole answer. To HEAD it has the fields that it would have, and no content (RFC 9110 §9.3.2).
pub(crate) fn whole(status: u16, content_type: &str, text: String, is_head: bool) -> Answer {
    with(response(status), content_type, text, is_head)
}

fn with(response: Response, content_type: &str, text: String, is_head: bool) -> Answer {
    let response = response
        .field("content-type", content_type)
        .field("content-length", text.len().to_string());
    let content = if is_head { Bytes::new() } else { text.into() };
    Answer::Whole(response, content)
}

/// Nothing is available at a path.
pub(crate) fn missing(why: Missing, path: &str, is_head: bool) -> Answer {
    let (status, text) = match why {
        Missing::Nothing => (404, format!("there is nothing at {path}\n")),
        Missing::Forbidden => (403, format!("{path} may not be read\n")),
        Missing::Unreadable => (500, format!("{path} cannot be read\n")),
        Missing::Exhausted => {
            let text = String::from("the server has too much open, try again\n");
            // RFC 9110 §10.2.3
            return with(response(503).field("retry-after", "1"), TEXT, text, is_head);
        }
    };
    whole(status, TEXT, text, is_head)
}

/// It is elsewhere, and so is what is sent there.
pub(crate) fn redirect(mut location: String, query: Option<&str>) -> Answer {
    if let Some(query) = query {
        location.push('?');
        location.push_str(query);
    }
    let response = response(308)
        .field("location", location)
        .field("content-length", "0");
    Answer::Whole(response, Bytes::new())
}

/// Only these methods can be used.
pub(crate) fn not_allowed(methods: &[&str]) -> Answer {
    let methods = methods.join(", ");
    let text = format!("only {methods} can be used here\n");
    with(response(405).field("allow", methods), TEXT, text, false)
}
