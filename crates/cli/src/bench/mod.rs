//! `tress bench`: load, and where the time of it went.
//!
//! `life` labels each nanosecond of a request and knows nothing else; `schedule` says when requests are
//! due; a `worker` is a thread with its `connection`s, which drive `proto`'s machine as it is; `tally`
//! is what came of it, and `report` and `json` say so.

mod bootstrap;
mod breakdown;
mod clock;
mod compare;
mod connection;
mod context;
mod credit;
mod figures;
mod grpc;
mod json;
mod label;
mod life;
mod live;
mod message;
mod mix;
mod plan;
mod report;
mod run;
mod say;
pub(crate) mod schedule;
mod spare;
mod spent;
mod supply;
mod tally;
mod timer;
mod transport;
mod waits;
mod worker;

use std::io::Write;

use self::live::Live;
use self::plan::Plan;
use self::run::Run;
use crate::args;
use crate::exit::{Failure, Kind, Result, stopped_by_ctrl_c};

/// Makes a run, and says what came of it.
pub(crate) fn run(args: &args::Bench) -> core::result::Result<(), Kind> {
    if args.compare {
        return compare(args).map_err(Failure::reported);
    }
    let plan = Plan::new(args, &args.urls).map_err(Failure::reported)?;
    let stop = stopped_by_ctrl_c().map_err(Failure::reported)?;
    let run = run::run(&plan, &stop, Live::is_wanted(args.json)).map_err(Failure::reported)?;
    say(args, &plan, &run).map_err(Failure::reported)?;
    plan.recording.finish().map_err(Failure::reported)?;
    outcome(&run).map_err(Failure::reported)
}

/// Makes runs of two targets, and says how they are to each other.
fn compare(args: &args::Bench) -> Result<()> {
    let stop = stopped_by_ctrl_c()?;
    let compared = compare::run(args, &stop)?;
    let mut out = anstream::stdout().lock();
    let written = match args.json {
        true => writeln!(out, "{}", compared.object()),
        false => compared.write(&mut out),
    };
    let flushed = written.and_then(|()| out.flush());
    flushed.map_err(|error| Failure::write("stdout", &error))?;
    compared.runs.iter().try_for_each(outcome)
}

fn say(args: &args::Bench, plan: &Plan, run: &Run) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let written = match args.json {
        true => writeln!(out, "{}", json::object(plan, run)),
        false => report::write(&mut out, plan, run),
    };
    let flushed = written.and_then(|()| out.flush());
    flushed.map_err(|error| Failure::write("stdout", &error))
}

/// What a shell is told.
fn outcome(run: &Run) -> Result<()> {
    let counts = run.tally.counts;
    if run.is_client_bound {
        return Err(Failure::client_bound(format_args!(
            "client-bound: of this tool's requests one in a hundred was late by {} or more",
            say::time(run.tally.lag.value_at_quantile(0.99))
        ))
        .hint("ask for less, or give it --threads and cores of their own"));
    }
    let failed = counts.failed + counts.timed_out;
    if failed > 0 {
        return Err(Failure::transfer(format_args!(
            "{} requests were not answered",
            say::count(failed)
        )));
    }
    if counts.answered == 0 {
        return Err(Failure::transfer("no request was answered"));
    }
    Ok(())
}
