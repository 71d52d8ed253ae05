#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod action;
mod budget;
mod config;
mod connection;
mod endpoint;
mod error;
mod families;
mod key;
mod names;
mod origin;
mod stats;
mod surplus;
mod waiting;

pub use crate::action::{Action, ConnectFailure, Content, Decision, GoAway, Outcome};
pub use crate::config::Config;
pub use crate::connection::{ConnectionId, Stall};
pub use crate::error::{ConfigError, Failure, Waited};
pub use crate::families::in_turns;
pub use crate::key::Key;
pub use crate::origin::Origin;
pub use crate::stats::{Hold, Stats, Totals};
pub use crate::waiting::{Request, RequestId};
