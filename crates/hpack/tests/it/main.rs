//! What RFC 7541 demands, section by section and example by example.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that is wrong may panic, and then fails"
)]

mod appendix_c;
mod laws;
mod support;
