//! `tress get`: URLs fetched at the same time, written one after the other.
//!
//! A thread for each connection opens the streams, in the order of the URLs, and this one takes
//! what arrives, in the same order. What comes for later URLs waits in its stream, and once a
//! window is full its sender waits, too.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::thread;

use crate::args;
use crate::exit::{Failure, Kind, Result};

use self::connection::Connections;
use self::exchange::Exchange;
use self::output::Output;
use self::plan::{Job, Plan};
use self::progress::Progress;

pub(crate) mod connect;
mod connection;
mod connector;
mod data;
mod exchange;
pub(crate) mod fields;
mod head;
mod interrupt;
mod json;
mod link;
mod mixup;
mod output;
pub(crate) mod plan;
mod progress;
mod redirect;
#[cfg(feature = "tls")]
pub(crate) mod tls;
mod upload;
pub(crate) mod url;

/// Fetches everything, and says on stderr what fails; the first failure decides the exit code.
pub(crate) fn run(args: &args::Get) -> core::result::Result<(), Kind> {
    let plan = Arc::new(Plan::new(args).map_err(Failure::reported)?);
    if plan.writes_files() || plan.recording.is_on() {
        interrupt::keep(plan.recording.clone());
        interrupt::catch().map_err(Failure::reported)?;
    }
    if let Some(limit) = plan.max_time {
        thread::spawn(move || give_up_after(limit));
    }
    let mut connections = Connections::open(&plan).map_err(Failure::reported)?;
    let failed = fetch_all(&plan, &mut connections);
    match failed {
        None => connections.close(),
        // There is nothing to say, and nobody to wait.
        Some(Kind::BrokenPipe) => {}
        Some(_) => connections.leave(),
    }
    let finished = plan.recording.finish().map_err(Failure::reported);
    failed.map_or(finished, Err)
}

/// Ends the process when everything together has taken too long.
fn give_up_after(limit: Duration) {
    thread::sleep(limit);
    let limit = humantime::format_duration(limit);
    let kind = Failure::transfer(format_args!("it took longer than {limit}"))
        .hint("--max-time gives it more time")
        .reported();
    interrupt::end(i32::from(kind.code()))
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
        if plan.is_json && json::failed(job, &failure).is_err() {
            return first;
        }
        // One line is enough for all that would have gone over a connection that never was.
        if kind != Kind::Connect || !lost.contains(&job.origin) {
            failure.report();
        }
        match kind {
            Kind::Connect => lost.push(job.origin),
            Kind::BrokenPipe => break,
            Kind::Usage | Kind::Judged | Kind::Transfer | Kind::ClientBound => {}
        }
    }
    first
}

/// Takes one answer to where it belongs, or the one that it leads to.
fn fetch(plan: &Plan, job: &Job, connections: &mut Connections) -> Result<()> {
    let mut output = Output::new(&job.target);
    let mut exchange = connections.next(job.origin)?;
    let mut next = take(plan, job, &mut exchange, &mut output)?;
    for _ in 0..redirect::MOST {
        let Some(job) = next else {
            return output.finish();
        };
        drop(exchange);
        exchange = connections.follow(&job)?;
        next = take(plan, &job, &mut exchange, &mut output)?;
    }
    match next {
        None => output.finish(),
        Some(_) => {
            let most = redirect::MOST;
            let failure =
                Failure::transfer(format_args!("it leads to more than {most} other places"));
            Err(failure.at(&job.url))
        }
    }
}

/// Takes one answer; returns what is to be fetched in its place, if it leads elsewhere.
fn take(
    plan: &Plan,
    job: &Job,
    exchange: &mut Exchange,
    output: &mut Output<'_>,
) -> Result<Option<Job>> {
    let head = exchange.head(job)?;
    let next = match plan.follows {
        true => redirect::next(plan, job, &head).map_err(|failure| failure.at(&job.url))?,
        false => None,
    };
    let status = head.status();
    if plan.must_succeed && status >= 400 {
        return Err(Failure::transfer(format_args!("the answer is {status}")).at(&job.url));
    }
    let is_for_terminal = output.is_terminal();
    if plan.writes_heads {
        output.write_head(&head::response(&head, is_for_terminal))?;
    }
    if next.is_some() {
        exchange.report(plan, job, status, 0);
        if plan.is_json {
            json::answered(job, exchange, &head, 0)?;
        }
        return Ok(next);
    }
    let is_shown = !plan.is_verbose && !plan.is_json && !is_for_terminal;
    let mut progress = Progress::new(is_shown, &job.url, head.content_length());
    while let Some(piece) = exchange.data(job)? {
        output.write(&piece)?;
        progress.add(piece.len());
    }
    if let Some(trailers) = exchange.incoming.trailers().filter(|_| plan.writes_heads) {
        output.write_head(&head::trailers(&trailers, is_for_terminal))?;
    }
    exchange.report(plan, job, status, output.octets());
    // If what we sent could not be read, the answer is one to something else.
    if let Some(failure) = exchange.upload.failure() {
        return Err(failure);
    }
    if plan.is_json {
        json::answered(job, exchange, &head, output.octets())?;
    }
    Ok(None)
}
