//! What an attacker looks for in our output.

use testkit::kind;

/// Finds the PING frames in our output.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The beginning of a frame.
    head: Vec<u8>,
    /// The octets of the payload that are to come and do not matter.
    skipped: usize,
    pub(super) pings: Vec<[u8; 8]>,
}

impl Scan {
    /// Begins behind what comes before the first frame: the preface of a client.
    pub(super) fn behind(octets: usize) -> Self {
        Self {
            skipped: octets,
            ..Self::default()
        }
    }

    pub(super) fn scan(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            let skipped = self.skipped.min(octets.len());
            self.skipped -= skipped;
            octets = octets.get(skipped..).unwrap_or_default();
            let wanted = match self.head.get(3) {
                Some(&kind::PING) => 17,
                _ => 9,
            };
            let more = octets.get(..wanted - self.head.len()).unwrap_or(octets);
            self.head.extend_from_slice(more);
            octets = octets.get(more.len()..).unwrap_or_default();
            self.finish();
        }
    }

    fn finish(&mut self) {
        let [a, b, c, kind, flags, _, _, _, _, payload @ ..] = &self.head[..] else {
            return;
        };
        if *kind == kind::PING {
            let Ok(payload) = payload.try_into() else {
                return;
            };
            if flags & 1 == 0 {
                self.pings.push(payload);
            }
        } else {
            self.skipped = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        }
        self.head.clear();
    }
}
