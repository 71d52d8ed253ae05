//! What RFC 7541 demands, section by section and example by example.

mod appendix_c;
mod support;
