#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod buffer;
mod decoder;
mod encoder;
mod error;
mod field;
pub mod huffman;
mod integer;
mod limits;
mod packed;
mod representation;
mod sink;
mod string;
mod string_coding;
mod table;

pub use self::decoder::Decoder;
pub use self::encoder::{Encoder, Indexing, default_policy};
pub use self::error::DecodeError;
pub use self::field::{HeaderField, Sensitivity};
pub use self::limits::{Limit, Limits, Summary};
pub use self::packed::{PackedField, PackedFields};
pub use self::representation::Representation;
pub use self::sink::Sink;
pub use self::string_coding::StringCoding;
pub use self::table::{DynamicTable, Entries, Entry, TableState};
