//! What a request is answered with, whatever moves the octets.

use alloc::format;
use alloc::string::{String, ToString};
use std::fs;
use std::path::{Path, PathBuf};

use blocking::proto::{Bytes, Request, Response};

use super::content_type::{HTML, TEXT, content_type};
use super::files::{self, Pieces};
use super::path::{self, Place, UrlPath};
use super::{listing, sink};
use crate::exit::{Failure, Result};
use crate::rate::Rate;

/// What GET `/echo` answers.
const GREETING: &str = "POST something here, and it comes back, trailers and all.\n";

/// What may be done with files and folders.
const READING: &[&str] = &["GET", "HEAD"];

/// A folder that is served.
#[derive(Debug)]
pub(crate) struct Site {
    root: PathBuf,
}

/// What to do about a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Say it all at once.
    Whole(Response, Bytes),
    /// Send a file, a piece when there is room for one.
    File(Response, Pieces),
    /// Send the content back as it comes.
    Echo(Response),
    /// Take the content at a rate, and count it.
    Sink(Option<Rate>),
}

impl Site {
    /// Serves a folder, which must be readable.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let refuse = |error| {
            Failure::usage(format_args!("cannot serve {}: {error}", folder.display()))
                .hint("give a folder that exists and that you may read")
        };
        // Without links in it, so that what a link leads to can be compared with it.
        let root = fs::canonicalize(folder).map_err(refuse)?;
        fs::read_dir(&root).map_err(refuse)?;
        Ok(Self { root })
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Says what to do about a request.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        let target = request
            .path()
            .and_then(|path| core::str::from_utf8(path).ok());
        let (path, query) = match target.map(|target| target.split_once('?')) {
            Some(Some((path, query))) => (path, Some(query)),
            _ => (target.unwrap_or_default(), None),
        };
        let Ok(method) = core::str::from_utf8(request.method()) else {
            return not_allowed(READING);
        };
        match path {
            "/echo" => echo(method, request),
            "/sink" => sink(method, query),
            _ if !READING.contains(&method) => not_allowed(READING),
            _ => self.resource(path, query, method == "HEAD"),
        }
    }

    fn resource(&self, path: &str, query: Option<&str>, is_head: bool) -> Answer {
        let Some(url_path) = UrlPath::parse(path) else {
            return not_found(path, is_head);
        };
        let Some(place) = url_path.locate(&self.root) else {
            return not_found(path, is_head);
        };
        if place.metadata.is_dir() {
            if !url_path.is_folder {
                return redirect(&url_path, query);
            }
            return self.folder(&place, &url_path, is_head);
        }
        if url_path.is_folder || !place.metadata.is_file() {
            return not_found(path, is_head);
        }
        file(&place, path, is_head)
    }

    fn folder(&self, place: &Place, url_path: &UrlPath, is_head: bool) -> Answer {
        let title = url_path.to_string();
        let index = path::locate_in(&self.root, place, "index.html");
        if let Some(index) = index.filter(|index| index.metadata.is_file()) {
            return file(&index, &title, is_head);
        }
        match listing::page(&self.root, place, &title) {
            Ok(page) => whole(200, HTML, page, is_head),
            Err(_) => forbidden(&title, is_head),
        }
    }
}

fn file(place: &Place, path: &str, is_head: bool) -> Answer {
    let head = |len: u64| {
        Response::new(200)
            .field("content-type", content_type(&place.path))
            .field("content-length", len.to_string())
    };
    if is_head {
        return Answer::Whole(head(place.metadata.len()), Bytes::new());
    }
    match files::open(place) {
        Ok(files::Opened::Small(content)) => Answer::Whole(head(content.len() as u64), content),
        Ok(files::Opened::Large(pieces)) => Answer::File(head(pieces.left()), pieces),
        Err(_) => forbidden(path, is_head),
    }
}

fn echo(method: &str, request: &Request) -> Answer {
    match method {
        "GET" | "HEAD" => whole(200, TEXT, GREETING.into(), method == "HEAD"),
        "POST" => {
            let mut response = Response::new(200);
            for name in ["content-type", "content-length"] {
                if let Some(value) = request.field_value(name) {
                    response = response.field(name, value);
                }
            }
            Answer::Echo(response)
        }
        _ => not_allowed(&["GET", "HEAD", "POST"]),
    }
}

fn sink(method: &str, query: Option<&str>) -> Answer {
    if method != "POST" {
        return not_allowed(&["POST"]);
    }
    match sink::rate(query) {
        Ok(rate) => Answer::Sink(rate),
        Err(error) => whole(400, TEXT, format!("{error}\n"), false),
    }
}

fn redirect(folder: &UrlPath, query: Option<&str>) -> Answer {
    let mut location = folder.as_folder();
    if let Some(query) = query {
        location.push('?');
        location.push_str(query);
    }
    let response = Response::new(308)
        .field("location", location)
        .field("content-length", "0");
    Answer::Whole(response, Bytes::new())
}

fn not_found(path: &str, is_head: bool) -> Answer {
    whole(404, TEXT, format!("there is nothing at {path}\n"), is_head)
}

fn forbidden(path: &str, is_head: bool) -> Answer {
    whole(403, TEXT, format!("{path} cannot be read\n"), is_head)
}

fn not_allowed(methods: &[&str]) -> Answer {
    let methods = methods.join(", ");
    let text = format!("only {methods} can be used here\n");
    let response = Response::new(405)
        .field("allow", methods)
        .field("content-type", TEXT)
        .field("content-length", text.len().to_string());
    Answer::Whole(response, text.into())
}

/// A whole answer. To HEAD it has the fields that it would have, and no content (RFC 9110 §9.3.2).
fn whole(status: u16, content_type: &str, text: String, is_head: bool) -> Answer {
    let response = Response::new(status)
        .field("content-type", content_type)
        .field("content-length", text.len().to_string());
    let content = if is_head { Bytes::new() } else { text.into() };
    Answer::Whole(response, content)
}

#[cfg(test)]
mod tests;
