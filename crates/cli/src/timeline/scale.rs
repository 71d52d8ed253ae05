//! The time of a picture: from when until when, and where its ticks are.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use tress_log::Conversation;

/// Where the first instant of a picture is, and the last.
pub(super) const LEFT: f64 = 240.0;
pub(super) const RIGHT: f64 = 1090.0;

/// From a time to a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) from: Duration,
    pub(super) to: Duration,
    /// Where the first instant is, and how wide all of them are.
    left: f64,
    width: f64,
}

impl Scale {
    /// The life of all streams, or that of a connection that has none.
    pub(super) fn new(conversation: &Conversation, left: f64, width: f64) -> Self {
        let streams = &conversation.streams;
        let from = streams.iter().map(|stream| stream.begin).min();
        let to = streams.iter().map(|stream| stream.end).max();
        let (from, to) = (
            from.unwrap_or(conversation.begin),
            to.unwrap_or(conversation.end),
        );
        Self {
            from,
            to: to.max(from + Duration::from_micros(1)),
            left,
            width,
        }
    }

    /// How long it is.
    pub(super) fn length(&self) -> Duration {
        self.to.saturating_sub(self.from)
    }

    /// Where a time is.
    pub(super) fn place(&self, time: Duration) -> f64 {
        let passed = time.clamp(self.from, self.to).saturating_sub(self.from);
        self.left + self.width * passed.as_secs_f64() / self.length().as_secs_f64()
    }

    /// Places at even times, and what they are called: a handful.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let step = step(self.length());
        let mut ticks = Vec::new();
        let mut passed = Duration::ZERO;
        while passed <= self.length() && ticks.len() < 20 {
            ticks.push((self.place(self.from + passed), label(passed, step)));
            passed += step;
        }
        ticks
    }
}

/// The largest of 1, 2 and 5 times a power of ten of which a length has at least five.
fn step(length: Duration) -> Duration {
    let mut step = Duration::from_nanos(100);
    for factor in [20, 25, 20].into_iter().cycle() {
        let next = step * factor / 10;
        if next * 5 > length {
            break;
        }
        step = next;
    }
    step
}

fn label(time: Duration, step: Duration) -> String {
    let seconds = time.as_secs_f64();
    if step >= Duration::from_secs(1) {
        format!("{seconds:.0} s")
    } else if step >= Duration::from_millis(1) {
        format!("{:.0} ms", seconds * 1e3)
    } else if step >= Duration::from_micros(100) {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}
