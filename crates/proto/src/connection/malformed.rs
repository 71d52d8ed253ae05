//! For which field a message of the application's was refused (RFC 9113 §8).
//!
//! [`UserError`] says the rule, and is copied everywhere; the name is kept here, for whoever tells people.
//! Never the value, which may be secret.

use alloc::boxed::Box;
use alloc::string::{String, ToString};

use super::{Connection, Shared};
use crate::error::UserError;
use crate::message::{self, FieldSection, Kind, Rules};
use crate::role::Role;
use crate::violation::MessageRule;

/// So much of a name is kept, in octets.
const MOST: usize = 64;

/// The field for which the latest message was refused, if it was for one. Most connections never have any.
#[derive(Debug, Default)]
pub(super) struct Malformed(Option<Box<(MessageRule, String)>>);

impl<R: Role> Connection<R> {
    /// The name of the field for which the application's latest message was refused with this rule
    /// ([`UserError::Malformed`]); `None` where the rule is about no single field. What is not ASCII that can
    /// be seen is escaped, and 64 octets are kept.
    ///
    /// ```
    /// use tress_proto::{Client, Config, Connection, Request, UserError};
    ///
    /// let mut client = Connection::<Client>::new(Config::default());
    /// let request = Request::get("https", "example.com", "/").field("upgrade", "h2c");
    /// let Err(UserError::Malformed(rule)) = client.request(request) else {
    ///     panic!("there is no such field in HTTP/2");
    /// };
    /// assert_eq!(client.refused_field(rule), Some("upgrade"));
    /// ```
    #[must_use]
    pub fn refused_field(&self, rule: MessageRule) -> Option<&str> {
        let (refused, name) = &**self.core.shared.malformed.0.as_ref()?;
        (*refused == rule).then_some(name)
    }
}

impl Shared {
    /// A message of the application's broke a rule.
    #[cold]
    pub(super) fn refuse_message(
        &mut self,
        section: &FieldSection,
        (kind, rules): (Kind, Rules),
        rule: MessageRule,
    ) -> UserError {
        let name = message::refused_field(section, kind, rules);
        self.malformed.0 = name.map(|name| {
            let name = name.get(..MOST).unwrap_or(name);
            Box::new((rule, name.escape_ascii().to_string()))
        });
        UserError::Malformed(rule)
    }
}
