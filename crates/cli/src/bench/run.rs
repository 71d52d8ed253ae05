//! A run: its threads from their beginning to their end, and what they have found together.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::clock::Clock;
use super::live::{EVERY, Live, Share};
use super::plan::{Load, Plan};
use super::tally::Tally;
use super::worker::{Done, Worker};
use crate::exit::{Failure, Result};

/// What a run has found.
pub(super) struct Run {
    pub(super) tally: Tally,
    /// How long was measured, in seconds.
    pub(super) seconds: f64,
    /// Seconds of CPU that this process has used, the warm-up included.
    pub(super) cpu: Option<f64>,
    /// The generator was late, so that the figures are its own.
    pub(super) is_client_bound: bool,
    /// It was stopped before its end.
    pub(super) is_stopped: bool,
}

/// How late the generator may be, in nanoseconds, however short the answers are.
const LATE: u64 = 1_000_000;

/// Runs a plan, until it is over or stopped.
pub(super) fn run(plan: &Plan, stop: &AtomicBool, is_shown: bool) -> Result<Run> {
    let clock = Clock::start();
    let cpu = cpu();
    let shares: Vec<_> = (0..plan.threads).map(|_| Share::new(is_shown)).collect();
    let failed =
        |error: std::io::Error| Failure::transfer(format_args!("cannot wait for sockets: {error}"));
    let done = thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.threads)
            .zip(&shares)
            .map(|(number, share)| {
                scope.spawn(move || Worker::new(plan, number, clock)?.run(stop, share))
            })
            .collect();
        if is_shown {
            let live = Live::new();
            while !threads.iter().all(thread::ScopedJoinHandle::is_finished) {
                thread::sleep(EVERY);
                live.draw(&shares, clock);
            }
        }
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(done) => done.map_err(failed),
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Result<Vec<Done>>>()
    })?;
    let cpu = cpu.and_then(|before| Some(self::cpu()? - before));
    Ok(together(plan, &done, cpu, stop.load(Ordering::Relaxed)))
}

/// All threads' results as one.
fn together(plan: &Plan, done: &[Done], cpu: Option<f64>, is_stopped: bool) -> Run {
    let mut tally = Tally::new(plan.connections);
    let (mut ended, mut last) = (0, 0);
    for done in done {
        tally.merge(&done.tally);
        ended = ended.max(done.ended);
        last = last.max(done.last);
    }
    let end = match plan.duration {
        Some(duration) => ended.min(plan.warm_up + duration),
        // The last answer ends the run that has so many requests.
        None => last,
    };
    Run {
        seconds: core::time::Duration::from_nanos(end.saturating_sub(plan.warm_up)).as_secs_f64(),
        is_client_bound: matches!(plan.load, Load::Open(_)) && is_late(&tally),
        tally,
        cpu,
        is_stopped,
    }
}

/// Says whether the generator was late: 99 % of its requests by less than a hundredth of what half of
/// the answers take, or than a millisecond where that is more.
fn is_late(tally: &Tally) -> bool {
    let median = tally.user.value_at_quantile(0.5);
    tally.lag.value_at_quantile(0.99) > LATE.max(median / 100)
}

/// The seconds of CPU that this process has used.
#[cfg(unix)]
#[expect(clippy::cast_precision_loss, reason = "a run is not that long")]
fn cpu() -> Option<f64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(time.tv_sec as f64 + time.tv_nsec as f64 / 1e9)
}

#[cfg(not(unix))]
fn cpu() -> Option<f64> {
    None
}

#[cfg(test)]
mod tests;
