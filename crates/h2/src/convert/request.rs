//! Requests (RFC 9113 §8.3.1).

use alloc::borrow::Cow;
use alloc::format;

use http::uri::{self, Authority, PathAndQuery, Scheme};
use http::{Method, Uri, Version};
use proto::Request;

use super::Unsayable;
use super::fields::{self, Message as _};
use crate::ext::Protocol;
use crate::user_error::UserError;

/// The request that a client sends. Its extensions are its own affair, but for a [`Protocol`].
///
/// Without scheme and authority it is a request of HTTP/1.1, which gets the scheme `http`, or none at
/// all.
pub(crate) fn request_out(request: http::Request<()>) -> Result<Request, UserError> {
    let (parts, ()) = request.into_parts();
    let protocol = parts.extensions.get::<Protocol>();
    let (scheme, authority) = (parts.uri.scheme(), parts.uri.authority());
    if scheme.is_none() && authority.is_none() && parts.version == Version::HTTP_2 {
        return Err(UserError::MissingUriSchemeAndAuthority);
    }
    control(&parts.method, &parts.uri, protocol).with_all(&parts.headers)
}

/// The request that a server promises to answer.
pub(crate) fn promise_out(request: http::Request<()>) -> Result<Request, UserError> {
    let (parts, ()) = request.into_parts();
    control(&parts.method, &parts.uri, None).with_all(&parts.headers)
}

/// The control data.
fn control(method: &Method, uri: &Uri, protocol: Option<&Protocol>) -> Request {
    let authority = uri.authority().map_or("", Authority::as_str);
    let scheme = uri.scheme().unwrap_or(&Scheme::HTTP).as_str();
    match protocol {
        None if method == Method::CONNECT => Request::connect(authority),
        None => Request::new(method.as_str(), scheme, authority, &*path(method, uri)),
        Some(protocol) => {
            Request::extended_connect(protocol.as_str(), scheme, authority, &*path(method, uri))
        }
    }
}

fn path<'a>(method: &Method, uri: &'a Uri) -> Cow<'a, str> {
    match uri.path_and_query().map_or("", PathAndQuery::as_str) {
        // RFC 9113 §8.3.1: OPTIONS without a path asks about the server.
        "" if method == Method::OPTIONS => Cow::Borrowed("*"),
        path if path.is_empty() || path.starts_with('?') => Cow::Owned(format!("/{path}")),
        path => Cow::Borrowed(path),
    }
}

/// The request that a server has got, or that a server has promised to answer.
///
/// Without an authority the URI has no scheme, for `http` holds none then.
pub(crate) fn request_in(request: &Request) -> Result<http::Request<()>, Unsayable> {
    let mut parts = uri::Parts::default();
    parts.authority = request.authority().map(authority).transpose()?;
    if parts.authority.is_some() {
        parts.scheme = request.scheme().map(scheme).transpose()?;
    }
    parts.path_and_query = request.path().map(path_and_query).transpose()?;
    let mut made = http::Request::new(());
    *made.method_mut() = Method::from_bytes(request.method()).map_err(|_| Unsayable)?;
    *made.uri_mut() = Uri::from_parts(parts).map_err(|_| Unsayable)?;
    *made.version_mut() = Version::HTTP_2;
    *made.headers_mut() = fields::collect(request.fields())?;
    if let Some(protocol) = request.protocol() {
        let protocol = Protocol::from_octets(protocol).map_err(|_| Unsayable)?;
        made.extensions_mut().insert(protocol);
    }
    Ok(made)
}

fn authority(octets: &[u8]) -> Result<Authority, Unsayable> {
    Authority::try_from(octets).map_err(|_| Unsayable)
}

fn scheme(octets: &[u8]) -> Result<Scheme, Unsayable> {
    Scheme::try_from(octets).map_err(|_| Unsayable)
}

fn path_and_query(octets: &[u8]) -> Result<PathAndQuery, Unsayable> {
    PathAndQuery::try_from(octets).map_err(|_| Unsayable)
}
