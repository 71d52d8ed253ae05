//! A script as statements of words, each with its place.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Where something is in a script: the first line is 1, and so is the first column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// What is wrong in a script, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptError {
    place: Place,
    what: String,
}

impl ScriptError {
    pub(super) fn new(place: Place, what: impl fmt::Display) -> Self {
        Self {
            place,
            what: format!("{what}"),
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        write!(f, "line {line}, column {column}: {}", self.what)
    }
}

impl core::error::Error for ScriptError {}

/// A word: `name`, or `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) place: Place,
    pub(super) key: String,
    /// What stands behind `=`, and where.
    pub(super) value: Option<(Place, String)>,
}

/// The characters of a script, and where the next one is.
struct Cursor<'a> {
    rest: core::iter::Peekable<core::str::Chars<'a>>,
    place: Place,
}

impl Cursor<'_> {
    fn next_if(&mut self, is_it: impl Fn(char) -> bool) -> Option<char> {
        let character = self.rest.next_if(|character| is_it(*character))?;
        if character == '\n' {
            self.place = Place {
                line: self.place.line + 1,
                column: 1,
            };
        } else {
            self.place.column += 1;
        }
        Some(character)
    }
}

/// The statements that are not empty.
pub(super) fn statements(text: &str) -> Result<Vec<Vec<Word>>, ScriptError> {
    let mut cursor = Cursor {
        rest: text.chars().peekable(),
        place: Place { line: 1, column: 1 },
    };
    let (mut statements, mut words) = (Vec::new(), Vec::new());
    while let Some(next) = cursor.rest.peek().copied() {
        match next {
            '\n' | ';' => {
                cursor.next_if(|_| true);
                statements.push(core::mem::take(&mut words));
            }
            '#' => while cursor.next_if(|character| character != '\n').is_some() {},
            blank if blank.is_whitespace() => {
                cursor.next_if(|_| true);
            }
            _ => words.push(word(&mut cursor)?),
        }
    }
    statements.push(words);
    statements.retain(|words| !words.is_empty());
    Ok(statements)
}

fn word(cursor: &mut Cursor<'_>) -> Result<Word, ScriptError> {
    let place = cursor.place;
    let mut key = String::new();
    let is_of_key = |character: char| !is_end(character) && character != '=';
    while let Some(character) = cursor.next_if(is_of_key) {
        key.push(character);
    }
    if key.is_empty() {
        return Err(ScriptError::new(place, "nothing stands before the ="));
    }
    let value = match cursor.next_if(|character| character == '=') {
        Some(_) => Some((cursor.place, value(cursor)?)),
        None => None,
    };
    Ok(Word { place, key, value })
}

/// What stands behind `=`: up to a blank, or in quotes.
fn value(cursor: &mut Cursor<'_>) -> Result<String, ScriptError> {
    let place = cursor.place;
    let mut value = String::new();
    if cursor.next_if(|character| character == '"').is_none() {
        while let Some(character) = cursor.next_if(|character| !is_end(character)) {
            value.push(character);
        }
        return match value.is_empty() {
            true => Err(ScriptError::new(place, "nothing stands behind the =")),
            false => Ok(value),
        };
    }
    while let Some(character) = cursor.next_if(|character| !matches!(character, '"' | '\n')) {
        value.push(character);
    }
    match cursor.next_if(|character| character == '"') {
        Some(_) => Ok(value),
        None => Err(ScriptError::new(place, "the quotes do not end")),
    }
}

fn is_end(character: char) -> bool {
    character.is_whitespace() || character == ';'
}
