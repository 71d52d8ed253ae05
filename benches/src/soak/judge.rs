//! Starts all, watches the memory of the servers, and says in the end whether all was well.

use core::time::Duration;
use std::thread::sleep;
use std::time::Instant;

use super::child::{Counts, Process};

/// When the first figure of memory is taken, in seconds.
const FIRST: u64 = 60;

/// How many samples of memory a figure is the median of, a second apart.
const SAMPLES: usize = 15;

/// What memory may grow by between the figures: a share, and in KiB, whichever is more.
const GROWTH: (usize, usize) = (10, 4 * 1024);

/// How long threads and connections have to end, in seconds.
const REST: u64 = 20;

/// A server under the load of both kinds of clients.
struct Side {
    name: &'static str,
    server: Process,
    before: Counts,
    loads: Vec<(&'static str, Process)>,
    /// What clients of slow links go through.
    link: Process,
    memory: [usize; 2],
}

/// Loads both servers for so many seconds, at once; says whether all is well.
pub fn judge(seconds: u64) -> Result<bool, String> {
    let started = Instant::now();
    let mut sides = [
        Side::start("blocking", seconds)?,
        Side::start("tokio", seconds)?,
    ];
    let last = seconds.saturating_sub(SAMPLES as u64 + 2);
    let marks = [FIRST.min(seconds / 2).max(SAMPLES as u64), last];
    for (index, mark) in marks.into_iter().enumerate() {
        let begin = Duration::from_secs(mark.saturating_sub(SAMPLES as u64 / 2));
        sleep(begin.saturating_sub(started.elapsed()));
        for (side, memory) in figures(&sides).into_iter().enumerate() {
            println!(
                "{:>5} s  {:<8} {memory:>7} KiB resident",
                started.elapsed().as_secs(),
                sides[side].name
            );
            sides[side].memory[index] = memory;
        }
    }
    let mut is_well = true;
    let mut summaries = Vec::new();
    for side in &mut sides {
        let (well, summary) = side.end()?;
        is_well &= well;
        summaries.push(summary);
    }
    let word = if is_well { "PASS" } else { "FAIL" };
    println!("soak {word}: {seconds} s, {}", summaries.join("; "));
    Ok(is_well)
}

/// The memory of both servers, each the median of samples of some seconds.
fn figures(sides: &[Side; 2]) -> [usize; 2] {
    let mut samples = [Vec::new(), Vec::new()];
    for _ in 0..SAMPLES {
        for (side, samples) in sides.iter().zip(&mut samples) {
            samples.push(side.server.resident());
        }
        sleep(Duration::from_secs(1));
    }
    samples.map(|mut samples| {
        samples.sort_unstable();
        samples[SAMPLES / 2]
    })
}

impl Side {
    fn start(name: &'static str, seconds: u64) -> Result<Self, String> {
        let mut server = Process::start(&["serve", name])?;
        let address = server.line()?;
        let before = server.ask()?;
        let mut link = Process::start(&["link", &address])?;
        let slow = link.line()?;
        let seconds = seconds.to_string();
        let mut loads = Vec::new();
        for (load, address) in [("load", &address), ("load-slowly", &slow)] {
            for client in ["blocking", "tokio"] {
                let process = Process::start(&[load, client, address, &seconds])?;
                loads.push((client, process));
            }
        }
        Ok(Self {
            name,
            server,
            before,
            loads,
            link,
            memory: [0; 2],
        })
    }

    /// Waits for the clients, then for the server to rest, and ends it; judges all of it.
    fn end(&mut self) -> Result<(bool, String), String> {
        let (mut done, mut failed, mut left) = (0, 0, 0);
        for (client, load) in &mut self.loads {
            let counts = load.counts()?;
            load.join()?;
            println!("{:<8} by {client:<8} {counts:?}", self.name);
            done += counts.done;
            failed += counts.failed;
            left += counts.running + counts.tasks;
            // Those of the runtime are no connection's.
            left += if *client == "blocking" {
                counts.threads - 1
            } else {
                0
            };
        }
        self.link.stop()?;
        let rested = self.rest()?;
        let ended = self.server.end()?;
        println!("{:<8} at rest {rested:?}, in the end {ended:?}", self.name);
        for counts in [rested, ended] {
            left += counts.running + counts.connections + counts.tasks;
        }
        left += rested.threads.saturating_sub(self.before.threads);
        let [first, last] = self.memory;
        let most = first + (first / GROWTH.0).max(GROWTH.1);
        let is_flat = first > 0 && last <= most;
        let summary = format!(
            "{}: {done} exchanges, {failed} failed, {left} left behind, {first} -> {last} KiB{}",
            self.name,
            if is_flat { "" } else { " (grows)" }
        );
        Ok((failed == 0 && left == 0 && done > 0 && is_flat, summary))
    }

    /// Waits until the server has nothing any more, or long enough.
    fn rest(&mut self) -> Result<Counts, String> {
        let begin = Instant::now();
        loop {
            let counts = self.server.ask()?;
            let is_idle = counts.running + counts.connections + counts.tasks == 0
                && counts.threads <= self.before.threads;
            if is_idle || begin.elapsed() > Duration::from_secs(REST) {
                return Ok(counts);
            }
            sleep(Duration::from_millis(200));
        }
    }
}
