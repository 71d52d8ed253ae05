//! Tests of the testkit itself: its octets against hand-written ones.

mod frames;
#[cfg(feature = "pair")]
mod pair;
