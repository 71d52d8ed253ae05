//! The text of a script: a statement a line, or several with `;` between them.
//!
//! A statement is the name of a fault and words `key=value`; `#` begins a comment. What the words of each
//! fault are stands in the README, and in what is said of one that is wrong.

mod faults;
mod lexer;
mod words;

use alloc::string::String;
use alloc::vec::Vec;
use std::fs;

pub(crate) use self::lexer::ScriptError;
use self::lexer::statements;
use self::words::Words;
use super::choose::Chooser;
use super::rule::Rule;
use crate::exit::{Failure, Result};
use crate::relaying::Shaping;

/// What a script says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    seed: u64,
    rules: Vec<Rule>,
    shaping: Shaping,
}

impl Script {
    /// Reads the script that the command line names: itself, or `@FILE`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or says what cannot be.
    pub(crate) fn load(said: &str) -> Result<Self> {
        let text = match said.strip_prefix('@') {
            None => String::from(said),
            Some(file) => fs::read_to_string(file)
                .map_err(|error| Failure::usage(format_args!("cannot read {file}: {error}")))?,
        };
        Self::parse(&text).map_err(|error| {
            Failure::usage(format_args!("--fault: {error}")).hint(
                "such as 'rst path=/a after=1000; link delay=20ms'; the README has all there is",
            )
        })
    }

    /// Reads a script.
    pub(super) fn parse(text: &str) -> core::result::Result<Self, ScriptError> {
        let mut script = Self::default();
        for statement in statements(text)? {
            let mut words = Words::new(statement);
            match words.name() {
                "seed" => script.seed = words.only_number()?,
                "link" => script.shaping = faults::shaping(&mut words)?,
                _ => {
                    let rule = faults::rule(&mut words)?;
                    script.rules.push(rule);
                }
            }
            words.finish()?;
        }
        Ok(script)
    }

    /// What the link does to all octets.
    pub(crate) const fn shaping(&self) -> &Shaping {
        &self.shaping
    }

    /// The rules, ready to meet connections.
    pub(crate) fn chooser(self) -> Chooser {
        Chooser::new(self.seed, self.rules)
    }
}

#[cfg(test)]
mod tests;
