//! `tress get`: URLs fetched at the same time, written one after the other.
//!
//! A thread for each connection opens the streams, in the order of the URLs, and this one takes
//! what arrives, in the same order. What comes for later URLs waits in its stream, and once a
//! window is full its sender waits, too.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::args;
use crate::exit::{Failure, Kind, Result};

use self::connection::{Connections, Exchange};
use self::output::Output;
use self::plan::{Job, Plan};
use self::progress::Progress;

mod connect;
mod connection;
mod data;
mod fields;
mod interrupt;
mod link;
mod output;
mod plan;
mod progress;
#[cfg(feature = "tls")]
mod tls;
mod upload;
mod url;

/// Fetches everything, and says on stderr what fails; the first failure decides the exit code.
pub(crate) fn run(args: &args::Get) -> core::result::Result<(), Kind> {
    let plan = Arc::new(Plan::new(args).map_err(Failure::reported)?);
    if plan.writes_files() || plan.recording.is_on() {
        interrupt::catch(plan.recording.clone()).map_err(Failure::reported)?;
    }
    let mut connections = Connections::open(&plan).map_err(Failure::reported)?;
    let failed = fetch_all(&plan, &mut connections);
    if failed.is_none() {
        // What is still on its way after a failure has nobody to go to.
        connections.close();
    }
    let finished = plan.recording.finish().map_err(Failure::reported);
    failed.map_or(finished, Err)
}

/// Takes one answer after the other; returns what failed first.
fn fetch_all(plan: &Plan, connections: &mut Connections) -> Option<Kind> {
    let mut first = None;
    let mut lost = Vec::new();
    for job in &plan.jobs {
        let Err(failure) = fetch(plan, job, connections) else {
            continue;
        };
        let kind = failure.kind();
        first = first.or(Some(kind));
        // One line is enough for all that would have gone over a connection that never was.
        if kind != Kind::Connect || !lost.contains(&job.origin) {
            failure.report();
        }
        match kind {
            Kind::Connect => lost.push(job.origin),
            Kind::BrokenPipe => break,
            Kind::Usage | Kind::Transfer => {}
        }
    }
    first
}

/// Takes one answer to where it belongs.
fn fetch(plan: &Plan, job: &Job, connections: &mut Connections) -> Result<()> {
    let mut exchange = connections.next(job.origin)?;
    let taken = take(plan, job, &mut exchange);
    // If what we sent could not be read, that is the cause of everything else.
    exchange.upload.failure().map_or(taken, Err)
}

fn take(plan: &Plan, job: &Job, exchange: &mut Exchange) -> Result<()> {
    let Exchange {
        incoming, stream, ..
    } = exchange;
    let place = |failure: Failure| failure.at(format_args!("{} (stream {stream})", job.url));
    let head = incoming.head().map_err(place)?;
    let mut output = Output::open(&job.target)?;
    let is_shown = !plan.is_verbose && !output.is_terminal();
    let mut progress = Progress::new(is_shown, &job.url, head.content_length());
    while let Some(piece) = incoming.data().map_err(place)? {
        output.write(&piece)?;
        progress.add(piece.len());
    }
    output.finish()?;
    if plan.must_succeed && head.status() >= 400 {
        let status = head.status();
        return Err(Failure::transfer(format_args!("the answer is {status}")).at(&job.url));
    }
    Ok(())
}
