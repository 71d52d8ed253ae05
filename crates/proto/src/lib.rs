#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod blame;
mod config;
mod connection;
mod control;
mod error;
mod event;
mod extension;
mod flow;
#[cfg(test)]
mod golden;
mod input;
mod life;
mod limits;
mod message;
mod nanos;
mod observe;
mod output;
mod pings;
mod progress;
mod rests;
mod role;
mod schedule;
mod settings;
mod signals;
mod stalls;
mod stats;
mod stream;
mod streams;
mod timers;
mod violation;
mod windows;

pub use bytes::{self, Bytes};
pub use frame::{self, ErrorCode, Increment, Scope, SettingId, StreamId};
pub use hpack::{self, HeaderField, Sensitivity};
pub use runtime;

pub use crate::blame::Blame;
pub use crate::config::{Config, Credit};
pub use crate::connection::{Connection, Stage, StreamMut, StreamRef};
pub use crate::error::{ConfigError, ConnectionError, StreamError, UserError};
pub use crate::event::{Event, Part};
pub use crate::extension::ExtensionFrame;
pub use crate::flow::WindowBudget;
pub use crate::limits::Limits;
pub use crate::message::{
    FieldName, FieldSection, Fields, ParsePriorityError, PreparedRequest, PreparedResponse,
    Priority, Request, Response, ResponseContent, SharedSection, Trailers,
};
pub use crate::observe::{Direction, Observe, Record, Window};
pub use crate::output::FlushToken;
pub use crate::progress::{Cause, Progress};
pub use crate::role::{Client, Role, Server, Side};
pub use crate::schedule::{Blocked, Priorities};
pub use crate::settings::{Settings, SettingsChange};
pub use crate::stats::{Slowdown, Stall, Stalls, Stats};
pub use crate::stream::{ClosedBy, Phase, PhaseStep, State, Step, Transition};
pub use crate::violation::{ConnectionRule, Limit, MessageRule, StreamRule, Violation};
