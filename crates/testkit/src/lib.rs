#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod block;
#[cfg(feature = "pair")]
mod echo;
mod frame;
mod names;
#[cfg(feature = "pair")]
mod pair;
#[cfg(feature = "pair")]
mod peer;
mod rng;
mod seen;
mod side;
mod wire;

pub use crate::block::{Block, block};
#[cfg(feature = "pair")]
pub use crate::echo::Echo;
pub use crate::frame::{
    Altsvc, Carrier, Continuation, Data, Frame, Goaway, Headers, Origin, Padded, Payload, Ping,
    Priority, PriorityUpdate, PushPromise, RstStream, Settings, Unknown, WindowUpdate, altsvc,
    continuation, data, goaway, headers, origin, ping, priority, priority_update, push_promise,
    rst_stream, settings, settings_ack, unknown, window_update,
};
pub use crate::names::{code, flag, kind};
#[cfg(feature = "pair")]
pub use crate::pair::{Link, Pair, Way};
#[cfg(feature = "pair")]
pub use crate::peer::Peer;
pub use crate::rng::Rng;
pub use crate::seen::{BlockDecoder, Field, Reader, Seen, frames, joined};
pub use crate::side::Side;
pub use crate::wire::{PREFACE, Wire, hex, raw};
