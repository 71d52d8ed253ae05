//! `-L`: where a redirect leads, and what is sent there (RFC 9110 §15.4).

use alloc::string::String;

use blocking::proto::Response;
use tress_log::is_secret;

use super::data::Data;
use super::fields::{self, Field};
use super::plan::{Job, Plan};
use super::url::Url;
use crate::exit::{Failure, Result};

/// How often a URL may lead elsewhere.
pub(crate) const MOST: usize = 50;

/// What describes content that is not sent again.
const OF_CONTENT: &[&str] = &[
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-type",
    "digest",
    "expect",
    "last-modified",
];

/// What is to be fetched in the place of a job, if its answer leads elsewhere.
///
/// # Errors
///
/// It leads to what cannot be fetched, or content would have to be sent again that is gone.
pub(crate) fn next(plan: &Plan, job: &Job, head: &Response) -> Result<Option<Job>> {
    let status = head.status();
    let Some(location) = head.field_value("location") else {
        return Ok(None);
    };
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let url = target(&job.url, location)?;
    let method = method(status, &job.method);
    let keeps_content = method == job.method;
    let has_content = keeps_content && job.has_content;
    if has_content && matches!(plan.data, Some(Data::Stdin)) {
        return Err(Failure::transfer(format_args!(
            "it is redirected to {url} with {status}, and stdin cannot be sent again"
        ))
        .hint("put the content into a file, and give -d @FILE"));
    }
    // What was meant for one server is not told to another.
    let is_told = |field: &&Field| {
        let is_of_content = OF_CONTENT.contains(&field.name());
        let is_for_one = is_secret(field.name().as_bytes()) || field.name() == "host";
        (keeps_content || !is_of_content) && (url.origin == job.url.origin || !is_for_one)
    };
    let fields = plan.fields.iter().filter(is_told);
    let data = plan.data.as_ref().filter(|_| has_content);
    Ok(Some(Job {
        request: fields::request(method, &url, fields, data),
        method: method.into(),
        origin: job.origin,
        target: job.target.clone(),
        has_content,
        url,
    }))
}

fn target(from: &Url, location: &[u8]) -> Result<Url> {
    let text = String::from_utf8_lossy(location);
    from.join(&text).map_err(|error| {
        Failure::transfer(format_args!(
            "it is redirected to {text:?}, which cannot be fetched: {error}"
        ))
    })
}

/// What becomes of the method: 303 asks for another resource, and after 301 and 302 a POST has been
/// taken for that for as long as there have been browsers.
fn method(status: u16, method: &str) -> &str {
    match (status, method) {
        (303, "HEAD") => "HEAD",
        (303, _) | (301 | 302, "POST") => "GET",
        _ => method,
    }
}

#[cfg(test)]
mod tests;
