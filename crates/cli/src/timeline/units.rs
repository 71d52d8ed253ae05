//! Times and sizes as people read them.

use alloc::format;
use alloc::string::String;
use core::time::Duration;

/// A time with three digits or so.
pub(super) fn time(time: Duration) -> String {
    let nanoseconds = time.as_nanos();
    match nanoseconds {
        0 => String::from("0 ms"),
        1..1_000_000 => format!("{} µs", nanoseconds.div_ceil(1000)),
        1_000_000..10_000_000 => format!("{:.2} ms", time.as_secs_f64() * 1e3),
        10_000_000..100_000_000 => format!("{:.1} ms", time.as_secs_f64() * 1e3),
        100_000_000..10_000_000_000 => format!("{} ms", (nanoseconds + 500_000) / 1_000_000),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// A time of many streams, of which several go by at once.
pub(super) fn stream_time(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        ..0.1 => format!("{:.0} stream-µs", milliseconds * 1e3),
        ..10.0 => format!("{milliseconds:.1} stream-ms"),
        ..10_000.0 => format!("{milliseconds:.0} stream-ms"),
        _ => format!("{:.1} stream-s", time.as_secs_f64()),
    }
}

/// Octets with a unit, in powers of 1000.
pub(super) fn octets(octets: u64) -> String {
    match octets {
        0..1000 => format!("{octets} B"),
        1000..10_000 => format!("{}.{} kB", octets / 1000, octets % 1000 / 100),
        10_000..1_000_000 => format!("{} kB", octets / 1000),
        1_000_000..1_000_000_000 => {
            format!("{}.{} MB", octets / 1_000_000, octets % 1_000_000 / 100_000)
        }
        _ => format!(
            "{}.{} GB",
            octets / 1_000_000_000,
            octets % 1_000_000_000 / 100_000_000
        ),
    }
}

/// Octets of a window, in the powers of two that windows have.
pub(super) fn window(octets: i64) -> String {
    match octets {
        ..0 => format!("{octets} B"),
        0..10_240 => format!("{octets} B"),
        10_240..10_485_760 => format!("{} KiB", (octets + 512) / 1024),
        _ => format!("{} MiB", (octets + 524_288) / 1_048_576),
    }
}
