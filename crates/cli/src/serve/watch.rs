//! Who watches the connections of a server: `--access-log`, `--log`, `-v`, some of them or nobody.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt::Display;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicU64, Ordering};
use std::path::Path;
use std::time::Instant;

use blocking::proto::{Connection, Server, Side};

use super::log::{Log, Requests};
use crate::args;
use crate::exit::Result;
use crate::frames::Frames;
use crate::record::{Observers, Recording};

/// Where requests are written.
fn access_log(args: &args::Serve) -> Option<&Path> {
    let usual = args.json.then_some(Path::new("-"));
    args.access_log.as_deref().or(usual)
}

/// Gives connections their numbers, and their observers.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    access_log: Option<Log>,
    recording: Recording,
    is_verbose: bool,
    /// When the times of frames begin.
    start: Instant,
    /// How many connections there were.
    count: Arc<AtomicU64>,
}

impl Watch {
    /// Watches what the command line asks for.
    ///
    /// # Errors
    ///
    /// The log cannot be written.
    pub(crate) fn new(args: &args::Serve) -> Result<Self> {
        Ok(Self {
            access_log: access_log(args)
                .map(|path| Log::open(path, args.json))
                .transpose()?,
            recording: Recording::new(args.log.as_deref(), None)?,
            is_verbose: args.verbose,
            start: Instant::now(),
            count: Arc::default(),
        })
    }

    /// Watches a new connection.
    pub(crate) fn begin(&self, connection: &mut Connection<Server>, peer: Option<SocketAddr>) {
        if self.access_log.is_none() && !self.is_verbose && !self.recording.is_on() {
            return;
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let name = peer.map_or_else(String::new, |peer| peer.to_string());
        let mut observers = self.recording.observers(Side::Server, &name);
        if let Some(log) = self.access_log.clone() {
            observers.push(Box::new(Requests::new(log, number, peer)));
        }
        if self.is_verbose {
            observers.push(Box::new(Frames::new(
                self.start,
                Some(&number as &dyn Display),
            )));
        }
        connection.observe(Box::new(Observers(observers)));
    }

    /// What is kept of all connections.
    pub(crate) const fn recording(&self) -> &Recording {
        &self.recording
    }
}
