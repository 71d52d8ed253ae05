//! A reverse proxy: users behind it take what they asked for at their own pace, or not for a while.

use core::time::Duration;

use super::super::link::{millis, spread};
use super::super::task::{Plan, Reader, Start, Task};
use super::Draw;

/// What they have takes so long on the link, at most.
const ALL: Duration = Duration::from_secs(200);
/// A user grants half a window within so long: that is well within what a server waits for.
const UPDATE_WITHIN: u64 = 200;

/// What users have who take nothing for a while, each: more than a window.
const HELD: usize = 300_000;
/// On such a link what they have comes while they rest, in octets a second.
const HELD_RATE: u64 = 100_000;

pub(super) fn tasks(draw: &mut Draw<'_>) -> Vec<Task> {
    let mut tasks = match draw.rng.chance(1, 8) && draw.link.rates.1 > HELD_RATE {
        true => held(draw),
        false => slow(draw),
    };
    let fast = draw.rng.range(1..draw.streams.clamp(2, 40));
    let octets = draw.link.down(ALL, draw.octets.min(100_000));
    let mut at = Duration::ZERO;
    for size in draw.sizes(fast, octets) {
        tasks.push(Task::new(
            Start::At(at),
            Plan::content(draw.wait() / 10, size),
        ));
        if draw.rng.chance(1, 3) {
            at += millis(draw.rng, 1, 10_000);
        }
    }
    tasks
}

/// Users who take something now and then.
fn slow(draw: &mut Draw<'_>) -> Vec<Task> {
    let count = draw.rng.range(1..draw.streams.clamp(2, 40));
    let octets = draw.link.down(ALL, draw.octets) / 2;
    let sizes = draw.sizes(count, octets);
    let slow = sizes.into_iter().map(|size| {
        let mut task = Task::new(Start::At(Duration::ZERO), Plan::content(draw.wait(), size));
        task.reader = reader(draw);
        task
    });
    slow.collect()
}

/// Users who take nothing until others have long been served.
fn held(draw: &mut Draw<'_>) -> Vec<Task> {
    let held = (0..draw.rng.range(4..9)).map(|_| {
        let plan = Plan::content(Duration::ZERO, HELD);
        let mut task = Task::new(Start::At(Duration::ZERO), plan);
        task.reader.pause = millis(draw.rng, 50_000, 1000 * UPDATE_WITHIN);
        task
    });
    held.collect()
}

/// A slow user.
fn reader(draw: &mut Draw<'_>) -> Reader {
    let least = u64::from(draw.window / 2) / UPDATE_WITHIN + 1;
    let rate = match draw.rng.range(0..3) {
        0 => 0,
        _ => spread(draw.rng, (least, least * 1000)),
    };
    let pause = match draw.rng.range(0..3) {
        0 if rate > 0 => Duration::ZERO,
        _ if rate > 0 => millis(draw.rng, 100, 10_000),
        _ => millis(draw.rng, 100, 1000 * UPDATE_WITHIN),
    };
    Reader { pause, rate }
}
