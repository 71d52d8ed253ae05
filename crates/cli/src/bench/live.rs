//! What a person sees while a run goes on: a line on the terminal.

use core::time::Duration;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};

use hdrhistogram::Histogram;
use indicatif::{ProgressBar, ProgressStyle};

use super::clock::Clock;
use super::say;
use super::tally::{Counts, Tally, histogram};

/// How often the line is drawn anew.
pub(super) const EVERY: Duration = Duration::from_millis(250);

/// What a thread shows of itself.
pub(super) struct Share {
    is_on: bool,
    shown: Mutex<(Counts, Histogram<u64>)>,
}

/// The line.
pub(super) struct Live {
    bar: ProgressBar,
}

impl Share {
    pub(super) fn new(is_on: bool) -> Self {
        Self {
            is_on,
            shown: Mutex::new((Counts::default(), histogram(3))),
        }
    }

    /// Shows how it stands, if anybody looks.
    pub(super) fn show(&self, tally: &Tally) {
        if !self.is_on {
            return;
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.0 = tally.counts;
        // It grows, so that it can hold the same.
        let _ = shown.1.set_to(&tally.user);
    }
}

impl Live {
    /// Says whether somebody looks: stderr is a terminal, and is not what the results go to.
    pub(super) fn is_wanted(is_json: bool) -> bool {
        !is_json && io::stderr().is_terminal()
    }

    /// Begins to draw.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{spinner} {msg}");
        // A template that did not parse would cost the looks of the line, no more.
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self { bar }
    }

    /// Draws how all threads stand.
    pub(super) fn draw(&self, shares: &[Share], clock: Clock) {
        let mut counts = Counts::default();
        let mut user = histogram::<u64>(3);
        for share in shares {
            let shown = share.shown.lock().unwrap_or_else(PoisonError::into_inner);
            counts += shown.0;
            // It grows, so that it can hold the sum.
            let _ = user.add(&shown.1);
        }
        self.bar.set_message(alloc::format!(
            "{}  {} answered  p50 {}  p99 {}  {} not answered",
            say::time(clock.now()),
            say::count(counts.answered),
            say::time(user.value_at_quantile(0.5)),
            say::time(user.value_at_quantile(0.99)),
            say::count(counts.failed + counts.timed_out),
        ));
        self.bar.tick();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
