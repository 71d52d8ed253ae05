//! Who is asked: the host and the port (RFC 9113 §8.3.1).

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
    let inner = match host {
        [b'[', inner @ .., b']'] if !inner.is_empty() => return !inner.iter().any(is_bracket),
        name => name,
    };
    !inner
        .iter()
        .any(|octet| is_bracket(octet) || *octet == b':')
}

const fn is_bracket(octet: &u8) -> bool {
    matches!(octet, b'[' | b']')
}

fn is_port(port: &[u8]) -> bool {
    port.is_empty() || syntax::all(port, syntax::DIGIT)
}

#[cfg(test)]
mod tests;
