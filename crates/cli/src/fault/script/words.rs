//! The words of one statement, taken one by one.

use alloc::string::String;
use alloc::vec::Vec;
use core::str::FromStr;
use core::time::Duration;

use super::lexer::{Place, ScriptError, Word};

/// The words of a statement that nobody has taken yet.
pub(super) struct Words {
    name: Word,
    rest: Vec<Word>,
    /// All keys that were asked for.
    known: Vec<&'static str>,
}

impl Words {
    /// A statement, which has a word.
    pub(super) fn new(mut statement: Vec<Word>) -> Self {
        let rest = statement.split_off(1.min(statement.len()));
        let nowhere = Word {
            place: Place { line: 1, column: 1 },
            key: String::new(),
            value: None,
        };
        Self {
            name: statement.pop().unwrap_or(nowhere),
            rest,
            known: Vec::new(),
        }
    }

    /// The first word.
    pub(super) fn name(&self) -> &str {
        &self.name.key
    }

    /// Something is wrong with the statement as a whole.
    pub(super) fn wrong(&self, what: impl core::fmt::Display) -> ScriptError {
        ScriptError::new(self.name.place, what)
    }

    /// The value of a key, if it is there.
    fn text(&mut self, key: &'static str) -> Result<Option<(Place, String)>, ScriptError> {
        self.known.push(key);
        let Some(at) = self.rest.iter().position(|word| word.key == key) else {
            return Ok(None);
        };
        let word = self.rest.remove(at);
        match word.value {
            Some(value) => Ok(Some(value)),
            None => Err(ScriptError::new(
                word.place,
                format_args!("{key} has no value; write {key}=…"),
            )),
        }
    }

    /// The value of a key as what `read` makes of it; `what` says what it should be.
    pub(super) fn get<T>(
        &mut self,
        key: &'static str,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ScriptError> {
        let Some((place, text)) = self.text(key)? else {
            return Ok(None);
        };
        let wrong = || ScriptError::new(place, format_args!("{key}={text} is not {what}"));
        read(&text).map(Some).ok_or_else(wrong)
    }

    /// A value that can be read by itself.
    pub(super) fn parsed<T: FromStr>(
        &mut self,
        key: &'static str,
        what: &str,
    ) -> Result<Option<T>, ScriptError> {
        self.get(key, what, |text| text.parse().ok())
    }

    pub(super) fn time(&mut self, key: &'static str) -> Result<Option<Duration>, ScriptError> {
        let read = |text: &str| humantime::parse_duration(text).ok();
        self.get(key, "a time, such as 300ms or 2s", read)
    }

    /// One of several words.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        names: &[(&str, T)],
    ) -> Result<Option<T>, ScriptError> {
        let all: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let what = alloc::format!("one of {}", all.join(", "));
        let read = |text: &str| {
            let found = names.iter().find(|(name, _)| *name == text);
            found.map(|(_, value)| *value)
        };
        self.get(key, &what, read)
    }

    /// The only word behind the name, which is a number.
    pub(super) fn only_number(&mut self) -> Result<u64, ScriptError> {
        let wrong = || {
            let name = self.name();
            self.wrong(format_args!("{name} takes a number, such as {name} 7"))
        };
        let number = match &self.rest[..] {
            [word] if word.value.is_none() => word.key.parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(wrong)?;
        self.rest.clear();
        Ok(number)
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), ScriptError> {
        let Some(word) = self.rest.first() else {
            return Ok(());
        };
        let (name, key) = (&self.name.key, &word.key);
        let is_known = self.known.contains(&key.as_str());
        let what = match is_known {
            true => alloc::format!("{key} is said twice"),
            false if self.known.is_empty() => alloc::format!("{name} takes no more words"),
            false => alloc::format!("{name} takes no {key}; it takes {}", self.known.join(", ")),
        };
        Err(ScriptError::new(word.place, what))
    }
}
