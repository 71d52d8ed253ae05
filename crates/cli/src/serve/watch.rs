//! Who watches the connections of a server: `--log`, `-v`, both or nobody.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt::Display;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use blocking::proto::{Connection, Observe, Record, Server};

use super::log::{Log, Requests};
use crate::args;
use crate::exit::Result;
use crate::frames::Frames;

/// Gives connections their numbers, and their observers.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    log: Option<Log>,
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
            log: args.log.as_deref().map(Log::open).transpose()?,
            is_verbose: args.verbose,
            start: Instant::now(),
            count: Arc::default(),
        })
    }

    /// Watches a new connection.
    pub(crate) fn begin(&self, connection: &mut Connection<Server>, peer: Option<SocketAddr>) {
        if self.log.is_none() && !self.is_verbose {
            return;
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let frames = || Frames::new(self.start, Some(&number as &dyn Display));
        connection.observe(Box::new(Observers {
            requests: self.log.clone().map(|log| Requests::new(log, number, peer)),
            frames: self.is_verbose.then(frames),
        }));
    }
}

/// The observers of one connection.
struct Observers {
    requests: Option<Requests>,
    frames: Option<Frames>,
}

impl Observe for Observers {
    fn record(&mut self, record: Record<'_>) {
        if let Some(requests) = &mut self.requests {
            requests.record(record);
        }
        if let Some(frames) = &mut self.frames {
            frames.record(record);
        }
    }
}
