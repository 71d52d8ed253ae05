//! What the pseudo-header fields of one message say together (RFC 9113 §8.3, RFC 8441 §4).

use super::class::Class;
use super::pseudo::{self, Authority, Method, Path, Scheme};
use crate::violation::MessageRule;

/// The control data of a message, as far as it has come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Control {
    method: Option<Method>,
    pub(super) scheme: Option<Scheme>,
    pub(super) authority: Option<Authority>,
    path: Option<Path>,
    protocol: Option<()>,
    pub(super) status: Option<u16>,
}

impl Control {
    /// Notes a pseudo-header field of a request.
    pub(super) fn take_request(&mut self, class: Class) -> Result<(), MessageRule> {
        match class {
            Class::Method(method) => once(&mut self.method, method),
            Class::Scheme(scheme) => once(&mut self.scheme, scheme),
            Class::Authority(authority) => once(&mut self.authority, authority),
            Class::Path(path) => once(&mut self.path, path),
            Class::Protocol => once(&mut self.protocol, ()),
            _ => Err(MessageRule::PseudoMisplaced),
        }
    }

    /// Notes a pseudo-header field of a request by the mark of its class; `false` leaves it to
    /// [`take_request`](Self::take_request): it is another field, or has come before.
    #[inline]
    pub(super) fn takes_marked(&mut self, mark: u8) -> bool {
        match Class::from_mark(mark) {
            Some(Class::Method(it)) if self.method.is_none() => self.method = Some(it),
            Some(Class::Scheme(it)) if self.scheme.is_none() => self.scheme = Some(it),
            Some(Class::Authority(it)) if self.authority.is_none() => self.authority = Some(it),
            Some(Class::Path(it)) if self.path.is_none() => self.path = Some(it),
            _ => return false,
        }
        true
    }

    /// Notes a pseudo-header field of a response.
    pub(super) fn take_response(&mut self, class: Class, value: &[u8]) -> Result<(), MessageRule> {
        match (class, pseudo::parse_status(value)) {
            (Class::Status, Some(status)) => once(&mut self.status, status),
            _ => Err(MessageRule::PseudoMisplaced),
        }
    }

    /// Judges the control data of a request when all has come.
    pub(super) fn finish_request(&self) -> Result<(), MessageRule> {
        let method = self.method.ok_or(MessageRule::MethodMissing)?;
        match (method, self.protocol) {
            (Method::Connect, None) => return self.finish_connect(),
            // RFC 8441 §4: an extended CONNECT has a target like any other request.
            (Method::Connect, Some(())) | (_, None) => {}
            (_, Some(())) => return Err(MessageRule::ProtocolMisplaced),
        }
        let scheme = self.scheme.ok_or(MessageRule::SchemeMissing)?;
        let path = self.path.ok_or(MessageRule::PathMissing)?;
        if path == Path::Asterisk && method != Method::Options {
            return Err(MessageRule::PathAsterisk);
        }
        if scheme.is_http() {
            self.finish_http(path)
        } else {
            Ok(())
        }
    }

    /// RFC 9113 §8.3.1: `http` and `https` ask somebody for something.
    ///
    /// Laxer: a request that names no authority, nor a host, passes; old clients of a gateway may
    /// have none, and the application knows better whether it needs one.
    fn finish_http(&self, path: Path) -> Result<(), MessageRule> {
        match (path, self.authority) {
            (Path::Empty, _) => Err(MessageRule::PathEmpty),
            (_, Some(Authority::Empty)) => Err(MessageRule::AuthorityEmpty),
            (_, Some(Authority::Userinfo)) => Err(MessageRule::AuthorityUserinfo),
            _ => Ok(()),
        }
    }

    fn finish_connect(&self) -> Result<(), MessageRule> {
        match (self.scheme, self.path, self.authority) {
            (None, None, Some(Authority::HostAndPort)) => Ok(()),
            (None, None, _) => Err(MessageRule::ConnectAuthority),
            _ => Err(MessageRule::ConnectTarget),
        }
    }

    /// Judges the control data of a promised request when all has come.
    pub(super) fn finish_promise(&self) -> Result<(), MessageRule> {
        self.finish_request()?;
        // RFC 9113 §8.4: safe and cacheable; of the methods that are known to be, there are two.
        if !matches!(self.method, Some(Method::Get | Method::Head)) {
            return Err(MessageRule::PromisedMethod);
        }
        match self.authority {
            None | Some(Authority::Empty) => Err(MessageRule::PromisedAuthority),
            Some(_) => Ok(()),
        }
    }

    /// Judges the control data of a response when all has come.
    pub(super) fn finish_response(&self) -> Result<(), MessageRule> {
        self.status.map(|_| ()).ok_or(MessageRule::StatusMissing)
    }

    /// Says whether the request asks for a tunnel (RFC 9113 §8.5, RFC 8441 §4).
    pub(super) fn is_connect(&self) -> bool {
        self.method == Some(Method::Connect)
    }

    /// Says whether the response to the request has no content (RFC 9110 §9.3.2).
    pub(super) fn is_head(&self) -> bool {
        self.method == Some(Method::Head)
    }
}

/// RFC 9113 §8.3: a pseudo-header field comes once.
fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), MessageRule> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(MessageRule::PseudoRepeated),
    }
}
