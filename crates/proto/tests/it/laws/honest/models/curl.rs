//! curl: files down and up, one after the other, or all at once as `--parallel` has it.

use core::time::Duration;

use super::super::link::millis;
use super::super::task::{Plan, Start, Task};
use super::Draw;

/// What all files take on the link, at most.
const FILES: Duration = Duration::from_secs(300);

pub(super) fn tasks(draw: &mut Draw<'_>) -> Vec<Task> {
    let count = draw.rng.range(1..40);
    let is_parallel = draw.rng.chance(1, 2);
    let has_uploads = draw.rng.chance(1, 3);
    let down = draw.link.down(FILES, draw.octets);
    let up = draw.link.up(FILES, draw.octets);
    let sizes = draw.sizes(count, down);
    let uploads = draw.sizes(count, up);
    let mut tasks = Vec::new();
    for (place, (size, upload)) in sizes.into_iter().zip(uploads).enumerate() {
        let start = match place.checked_sub(1) {
            Some(before) if !is_parallel => Start::After(before, Duration::ZERO),
            _ => Start::At(Duration::ZERO),
        };
        let mut plan = Plan::content(draw.wait(), size);
        if has_uploads && draw.rng.chance(1, 2) {
            plan = Plan::content(plan.wait, size.min(200));
            plan.reads = *draw.rng.pick(&[0, 0, 100_000]);
            tasks.push(Task::new(start, plan).upload(upload));
            continue;
        }
        if draw.rng.chance(1, 4) && plan.pieces > 0 {
            // The application makes its content by and by.
            plan.gap = millis(draw.rng, 1, 1000);
        }
        tasks.push(Task::new(start, plan));
    }
    tasks
}
