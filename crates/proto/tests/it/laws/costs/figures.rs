//! What an attack came to.

use core::time::Duration;

/// How near an attack came to each bound, in percent, and other figures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Costs {
    pub(crate) faults: Vec<String>,
    /// How much of each bound was used, in percent.
    pub(super) parts: [u64; 5],
    /// How long it took until a stuck connection was over.
    pub(crate) stuck: Duration,
    /// The octets that the attacker said, and how the connection ended.
    pub(crate) input: u64,
    /// The connection tolerated all that the attacker had in mind.
    pub(crate) is_tolerated: bool,
    /// How the connection ended, if it did.
    pub(crate) ended: Option<String>,
}

impl Costs {
    /// Keeps the worst of both.
    #[cfg(test)]
    pub(crate) fn note(&mut self, other: &Self) {
        for (part, other) in self.parts.iter_mut().zip(other.parts) {
            *part = (*part).max(other);
        }
        self.stuck = self.stuck.max(other.stuck);
        self.input += other.input;
    }

    /// How near it came to each bound.
    pub(crate) fn describe(&self) -> String {
        let parts = BOUNDS.iter().zip(self.parts);
        let parts: Vec<_> = parts
            .map(|(name, part)| format!("{part} % of {name}"))
            .collect();
        format!("{}, stuck for {} s", parts.join(", "), self.stuck.as_secs())
    }
}

/// What is bounded.
pub(super) const BOUNDS: [&str; 5] = [
    "memory",
    "queued octets",
    "live handlers",
    "started handlers",
    "work",
];
