//! Sections of all kinds: mostly right, often wrong in one place.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use hpack::HeaderField;

use crate::message::{FieldSection, Kind};

/// A source of numbers that begin anywhere and never end (SplitMix64).
pub(super) struct Random(pub(super) u64);

type Field = (Vec<u8>, Vec<u8>);

const CONTROL: [(&str, &[&str]); 6] = [
    (
        ":method",
        &[
            "GET", "HEAD", "POST", "OPTIONS", "CONNECT", "M-SEARCH", "g e t", "",
        ],
    ),
    (":scheme", &["http", "https", "HTTPS", "coap", "1", ""]),
    (
        ":authority",
        &["a", "a:80", "A:443", "[::1]:8080", "u@a", "a/b", "", "a,b"],
    ),
    (
        ":path",
        &["/", "/a?b|c", "*", "", "/#", "/a b", "a", "/~%20"],
    ),
    (":protocol", &["websocket", "a/1", "a b"]),
    (
        ":status",
        &[
            "200", "204", "304", "103", "404", "599", "101", "20", "2000",
        ],
    ),
];

const REGULAR: [(&str, &[&str]); 8] = [
    ("accept", &["*/*", "", "text/html;q=1", "a,b , c"]),
    ("cookie", &["a=b", "c=d; e=f", ""]),
    (
        "content-length",
        &["0", "3", "5", "05", "+3", "3, 3", "99999999999999999999"],
    ),
    ("host", &["a", "A", "a:80", "a:443", "b", "[::1]:8080", ""]),
    ("te", &["trailers", "gzip"]),
    (
        "x-\u{7e}",
        &["\u{e9}", "a\tb", " a", "a ", "a\r\nb: c", "a\0", "\u{7f}"],
    ),
    ("connection", &["close"]),
    ("transfer-encoding", &["chunked"]),
];

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    /// The first choices are right in most places, and likelier.
    fn choose<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let end = if self.one_in(4) {
            choices.len()
        } else {
            choices.len().min(3)
        };
        choices[self.below(end)]
    }

    pub(super) fn section(&mut self, kind: Kind) -> FieldSection {
        let mut fields = self.control(kind);
        for _ in 0..self.below(5) {
            let end = if self.one_in(8) { REGULAR.len() } else { 4 };
            let (name, values) = REGULAR[self.below(end)];
            fields.push(self.field(name, values));
        }
        if self.one_in(4) {
            self.spoil(&mut fields);
        }
        fields
            .iter()
            .map(|(name, value)| HeaderField::new(name, value))
            .collect()
    }

    fn control(&mut self, kind: Kind) -> Vec<Field> {
        let names: &[usize] = match kind {
            Kind::Request if self.one_in(8) => &[0, 4, 1, 2, 3],
            Kind::Request | Kind::PromisedRequest => &[0, 1, 2, 3],
            Kind::Response => &[5],
            Kind::Trailers => &[],
        };
        let mut fields: Vec<Field> = Vec::new();
        for &name in names {
            let (name, values) = CONTROL[name];
            if !self.one_in(16) {
                fields.push(self.field(name, values));
            }
        }
        if kind == Kind::Request && self.one_in(8) {
            fields = Vec::from([(":method", "CONNECT"), (":authority", "a:443")].map(owned));
        }
        fields
    }

    fn field(&mut self, name: &str, values: &[&str]) -> Field {
        owned((name, self.choose(values)))
    }

    /// Doubles, moves, drops or rewrites something.
    fn spoil(&mut self, fields: &mut Vec<Field>) {
        if fields.is_empty() {
            return;
        }
        let (from, to) = (self.below(fields.len()), self.below(fields.len()));
        match self.below(4) {
            0 => fields.push(fields[from].clone()),
            1 => fields.swap(from, to),
            2 => drop(fields.remove(from)),
            _ => {
                let octet = b"\0\r\n\t :,;=@/?#[]Aa0\x7f\x80\xff\x01"[self.below(22)];
                let (name, value) = &mut fields[from];
                let octets = if self.one_in(2) { name } else { value };
                octets.insert(self.below(octets.len() + 1), octet);
            }
        }
    }
}

fn owned((name, value): (&str, &str)) -> Field {
    (name.as_bytes().to_owned(), value.as_bytes().to_owned())
}
