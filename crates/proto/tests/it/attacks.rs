//! Every known way to hurt an endpoint, and what it comes to (RFC 9113 §10.5).
//!
//! Honest users that look like an attack stand beside them.

mod control_frames;
mod each;
mod field_blocks;
mod flow_control;
mod honest;
mod limits;
mod messages;
mod orders;
mod pieces;
mod resets;
mod rig;
mod stream_lifecycle;
mod table;
