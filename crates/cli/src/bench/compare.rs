//! Two targets in alternating blocks, and how their figures are to each other.
//!
//! What changes while it runs, such as the machine's clock, meets both: a block of the one is followed by
//! a block of the other, and which of them is first alternates, too. Ratios are of the two blocks of a
//! pair.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::bootstrap::{Interval, interval};
use super::json::{self, SCHEMA};
use super::live::Live;
use super::plan::Plan;
use super::report;
use super::run::{self, Run};
use super::tally::Tally;
use crate::args;
use crate::exit::{Failure, Result};
use crate::talk;

/// What is compared: what it is called, and how it is read off a run.
type Figure = (&'static str, fn(&Run) -> f64);

/// All that is compared.
const FIGURES: [Figure; 5] = [
    ("requests_per_second", Run::rate),
    ("p50", |run| quantile(run, 0.5)),
    ("p90", |run| quantile(run, 0.9)),
    ("p99", |run| quantile(run, 0.99)),
    ("mean", |run| run.tally.user.mean()),
];

/// What two targets have come to.
pub(super) struct Compared {
    plans: [Plan; 2],
    /// All blocks of each together.
    pub(super) runs: [Run; 2],
    pairs: usize,
    ratios: Vec<(&'static str, Option<Interval>)>,
}

/// Runs both.
pub(super) fn run(args: &args::Bench, stop: &AtomicBool) -> Result<Compared> {
    let [first, second] = args.urls.as_slice() else {
        return Err(Failure::usage("--compare takes two URLs, of two targets"));
    };
    let plan = |url| Plan::new(args, core::slice::from_ref(url));
    let plans = [plan(first)?, plan(second)?];
    let is_shown = Live::is_wanted(args.json);
    let mut blocks: [Vec<Run>; 2] = [Vec::new(), Vec::new()];
    for pair in 0..args.blocks.get() {
        let mut order = [0, 1];
        order.rotate_left(pair % 2);
        for which in order {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if let (Some(plan), Some(blocks)) = (plans.get(which), blocks.get_mut(which)) {
                blocks.push(run::run(plan, stop, is_shown)?);
            }
        }
    }
    // A block that was cut has no partner.
    let pairs = blocks.iter().map(|blocks| whole(blocks)).min();
    let pairs = pairs.unwrap_or_default();
    let [one, other] = &blocks;
    let ratios = FIGURES.map(|(name, figure)| {
        let ratio = |(one, other)| figure(other) / figure(one);
        let ratios: Vec<f64> = one.iter().zip(other).take(pairs).map(ratio).collect();
        (name, interval(&ratios, args.seed))
    });
    Ok(Compared {
        runs: [together(&plans, one), together(&plans, other)],
        plans,
        pairs,
        ratios: ratios.into(),
    })
}

/// How many blocks were not cut.
fn whole(blocks: &[Run]) -> usize {
    blocks.iter().filter(|block| !block.is_stopped).count()
}

/// All blocks of a target as one run.
fn together(plans: &[Plan; 2], blocks: &[Run]) -> Run {
    let [plan, _] = plans;
    let mut run = Run {
        tally: Tally::new(plan.connections),
        seconds: 0.0,
        cpu: Some(0.0),
        is_client_bound: false,
        is_stopped: false,
    };
    for block in blocks {
        run.tally.merge(&block.tally);
        run.seconds += block.seconds;
        run.cpu = run.cpu.zip(block.cpu).map(|(sum, more)| sum + more);
        run.is_client_bound |= block.is_client_bound;
        run.is_stopped |= block.is_stopped;
    }
    run
}

#[expect(clippy::cast_precision_loss, reason = "a time has three digits")]
fn quantile(run: &Run, quantile: f64) -> f64 {
    run.tally.user.value_at_quantile(quantile) as f64
}

impl Compared {
    /// Says all of it to people.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (plan, run) in self.plans.iter().zip(&self.runs) {
            report::write(out, plan, run)?;
        }
        let strong = talk::STRONG;
        writeln!(
            out,
            "{strong}the second to the first{strong:#}, of {} pairs of blocks, with 95 % intervals",
            self.pairs
        )?;
        for (name, interval) in &self.ratios {
            match interval {
                Some(Interval { mean, low, high }) => {
                    writeln!(out, "  {name:<19} {mean:>8.3}   {low:.3} to {high:.3}")?;
                }
                None => writeln!(out, "  {name:<19} not known")?,
            }
        }
        Ok(())
    }

    /// All of it as an object.
    pub(super) fn object(&self) -> Value {
        let runs = self.plans.iter().zip(&self.runs);
        let runs: Vec<_> = runs.map(|(plan, run)| json::object(plan, run)).collect();
        let ratios = self.ratios.iter().map(|(name, interval)| {
            let interval = interval
                .map(|found| json!({ "mean": found.mean, "low": found.low, "high": found.high }));
            ((*name).into(), interval.unwrap_or_default())
        });
        json!({
            "schema": SCHEMA,
            "pairs": self.pairs,
            "targets": runs,
            "ratios": ratios.collect::<Map<_, _>>(),
        })
    }
}
