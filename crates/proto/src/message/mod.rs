//! Messages: what they consist of, and what makes them malformed (RFC 9113 §8).
//!
//! Three questions, three answers. What is this field? [`class`] says it from the octets alone, once
//! for every table entry. May it stand here? [`judge`] says it from what came before. Where does it
//! go? [`assembler`] keeps it in a [`FieldSection`], and [`outgoing`] only asks. This folder knows
//! no connection.

mod accessors;
mod assembler;
mod authority;
mod checked;
mod class;
mod content_length;
mod control;
mod cookie;
mod dictionary;
mod field_name;
mod fields;
mod judge;
mod outgoing;
mod prepared;
mod priority;
mod pseudo;
mod request;
mod response;
mod response_content;
mod section;
mod shared;
mod spare;
mod syntax;
mod tally;
#[cfg(test)]
mod tests;
mod trailers;
mod words;

pub(crate) use self::assembler::{Assembled, Assembler, Collected, most_memory};
pub(crate) use self::checked::Checked;
pub(crate) use self::content_length::ContentLength;
pub use self::field_name::FieldName;
pub use self::fields::Fields;
pub(crate) use self::judge::{Kind, Rules};
pub(crate) use self::outgoing::{
    check_informational, check_promise, check_request, check_response, check_trailers,
    refused_field,
};
pub use self::prepared::{PreparedRequest, PreparedResponse};
pub(crate) use self::priority::Signal;
pub use self::priority::{ParsePriorityError, Priority};
pub use self::request::Request;
pub use self::response::Response;
pub use self::response_content::ResponseContent;
pub use self::section::FieldSection;
pub use self::shared::SharedSection;
pub(crate) use self::spare::Spare;
pub use self::trailers::Trailers;
