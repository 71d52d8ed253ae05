//! Every known way to hurt an endpoint, and what it comes to (RFC 9113 §10.5).
//!
//! The letters are those of the families: replies and control frames, the life of a stream, field
//! blocks, content, messages. Honest users that look like an attack stand beside them.

mod a;
mod b;
mod c;
mod d;
mod e;
mod honest;
mod limits;
mod orders;
mod pieces;
mod resets;
mod rig;
mod table;
