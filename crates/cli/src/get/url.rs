//! The URLs that `get` takes: `http` and `https`, a host, a path (RFC 3986, RFC 9110 §4.2).

use alloc::string::{String, ToString};
use core::fmt;
use core::net::Ipv6Addr;

/// The protocol below HTTP/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scheme {
    /// Cleartext.
    Http,
    /// TLS.
    Https,
}

/// Where a connection leads: URLs with the same origin share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The protocol below HTTP/2.
    pub(crate) scheme: Scheme,
    /// A name or an address; an IPv6 address without its brackets.
    pub(crate) host: String,
    /// The TCP port.
    pub(crate) port: u16,
}

/// A URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// Where the connection leads.
    pub(crate) origin: Origin,
    /// The path with the query, as it goes into `:path`.
    pub(crate) path: String,
}

/// Why a text is not a URL that can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlError {
    /// There is no `://`.
    NoScheme,
    /// It is neither `http` nor `https`.
    OtherScheme,
    /// There is a user's name before the host.
    UserInfo,
    /// The host is missing, or cannot be one.
    Host,
    /// The port is not a number from 1 to 65535.
    Port,
}

impl Scheme {
    /// The name, as in `:scheme`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Origin {
    /// Says whether it is reached by TLS.
    #[cfg(feature = "tokio")]
    pub(crate) const fn is_secure(&self) -> bool {
        matches!(self.scheme, Scheme::Https)
    }

    /// The host and, unless it is the scheme's own, the port, as in `:authority`.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            alloc::format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        if self.port == self.scheme.default_port() {
            host
        } else {
            alloc::format!("{host}:{}", self.port)
        }
    }
}

impl Url {
    /// Reads a URL; the fragment is left out.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::NoScheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(UrlError::OtherScheme),
        };
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = host_and_port(authority)?;
        let origin = Origin {
            scheme,
            host,
            port: port.unwrap_or(scheme.default_port()),
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path = alloc::format!("{slash}{}", encode_rest(path));
        Ok(Self { origin, path })
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), UrlError> {
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, port) = bracketed.split_once(']').ok_or(UrlError::Host)?;
        let address: Ipv6Addr = host.parse().map_err(|_| UrlError::Host)?;
        return Ok((address.to_string(), port_after(port)?));
    }
    let end = authority.find(':').unwrap_or(authority.len());
    let (host, port) = authority.split_at(end);
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&octet);
    if host.is_empty() || !host.bytes().all(is_host) {
        return Err(UrlError::Host);
    }
    Ok((host.to_ascii_lowercase(), port_after(port)?))
}

/// Reads what follows the host: nothing, or a colon and perhaps a port.
fn port_after(text: &str) -> Result<Option<u16>, UrlError> {
    if text.is_empty() || text == ":" {
        return Ok(None);
    }
    let digits = text.strip_prefix(':').ok_or(UrlError::Port)?;
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(UrlError::Port);
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(UrlError::Port),
        Ok(port) => Ok(Some(port)),
    }
}

/// Percent-encodes what may not stand in a URL at all; the rest means what its writer meant.
fn encode_rest(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for octet in path.bytes() {
        if octet.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&octet) {
            encoded.push(char::from(octet));
        } else {
            encoded.push_str(&alloc::format!("%{octet:02X}"));
        }
    }
    encoded
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoScheme => "it has no scheme: write http://… or https://…",
            Self::OtherScheme => "only http:// and https:// can be fetched",
            Self::UserInfo => "a user's name does not belong in a URL: use -H 'authorization: …'",
            Self::Host => "its host is missing or is not a name or an address",
            Self::Port => "its port is not a number from 1 to 65535",
        })
    }
}

mod reference;

#[cfg(test)]
mod tests;
