//! A file as it is answered: all of it, parts of it, or that it has not changed.

use alloc::string::ToString;
use alloc::vec::Vec;
use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

use blocking::proto::{Request, Response};

use super::content_type::content_type;
use super::date;
use super::files::Segment;
use super::partial;
use super::range::{self, Ranges};
use super::validators::{Condition, Fingerprint, Validators};

/// What is known of a file besides its content.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// What tells it from what it becomes.
    pub(crate) fingerprint: Fingerprint,
    content_type: &'static str,
    validators: Validators,
    now: SystemTime,
    /// The answer to who wants all of it.
    whole: Response,
}

/// What of the file a request is answered with.
#[derive(Debug)]
pub(crate) enum Selection {
    /// All of it.
    Whole(Response),
    /// Parts of it.
    Parts(Response, Vec<Segment>),
    /// Nothing.
    Nothing(Response),
}

impl Resource {
    /// Describes an open file, at a time.
    pub(crate) fn new(path: &Path, metadata: &Metadata, now: SystemTime) -> Self {
        let fingerprint = Fingerprint::of(metadata);
        let content_type = content_type(path);
        let validators = Validators::of(&fingerprint, now);
        let whole = date::response(200, now)
            .field("content-type", content_type)
            .field("content-length", fingerprint.len.to_string())
            .field("accept-ranges", "bytes");
        Self {
            fingerprint,
            content_type,
            whole: validators.say(whole),
            validators,
            now,
        }
    }

    /// The response with all of it.
    pub(crate) fn whole(&self) -> Response {
        self.whole.clone()
    }

    /// Chooses what a GET or HEAD gets.
    pub(crate) fn select(&self, request: &Request, is_head: bool) -> Selection {
        if !has_conditions(request) {
            return Selection::Whole(self.whole());
        }
        match self.validators.condition(request) {
            Condition::Holds => {}
            Condition::NotModified => {
                let response = self.validators.say(date::response(304, self.now));
                return Selection::Nothing(response);
            }
            Condition::Failed => {
                let response = date::response(412, self.now).field("content-length", "0");
                return Selection::Nothing(response);
            }
        }
        // RFC 9110 §14.2: a range of what HEAD gets is none.
        let range = request.field_value("range").filter(|_| !is_head);
        let range = range.filter(|_| self.validators.has_part(request));
        let len = self.fingerprint.len;
        match range.map_or(Ranges::Ignored, |value| range::parse(value, len)) {
            Ranges::Ignored => Selection::Whole(self.whole()),
            Ranges::Unsatisfiable => {
                let response = date::response(416, self.now)
                    .field("content-range", partial::unsatisfied(len))
                    .field("content-length", "0");
                Selection::Nothing(response)
            }
            Ranges::Some(ranges) => {
                let response = self.validators.say(date::response(206, self.now));
                let (response, parts) = partial::parts(response, self.content_type, &ranges, len);
                Selection::Parts(response, parts)
            }
        }
    }
}

/// Says whether a request may want anything but all there is.
fn has_conditions(request: &Request) -> bool {
    request
        .fields()
        .any(|field| field.name == b"range" || field.name.starts_with(b"if-"))
}
