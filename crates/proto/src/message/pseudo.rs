//! What a pseudo-header field says, as far as its own octets show it (RFC 9113 §8.3).

use super::syntax;
use crate::violation::MessageRule;

/// A kind of method: what makes a difference to HTTP/2 (RFC 9113 §8.4, RFC 9113 §8.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Connect,
    Get,
    Head,
    Options,
    Other,
}

/// A kind of scheme: `http` and `https` have rules of their own (RFC 9113 §8.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
    Other,
}

/// A kind of authority (RFC 9113 §8.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Authority {
    Empty,
    Host,
    HostAndPort,
    Userinfo,
}

/// A kind of path (RFC 9113 §8.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    Empty,
    Absolute,
    Asterisk,
}

impl Method {
    pub(super) const ALL: [Self; 5] = [
        Self::Connect,
        Self::Get,
        Self::Head,
        Self::Options,
        Self::Other,
    ];
}

impl Scheme {
    pub(super) const ALL: [Self; 3] = [Self::Http, Self::Https, Self::Other];

    /// Says whether URIs of this scheme have the rules of RFC 9110 §4.2.
    pub(super) const fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

impl Authority {
    pub(super) const ALL: [Self; 4] = [Self::Empty, Self::Host, Self::HostAndPort, Self::Userinfo];
}

impl Path {
    pub(super) const ALL: [Self; 3] = [Self::Empty, Self::Absolute, Self::Asterisk];
}

/// Reads the value of `:method`.
pub(super) fn method(value: &[u8]) -> Result<Method, MessageRule> {
    match value {
        b"CONNECT" => Ok(Method::Connect),
        b"GET" => Ok(Method::Get),
        b"HEAD" => Ok(Method::Head),
        b"OPTIONS" => Ok(Method::Options),
        _ if syntax::is_token(value) => Ok(Method::Other),
        _ => Err(MessageRule::MethodSyntax),
    }
}

/// Reads the value of `:scheme`.
pub(super) fn scheme(value: &[u8]) -> Result<Scheme, MessageRule> {
    if !syntax::is_scheme(value) {
        return Err(MessageRule::SchemeSyntax);
    }
    // RFC 9110 §4.2.3: the case of a scheme does not matter.
    if value.eq_ignore_ascii_case(b"https") {
        return Ok(Scheme::Https);
    }
    Ok(if value.eq_ignore_ascii_case(b"http") {
        Scheme::Http
    } else {
        Scheme::Other
    })
}

/// Reads the value of `:path`.
pub(super) fn path(value: &[u8]) -> Result<Path, MessageRule> {
    match value {
        b"" => Ok(Path::Empty),
        b"*" => Ok(Path::Asterisk),
        path if syntax::is_absolute_path(path) => Ok(Path::Absolute),
        _ => Err(MessageRule::PathSyntax),
    }
}

/// Judges the value of `:protocol`: a name, and perhaps a slash and a version (RFC 9110 §7.8).
pub(super) fn check_protocol(value: &[u8]) -> Result<(), MessageRule> {
    let mut parts = value.splitn(2, |&octet| octet == b'/');
    match parts.all(syntax::is_token) {
        true => Ok(()),
        false => Err(MessageRule::ProtocolSyntax),
    }
}

/// Judges the value of `:status`.
pub(super) fn check_status(value: &[u8]) -> Result<(), MessageRule> {
    match parse_status(value) {
        // RFC 9113 §8.6: one stream of many cannot switch the protocol of the connection.
        Some(101) => Err(MessageRule::SwitchingProtocols),
        Some(_) => Ok(()),
        None => Err(MessageRule::StatusSyntax),
    }
}

/// Reads a status of three digits, of which the first is the class (RFC 9110 §15).
pub(super) fn parse_status(value: &[u8]) -> Option<u16> {
    match *value {
        [
            hundreds @ b'1'..=b'9',
            tens @ b'0'..=b'9',
            units @ b'0'..=b'9',
        ] => {
            let digit = |octet| u16::from(octet & 0x0f);
            Some(digit(hundreds) * 100 + digit(tens) * 10 + digit(units))
        }
        _ => None,
    }
}
