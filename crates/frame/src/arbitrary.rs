//! Values from raw entropy, for the fuzzing of whoever uses this crate.
//!
//! Every value is legal: an arbitrary frame parses back to itself, and a decoder takes it with the
//! maximum frame size that every peer starts with. Written by hand, since the derived form needs
//! std.

mod frames;
mod values;

use arbitrary::{Result, Unstructured};

use crate::Flags;

/// Leaves space for padding and fixed fields in a frame of 16,384 octets.
const MAX_OCTETS: usize = 16_000;

/// A payload, or most of one.
fn octets<'a>(u: &mut Unstructured<'a>) -> Result<&'a [u8]> {
    let octets: &[u8] = u.arbitrary()?;
    Ok(octets.get(..MAX_OCTETS).unwrap_or(octets))
}

/// Any flags but the `known`.
fn unused_flags(u: &mut Unstructured<'_>, known: Flags) -> Result<Flags> {
    Ok(u.arbitrary::<Flags>()?.without(known))
}
