//! How payloads look when a frame is shown to a person: short, escaped, on one line.

use core::fmt;

use crate::Flags;

/// How many octets of a payload `Debug` shows.
const DEBUG_LIMIT: usize = 16;

/// How many octets of a text `Display` shows.
const DISPLAY_LIMIT: usize = 128;

/// Octets in `Debug`: their count and how they begin.
pub(crate) struct Octets<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, more) = shortened(self.0, DEBUG_LIMIT);
        write!(
            f,
            "{} octets \"{}\"{more}",
            self.0.len(),
            prefix.escape_ascii()
        )
    }
}

/// Text in `Display`: in quotes, and escaped, since a peer chose it.
pub(crate) struct Quoted<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, more) = shortened(self.0, DISPLAY_LIMIT);
        write!(f, "\"{}\"{more}", prefix.escape_ascii())
    }
}

/// The front of `octets`, and a mark if that is not all.
fn shortened(octets: &[u8], limit: usize) -> (&[u8], &'static str) {
    octets
        .get(..limit)
        .filter(|prefix| prefix.len() < octets.len())
        .map_or((octets, ""), |prefix| (prefix, "..."))
}

/// Writes the name of a flag if it is set.
pub(crate) fn flag(f: &mut fmt::Formatter<'_>, is_set: bool, name: &str) -> fmt::Result {
    if is_set { write!(f, " {name}") } else { Ok(()) }
}

/// Writes what most frames do not have: padding, and flags without a meaning.
pub(crate) fn rarities(
    f: &mut fmt::Formatter<'_>,
    pad_length: Option<u8>,
    unused_flags: Flags,
) -> fmt::Result {
    if let Some(octets) = pad_length {
        write!(f, " padding={octets}")?;
    }
    if !unused_flags.is_empty() {
        write!(f, " unused_flags={unused_flags}")?;
    }
    Ok(())
}
