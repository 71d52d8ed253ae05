//! Which end of a connection we are (RFC 9113 §2.2).

use core::fmt::Debug;

use crate::message::{Request, Response};

/// One end of a connection, as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a connection has two ends")]
pub enum Side {
    /// The end that opened the connection, and sends requests.
    Client,
    /// The end that answers them.
    Server,
}

impl Side {
    /// The other end.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// One end of a connection, as a type: [`Client`] or [`Server`].
pub trait Role: sealed::Sealed + Debug + Copy + Eq + Send + Sync + 'static {
    /// The same as a value.
    const SIDE: Side;
    /// What the peer's messages begin with.
    type Head: Debug + Clone + Eq + From<sealed::Section> + Send + Sync + 'static;
}

/// The client's end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Client;

/// The server's end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Server;

impl Role for Client {
    const SIDE: Side = Side::Client;
    type Head = Response;
}

impl Role for Server {
    const SIDE: Side = Side::Server;
    type Head = Request;
}

pub(crate) mod sealed {
    //! What keeps the roles two.

    use crate::message::{FieldSection, Request, Response};

    #[derive(Debug)]
    #[expect(unnameable_types, reason = "only the crate makes one")]
    pub struct Section(pub(crate) FieldSection);

    #[expect(unnameable_types, reason = "nobody else may be a role")]
    pub trait Sealed {}
    impl Sealed for super::Client {}
    impl Sealed for super::Server {}

    impl From<Section> for Request {
        fn from(section: Section) -> Self {
            Self::from_section(section.0)
        }
    }

    impl From<Section> for Response {
        fn from(section: Section) -> Self {
            Self::from_section(section.0)
        }
    }
}
