//! What `--health` answers: whether the server takes new requests.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use super::answer::{Answer, not_allowed, whole};
use super::content_type::TEXT;
use crate::exit::{Failure, Result};

/// The health of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    /// Where it is asked for, if anywhere.
    path: Option<String>,
    is_ending: Arc<AtomicBool>,
}

impl Health {
    /// A server that is well, which says so at this path.
    ///
    /// # Errors
    ///
    /// It is no path.
    pub(crate) fn new(path: Option<&str>) -> Result<Self> {
        if let Some(path) = path.filter(|path| !path.starts_with('/') || path.contains(['?', '#']))
        {
            let failure = Failure::usage(format_args!("--health {path}: that is no path"));
            return Err(failure.hint("it begins with a slash, as /health does, and has no query"));
        }
        Ok(Self {
            path: path.map(ToString::to_string),
            is_ending: Arc::default(),
        })
    }

    /// The server is to end.
    pub(crate) fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    /// Answers a request for the health; `None` if it is for something else.
    pub(crate) fn answer(&self, method: &str, path: &str) -> Option<Answer> {
        if self.path.as_deref() != Some(path) {
            return None;
        }
        if !super::site::READING.contains(&method) {
            return Some(not_allowed(super::site::READING));
        }
        let (status, text) = match self.is_ending.load(Ordering::SeqCst) {
            false => (200, "well\n"),
            true => (503, "going away\n"),
        };
        Some(whole(status, TEXT, text.into(), method == "HEAD"))
    }
}
