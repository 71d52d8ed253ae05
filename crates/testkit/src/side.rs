//! Which end of a connection.

/// Which end of a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a connection has two ends")]
pub enum Side {
    /// The end that opened the connection.
    Client,
    /// The end that took it.
    Server,
}
