//! Turns octets into blocks, fields and sizes that reach deep into the code.

use tress_hpack::{Decoder, Encoder, Limits};

use super::slow::{Field, Slow};

/// Names of all kinds: with an entry in the static table, without one, long ones, and none at all.
const NAMES: [&[u8]; 16] = [
    b":path",
    b":status",
    b":method",
    b"cookie",
    b"authorization",
    b"accept-encoding",
    b"content-length",
    b"set-cookie",
    b"user-agent",
    b"x-a",
    b"x-b",
    b"x-request-id",
    b"grpc-timeout",
    b"x-a-name-of-more-than-sixty-four-octets-that-no-table-has-heard-of-before",
    b"",
    b"\xff\x00\x80",
];

const VALUES: [&[u8]; 12] = [
    b"",
    b"/",
    b"GET",
    b"200",
    b"gzip, deflate",
    b"0",
    b"a=1; b=2",
    b"Mozilla/5.0 (X11; Linux x86_64)",
    b"text/html; charset=utf-8",
    b"\x00\x01\xfe\xff",
    b"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8c",
    b"\"quoted\" <{}> ~^|`@#$",
];

/// Sizes of tables, small ones first.
const SIZES: [usize; 12] = [
    0, 31, 32, 33, 64, 100, 256, 1000, 4096, 4097, 16_384, 65_536,
];

/// What happens to a decoder.
pub(crate) enum Step {
    Limit(usize),
    Block(Vec<u8>),
}

/// Reads numbers from octets, zeros behind their end.
pub(crate) struct Numbers<'a>(pub(crate) &'a [u8]);

impl Numbers<'_> {
    pub(crate) fn octet(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn below(&mut self, bound: usize) -> usize {
        (usize::from(self.octet()) * 256 + usize::from(self.octet())) % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::from(self.octet()) % from.len()]
    }

    pub(crate) fn table_size(&mut self) -> usize {
        self.pick(&SIZES)
    }

    pub(crate) fn limits(&mut self) -> Limits {
        Limits::default()
            .list_octets(self.pick(&[0, 40, 100, 500, 4000, usize::MAX]))
            .fields(self.pick(&[0, 1, 3, 10, usize::MAX, usize::MAX]))
            .string_octets(self.pick(&[0, 3, 20, 100, 5000, usize::MAX]))
    }

    /// Names and values, many of which come again.
    pub(crate) fn fields(&mut self) -> Vec<Field> {
        (0..self.octet() % 24).map(|_| self.field()).collect()
    }

    fn field(&mut self) -> Field {
        let pair = usize::from(self.octet() % 16);
        if let Some(name) = NAMES[8..].get(pair) {
            return (name.to_vec(), VALUES[pair].to_vec(), false);
        }
        let name = self.pick(&NAMES).to_vec();
        let value = match self.octet() % 16 {
            0 => self.long_value(),
            1..=3 => vec![self.octet(), self.octet()],
            4..=6 => format!("{}", self.octet()).into_bytes(),
            _ => self.pick(&VALUES).to_vec(),
        };
        (name, value, self.octet() % 16 == 0)
    }

    /// Up to 5,000 octets.
    fn long_value(&mut self) -> Vec<u8> {
        let length = self.below(5001);
        let (mut state, step) = (self.octet(), self.octet());
        let mut next = || {
            state = state.wrapping_mul(17).wrapping_add(step);
            if step % 2 == 0 {
                state
            } else {
                b'a' + state % 26
            }
        };
        (0..length).map(|_| next()).collect()
    }

    /// Changes the sizes of an encoder and its decoders, as an acknowledged setting does.
    pub(crate) fn resize(&mut self, encoder: &mut Encoder, fast: &mut Decoder, slow: &mut Slow) {
        for _ in 0..self.octet() % 16 / 14 {
            let size = self.table_size();
            if self.octet() % 2 == 0 {
                encoder.set_preferred_size(size);
            } else {
                encoder.set_peer_max_size(size);
                fast.set_max_size(size);
                slow.set_limit(size);
            }
        }
    }

    pub(crate) fn blocks(&mut self) -> Vec<Vec<u8>> {
        let blocks = self.steps().into_iter().filter_map(|step| match step {
            Step::Block(block) => Some(block),
            Step::Limit(_) => None,
        });
        blocks.collect()
    }

    /// Blocks and limits: made by an encoder, put together from representations, and as they are.
    pub(crate) fn steps(&mut self) -> Vec<Step> {
        let mut encoder = Encoder::new();
        let mut steps = Vec::new();
        while !self.0.is_empty() {
            steps.push(match self.octet() % 8 {
                0 => Step::Limit(self.table_size()),
                1 => Step::Block(self.raw()),
                2..=4 => {
                    let mut block = Vec::new();
                    let fields = self.fields();
                    encoder.encode(fields.iter().map(super::borrow), &mut block);
                    if self.octet() % 8 == 0 {
                        self.mutate(&mut block);
                    }
                    Step::Block(block)
                }
                _ => Step::Block((0..self.octet() % 16).flat_map(|_| self.form()).collect()),
            });
        }
        steps
    }

    fn raw(&mut self) -> Vec<u8> {
        (0..self.octet() % 32).map(|_| self.octet()).collect()
    }

    fn mutate(&mut self, block: &mut Vec<u8>) {
        let place = self.below(block.len().max(1));
        match (self.octet() % 3, block.get_mut(place)) {
            (0, Some(octet)) => *octet ^= 1 << (place % 8),
            (1, _) => block.truncate(place),
            _ => block.extend([0x3f, 0xff]),
        }
    }

    /// One representation, mostly a right one.
    fn form(&mut self) -> Vec<u8> {
        let mut form = Vec::new();
        match self.octet() % 8 {
            0 => self.integer(5, 0x20, &mut form),
            1..=3 => self.integer(7, 0x80, &mut form),
            kind => {
                let (bits, pattern) = [(6, 0x40), (4, 0x00), (4, 0x10)][usize::from(kind) % 3];
                if self.octet() % 2 == 0 {
                    form.push(pattern);
                    self.string(&mut form);
                } else {
                    self.integer(bits, pattern, &mut form);
                }
                self.string(&mut form);
            }
        }
        form
    }

    /// An integer, sometimes a large or a long one.
    fn integer(&mut self, bits: u32, pattern: u8, out: &mut Vec<u8>) {
        let most = (1_u8 << bits) - 1;
        match self.octet() % 16 {
            0 => {
                out.push(pattern | most);
                out.extend((0..self.octet() % 7).map(|_| self.octet() | 0x80));
                out.push(self.octet() & 0x7f);
            }
            1..=3 => out.extend([pattern | most, self.octet() & 0x7f]),
            4 => out.extend([pattern | most, 0x80, 0x80, 0x00]),
            _ => out.push(pattern | (self.octet() % most)),
        }
    }

    /// A string, sometimes a wrong one.
    fn string(&mut self, out: &mut Vec<u8>) {
        let value = match self.octet() % 4 {
            0 => self.raw(),
            _ => self.pick(&VALUES).to_vec(),
        };
        let (octets, flag) = match self.octet() % 4 {
            0 => (self.raw(), 0x80),
            1 => (value, 0x00),
            _ => (super::slow::huffman::encode(&value), 0x80),
        };
        out.push(flag | u8::try_from(octets.len()).expect("less than 127 octets"));
        out.extend(octets);
    }
}
