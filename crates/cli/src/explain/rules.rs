//! Every rule that a peer can break, and every limit.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{Debug, Display};

use blocking::proto::frame::Scope;
use blocking::proto::{ConnectionRule, ErrorCode, Limit, MessageRule, StreamRule};

/// A rule, as the rule table of the connection has it.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What the peer is told who breaks it.
    pub(super) says: String,
    /// What it demands.
    pub(super) demands: &'static str,
    pub(super) section: &'static str,
    pub(super) scope: Scope,
    pub(super) code: ErrorCode,
}

/// What kind of rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Connection,
    Stream,
    Message,
    Limit,
}

impl Rule {
    fn new(
        kind: Kind,
        rule: &(impl Debug + Display),
        demands: &'static str,
        section: &'static str,
        (scope, code): (Scope, ErrorCode),
    ) -> Self {
        Self {
            name: format!("{rule:?}"),
            kind,
            says: format!("{rule}"),
            demands,
            section,
            scope,
            code,
        }
    }
}

impl Kind {
    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Connection => "rule of the connection",
            Self::Stream => "rule of a stream",
            Self::Message => "rule of a message",
            Self::Limit => "limit",
        }
    }

    /// What usually causes that it is broken.
    pub(super) const fn cause(self) -> &'static str {
        match self {
            Self::Connection => "a bug in the peer, or octets that are no HTTP/2",
            Self::Stream => {
                "a bug in the peer, most often in what it says behind the end of a stream"
            }
            Self::Message => {
                "a message that was made for HTTP/1, or that a proxy has put together from parts"
            }
            Self::Limit => {
                "an attack, or an honest peer with more to do than the limit was made for"
            }
        }
    }

    /// What to do about it.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Connection | Self::Stream => {
                "record the connection and let `tress inspect --check` show the frame that broke it"
            }
            Self::Message => {
                "look at the fields with `tress inspect --headers`, and mend whoever writes them"
            }
            Self::Limit => {
                "if the peer is honest, raise this limit: the values and their defaults are in SECURITY.md"
            }
        }
    }
}

/// All rules, in the order of the rule table.
pub(super) fn all() -> Vec<Rule> {
    let connection = ConnectionRule::ALL.iter().map(|rule| {
        let (demands, section) = (rule.requirement(), rule.section());
        Rule::new(
            Kind::Connection,
            rule,
            demands,
            section,
            rule.scope_and_code(),
        )
    });
    let stream = StreamRule::ALL.iter().map(|rule| {
        let (demands, section) = (rule.requirement(), rule.section());
        Rule::new(Kind::Stream, rule, demands, section, rule.scope_and_code())
    });
    let message = MessageRule::ALL.iter().map(|rule| {
        let (demands, section) = (rule.requirement(), rule.section());
        Rule::new(Kind::Message, rule, demands, section, rule.scope_and_code())
    });
    let limit = Limit::ALL.iter().map(|rule| {
        let (demands, section) = (rule.requirement(), rule.section());
        Rule::new(Kind::Limit, rule, demands, section, rule.scope_and_code())
    });
    connection
        .chain(stream)
        .chain(message)
        .chain(limit)
        .collect()
}
