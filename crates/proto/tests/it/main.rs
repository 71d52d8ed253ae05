//! What RFC 9113 demands of a connection, for both roles.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds less than it looks for is to fail"
)]

extern crate alloc;

mod answer;
mod api;
mod attacks;
mod cancel;
mod cases;
mod deadlines;
mod exchange;
mod extensions;
mod growth;
mod introspection;
mod laws;
mod observe;
mod read_shared;
mod readme;
mod requirements;
mod rfc9218;
mod section_10_5;
mod section_3_4;
mod section_4_1;
mod section_4_2;
mod section_4_3;
mod section_5_1;
mod section_5_1_1;
mod section_5_1_2;
mod section_5_2;
mod section_5_4;
mod section_5_5;
mod section_6_1;
mod section_6_10;
mod section_6_2;
mod section_6_3;
mod section_6_4;
mod section_6_5;
mod section_6_6;
mod section_6_7;
mod section_6_8;
mod section_6_9;
mod section_8_1;
mod section_8_1_1;
mod section_8_2;
mod section_8_3;
mod section_8_4;
mod section_8_5;
mod stand_in;
mod stats;
mod support;
mod upgrade;
mod user_data;
mod windows;
