//! What a process counts, and how it tells its parent.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::fs;

/// What is done, what failed, and what runs now.
#[derive(Debug, Default)]
pub(super) struct Tally {
    done: AtomicUsize,
    failed: AtomicUsize,
    running: AtomicUsize,
}

/// Counts one that runs, for as long as it lives.
#[derive(Debug)]
pub(super) struct Running<'a>(&'a Tally);

/// How many failures are shown.
const SHOWN: usize = 10;

impl Tally {
    pub(super) const fn new() -> Self {
        Self {
            done: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
        }
    }

    pub(super) fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::SeqCst);
        Running(self)
    }

    pub(super) fn note(&self, what: &dyn core::fmt::Debug, outcome: Result<(), String>) {
        self.done.fetch_add(1, Ordering::SeqCst);
        if let Err(error) = outcome {
            if self.failed.fetch_add(1, Ordering::SeqCst) < SHOWN {
                eprintln!("soak: {what:?}: {error}");
            }
        }
    }

    /// The counts in one line, with the threads of this process.
    pub(super) fn line(&self, connections: usize, tasks: usize) -> String {
        let count = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        format!(
            "done {} failed {} running {} connections {connections} tasks {tasks} threads {}",
            count(&self.done),
            count(&self.failed),
            count(&self.running),
            status("self", "Threads:").unwrap_or(0),
        )
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A number that the system keeps of a process.
pub(super) fn status(process: &str, name: &str) -> Option<usize> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
