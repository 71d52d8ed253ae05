//! Where content comes from.

use core::fmt;
use std::io::Read;

use proto::{Bytes, Server};

use super::incoming::Incoming;
use super::writer::BodyWriter;
use crate::tunnel::Tunnel;
use session::Error;

pub(super) type Write = Box<dyn FnOnce(&mut BodyWriter<'_>) -> Result<(), Error> + Send>;
pub(super) type Through = Box<dyn FnOnce(Tunnel<Server>) -> Result<(), Error> + Send>;

/// Where the content comes from.
pub(super) enum Content {
    Bytes(Bytes),
    Incoming(Box<Incoming>),
    Reader(Box<dyn Read + Send>, Option<u64>),
    Writer(Write),
    Tunnel(Through),
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(data) => write!(f, "Bytes({})", data.len()),
            Self::Incoming(incoming) => incoming.fmt(f),
            Self::Reader(_, length) => f.debug_tuple("Reader").field(length).finish(),
            Self::Writer(_) => f.write_str("Writer"),
            Self::Tunnel(_) => f.write_str("Tunnel"),
        }
    }
}
