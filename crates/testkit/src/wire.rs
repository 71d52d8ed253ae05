//! What has octets to show: frames, blocks, raw octets, and rows of them.

/// The octets with which a client begins (RFC 9113 §3.4).
pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Anything that can be put on the wire.
///
/// Tuples and lists of such things are put there one after the other.
pub trait Wire {
    /// The octets, in order.
    fn octets(&self) -> Vec<u8>;
}

/// Makes octets of hexadecimal digits; white space between them is for the reader.
///
/// # Panics
///
/// Panics at any other character and at an odd number of digits.
#[must_use]
#[track_caller]
pub fn hex(digits: &str) -> Vec<u8> {
    let nibbles: Vec<u8> = digits
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .map(|digit| match digit.to_digit(16) {
            Some(value) => u8::try_from(value).expect("a digit is below 16"),
            None => panic!("{digit:?} is no hexadecimal digit"),
        })
        .collect();
    assert!(
        nibbles.len() % 2 == 0,
        "an odd number of hexadecimal digits: {digits:?}"
    );
    nibbles
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |octet, nibble| octet << 4 | nibble))
        .collect()
}

/// Makes octets of octets, where a test wants to say that they are raw.
#[must_use]
pub fn raw(octets: &[u8]) -> Vec<u8> {
    octets.to_vec()
}

impl Wire for [u8] {
    fn octets(&self) -> Vec<u8> {
        self.to_vec()
    }
}

impl<const N: usize> Wire for [u8; N] {
    fn octets(&self) -> Vec<u8> {
        self.to_vec()
    }
}

impl Wire for Vec<u8> {
    fn octets(&self) -> Vec<u8> {
        self.clone()
    }
}

impl<W: Wire> Wire for Vec<W> {
    fn octets(&self) -> Vec<u8> {
        self.iter().flat_map(Wire::octets).collect()
    }
}

impl<W: Wire + ?Sized> Wire for &W {
    fn octets(&self) -> Vec<u8> {
        (**self).octets()
    }
}

impl<W: Wire + ?Sized> Wire for Box<W> {
    fn octets(&self) -> Vec<u8> {
        (**self).octets()
    }
}

/// Lets a tuple stand for its parts, one after the other.
macro_rules! row {
    ($($part:ident)+) => {
        impl<$($part: Wire),+> Wire for ($($part,)+) {
            #[expect(non_snake_case, reason = "a part is named as its type is")]
            fn octets(&self) -> Vec<u8> {
                let ($($part,)+) = self;
                let mut octets = Vec::new();
                $(octets.extend($part.octets());)+
                octets
            }
        }
    };
}

row!(A B);
row!(A B C);
row!(A B C D);
row!(A B C D E);
row!(A B C D E F);
row!(A B C D E F G);
row!(A B C D E F G H);
