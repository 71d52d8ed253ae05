//! Between messages in the types of `http` and those of the machine, by the rules that the users of this
//! API count on.
//!
//! They are not those of `tress-http`: fields that HTTP/2 does not send are refused, not left out; cookie
//! pairs stay apart; `host` never stands for `:authority`, and neither is copied into the other.

mod fields;
mod request;
mod response;

pub(crate) use self::fields::{trailers_in, trailers_out};
pub(crate) use self::request::{promise_out, request_in, request_out};
pub(crate) use self::response::{response_in, response_out};

/// The message cannot be said in the types of `http`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsayable;
