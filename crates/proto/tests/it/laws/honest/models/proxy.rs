//! A reverse proxy: users behind it take what they asked for at their own pace, or not for a while.

use core::time::Duration;

use super::Draw;
use super::super::line::{millis, spread};
use super::super::task::{Plan, Reader, Start, Task};

/// A user grants half a window within so long: that is well within what a server waits for.
const GRANT: u64 = 200;

pub(super) fn tasks(draw: &mut Draw<'_>) -> Vec<Task> {
    let slow = draw.rng.range(1..draw.streams.min(40));
    let fast = draw.rng.range(1..draw.streams.min(40));
    let octets = draw.line.down(Duration::from_secs(200), draw.octets) / 2;
    let mut tasks = Vec::new();
    for size in draw.sizes(slow, octets) {
        let mut task = Task::new(Start::At(Duration::ZERO), Plan::content(draw.wait(), size));
        task.reader = reader(draw);
        tasks.push(task);
    }
    let mut at = Duration::ZERO;
    for size in draw.sizes(fast, octets) {
        tasks.push(Task::new(Start::At(at), Plan::content(draw.wait() / 10, size)));
        if draw.rng.chance(1, 3) {
            at += millis(draw.rng, 1, 10_000);
        }
    }
    tasks
}

/// A slow user.
fn reader(draw: &mut Draw<'_>) -> Reader {
    let least = u64::from(draw.window / 2) / GRANT + 1;
    let rate = match draw.rng.range(0..3) {
        0 => 0,
        _ => spread(draw.rng, (least, least * 1000)),
    };
    let pause = match draw.rng.range(0..3) {
        0 if rate > 0 => Duration::ZERO,
        _ if rate > 0 => millis(draw.rng, 100, 10_000),
        _ => millis(draw.rng, 100, 1000 * GRANT),
    };
    Reader { pause, rate }
}
