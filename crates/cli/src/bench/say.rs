//! Numbers as people read them.

use alloc::string::{String, ToString};

/// A time in nanoseconds, to three digits.
pub(super) fn time(nanos: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    mean(nanos as f64)
}

/// The same, of a mean.
pub(super) fn mean(nanos: f64) -> String {
    if nanos <= 0.0 {
        return String::from("0");
    }
    let (value, unit) = match nanos {
        1e9.. => (nanos / 1e9, "s"),
        1e6.. => (nanos / 1e6, "ms"),
        1e3.. => (nanos / 1e3, "µs"),
        _ => (nanos, "ns"),
    };
    let digits = match value {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    alloc::format!("{value:.digits$} {unit}")
}

/// A count, in groups of three digits.
pub(super) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut said = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

#[cfg(test)]
mod tests;
