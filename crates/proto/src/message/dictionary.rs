//! Dictionaries of structured fields, the form in which priorities are written (RFC 9218 §4).
//!
//! A dictionary that breaks off is none, so that all of it is read; but only integers and booleans
//! are kept, which is all that priorities need.

/// What a member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Integer(i64),
    Boolean(bool),
    /// Something else.
    Other,
}

/// Shows the key and the value of each member to `take`. `None` means that this is no dictionary.
pub(super) fn read(input: &[u8], mut take: impl FnMut(&[u8], Value)) -> Option<()> {
    let mut rest = Cursor(input);
    rest.skip(b" ");
    while !rest.0.is_empty() {
        let key = rest.key()?;
        let value = rest.value()?;
        rest.parameters()?;
        take(key, value);
        rest.comma()?;
    }
    Some(())
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn key(&mut self) -> Option<&'a [u8]> {
        let is_start = matches!(self.0.first()?, b'a'..=b'z' | b'*');
        let key = self
            .take(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*'));
        is_start.then_some(key)
    }

    /// What comes behind a key; nothing at all says that it is true.
    fn value(&mut self) -> Option<Value> {
        if !self.eat(b'=') {
            Some(Value::Boolean(true))
        } else if self.eat(b'(') {
            self.inner_list()
        } else {
            self.item()
        }
    }

    fn inner_list(&mut self) -> Option<Value> {
        loop {
            self.skip(b" ");
            if self.eat(b')') {
                return Some(Value::Other);
            }
            self.item()?;
            self.parameters()?;
            if !matches!(self.0.first()?, b' ' | b')') {
                return None;
            }
        }
    }

    fn item(&mut self) -> Option<Value> {
        match self.0.first()? {
            b'-' | b'0'..=b'9' => self.number(),
            b'"' => self.string(),
            b'?' => self.boolean(),
            b':' => self.octets(),
            b'*' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.take(is_token);
                Some(Value::Other)
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Value> {
        let sign = if self.eat(b'-') { -1 } else { 1 };
        let digits = self.take(u8::is_ascii_digit);
        if self.eat(b'.') {
            let decimals = self.take(u8::is_ascii_digit);
            let is_decimal = (1..=12).contains(&digits.len()) && (1..=3).contains(&decimals.len());
            return is_decimal.then_some(Value::Other);
        }
        let value = |value: i64, digit: &u8| 10 * value + i64::from(digit - b'0');
        (1..=15)
            .contains(&digits.len())
            .then(|| Value::Integer(sign * digits.iter().fold(0, value)))
    }

    fn string(&mut self) -> Option<Value> {
        self.next()?;
        loop {
            match self.next()? {
                b'"' => return Some(Value::Other),
                b'\\' => match self.next()? {
                    b'"' | b'\\' => {}
                    _ => return None,
                },
                b' '..=b'~' => {}
                _ => return None,
            }
        }
    }

    fn boolean(&mut self) -> Option<Value> {
        self.next()?;
        match self.next()? {
            b'0' => Some(Value::Boolean(false)),
            b'1' => Some(Value::Boolean(true)),
            _ => None,
        }
    }

    fn octets(&mut self) -> Option<Value> {
        self.next()?;
        self.take(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'='));
        self.eat(b':').then_some(Value::Other)
    }

    /// Passes over what qualifies a value.
    fn parameters(&mut self) -> Option<()> {
        while self.eat(b';') {
            self.skip(b" ");
            self.key()?;
            if self.eat(b'=') {
                self.item()?;
            }
        }
        Some(())
    }

    /// Passes over what stands between two members; behind the last one there is nothing.
    fn comma(&mut self) -> Option<()> {
        self.skip(b" \t");
        if self.0.is_empty() {
            return Some(());
        }
        let is_comma = self.eat(b',');
        self.skip(b" \t");
        (is_comma && !self.0.is_empty()).then_some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (&octet, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(octet)
    }

    fn eat(&mut self, octet: u8) -> bool {
        let rest = self.0.strip_prefix(&[octet]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn skip(&mut self, octets: &[u8]) {
        self.take(|octet| octets.contains(octet));
    }

    fn take(&mut self, wanted: impl Fn(&u8) -> bool) -> &'a [u8] {
        let length = self.0.iter().take_while(|octet| wanted(octet)).count();
        let (taken, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        taken
    }
}

const fn is_token(octet: &u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(
            octet,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.'
        )
        || matches!(octet, b'^' | b'_' | b'`' | b'|' | b'~' | b':' | b'/')
}
