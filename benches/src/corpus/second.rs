//! A second corpus, made by other rules than the first: nothing was tuned on it.
//!
//! The first says field by field what programs of ten kinds send. This one knows no kinds of programs,
//! but chances:
//!
//! * Every other connection carries requests, the others responses.
//! * A connection draws its names out of three lists (those of HPACK's static table, others that are
//!   registered, and made up ones), by rank: rank r has a chance of 1/(r + 2).
//! * Each of its names is in a list with a chance of its own: 100, 95, 60 or 15 in a hundred. The order
//!   is that of the connection; in one list of twenty two neighbours have changed places.
//! * Each of its names has a way in which values go on: one for ever, one out of a few by rank, a
//!   counter, a number, hexadecimal digits, base64, a path with escapes, quoted parameters, words beyond
//!   ASCII, or pairs as in a cookie.
//! * Lengths are drawn evenly over their logarithm, from 1 to 256 octets.

use super::random::Random;
use super::{Field, List, Sequence};

/// How many connections there are.
const CONNECTIONS: u64 = 48;

/// How many lists a connection carries.
const LISTS: usize = 80;

/// The first seed, far from those of the first corpus.
const SEED: u64 = 7_540_000;

/// Names of the static table, the most used ones first.
const COMMON: [&str; 24] = [
    "content-type",
    "date",
    "user-agent",
    "accept",
    "cache-control",
    "server",
    "accept-encoding",
    "content-length",
    "cookie",
    "etag",
    "vary",
    "accept-language",
    "last-modified",
    "set-cookie",
    "referer",
    "authorization",
    "age",
    "expires",
    "via",
    "strict-transport-security",
    "if-none-match",
    "access-control-allow-origin",
    "location",
    "content-encoding",
];

/// Registered names that are in no static table of HPACK.
const REGISTERED: [&str; 16] = [
    "priority",
    "alt-svc",
    "traceparent",
    "content-security-policy",
    "sec-fetch-mode",
    "early-data",
    "server-timing",
    "origin",
    "permissions-policy",
    "x-content-type-options",
    "cross-origin-opener-policy",
    "sec-ch-ua",
    "tracestate",
    "digest",
    "forwarded",
    "dpop",
];

/// How the values of a name go on.
#[derive(Clone, Debug)]
enum Way {
    Constant(Vec<u8>),
    Few(Vec<Vec<u8>>),
    Counter(u64),
    Number,
    Hex(usize),
    Base64(usize),
    Path,
    Parameters,
    Beyond,
    Pairs(Vec<String>),
}

/// A name of a connection.
struct Kind {
    name: String,
    /// In how many of a hundred lists it is.
    chance: u64,
    way: Way,
}

/// Makes the second corpus.
pub fn second() -> Vec<Sequence> {
    let connection = |number| {
        let mut random = Random::new(SEED + number);
        Sequence {
            kind: "by chance",
            lists: lists(&mut random, number % 2 == 0),
        }
    };
    (0..CONNECTIONS).map(connection).collect()
}

fn lists(random: &mut Random, are_requests: bool) -> Vec<List> {
    let mut kinds = control(random, are_requests);
    let fixed = kinds.len();
    for _ in 0..4 + random.below(14) {
        let name = name(random);
        if kinds.iter().all(|kind| kind.name != name) {
            let chance = [100, 100, 95, 60, 15][at(random, 5)];
            let way = way(random);
            kinds.push(Kind { name, chance, way });
        }
    }
    let list = |_| {
        let mut list = List::new();
        for kind in &mut kinds {
            if random.percent(kind.chance) {
                list.push(Field::new(&kind.name, kind.way.next(random)));
            }
        }
        if random.percent(5) && list.len() > fixed + 1 {
            let place = fixed + at(random, list.len() - fixed - 1);
            list.swap(place, place + 1);
        }
        list
    };
    (0..LISTS).map(list).collect()
}

/// The control data, which each list has.
fn control(random: &mut Random, are_requests: bool) -> Vec<Kind> {
    let few = |values: &[&str]| {
        Way::Few(
            values
                .iter()
                .map(|value| value.as_bytes().to_vec())
                .collect(),
        )
    };
    let kind = |name: &str, way| Kind {
        name: name.to_owned(),
        chance: 100,
        way,
    };
    if !are_requests {
        return vec![kind(
            ":status",
            few(&["200", "304", "206", "404", "302", "503"]),
        )];
    }
    let host = format!("{}.{}.test:8443", random.word(), random.word());
    vec![
        kind(":method", few(&["GET", "POST", "QUERY", "DELETE"])),
        kind(":scheme", Way::Constant(b"https".to_vec())),
        kind(":authority", Way::Constant(host.into_bytes())),
        kind(":path", Way::Path),
    ]
}

/// A name, by rank in one of the three lists.
fn name(random: &mut Random) -> String {
    match random.below(10) {
        0..5 => COMMON[rank(random, COMMON.len())].to_owned(),
        5..7 => REGISTERED[rank(random, REGISTERED.len())].to_owned(),
        _ => format!("{}-{}", random.word(), random.word()),
    }
}

fn way(random: &mut Random) -> Way {
    match random.below(16) {
        0..4 => Way::Constant(text(random)),
        4..8 => Way::Few((0..2 + random.below(9)).map(|_| text(random)).collect()),
        8 => Way::Counter(random.below(1_000_000)),
        9 => Way::Number,
        10 => Way::Hex(length(random)),
        11 => Way::Base64(length(random)),
        12 => Way::Path,
        13 => Way::Parameters,
        14 => Way::Beyond,
        _ => Way::Pairs((0..1 + random.below(5)).map(|_| random.hex(24)).collect()),
    }
}

impl Way {
    /// The next value.
    fn next(&mut self, random: &mut Random) -> Vec<u8> {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Few(values) => values[rank(random, values.len())].clone(),
            Self::Counter(count) => {
                *count += 1 + random.below(3);
                count.to_string().into_bytes()
            }
            Self::Number => {
                let bits = 4 + random.below(28);
                random.below(1 << bits).to_string().into_bytes()
            }
            Self::Hex(length) => random.hex(*length).into_bytes(),
            Self::Base64(length) => random.token(*length).into_bytes(),
            Self::Path => path(random).into_bytes(),
            Self::Parameters => {
                let (one, other) = (random.word(), random.word());
                format!(
                    "{one}=\"{}\"; {other}; q=0.{}",
                    random.word(),
                    random.below(10)
                )
                .into_bytes()
            }
            Self::Beyond => format!(
                "{}\u{e9}{} \u{4e16}\u{754c}",
                random.word(),
                random.below(50)
            )
            .into_bytes(),
            Self::Pairs(values) => {
                // Now and then one of them is new.
                let place = at(random, values.len());
                if random.percent(8) {
                    values[place] = random.hex(24);
                }
                let pairs = values.iter().enumerate();
                let pairs: Vec<String> = pairs
                    .map(|(place, value)| format!("p{place}={value}"))
                    .collect();
                pairs.join("; ").into_bytes()
            }
        }
    }
}

fn path(random: &mut Random) -> String {
    let mut path = String::new();
    for _ in 0..1 + random.below(4) {
        path = format!("{path}/{}", random.word());
    }
    match random.below(3) {
        0 => format!("{path}/{}%20%C3%BC.{}", random.below(10_000), random.word()),
        1 => format!(
            "{path}?{}={}&t={}",
            random.word(),
            random.token(8),
            random.below(1 << 30)
        ),
        _ => path,
    }
}

/// Words and signs up to a length.
fn text(random: &mut Random) -> Vec<u8> {
    let length = length(random);
    let mut text = String::new();
    while text.len() < length {
        text.push_str(random.word());
        text.push_str(random.pick(&[
            "/", ", ", "; ", "=", " (", ") ", ".", "-", ":", "+", "|", "@",
        ]));
    }
    text.truncate(length);
    text.trim().to_owned().into_bytes()
}

/// A length, evenly over its logarithm.
fn length(random: &mut Random) -> usize {
    let octave = random.below(8);
    at(random, 1 << octave) + (1 << octave)
}

/// A place below a length, the first ones likelier.
fn rank(random: &mut Random, length: usize) -> usize {
    let weight = |place: usize| 1_000_000 / (place as u64 + 2);
    let sum: u64 = (0..length).map(weight).sum();
    let mut left = random.below(sum);
    for place in 0..length {
        match left.checked_sub(weight(place)) {
            Some(rest) => left = rest,
            None => return place,
        }
    }
    length - 1
}

/// A place below a length.
fn at(random: &mut Random, length: usize) -> usize {
    usize::try_from(random.below(length as u64)).expect("it is below a length")
}
