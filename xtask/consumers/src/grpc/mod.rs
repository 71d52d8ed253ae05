//! A gRPC service whose messages are plain octets, with all four kinds of streaming.

mod echo;
mod plain;

pub use self::echo::{Echo, LARGE, PAUSE};
pub use self::plain::Plain;

/// What `tonic-build` makes of the service.
#[expect(
    clippy::default_constructed_unit_structs,
    reason = "any type may be a codec"
)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/test.Echo.rs"));
}
