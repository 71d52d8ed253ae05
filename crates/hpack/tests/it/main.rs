//! What RFC 7541 demands, section by section and example by example.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that is wrong may panic, and then fails"
)]

mod api;
mod appendix_c;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod encoder;
mod laws;
mod limits;
mod peers;
mod strictness;
mod support;
