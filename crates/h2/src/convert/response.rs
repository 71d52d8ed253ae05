//! Responses (RFC 9113 §8.3.2).

use http::{StatusCode, Version};
use proto::Response;

use super::Unsayable;
use super::fields::{self, Message as _};
use crate::user_error::UserError;

/// The response that a server sends; an informational one, too.
pub(crate) fn response_out(response: &http::Response<()>) -> Result<Response, UserError> {
    Response::new(response.status().as_u16()).with_all(response.headers())
}

/// The response that a client has got; an informational one, too.
pub(crate) fn response_in(response: Response) -> Result<http::Response<()>, Unsayable> {
    let mut made = http::Response::new(());
    *made.status_mut() = StatusCode::from_u16(response.status()).map_err(|_| Unsayable)?;
    *made.version_mut() = Version::HTTP_2;
    *made.headers_mut() = fields::collect(&response.into_shared())?;
    Ok(made)
}
