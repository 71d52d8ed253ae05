//! What a case asks for, and from whom.

use crate::{Block, Frame, Headers, block, headers};

/// What a case asks for, and from whom.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// `http` or `https`.
    pub scheme: String,
    /// The host, and the port where it is not the scheme's.
    pub authority: String,
    /// A path that answers GET.
    pub path: String,
    /// The stream that the case is about: the first one, or that of the client's request.
    pub stream: u32,
}

impl Target {
    /// A target whose cases are about stream 1.
    #[must_use]
    pub fn new(scheme: &str, authority: &str, path: &str) -> Self {
        Self {
            scheme: scheme.to_owned(),
            authority: authority.to_owned(),
            path: path.to_owned(),
            stream: 1,
        }
    }

    /// The control data of a request, without references to any table that is not static.
    pub(crate) fn control(&self, method: &str) -> Block {
        block()
            .literal(":method", method)
            .literal(":scheme", &self.scheme)
            .literal(":authority", &self.authority)
            .literal(":path", &self.path)
    }

    /// The head of a GET, whose end is to be said.
    #[must_use]
    pub fn get(&self, stream: u32) -> Frame<Headers> {
        headers(stream).block(&self.control("GET"))
    }

    /// The head of a POST.
    pub(crate) fn post(&self, stream: u32) -> Frame<Headers> {
        headers(stream).block(&self.control("POST"))
    }
}
