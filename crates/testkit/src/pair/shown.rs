//! Remembers what a machine showed, to check that it stays until it is reported.

/// The beginning of what was shown and not yet reported.
#[derive(Debug, Default)]
pub(super) struct Shown {
    start: Vec<u8>,
    length: usize,
}

impl Shown {
    /// How many octets are remembered.
    pub(super) const KEPT: usize = 1024;

    /// Checks that what was shown before is still in front; `octets` are the first of `length`.
    #[track_caller]
    pub(super) fn check(&mut self, name: &str, octets: &[u8], length: usize) {
        assert!(!octets.is_empty(), "{name} shows no octets to write");
        assert!(
            octets.starts_with(&self.start) && length >= self.length,
            "{name} showed {} octets beginning with {:02x?}, and now {} beginning with {:02x?}",
            self.length,
            self.start,
            length,
            octets.get(..self.start.len()).unwrap_or(octets),
        );
        self.start = octets.get(..Self::KEPT).unwrap_or(octets).to_vec();
        self.length = length;
    }
}
