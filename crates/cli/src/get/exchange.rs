//! A request under way, and what went wrong with it.

use alloc::boxed::Box;
use core::time::Duration;
use std::time::Instant;

use blocking::proto::{Bytes, Response};

use super::link::Incoming;
use super::mixup::Heard;
use super::plan::{Job, Plan};
use super::upload::Upload;
use crate::exit::{Failure, Kind, Result};
use crate::frames::Time;
use crate::talk::say;

/// A request under way.
pub(crate) struct Exchange {
    /// Its answer.
    pub(crate) incoming: Box<dyn Incoming>,
    /// Its content.
    pub(crate) upload: Upload,
    /// What its connection heard first.
    pub(crate) heard: Heard,
    /// When it was sent.
    pub(crate) begun: Instant,
    /// How long its head took.
    pub(crate) head_after: Duration,
}

impl Exchange {
    /// Waits for the head of the answer; asked for once, and first.
    pub(crate) fn head(&mut self, job: &Job) -> Result<Response> {
        let head = self.incoming.head();
        self.head_after = self.begun.elapsed();
        head.map_err(|failure| self.explain(failure, job))
    }

    /// Waits for the next piece of the content; `None` at the end.
    pub(crate) fn data(&mut self, job: &Job) -> Result<Option<Bytes>> {
        let data = self.incoming.data();
        data.map_err(|failure| self.explain(failure, job))
    }

    /// Says how it went, where everything is shown.
    pub(crate) fn report(&self, plan: &Plan, job: &Job, status: u16, octets: u64) {
        if plan.is_verbose {
            let millis = |time: Duration| time.as_secs_f64() * 1000.0;
            let (head, end) = (millis(self.head_after), millis(self.begun.elapsed()));
            let (time, url) = (Time(plan.start), &job.url);
            say(format_args!(
                "{time} * {url}: {status}, {octets} octets, head after {head:.1} ms, end after {end:.1} ms"
            ));
        }
    }

    /// Says where it happened, and why, if we know better: what we sent could not be sent to its end,
    /// or the server does not speak HTTP/2.
    fn explain(&self, failure: Failure, job: &Job) -> Failure {
        let failure = self.upload.cause().unwrap_or(failure);
        let failure = match self.incoming.stream_id() {
            Some(stream) => failure.at(format_args!("{} (stream {stream})", job.url)),
            None if failure.kind() == Kind::Connect => failure,
            None => failure.at(&job.url),
        };
        match self.heard.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
