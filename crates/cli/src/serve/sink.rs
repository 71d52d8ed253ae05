//! POST `/sink?rate=1M`: takes content no faster than it is told, and counts it.

use alloc::string::{String, ToString};

use blocking::proto::Response;

use super::answer;
use super::content_type::TEXT;
use crate::rate::{NotARate, Rate};

/// Reads the rate out of a query; without one, there is no limit.
///
/// # Errors
///
/// It is there, and is not a rate.
pub(crate) fn rate(query: Option<&str>) -> Result<Option<Rate>, NotARate> {
    query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("rate="))
        .map(str::parse)
        .transpose()
}

/// What is answered in the end.
pub(crate) fn receipt(octets: u64) -> (Response, String) {
    let text = alloc::format!("{octets}\n");
    let response = answer::response(200)
        .field("content-type", TEXT)
        .field("content-length", text.len().to_string());
    (response, text)
}
