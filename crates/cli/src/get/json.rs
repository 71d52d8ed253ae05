//! `--json`: an object a line for each URL, in place of its content.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, Write};

use blocking::proto::Response;
use serde_json::{Value, json};
use tress_log::is_secret;

use super::exchange::Exchange;
use super::plan::Job;
use crate::exit::{Failure, Result};
use crate::frames::Harmless;

/// What the objects are, and in which version.
const SCHEMA: &str = "tress-get/1";

/// Says how an answer came.
pub(super) fn answered(job: &Job, exchange: &Exchange, head: &Response, octets: u64) -> Result<()> {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let fields = head.fields().map(|field| {
        let value = match is_secret(field.name) {
            true => Value::Null,
            false => Harmless(field.value).to_string().into(),
        };
        json!([Harmless(field.name).to_string(), value])
    });
    write(&json!({
        "schema": SCHEMA,
        "url": job.url.to_string(),
        "method": job.method,
        "stream": exchange.incoming.stream_id(),
        "status": head.status(),
        "fields": fields.collect::<Vec<_>>(),
        "octets": octets,
        "head_ms": milliseconds(exchange.head_after),
        "end_ms": milliseconds(exchange.begun.elapsed()),
        "error": null,
    }))
}

/// Says why there was no whole answer.
pub(super) fn failed(job: &Job, failure: &Failure) -> Result<()> {
    write(&json!({
        "schema": SCHEMA,
        "url": job.url.to_string(),
        "method": job.method,
        "error": failure.to_string(),
        "exit_code": failure.kind().code(),
    }))
}

fn write(object: &Value) -> Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{object}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))
}
