//! What is said of connections and of what goes wrong with them on purpose: lines for people, or objects.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use core::net::SocketAddr;
use std::time::Instant;

use serde_json::json;

use crate::announce::announce;
use crate::talk::{ERROR, say};

/// What the objects of `--json` are, and in which version.
pub(super) const SCHEMA: &str = "tress-proxy/1";

/// For whom it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Faults, on stderr.
    People,
    /// Connections and faults, an object a line on stdout.
    Objects,
}

/// What is said of one connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    form: Form,
    connection: u64,
    /// When the times of objects begin.
    start: Instant,
}

impl Report {
    pub(super) const fn new(form: Form, connection: u64, start: Instant) -> Self {
        Self {
            form,
            connection,
            start,
        }
    }

    /// A client has connected.
    pub(super) fn connection(&self, peer: SocketAddr) {
        if self.form == Form::Objects {
            self.object("connection", "peer", &peer.to_string());
        }
    }

    /// Something has gone wrong on purpose.
    pub(super) fn fault(&self, what: &str) {
        match self.form {
            Form::People => say(format_args!("{ERROR}fault:{ERROR:#} {what}")),
            Form::Objects => self.object("fault", "what", what),
        }
    }

    fn object(&self, kind: &str, name: &str, text: &str) {
        let mut object = json!({
            "schema": SCHEMA,
            "type": kind,
            "connection": self.connection,
            "ms": self.start.elapsed().as_secs_f64() * 1e3,
        });
        if let Some(members) = object.as_object_mut() {
            members.insert(name.to_owned(), text.into());
        }
        // What cannot be said is no reason to relay no more.
        let _ = announce(format_args!("{object}\n"));
    }
}
