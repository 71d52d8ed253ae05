//! Messages that cannot be said in other types.

use proto::Blame;
use session::Error;
use tress_http::ConvertError;

/// Says whose message it is that cannot be converted.
pub(super) fn convert(blame: Blame) -> impl Fn(ConvertError) -> Error {
    move |error| Error::convert(blame, error)
}
