//! Faults on purpose: a script says which, an engine between a client and a server makes them.
//!
//! `script` reads the text, `rule` is what it says, `choose` decides whom a rule hits; `engine` takes the
//! octets of both directions and the time as arguments, and knows no socket. `tress proxy` runs it between
//! two sockets, and `tress serve --fault` between its listener and its server.

mod choose;
mod engine;
mod rule;
mod script;

pub(crate) use self::choose::Chooser;
pub(crate) use self::engine::{Engine, Watch};
pub(crate) use self::script::Script;
