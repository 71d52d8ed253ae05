//! Conversations to nghttp2 and to `tress-proto`, the same octets to both: what each makes of them.
//!
//! After each step (a frame, or a whole field block) it is compared which errors left on the wire,
//! what was acknowledged and answered, and what the application was given. Where they part the
//! conversation ends, and the class of the disagreement is looked up in a table that says who is
//! right.

mod application;
pub mod class;
pub mod conversation;
mod ours;
pub mod outcome;
pub mod play;
pub mod report;
pub mod shrink;
mod situation;
pub mod table;
#[cfg(test)]
mod tests;
mod theirs;
