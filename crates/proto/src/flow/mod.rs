//! Flow control: a number for each direction, and what may be done with it (RFC 9113 §6.9).
//!
//! Two types, because the directions have different verbs: what we granted is charged and released,
//! what we were granted is taken. What all streams may hold together is kept by a third, and how much
//! of it one stream has by its own reading by a fourth.
//!
//! They know no stream and no frame: that a window is shut, or an increment due, is what their methods return.
//! What is due is apart from the window, since credit goes back in steps that are worth a frame.

mod allowance;
mod budget;
mod growth;
mod recv;
mod send;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use self::allowance::Allowance;
pub use self::budget::WindowBudget;
pub(crate) use self::growth::{Growth, Measure, Moment};
pub(crate) use self::recv::RecvWindow;
pub(crate) use self::send::SendWindow;
pub(crate) use self::window::Window;

/// The window with which every stream and every connection starts, in octets (RFC 9113 §6.9.2).
pub(crate) const INITIAL_WINDOW: u32 = 65_535;

/// The greatest size of a window, in octets (RFC 9113 §6.9.1).
pub(crate) const MAX_WINDOW: u32 = (1 << 31) - 1;

/// A window would leave its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overflow;
