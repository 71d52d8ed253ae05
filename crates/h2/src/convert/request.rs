//! Requests (RFC 9113 §8.3.1).

use alloc::borrow::Cow;
use alloc::format;

use bytes::Bytes;
use http::uri::{self, Authority, PathAndQuery, Scheme};
use http::{Method, Uri, Version};
use proto::{HeaderField, Request};

use super::Unsayable;
use super::fields::{self, Message as _, is_control};
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
pub(crate) fn request_in(request: Request) -> Result<http::Request<()>, Unsayable> {
    let section = request.into_shared();
    let mut fields = section.iter();
    let mut control = ControlIn::default();
    let first = loop {
        match fields.next() {
            Some(field) if is_control(&field) => control.note(field),
            first => break first,
        }
    };
    // Where nothing else keeps the section, copies of what little is kept are smaller.
    let keep = |part: &[u8]| match first {
        Some(_) => section.keep(part),
        None => Bytes::copy_from_slice(part),
    };
    let mut made = http::Request::new(());
    if let Some(method) = control.method {
        *made.method_mut() = Method::from_bytes(method).map_err(|_| Unsayable)?;
    }
    if let Some(protocol) = control.protocol {
        let protocol = Protocol::from_octets(protocol).map_err(|_| Unsayable)?;
        made.extensions_mut().insert(protocol);
    }
    *made.uri_mut() = control.uri(keep)?;
    *made.version_mut() = Version::HTTP_2;
    *made.headers_mut() = fields::collect_rest(&section, first, fields)?;
    Ok(made)
}

/// The control data of a request that came.
#[derive(Default)]
struct ControlIn<'a> {
    method: Option<&'a [u8]>,
    scheme: Option<&'a [u8]>,
    authority: Option<&'a [u8]>,
    path: Option<&'a [u8]>,
    protocol: Option<&'a [u8]>,
}

impl<'a> ControlIn<'a> {
    fn note(&mut self, field: HeaderField<'a>) {
        let place = match field.name {
            b":method" => &mut self.method,
            b":scheme" => &mut self.scheme,
            b":authority" => &mut self.authority,
            b":path" => &mut self.path,
            b":protocol" => &mut self.protocol,
            _ => return,
        };
        *place = Some(field.value);
    }

    fn uri(&self, keep: impl Fn(&[u8]) -> Bytes) -> Result<Uri, Unsayable> {
        let mut parts = uri::Parts::default();
        if let Some(path) = self.path {
            let path = PathAndQuery::from_maybe_shared(keep(path));
            parts.path_and_query = Some(path.map_err(|_| Unsayable)?);
        }
        if let Some(authority) = self.authority {
            let authority = Authority::from_maybe_shared(keep(authority));
            parts.authority = Some(authority.map_err(|_| Unsayable)?);
            let scheme = self.scheme.map(Scheme::try_from).transpose();
            parts.scheme = scheme.map_err(|_| Unsayable)?;
        }
        Uri::from_parts(parts).map_err(|_| Unsayable)
    }
}
