//! A URI, and the control data that say the same (RFC 9113 §8.3.1).

use alloc::borrow::Cow;
use alloc::format;

use http::header::HOST;
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri};
use proto::bytes::Bytes;

use crate::ConvertError;
use crate::control::Control;
use crate::values::Values;

/// Who is asked: the authority of the URI, or else the host.
pub(crate) fn authority(parts: &Parts) -> Option<&[u8]> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str().as_bytes()),
        None => host(parts),
    }
}

/// Says whether the field `host` would say once more what `:authority` says (RFC 9113 §8.3.1).
///
/// Where they differ, `tress-proto` knows which differences do not matter, and refuses the others.
pub(crate) fn host_is_spare(parts: &Parts, authority: Option<&[u8]>) -> bool {
    match (host(parts), authority) {
        (Some(host), Some(authority)) => host.eq_ignore_ascii_case(authority),
        _ => false,
    }
}

fn host(parts: &Parts) -> Option<&[u8]> {
    let host = parts.headers.get(HOST)?.as_bytes().trim_ascii();
    Some(host).filter(|host| !host.is_empty())
}

/// What is asked for: the path and the query.
pub(crate) fn path(uri: &Uri) -> Cow<'_, str> {
    match uri.path_and_query().map_or("/", PathAndQuery::as_str) {
        // RFC 9113 §8.3.1: an empty path is sent as a slash, also before a query.
        path if path.starts_with('?') => Cow::Owned(format!("/{path}")),
        path => Cow::Borrowed(path),
    }
}

/// Makes the URI of a request.
///
/// Choice: without an authority and a host, the URI holds the path alone, for `http` holds no
/// scheme without an authority.
pub(crate) fn uri(
    control: &Control<'_>,
    request: &proto::Request,
    values: &mut Values,
) -> Result<Uri, ConvertError> {
    let mut parts = http::uri::Parts::default();
    // Both are taken, also where the method has no use for one.
    let [authority, path] =
        [control.authority, control.path].map(|octets| octets.map(|octets| values.next(octets)));
    parts.authority = named(authority, request)?;
    if control.method != Method::CONNECT.as_str().as_bytes() || control.protocol.is_some() {
        if parts.authority.is_some() {
            parts.scheme = control.scheme.map(scheme).transpose()?;
        }
        parts.path_and_query = path.map(path_and_query).transpose()?;
    }
    Uri::from_parts(parts).map_err(ConvertError::Target)
}

fn named(
    authority: Option<Bytes>,
    request: &proto::Request,
) -> Result<Option<Authority>, ConvertError> {
    if let Some(octets) = authority {
        let authority = Authority::from_maybe_shared(octets);
        return authority.map(Some).map_err(ConvertError::Authority);
    }
    // RFC 9113 §8.3.1: where there is no authority, the host says it.
    match request.field_value("host").filter(|host| !host.is_empty()) {
        Some(host) => Authority::try_from(host)
            .map(Some)
            .map_err(ConvertError::Host),
        None => Ok(None),
    }
}

fn scheme(octets: &[u8]) -> Result<Scheme, ConvertError> {
    match octets {
        b"https" => Ok(Scheme::HTTPS),
        b"http" => Ok(Scheme::HTTP),
        _ => Scheme::try_from(octets).map_err(ConvertError::Scheme),
    }
}

/// A scheme other than `http` and `https` may have an empty path.
fn path_and_query(octets: Bytes) -> Result<PathAndQuery, ConvertError> {
    match &*octets {
        b"" | b"/" => Ok(PathAndQuery::from_static("/")),
        _ => PathAndQuery::from_maybe_shared(octets).map_err(ConvertError::Path),
    }
}
