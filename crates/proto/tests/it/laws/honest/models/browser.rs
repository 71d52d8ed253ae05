//! A browser: pages of a document and its resources, with the urgencies of browsers (RFC 9218 §4).

use core::time::Duration;

use super::super::link::millis;
use super::super::task::{Cancel, Plan, Start, Task};
use super::{DEAF, Draw};

/// What a page takes on its link, at most.
const PAGE: Duration = Duration::from_secs(100);
/// A user reads a page for so long before the next, or gives it up: the resets of one page are at most
/// as many as streams are allowed, and the next page's come no sooner.
const STAY: (u64, u64) = (1000, 40_000);

pub(super) fn tasks(draw: &mut Draw<'_>) -> Vec<Task> {
    let pages = draw.rng.range(1..4);
    let octets = draw.link.down(PAGE, draw.octets / pages);
    let (mut tasks, mut at) = (Vec::new(), Duration::ZERO);
    for page in 0..pages {
        let stays = millis(draw.rng, STAY.0, STAY.1);
        let leaves = (page + 1 < pages).then_some(at + stays);
        load(draw, &mut tasks, at, leaves, octets);
        at += stays;
    }
    tasks
}

/// Loads a page at a time, and navigates away at another.
fn load(
    draw: &mut Draw<'_>,
    tasks: &mut Vec<Task>,
    at: Duration,
    leaves: Option<Duration>,
    octets: usize,
) {
    let document = tasks.len();
    let given_up = |task: Task| match leaves {
        Some(leaves) => task.cancel(Cancel::At(leaves)),
        None => task,
    };
    let mut first = Task::new(Start::At(at), Plan::content(draw.wait() / 20, octets / 20));
    first.priority = Some((0, true));
    tasks.push(given_up(first));
    let count = draw.rng.range(1..draw.streams.min(120));
    for size in draw.sizes(count, octets) {
        let gap = Duration::from_millis(draw.rng.range(0..50) as u64);
        let mut plan = Plan::content(draw.wait(), size);
        plan.is_deaf = plan.wait < DEAF && draw.rng.chance(1, 4);
        let mut task = Task::new(Start::After(document, gap), plan);
        task.priority = Some(
            *draw
                .rng
                .pick(&[(1, false), (2, false), (3, false), (5, true)]),
        );
        if draw.rng.chance(1, 6) {
            // An image comes into view.
            task.update = Some((millis(draw.rng, 10, 5000), 2));
        }
        tasks.push(given_up(task));
    }
}
