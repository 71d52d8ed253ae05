//! Requests (RFC 9113 §8.3.1).

use http::request::Parts;
use http::uri::Scheme;
use http::{Method, Version};
use proto::Request;

use crate::control::Control;
use crate::fields::{self, Meaning, Message};
use crate::values::Values;
use crate::{ConvertError, Protocol, target};

/// Makes the request that a client sends.
///
/// `:authority` comes from the URI, or else from the field `host`; `host` is then left out, and
/// also where it says the same. The scheme of a URI that has none is `scheme`. `*` asks about the
/// server as a whole; `http` cannot tell an empty path from a slash, so nothing else does.
///
/// CONNECT needs only its authority, with a port; what else the URI says is left out. With a
/// [`Protocol`] among the extensions it is an extended CONNECT (RFC 8441 §4).
///
/// Fields that concern a connection of HTTP/1.1 are left out: `connection` and those it names,
/// `keep-alive`, `proxy-connection`, `transfer-encoding`, `upgrade`, and `te` unless it is
/// `trailers`. The version does not matter. A value that is marked as sensitive is never indexed.
///
/// # Errors
///
/// If CONNECT has no authority, or a [`Protocol`] stands at another method.
pub fn request_from_http(parts: &Parts, scheme: &Scheme) -> Result<Request, ConvertError> {
    let authority = target::authority(parts);
    let drop_host = target::host_is_spare(parts, authority);
    let fields = fields::leaving(&parts.headers)
        .filter(|(meaning, _)| !(drop_host && *meaning == Meaning::Host))
        .map(|(_, field)| field);
    Ok(control(parts, scheme, authority)?.add_all(fields))
}

/// The request without its fields.
fn control(
    parts: &Parts,
    scheme: &Scheme,
    authority: Option<&[u8]>,
) -> Result<Request, ConvertError> {
    let protocol = parts.extensions.get::<Protocol>();
    let scheme = parts.uri.scheme().unwrap_or(scheme).as_str();
    let path = || target::path(&parts.uri);
    match (&parts.method, protocol) {
        (&Method::CONNECT, None) => authority
            .map(Request::connect)
            .ok_or(ConvertError::AuthorityMissing),
        (&Method::CONNECT, Some(protocol)) => Ok(Request::extended_connect(
            protocol.as_str(),
            scheme,
            authority.unwrap_or_default(),
            path().as_bytes(),
        )),
        (_, Some(_)) => Err(ConvertError::ProtocolMisplaced),
        (method, None) => Ok(Request::new(
            method.as_str(),
            scheme,
            authority.unwrap_or_default(),
            path().as_bytes(),
        )),
    }
}

/// Makes the request that a server has got.
///
/// The URI has the authority, or else what the field `host` says; a CONNECT has no more. The
/// fields are those of the request in their order, but the pieces of a cookie are joined
/// (RFC 9113 §8.2.3). What was never indexed is marked as sensitive. An extended CONNECT has its
/// [`Protocol`] among the extensions.
///
/// # Errors
///
/// If the control data make no URI of `http`, whose rules for paths are narrower; or there are
/// more fields than its map can hold.
pub fn request_into_http(request: &Request) -> Result<Parts, ConvertError> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    let (control, fields) = Control::of(request);
    let regular = fields.clone().map(|field| field.value);
    let mut values = Values::of(control.parts_of_uri().chain(regular));
    parts.method = Method::from_bytes(control.method).map_err(ConvertError::Method)?;
    parts.uri = target::uri(&control, request, &mut values)?;
    parts.version = Version::HTTP_2;
    parts.headers = fields::collect(fields, &mut values)?;
    if let Some(protocol) = control.protocol {
        parts.extensions.insert(Protocol::from_octets(protocol)?);
    }
    Ok(parts)
}
