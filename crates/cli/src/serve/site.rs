//! What a request is answered with, whatever moves the octets.

use alloc::string::ToString;
use alloc::sync::Arc;
use std::fs::File;
use std::path::Path;

use blocking::proto::{Bytes, Request};

use super::answer::{self, Answer, missing, not_allowed, whole};
use super::cache::{Cache, Entry};
use super::content_type::{HTML, TEXT};
use super::files::{self, Pieces, Segment};
use super::health::Health;
use super::now::Now;
use super::path::UrlPath;
use super::resource::{Resource, Selection};
use super::root::{Missing, Root};
use super::target::{self, Target};
use super::{listing, sink};
use crate::exit::{Failure, Result};

/// What GET `/echo` answers.
const GREETING: &str = "POST something here, and it comes back, trailers and all.\n";

/// What may be done with files and folders.
pub(super) const READING: &[&str] = &["GET", "HEAD"];

/// A folder that is served.
#[derive(Debug)]
pub(crate) struct Site {
    root: Root,
    cache: Cache,
    health: Health,
}

impl Site {
    /// Serves a folder, which must be readable.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let root = Root::open(folder).map_err(|error| {
            Failure::usage(format_args!("cannot serve {}: {error}", folder.display()))
                .hint("give a folder that exists and that you may read")
        })?;
        let cache = Cache::default();
        let health = Health::default();
        Ok(Self {
            root,
            cache,
            health,
        })
    }

    /// Says at a path of its own how the server is.
    pub(crate) fn health(mut self, health: Health) -> Self {
        self.health = health;
        self
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Says what to do about a request.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        self.answer_at(request, Now::default())
    }

    fn answer_at(&self, request: &Request, now: Now) -> Answer {
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
        if let Some(answer) = self.health.answer(method, path) {
            return answer;
        }
        match path {
            "/echo" => echo(method, request),
            "/sink" => sink(method, query),
            _ if !READING.contains(&method) => not_allowed(READING),
            _ => self.read(path, query, request, method == "HEAD", now),
        }
    }

    /// Answers with a file or a folder: from memory, if it was looked at a moment ago.
    fn read(
        &self,
        path: &str,
        query: Option<&str>,
        request: &Request,
        is_head: bool,
        now: Now,
    ) -> Answer {
        let known = self.cache.get(path);
        if let Some(entry) = known.as_ref().filter(|entry| entry.is_fresh(now.instant())) {
            return from_memory(&entry.resource, &entry.content, request, is_head);
        }
        let Some(url_path) = UrlPath::parse(path) else {
            return missing(Missing::Nothing, path, is_head);
        };
        match target::find(&self.root, &url_path) {
            Ok(Target::File(file, metadata, name)) => {
                let resource = Resource::new(&name, &metadata, now.time());
                let found = self.content(path, &file, resource, known, now);
                match found {
                    Ok((resource, Some(content))) => {
                        from_memory(&resource, &content, request, is_head)
                    }
                    Ok((resource, None)) => in_pieces(&resource, file, request, is_head),
                    Err(why) => missing(why, path, is_head),
                }
            }
            Ok(Target::Folder(folder)) => {
                let title = url_path.to_string();
                match self.root.list(&folder) {
                    Ok(entries) => whole(200, HTML, listing::page(&title, &entries), is_head),
                    Err(why) => missing(why, path, is_head),
                }
            }
            Ok(Target::Elsewhere) => answer::redirect(url_path.as_folder(), query),
            Err(why) => missing(why, path, is_head),
        }
    }

    /// Reads a file that was looked at now, if it is small. It is kept then, unless it has changed a
    /// moment ago: another change might not show.
    fn content(
        &self,
        path: &str,
        file: &File,
        resource: Resource,
        known: Option<Arc<Entry>>,
        now: Now,
    ) -> core::result::Result<(Resource, Option<Bytes>), Missing> {
        let known = known.filter(|entry| entry.resource.fingerprint == resource.fingerprint);
        let content = match known {
            Some(entry) => Some(entry.content.clone()),
            None => files::read(file, resource.fingerprint.len)?,
        };
        if let Some(content) = &content {
            if resource.fingerprint.is_settled(now.time()) {
                let entry = Entry::new(resource.clone(), content.clone(), now.instant());
                self.cache.put(path, Arc::new(entry));
            }
        }
        Ok((resource, content))
    }
}

fn from_memory(resource: &Resource, content: &Bytes, request: &Request, is_head: bool) -> Answer {
    match resource.select(request, is_head) {
        Selection::Whole(response) if is_head => Answer::Whole(response, Bytes::new()),
        Selection::Whole(response) => Answer::Whole(response, content.clone()),
        Selection::Parts(response, parts) => Answer::Whole(response, files::join(parts, content)),
        Selection::Nothing(response) => Answer::Whole(response, Bytes::new()),
    }
}

fn in_pieces(resource: &Resource, file: File, request: &Request, is_head: bool) -> Answer {
    let (response, parts) = match resource.select(request, is_head) {
        Selection::Whole(response) if is_head => return Answer::Whole(response, Bytes::new()),
        Selection::Whole(response) => {
            let all = Segment::Octets(0..resource.fingerprint.len);
            (response, [all].into())
        }
        Selection::Parts(response, parts) => (response, parts),
        Selection::Nothing(response) => return Answer::Whole(response, Bytes::new()),
    };
    Answer::File(response, Pieces::new(file, parts))
}

fn echo(method: &str, request: &Request) -> Answer {
    match method {
        "GET" | "HEAD" => whole(200, TEXT, GREETING.into(), method == "HEAD"),
        "POST" => {
            let mut response = answer::response(200);
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
        Err(error) => whole(400, TEXT, alloc::format!("{error}\n"), false),
    }
}

#[cfg(test)]
mod tests;
