//! Tests of the testkit itself: its octets against hand-written ones.

extern crate alloc;

mod answers;
mod attacks;
#[cfg(feature = "pair")]
mod contract;
mod frames;
mod generate;
#[cfg(feature = "pair")]
mod pair;
#[cfg(feature = "pair")]
mod peer;
#[cfg(feature = "pair")]
mod script;
mod seen;
