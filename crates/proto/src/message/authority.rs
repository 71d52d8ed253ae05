//! Who is asked: the host and the port (RFC 9113 §8.3.1).

use core::net::Ipv6Addr;

use super::pseudo::{Authority, Scheme};
use super::syntax;
use crate::violation::MessageRule;

/// Reads an authority.
pub(super) fn kind(value: &[u8]) -> Result<Authority, MessageRule> {
    if value.is_empty() {
        return Ok(Authority::Empty);
    }
    if !syntax::all(value, syntax::AUTHORITY) {
        return Err(MessageRule::AuthoritySyntax);
    }
    let at = value.iter().rposition(|&octet| octet == b'@');
    let address = at
        .and_then(|at| value.get(at.saturating_add(1)..))
        .unwrap_or(value);
    let (host, port) = split(address);
    if !is_host(host) || !port.is_none_or(is_port) {
        return Err(MessageRule::AuthoritySyntax);
    }
    Ok(match port {
        _ if at.is_some() => Authority::Userinfo,
        _ if host.is_empty() => Authority::Empty,
        Some(port) if !port.is_empty() => Authority::HostAndPort,
        _ => Authority::Host,
    })
}

/// Says whether both name the same entity, after the normalization that the scheme allows: the case
/// of the host does not matter, nor does a port that is empty or the scheme's own
/// (RFC 9113 §8.3.1).
pub(super) fn is_same(one: &[u8], other: &[u8], scheme: Option<Scheme>) -> bool {
    normal(one, scheme).eq_ignore_ascii_case(normal(other, scheme))
}

fn normal(address: &[u8], scheme: Option<Scheme>) -> &[u8] {
    let (host, port) = split(address);
    match (port, scheme) {
        (Some(b""), _)
        | (Some(b"80"), Some(Scheme::Http))
        | (Some(b"443"), Some(Scheme::Https)) => host,
        _ => address,
    }
}

/// Cuts at the colon that ends the host; those inside brackets do not.
fn split(address: &[u8]) -> (&[u8], Option<&[u8]>) {
    let bracket = address.iter().rposition(|&octet| octet == b']');
    let colon = address.iter().rposition(|&octet| octet == b':');
    match colon.filter(|&colon| bracket.is_none_or(|bracket| bracket < colon)) {
        Some(colon) => (
            address.get(..colon).unwrap_or_default(),
            address.get(colon.saturating_add(1)..),
        ),
        None => (address, None),
    }
}

/// Says whether this is an address in brackets, or a name without any.
fn is_host(host: &[u8]) -> bool {
    match host {
        [b'[', inner @ .., b']'] => is_ip_future(inner) || is_ipv6(inner),
        name => !name.iter().any(|octet| matches!(octet, b'[' | b']' | b':')),
    }
}

/// RFC 3986 §3.2.2: the standard library reads the same grammar. Neither knows the zones of
/// addresses, which mean nothing to anybody but their own host.
fn is_ipv6(address: &[u8]) -> bool {
    let text = core::str::from_utf8(address).ok();
    text.is_some_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// RFC 3986 §3.2.2: an address of a version to come: `v`, the version, a dot, and what may stand in a
/// name, colons included.
fn is_ip_future(address: &[u8]) -> bool {
    let [b'v' | b'V', rest @ ..] = address else {
        return false;
    };
    let mut parts = rest.splitn(2, |&octet| octet == b'.');
    let version = parts.next().unwrap_or_default();
    let inner = parts.next().unwrap_or_default();
    let is_inner = |octet: &u8| !matches!(octet, b'%' | b'@' | b'[' | b']');
    !version.is_empty()
        && version.iter().all(u8::is_ascii_hexdigit)
        && !inner.is_empty()
        && inner.iter().all(is_inner)
}

fn is_port(port: &[u8]) -> bool {
    port.is_empty() || syntax::all(port, syntax::DIGIT)
}

#[cfg(test)]
mod tests;
