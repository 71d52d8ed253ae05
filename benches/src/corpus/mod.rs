//! Header lists that look like those of real connections, made by a program and always the same.
//!
//! A sequence is what one direction of one connection carries; the lists of a sequence share a
//! compression context. No list was recorded anywhere. A checksum in the tests holds them still.

mod api;
mod browser;
mod cdn;
mod figures;
mod grpc;
mod proxy;
mod random;
mod second;
#[cfg(test)]
mod tests;

pub use self::figures::Figures;
use self::random::Random;
pub use self::second::second;

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Its name, in lower case.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

impl Field {
    fn new(name: &str, value: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            value: value.into(),
        }
    }

    /// The octets of name and value.
    pub fn octets(&self) -> usize {
        self.name.len() + self.value.len()
    }
}

/// The fields of one field section.
pub type List = Vec<Field>;

/// The lists of one direction of one connection, in order.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Which kind of traffic it is.
    pub kind: &'static str,
    /// The lists.
    pub lists: Vec<List>,
}

/// Makes all lists of one kind of traffic.
type Make = fn(&mut Random, usize) -> Vec<List>;

/// The kinds of traffic, and how many lists a connection of each kind carries.
const KINDS: [(&str, Make, usize); 10] = [
    ("browser requests", browser::requests, 90),
    ("browser responses", browser::responses, 90),
    ("JSON requests", api::requests, 100),
    ("JSON responses", api::responses, 100),
    ("gRPC unary requests", grpc::unary_requests, 80),
    ("gRPC unary responses", grpc::unary_responses, 80),
    ("gRPC streams", grpc::streams, 60),
    ("CDN responses", cdn::responses, 100),
    ("proxy requests", proxy::requests, 100),
    ("proxy responses", proxy::responses, 100),
];

/// How many connections there are of each kind.
const CONNECTIONS: u64 = 4;

/// Makes the corpus.
pub fn sequences() -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for (place, (kind, make, lists)) in (0..).zip(KINDS) {
        for connection in 0..CONNECTIONS {
            let mut random = Random::new(place * CONNECTIONS + connection);
            sequences.push(Sequence {
                kind,
                lists: make(&mut random, lists),
            });
        }
    }
    sequences
}

/// All fields of the corpus, in order.
pub fn fields(sequences: &[Sequence]) -> impl Iterator<Item = &Field> {
    let lists = sequences.iter().flat_map(|sequence| &sequence.lists);
    lists.flatten()
}

/// A number that changes when any octet of the corpus does (FNV-1a, 64 bits).
pub fn checksum(sequences: &[Sequence]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325;
    let mut add = |octets: &[u8]| {
        for octet in octets.iter().chain(&[0]) {
            sum = (sum ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for sequence in sequences {
        for list in &sequence.lists {
            for field in list {
                add(&field.name);
                add(&field.value);
            }
            add(b"\n");
        }
    }
    sum
}
