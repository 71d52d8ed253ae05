//! What was measured of an attack.

use alloc::string::String;
use core::fmt::Write as _;
use core::time::Duration;

use serde_json::{Value, json};

use super::attempt::Attempt;
use super::other_client::Others;
use super::process::MemoryFigures;

/// What was measured of an attack.
#[derive(Clone, Debug, Default)]
pub(in crate::probe) struct Figures {
    /// What became of it on its own connection; nothing where there was none.
    pub(super) attempt: Option<Attempt>,
    /// What another client saw meanwhile.
    pub(super) others: Others,
    pub(super) memory: Option<MemoryFigures>,
    /// How long a core was busy with it.
    pub(super) cpu: Option<Duration>,
    /// The process is not there any more.
    pub(super) is_gone: bool,
}

impl Figures {
    /// For people, on a line.
    pub(super) fn line(&self) -> String {
        let mut line = String::new();
        // Writing to a string does not fail.
        if let Some(attempt) = &self.attempt {
            let _ = write!(line, "{} in {}", octets(attempt.sent), time(attempt.lasted));
            if !attempt.stalled.is_zero() {
                let _ = write!(line, ", {} of it not taken", time(attempt.stalled));
            }
        }
        if let (Some(before), Some(meanwhile)) = (self.others.before, self.others.meanwhile) {
            let _ = write!(
                line,
                "; others' answers {} before, {} meanwhile, {} at worst",
                time(before),
                time(meanwhile),
                time(self.others.worst)
            );
        }
        if let Some(memory) = &self.memory {
            let _ = write!(
                line,
                "; memory {} before, {} at most, {} after",
                octets(memory.before),
                octets(memory.most),
                octets(memory.after)
            );
        }
        if let Some(cpu) = self.cpu {
            let _ = write!(line, "; {} of a core", time(cpu));
        }
        line
    }

    /// For programs.
    pub(super) fn object(&self) -> Value {
        let seconds = |time: Duration| time.as_secs_f64();
        let memory = self.memory.map(|memory| {
            json!({
                "before": memory.before,
                "half": memory.half,
                "most": memory.most,
                "end": memory.end,
                "after": memory.after,
            })
        });
        let attempt = self.attempt.as_ref();
        json!({
            "sent_octets": attempt.map(|attempt| attempt.sent),
            "seconds": attempt.map(|attempt| seconds(attempt.lasted)),
            "stalled_seconds": attempt.map(|attempt| seconds(attempt.stalled)),
            "goaway": attempt.and_then(|attempt| attempt.goaway),
            "closed": attempt.map(|attempt| attempt.is_closed),
            "others_before_seconds": self.others.before.map(seconds),
            "others_meanwhile_seconds": self.others.meanwhile.map(seconds),
            "others_worst_seconds": seconds(self.others.worst),
            "others_answered_after": self.others.is_answered,
            "memory_octets": memory,
            "cpu_seconds": self.cpu.map(seconds),
        })
    }
}

/// Octets, in the unit that suits them.
pub(super) fn octets(octets: u64) -> String {
    let kibibytes = octets / 1024;
    match kibibytes {
        0 => alloc::format!("{octets} B"),
        1..1024 => alloc::format!("{kibibytes} KiB"),
        _ => alloc::format!("{}.{} MiB", kibibytes / 1024, kibibytes % 1024 * 10 / 1024),
    }
}

/// A time, in the unit that suits it.
pub(super) fn time(time: Duration) -> String {
    let micros = time.as_micros();
    match micros {
        0..1_000 => alloc::format!("{micros} µs"),
        1_000..1_000_000 => alloc::format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        _ => alloc::format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}
