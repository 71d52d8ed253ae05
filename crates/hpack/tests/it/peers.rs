//! Octets that other implementations made of the same three lists.

use tress_hpack::{Decoder, Sensitivity};

use crate::support::{decode_in_pieces, hex, lines};

const FIRST: [&str; 7] = [
    ":method: GET",
    ":scheme: https",
    ":authority: example.org",
    ":path: /index?q=1",
    "user-agent: peer/1.0",
    "accept: */*",
    "cookie: session=0123456789abcdef",
];

const SECOND: [&str; 7] = [
    ":method: GET",
    ":scheme: https",
    ":authority: example.org",
    ":path: /style.css",
    "user-agent: peer/1.0",
    "accept: */*",
    "cookie: session=0123456789abcdef",
];

const THIRD: [&str; 8] = [
    ":method: POST",
    ":scheme: https",
    ":authority: example.org",
    ":path: /form",
    "user-agent: peer/1.0",
    "accept: */*",
    "authorization: Basic QWxhZGRpbg==",
    "x-umlaut: Grüße €",
];

/// Decodes the three blocks, and says which fields of the last one are never indexed.
#[track_caller]
fn check(blocks: [&str; 3]) -> Vec<String> {
    let mut never = Vec::new();
    for piece in [1, 3, 1000] {
        let mut decoder = Decoder::new();
        for (block, expected) in blocks.iter().zip([&FIRST[..], &SECOND, &THIRD]) {
            let (fields, _) = decode_in_pieces(&mut decoder, &hex(block), piece).unwrap();
            assert_eq!(lines(&fields), expected);
            never = fields;
            never.retain(|field| field.sensitivity == Sensitivity::NeverIndexed);
        }
    }
    lines(&never)
}

/// nghttp2 1.68.1, its table set to 128 octets before the third list.
#[test]
fn nghttp2() {
    let never = check([
        "828741882f91d35d055cf64d048860d5485f3fe768037a86aca5b180ae0f53032a2f2a60914150831ea8001132
         d36e3af3e38c92165f",
        "8287c104876109f541572211c0bfbe",
        "3f61838741882f91d35d055cf64d04846253d94f7a86aca5b180ae0f53032a2f2a1f088eba34188a6ce5e67fdc
         5b6b8e68204086f2b5b4d03b530b4772c3bcc39f6520e282ac",
    ]);
    assert_eq!(never, ["authorization: Basic QWxhZGRpbg=="]);
}

/// hpack 4.2.0 for Python, its table set to 128 octets before the third list.
#[test]
fn python_hpack() {
    let never = check([
        "828741882f91d35d055cf64d448860d5485f3fe768037a86aca5b180ae0f5383f963e760914150831ea8001132
         d36e3af3e38c92165f",
        "8287c244876109f541572211c1c0bf",
        "3f61838741882f91d35d055cf64d44846253d94f7a86aca5b180ae0f5383f963e71f088eba34188a6ce5e67fdc
         5b6b8e68204086f2b5b4d03b5396c567fff1ffffe1fffc7ffffbcaa7fff6ffff3ffff7ff",
    ]);
    assert_eq!(never, ["authorization: Basic QWxhZGRpbg=="]);
}

/// httlib-hpack 0.1.3, which indexes everything and was asked for plain strings.
#[test]
fn httlib_hpack() {
    let never = check([
        "8287410b6578616d706c652e6f7267440a2f696e6465783f713d317a08706565722f312e3053032a2f2a601873
         657373696f6e3d30313233343536373839616263646566",
        "8287c2440a2f7374796c652e637373c1c0bf",
        "8387c344052f666f726dc2c15712426173696320515778685a47527062673d3d4008782d756d6c6175740b4772
         c3bcc39f6520e282ac",
    ]);
    assert_eq!(never, [""; 0]);
}
