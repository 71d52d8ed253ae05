//! Whether a field may stand where it stands (RFC 9113 §8.1.1).
//!
//! The judge keeps no octets: what it needs of them again, it reads in the section that its caller
//! has.

use super::class::Class;
use super::control::Control;
use super::pseudo::Authority;
use super::section::FieldSection;
use super::{authority, content_length};
use crate::violation::{Limit, MessageRule, Violation};

/// A kind of field section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    PromisedRequest,
    Response,
    Trailers,
}

/// What may differ from connection to connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The server announced SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 §3).
    pub(crate) extended_connect: bool,
    /// How many fields a section may have, where adjacent pieces of a cookie count as one.
    pub(crate) soft_fields: usize,
    /// The field `host` may say something else than the authority does.
    pub(crate) host_may_differ: bool,
}

/// What is to be done with a field that is no mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Keep,
    /// One that arrives is left out; sending it breaks the rule.
    LeaveOut(MessageRule),
}

/// Follows the fields of one section.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    kind: Kind,
    rules: Rules,
    pub(super) control: Control,
    pub(super) content_length: Option<u64>,
    fields: usize,
    /// The last field was a piece of a cookie.
    in_cookie: bool,
    regular: bool,
    host: bool,
    /// The message responds to CONNECT (RFC 9113 §8.5).
    pub(super) responds_to_connect: bool,
    /// The field `priority` has come (RFC 9218 §5).
    pub(super) has_priority: bool,
}

impl Judge {
    pub(super) fn new(kind: Kind, rules: Rules) -> Self {
        Self {
            kind,
            rules,
            control: Control::default(),
            content_length: None,
            fields: 0,
            in_cookie: false,
            regular: false,
            host: false,
            responds_to_connect: false,
            has_priority: false,
        }
    }

    /// Says whether another one, which may have come further, judges a section as this one does.
    pub(super) fn judges_like(&self, other: &Self) -> bool {
        (self.kind, self.rules) == (other.kind, other.rules)
            && self.responds_to_connect == other.responds_to_connect
    }

    /// Judges the next field.
    #[inline]
    pub(super) fn field(&mut self, class: Class, value: &[u8]) -> Result<Use, Violation> {
        self.count(class)?;
        // Most fields mean nothing here.
        if class == Class::Plain {
            self.regular = true;
            return Ok(Use::Keep);
        }
        self.meaning(class, value)
    }

    /// Judges a field by the mark of its class, where that says all and breaks no rule; `false` leaves it
    /// to [`field`](Self::field).
    #[inline]
    pub(super) fn takes_marked(&mut self, mark: u8) -> bool {
        if self.fields >= self.rules.soft_fields {
            return false;
        }
        match mark {
            Class::PLAIN => {
                self.in_cookie = false;
                self.regular = true;
            }
            Class::COOKIE => {
                let cookie_pair = core::mem::replace(&mut self.in_cookie, true);
                self.fields -= usize::from(cookie_pair);
                self.regular = true;
            }
            mark => {
                let may_come = self.kind == Kind::Request && !self.regular;
                if !may_come || !self.control.takes_marked(mark) {
                    return false;
                }
                self.in_cookie = false;
            }
        }
        self.fields += 1;
        true
    }

    fn meaning(&mut self, class: Class, value: &[u8]) -> Result<Use, Violation> {
        if class.is_pseudo() {
            self.pseudo(class, value)?;
            return Ok(Use::Keep);
        }
        self.regular = true;
        Ok(self.regular(class, value)?)
    }

    /// Judges the section when all its fields have come.
    pub(super) fn finish(&self, section: &FieldSection) -> Result<(), MessageRule> {
        match self.kind {
            Kind::Request => self.control.finish_request()?,
            Kind::PromisedRequest => self.control.finish_promise()?,
            Kind::Response => self.control.finish_response()?,
            Kind::Trailers => {}
        }
        if self.host {
            self.compare_host(section)
        } else {
            Ok(())
        }
    }

    #[inline]
    fn count(&mut self, class: Class) -> Result<(), Limit> {
        // RFC 9113 §8.2.3: a browser cuts one cookie into many fields, which is no abuse.
        let is_cookie = class == Class::Cookie;
        let cookie_pair = is_cookie && self.in_cookie;
        self.in_cookie = is_cookie;
        self.fields = self.fields.saturating_add(usize::from(!cookie_pair));
        if self.fields > self.rules.soft_fields {
            Err(Limit::Fields)
        } else {
            Ok(())
        }
    }

    fn pseudo(&mut self, class: Class, value: &[u8]) -> Result<(), MessageRule> {
        if self.kind == Kind::Trailers {
            return Err(MessageRule::PseudoInTrailers);
        }
        if self.regular {
            return Err(MessageRule::PseudoLate);
        }
        match (self.kind, class) {
            (Kind::Response, _) => self.control.take_response(class, value),
            // RFC 8441 §3: to those who did not ask for it, the field does not exist.
            (_, Class::Protocol) if !self.rules.extended_connect => {
                Err(MessageRule::ProtocolNotAllowed)
            }
            _ => self.control.take_request(class),
        }
    }

    fn regular(&mut self, class: Class, value: &[u8]) -> Result<Use, MessageRule> {
        match (class, self.kind) {
            (Class::ContentLength | Class::Broken(MessageRule::ContentLengthSyntax), _)
                if self.begins_tunnel() =>
            {
                Ok(Use::Keep)
            }
            (Class::Broken(rule), _) => Err(rule),
            (Class::Te, Kind::Response | Kind::Trailers) => Err(MessageRule::TeMisplaced),
            (Class::Priority, _) => {
                self.has_priority = true;
                Ok(Use::Keep)
            }
            (Class::Host, Kind::Request | Kind::PromisedRequest) => self.host(),
            // Choice: RFC 9110 §6.5.1 keeps lengths out of trailers, where they mean nothing; a
            // sender's mistake that nobody acts on is no reason to lose the message.
            (Class::ContentLength, Kind::Trailers) => Ok(Use::Keep),
            (Class::ContentLength, _) => self.content_length(value),
            _ => Ok(Use::Keep),
        }
    }

    /// RFC 9110 §9.3.6: a client ignores what the response that begins a tunnel says of its length.
    fn begins_tunnel(&self) -> bool {
        self.responds_to_connect && matches!(self.control.status, Some(200..=299))
    }

    fn host(&mut self) -> Result<Use, MessageRule> {
        match core::mem::replace(&mut self.host, true) {
            true => Err(MessageRule::HostRepeated),
            false => Ok(Use::Keep),
        }
    }

    fn compare_host(&self, section: &FieldSection) -> Result<(), MessageRule> {
        match (section.get(b":authority"), section.get(b"host")) {
            (Some(authority), Some(host))
                if !self.rules.host_may_differ
                    && !authority::is_same(authority, host, self.control.scheme) =>
            {
                Err(MessageRule::HostDiffers)
            }
            // RFC 9113 §8.3.1: then it says who is asked; RFC 9110 §7.2: and names no user.
            (None, Some(host)) => match authority::kind(host)? {
                Authority::Userinfo => Err(MessageRule::AuthorityUserinfo),
                Authority::Empty | Authority::Host | Authority::HostAndPort => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn content_length(&mut self, value: &[u8]) -> Result<Use, MessageRule> {
        let length = content_length::parse(value).ok_or(MessageRule::ContentLengthSyntax)?;
        match (self.kind, self.control.status) {
            // RFC 9113 §8.4.1: nobody asked with content, so nobody can be answered to it.
            (Kind::PromisedRequest, _) if length != 0 => return Err(MessageRule::PromisedContent),
            // RFC 9110 §8.6: neither may have one; many servers send a harmless 0 with 204.
            (_, Some(204)) if length == 0 => {
                return Ok(Use::LeaveOut(MessageRule::ContentLengthForbidden));
            }
            (_, Some(100..=199 | 204)) => return Err(MessageRule::ContentLengthForbidden),
            _ => {}
        }
        match self.content_length.replace(length) {
            None => Ok(Use::Keep),
            // RFC 9110 §8.6: equal ones may be replaced by one of them.
            Some(before) if before == length => {
                Ok(Use::LeaveOut(MessageRule::ContentLengthRepeated))
            }
            Some(_) => Err(MessageRule::ContentLengthRepeated),
        }
    }
}
