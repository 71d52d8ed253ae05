#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod answers;
mod attacks;
mod block;
#[cfg(feature = "pair")]
mod by_hand;
mod cases;
#[cfg(feature = "certificates")]
mod certificates;
#[cfg(feature = "pair")]
mod echo;
#[cfg(feature = "pair")]
mod forward;
mod frame;
mod generate;
#[cfg(feature = "pair")]
mod inverted;
mod names;
#[cfg(feature = "pair")]
mod pair;
#[cfg(feature = "pair")]
mod path;
#[cfg(feature = "pair")]
mod peer;
mod pipe;
mod rng;
#[cfg(feature = "pair")]
mod script;
mod seen;
mod side;
mod task;
#[cfg(feature = "certificates")]
mod tls_peer;
mod wire;

pub use crate::answers::Answers;
pub use crate::attacks::{Attack, attacks};
pub use crate::block::{Block, block};
#[cfg(feature = "pair")]
pub use crate::by_hand::{carry, settle, written};
pub use crate::cases::{Case, Heard, Outcome, PROBE, Target, Verdict, cases};
#[cfg(feature = "certificates")]
pub use crate::certificates::Certified;
#[cfg(feature = "pair")]
pub use crate::echo::Echo;
pub use crate::frame::{
    Altsvc, Carrier, Continuation, Data, Frame, Goaway, Headers, Origin, Padded, Payload, Ping,
    Priority, PriorityUpdate, PushPromise, RstStream, Settings, Unknown, WindowUpdate, altsvc,
    continuation, data, goaway, headers, origin, ping, priority, priority_update, push_promise,
    rst_stream, settings, settings_ack, unknown, window_update,
};
pub use crate::generate::{Census, conversation, mutate, violate};
#[cfg(feature = "pair")]
pub use crate::inverted::Inverted;
pub use crate::names::{code, flag, kind};
#[cfg(feature = "pair")]
pub use crate::pair::{Link, Pair, Way};
#[cfg(feature = "pair")]
pub use crate::path::{Driver, Path};
#[cfg(feature = "pair")]
pub use crate::peer::Peer;
pub use crate::pipe::Pipe;
pub use crate::rng::Rng;
#[cfg(feature = "pair")]
pub use crate::script::{
    Step, Subject, app, check, check_in_chunks, client, closed, eof, happens, rest, says, server,
    tick,
};
pub use crate::seen::{BlockDecoder, Field, Reader, Seen, frames, joined};
pub use crate::side::Side;
pub use crate::task::Task;
#[cfg(feature = "certificates")]
pub use crate::tls_peer::{Spoken, tls_client, tls_server};
pub use crate::wire::{PREFACE, Wire, hex, raw};
#[cfg(feature = "pair")]
pub use runtime;
