//! What cannot be converted, and whose message it is.

use proto::{Blame, Trailers};
use session::Error;
use tress_http::http::HeaderMap;
use tress_http::{ConvertError, trailers_into_http};

/// What is wrong with a message of ours.
pub(super) fn ours(error: ConvertError) -> Error {
    Error::convert(Blame::Local, error)
}

/// What is wrong with a message of the peer's.
pub(super) fn theirs(error: ConvertError) -> Error {
    Error::convert(Blame::Peer, error)
}

/// The trailers of the peer.
pub(super) fn trailers(trailers: Trailers) -> Result<HeaderMap, Error> {
    trailers_into_http(&trailers).map_err(theirs)
}
