//! gRPC: bursts of calls whose deadlines pass together, and streams of small messages both ways.

use core::time::Duration;

use super::super::link::millis;
use super::super::task::{Cancel, Plan, Start, Task};
use super::{DEAF, Draw};

/// The messages of all streams together: those of 200 a second are free, and some in a burst.
const MESSAGES: usize = 600;

pub(super) fn tasks(draw: &mut Draw<'_>) -> Vec<Task> {
    let mut tasks = Vec::new();
    for _ in 0..draw.rng.range(0..4) {
        tasks.push(stream(draw));
    }
    let mut at = Duration::ZERO;
    for _ in 0..draw.rng.range(1..4) {
        burst(draw, &mut tasks, at);
        // The resets of a burst are at most as many as streams are allowed, and the next burst's come
        // no sooner.
        at += millis(draw.rng, 1000, 30_000);
    }
    tasks
}

/// Many calls at once; where the server is slow, the deadline passes for all of them.
fn burst(draw: &mut Draw<'_>, tasks: &mut Vec<Task>, at: Duration) {
    let count = draw.rng.range(1..draw.streams.min(120));
    let deadline = draw.rng.chance(2, 3).then(|| millis(draw.rng, 50, 5000));
    let wait = draw.wait();
    let is_crash = draw.rng.chance(1, 6);
    let is_deaf = wait < DEAF && draw.rng.chance(1, 4);
    let most = draw.link.down(Duration::from_secs(30), draw.octets / 8) / count;
    for _ in 0..count {
        let octets = draw.rng.range(5..most.clamp(6, 20_000));
        let mut plan = Plan::content(wait, octets);
        (plan.is_crash, plan.is_deaf) = (is_crash, is_deaf);
        let message = 5 + draw.rng.range(0..200);
        let task = Task::new(Start::At(at), plan).upload(message);
        tasks.push(match deadline {
            Some(deadline) => task.cancel(Cancel::After(deadline)),
            None => task,
        });
    }
}

/// A call whose messages go both ways, of a few octets each.
fn stream(draw: &mut Draw<'_>) -> Task {
    let (count, size) = (draw.rng.range(1..MESSAGES / 4), draw.rng.range(5..100));
    let gap = millis(draw.rng, 20, 200);
    let most = draw.link.down(Duration::from_secs(100), draw.octets / 8) / (size + 9);
    let pieces = count.min(most).max(1);
    let plan = Plan {
        wait: Duration::ZERO,
        pieces,
        size,
        gap,
        is_dialogue: true,
        ..Plan::default()
    };
    let mut task = Task::new(Start::At(Duration::ZERO), plan);
    task.upload = (draw.rng.range(1..pieces + 1), size, gap);
    task
}
