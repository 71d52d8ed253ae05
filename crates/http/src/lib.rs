#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod content;
mod control;
mod date;
mod error;
mod expect;
mod fields;
mod names;
mod protocol;
mod request;
mod response;
mod target;
mod trailers;
mod values;

pub use http;
pub use proto;

pub use crate::content::{content_length, has_no_content, request_length, response_length};
pub use crate::date::{Date, date_now};
pub use crate::error::ConvertError;
pub use crate::expect::expects_continue;
pub use crate::protocol::Protocol;
pub use crate::request::{request_from_http, request_into_http};
pub use crate::response::{complete_response, response_from_http, response_into_http};
pub use crate::trailers::{trailers_from_http, trailers_into_http};
