//! What a run has found, for people.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;
use std::io::{self, Write};

use super::breakdown::Mean;
use super::figures::{QUANTILES, quantiles};
use super::label::Label;
use super::plan::{Load, Plan};
use super::run::Run;
use super::say;
use crate::talk;

/// Writes all of it.
pub(super) fn write(out: &mut dyn Write, plan: &Plan, run: &Run) -> io::Result<()> {
    let strong = talk::STRONG;
    writeln!(out, "{strong}{}{strong:#}  {}", plan.origin, shape(plan))?;
    counts(out, run)?;
    latency(out, run)?;
    breakdown(out, run)
}

/// How the run was made.
fn shape(plan: &Plan) -> String {
    let load = match &plan.load {
        Load::Open(schedule) => alloc::format!("open loop, {schedule}"),
        Load::Closed { .. } => "closed loop".to_string(),
    };
    alloc::format!(
        "{load}; connections {}, on each at most {} at once, threads {}",
        plan.connections,
        plan.streams,
        plan.threads
    )
}

fn counts(out: &mut dyn Write, run: &Run) -> io::Result<()> {
    let counts = run.tally.counts;
    writeln!(
        out,
        "  answered   {} in {:.2} s: {:.0}/s; {} failed, {} timed out, {} censored",
        say::count(counts.answered),
        run.seconds,
        run.rate(),
        say::count(counts.failed),
        say::count(counts.timed_out),
        say::count(counts.censored),
    )?;
    writeln!(out, "  status     {}", list(run.tally.statuses.iter()))?;
    let calls = &run.tally.calls;
    if !calls.is_empty() {
        let calls = list(calls.iter());
        let messages = say::count(counts.messages);
        writeln!(
            out,
            "  gRPC       {calls} (-1 is no status); messages {messages}"
        )?;
    }
    writeln!(
        out,
        "  content    {:.2} MiB/s",
        run.throughput() / f64::from(1 << 20)
    )?;
    if let Some(cpu) = run.cpu_each() {
        writeln!(out, "  our CPU    {} a request", say::mean(cpu))?;
    }
    if counts.retried > 0 {
        writeln!(
            out,
            "  made again {}, which no server had looked at",
            counts.retried
        )?;
    }
    for (what, count) in &run.tally.errors {
        writeln!(out, "  error      {} × {what}", say::count(*count))?;
    }
    Ok(())
}

fn list<K: Display, V: Display>(entries: impl Iterator<Item = (K, V)>) -> String {
    let entries: Vec<_> = entries
        .map(|(key, count)| alloc::format!("{key}: {count}"))
        .collect();
    match entries.is_empty() {
        true => "none".to_string(),
        false => entries.join(", "),
    }
}

fn latency(out: &mut dyn Write, run: &Run) -> io::Result<()> {
    let names = QUANTILES.iter().map(|(name, _)| *name).chain(["max"]);
    row(out, "latency", names)?;
    for (name, histogram) in [
        ("  from intended", &run.tally.user),
        ("  from the socket", &run.tally.service),
        ("  generator's lag", &run.tally.lag),
    ] {
        if !histogram.is_empty() {
            let times = quantiles(histogram).into_iter();
            row(out, name, times.map(|(_, time)| say::time(time)))?;
        }
    }
    if run.tally.connections.len() > 1 {
        let spreads = QUANTILES.iter().map(|(_, quantile)| run.spread(*quantile));
        let spreads: Vec<_> = spreads.collect();
        let best = spreads.iter().map(|spread| say::time(spread.lowest));
        row(out, "  best connection", best)?;
        let worst = spreads.iter().map(|spread| say::time(spread.highest));
        row(out, "  worst connection", worst)?;
    }
    Ok(())
}

fn row(
    out: &mut dyn Write,
    name: &str,
    cells: impl Iterator<Item = impl Display>,
) -> io::Result<()> {
    write!(out, "  {name:<19}")?;
    for cell in cells {
        write!(out, "{cell:>10}")?;
    }
    writeln!(out)
}

/// Where the time went: of all requests, and of the slowest per cent.
fn breakdown(out: &mut dyn Write, run: &Run) -> io::Result<()> {
    let all = run.tally.breakdown.all();
    if all.count == 0 {
        return Ok(());
    }
    let slowest = run.tally.breakdown.slowest(all.count.div_ceil(100));
    writeln!(
        out,
        "  where the time went, on average{:>10}{:>26} (of {})",
        "all",
        "slowest per cent",
        say::count(slowest.count)
    )?;
    for label in Label::ALL {
        if all.sum(label) > 0 {
            line(out, label, &all, &slowest)?;
        }
    }
    writeln!(
        out,
        "    {:<36}{:>10}{:>18}",
        "together",
        say::mean(all.total()),
        say::mean(slowest.total())
    )
}

fn line(out: &mut dyn Write, label: Label, all: &Mean, slowest: &Mean) -> io::Result<()> {
    let cell = |mean: &Mean| {
        let share = 100.0 * mean.of(label) / mean.total().max(1.0);
        (say::mean(mean.of(label)), share)
    };
    let ((all_time, all_share), (slow_time, slow_share)) = (cell(all), cell(slowest));
    writeln!(
        out,
        "    {:<36}{all_time:>10} {all_share:>3.0} %{slow_time:>12} {slow_share:>3.0} %",
        label.said()
    )?;
    let trip = all.trip_of(label);
    if trip > 0.0 {
        writeln!(
            out,
            "      {:<34}{:>10}{:>18}",
            "of it the round trip of credit",
            say::mean(trip),
            say::mean(slowest.trip_of(label))
        )?;
    }
    Ok(())
}
