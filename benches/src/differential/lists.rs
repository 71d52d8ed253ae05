//! Random lists that repeat themselves enough to use a table.

use super::Field;

const NAMES: [&[u8]; 19] = [
    b":method",
    b":path",
    b":status",
    b":authority",
    b"accept",
    b"age",
    b"authorization",
    b"cache-control",
    b"content-length",
    b"cookie",
    b"etag",
    b"set-cookie",
    b"user-agent",
    b"x-request-id",
    b"x-a",
    b"grpc-status",
    b"x-b",
    b"x-whose-length-takes-one-octet",
    &[b'n'; 140],
];

const TEXTS: [&[u8]; 10] = [
    b"",
    b"/",
    b"GET",
    b"POST",
    b"200",
    b"404",
    b"text/html",
    b"gzip, deflate",
    b"0",
    b"max-age=3600",
];

/// How many fields are remembered, to come again.
const REMEMBERED: usize = 12;

/// Makes lists.
pub(super) struct Lists {
    state: u64,
    recent: Vec<Field>,
}

impl Lists {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            recent: Vec::new(),
        }
    }

    /// Forgets which fields there were.
    pub(super) fn forget(&mut self) {
        self.recent.clear();
    }

    /// Makes the next list: of each five fields, four come again, if there were any.
    pub(super) fn list(&mut self) -> Vec<Field> {
        let mut list = Vec::new();
        for _ in 0..=self.below(15) {
            if !self.recent.is_empty() && self.below(5) > 0 {
                let place = self.below(self.recent.len());
                list.push(self.recent[place].clone());
                continue;
            }
            let name = NAMES[self.below(NAMES.len())].to_vec();
            let field = (name, self.value(), self.below(20) == 0);
            list.push(field.clone());
            self.recent.push(field);
            if self.recent.len() > REMEMBERED {
                self.recent.remove(0);
            }
        }
        list
    }

    /// A known text, or octets of some kind, up to 5,000 of them.
    fn value(&mut self) -> Vec<u8> {
        let (length, (low, high)) = match self.below(20) {
            0 => (self.below(5001), [(0, 256), (97, 26)][self.below(2)]),
            1..=8 => (self.below(60), (32, 90)),
            9 => (self.below(60), (0, 256)),
            _ => return TEXTS[self.below(TEXTS.len())].to_vec(),
        };
        (0..length)
            .map(|_| (low + self.below(high)) as u8)
            .collect()
    }

    /// A number below the bound (xorshift, 64 bits).
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let high = self.state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        high as usize % bound
    }
}
