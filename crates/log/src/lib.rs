#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod at;
mod cause;
mod chunk;
mod entry;
mod error;
mod fields;
#[cfg(feature = "std")]
mod file;
mod frame;
mod gather;
mod gathered;
mod input;
mod kind;
mod life;
mod moves;
mod names;
mod put;
mod read;
mod reader;
mod record;
mod recorder;
mod secret;
mod settings;
mod show;
mod spans;
mod text;
mod trace;
mod window;
mod write;

pub use proto;

pub use crate::cause::Cause;
pub use crate::entry::{Entry, Event};
pub use crate::error::{ErrorKind, ReadError};
pub use crate::fields::{Field, FieldList, Value};
#[cfg(feature = "std")]
pub use crate::file::LogFile;
pub use crate::frame::{Detail, FrameEntry};
pub use crate::reader::Reader;
pub use crate::recorder::{Recorder, Sink};
pub use crate::secret::{Secrets, is_secret};
pub use crate::settings::SettingList;
pub use crate::spans::Span;
pub use crate::text::Text;
pub use crate::trace::{Conversation, Mark, MarkKind, Octets, StreamTrace, Trace};
pub use crate::window::{Curve, Windows};

/// What a log begins with: the name of the format and its version, in a line. Octets follow it.
pub const HEADER: &str = "tress-log 2\n";
