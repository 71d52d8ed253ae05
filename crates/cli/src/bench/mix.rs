//! A mix of requests from a file: a line for each kind.
//!
//! `WEIGHT METHOD PATH [CONTENT]`, where CONTENT is text or `@FILE`; empty lines and those that begin
//! with `#` say nothing.

use alloc::string::String;
use alloc::vec::Vec;
use std::fs;
use std::path::Path;

use crate::exit::{Failure, Result};

/// One kind of request, as the file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) weight: u32,
    pub(super) method: String,
    pub(super) path: String,
    /// As `-d` takes it.
    pub(super) data: Option<String>,
}

/// Reads a file.
pub(super) fn read(file: &Path) -> Result<Vec<Line>> {
    let refuse = |error: &dyn core::fmt::Display| {
        Failure::usage(format_args!(
            "cannot read the mix {}: {error}",
            file.display()
        ))
        .hint("a line is WEIGHT METHOD PATH [CONTENT], such as: 3 GET /index.html")
    };
    let text = fs::read_to_string(file).map_err(|error| refuse(&error))?;
    let lines = parse(&text).map_err(|number| refuse(&format_args!("line {number} is wrong")))?;
    if lines.is_empty() {
        return Err(refuse(&"there is no request in it"));
    }
    Ok(lines)
}

/// Reads the lines; the number of the first that is wrong.
fn parse(text: &str) -> core::result::Result<Vec<Line>, usize> {
    let mut lines = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            lines.push(line_of(line).ok_or(place + 1)?);
        }
    }
    Ok(lines)
}

fn line_of(line: &str) -> Option<Line> {
    let mut words = line.splitn(4, char::is_whitespace);
    let weight = words.next()?.parse().ok().filter(|weight| *weight > 0)?;
    let (method, path) = (words.next()?, words.next()?);
    if !path.starts_with('/') {
        return None;
    }
    Some(Line {
        weight,
        method: method.into(),
        path: path.into(),
        data: words.next().map(Into::into),
    })
}

#[cfg(test)]
mod tests;
