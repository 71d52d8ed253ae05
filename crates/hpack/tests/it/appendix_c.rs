//! The examples of the RFC, both ways (RFC 7541 §C).

use tress_hpack::{DecodeError, Decoder, Encoder, HeaderField, Indexing, StringCoding};
use tress_hpack::{Sensitivity, huffman};

use crate::support::{Owned, decode, decode_fresh, decode_in_pieces, encode, hex, lines};

/// A block, the fields in it, and the table after it: entries and size.
struct Example {
    block: &'static str,
    fields: &'static [&'static str],
    entries: &'static [&'static str],
    size: usize,
}

const C_2: [Example; 4] = [
    Example {
        block: "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
        fields: &["custom-key: custom-header"],
        entries: &["custom-key: custom-header"],
        size: 55,
    },
    Example {
        block: "040c 2f73 616d 706c 652f 7061 7468",
        fields: &[":path: /sample/path"],
        entries: &[],
        size: 0,
    },
    Example {
        block: "1008 7061 7373 776f 7264 0673 6563 7265 74",
        fields: &["password: secret"],
        entries: &[],
        size: 0,
    },
    Example {
        block: "82",
        fields: &[":method: GET"],
        entries: &[],
        size: 0,
    },
];

const REQUESTS_PLAIN: [&str; 3] = [
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
];

const REQUESTS_HUFFMAN: [&str; 3] = [
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
];

/// Examples C.3 and C.4: the same requests in two codings.
fn requests(blocks: [&'static str; 3]) -> [Example; 3] {
    let [first, second, third] = blocks;
    [
        Example {
            block: first,
            fields: &[
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com",
            ],
            entries: &[":authority: www.example.com"],
            size: 57,
        },
        Example {
            block: second,
            fields: &[
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com",
                "cache-control: no-cache",
            ],
            entries: &["cache-control: no-cache", ":authority: www.example.com"],
            size: 110,
        },
        Example {
            block: third,
            fields: &[
                ":method: GET",
                ":scheme: https",
                ":path: /index.html",
                ":authority: www.example.com",
                "custom-key: custom-value",
            ],
            entries: &[
                "custom-key: custom-value",
                "cache-control: no-cache",
                ":authority: www.example.com",
            ],
            size: 164,
        },
    ]
}

const RESPONSES_PLAIN: [&str; 3] = [
    "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a
     3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "4803 3330 37c1 c0bf",
    "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04
     677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49
     553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
];

const RESPONSES_HUFFMAN: [&str; 3] = [
    "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e
     919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    "4883 640e ffc1 c0bf",
    "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
     821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed
     4ee5 b106 3d50 07",
];

/// Examples C.5 and C.6: the same responses in two codings, with a table of 256 octets.
fn responses(blocks: [&'static str; 3]) -> [Example; 3] {
    let [first, second, third] = blocks;
    [
        Example {
            block: first,
            fields: &[
                ":status: 302",
                "cache-control: private",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "location: https://www.example.com",
            ],
            entries: &[
                "location: https://www.example.com",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "cache-control: private",
                ":status: 302",
            ],
            size: 222,
        },
        Example {
            block: second,
            fields: &[
                ":status: 307",
                "cache-control: private",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "location: https://www.example.com",
            ],
            entries: &[
                ":status: 307",
                "location: https://www.example.com",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "cache-control: private",
            ],
            size: 222,
        },
        Example {
            block: third,
            fields: &[
                ":status: 200",
                "cache-control: private",
                "date: Mon, 21 Oct 2013 20:13:22 GMT",
                "location: https://www.example.com",
                "content-encoding: gzip",
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            ],
            entries: &[
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
                "content-encoding: gzip",
                "date: Mon, 21 Oct 2013 20:13:22 GMT",
            ],
            size: 215,
        },
    ]
}

/// Splits a line at the colon behind the name.
fn field(line: &str) -> Owned {
    let colon = 1 + line[1..].find(": ").unwrap();
    let line = line.as_bytes();
    Owned::new(&line[..colon], &line[colon + 2..])
}

#[track_caller]
fn check_decoding(decoder: &mut Decoder, example: &Example, piece: usize) {
    let block = hex(example.block);
    let (fields, summary) = decode_in_pieces(decoder, &block, piece).unwrap();
    assert_eq!(lines(&fields), example.fields);
    assert_eq!(summary.fields, fields.len());
    assert_eq!(
        summary.octets,
        fields
            .iter()
            .map(|field| field.borrow().size())
            .sum::<usize>()
    );
    check_table(&decoder.table(), example);
}

#[track_caller]
fn check_table(table: &tress_hpack::DynamicTable<'_>, example: &Example) {
    let entries: Vec<Owned> = table
        .entries()
        .map(|entry| Owned::new(entry.name, entry.value))
        .collect();
    assert_eq!(lines(&entries), example.entries);
    assert_eq!(
        table.entries().map(|entry| entry.size).sum::<usize>(),
        example.size
    );
    assert_eq!(table.size(), example.size);
    assert_eq!(table.len(), example.entries.len());
    let indexes: Vec<usize> = table.entries().map(|entry| entry.index).collect();
    assert_eq!(indexes, (62..62 + table.len()).collect::<Vec<_>>());
}

#[track_caller]
fn check_encoding(encoder: &mut Encoder, example: &Example) {
    let fields: Vec<Owned> = example.fields.iter().map(|line| field(line)).collect();
    assert_eq!(encode(encoder, &fields), hex(example.block));
    check_table(&encoder.table(), example);
}

fn index_all(_: &HeaderField<'_>) -> Indexing {
    Indexing::Index
}

fn index_none(_: &HeaderField<'_>) -> Indexing {
    Indexing::DoNotIndex
}

fn encoder(coding: StringCoding) -> Encoder {
    let mut encoder = Encoder::with_policy(index_all);
    encoder.set_string_coding(coding);
    encoder
}

/// The examples presuppose a table of 256 octets, of which both ends know.
fn small_encoder(coding: StringCoding) -> Encoder {
    let mut encoder = encoder(coding);
    encoder.set_preferred_size(256);
    assert_eq!(encode(&mut encoder, &[]), hex("3f e1 01"));
    encoder
}

/// RFC 7541 §C.1, as the integer of a size update, of a size update, and of an index.
#[test]
fn c_1_integers() {
    let mut encoder = Encoder::new();
    encoder.set_peer_max_size(10);
    assert_eq!(encode(&mut encoder, &[]), hex("2a"));
    encoder.set_peer_max_size(1337);
    assert_eq!(encode(&mut encoder, &[]), hex("3f 9a 0a"));

    let mut decoder = Decoder::new();
    assert_eq!(decode(&mut decoder, &hex("2a")), Ok(vec![]));
    assert_eq!(decoder.table().max_size(), 10);
    assert_eq!(decode(&mut decoder, &hex("3f 9a 0a")), Ok(vec![]));
    assert_eq!(decoder.table().max_size(), 1337);
    // No integer of RFC 7541 has a prefix of eight bits; 42 fits into seven as well.
    assert_eq!(lines(&decode_fresh(&hex("aa")).unwrap()), ["if-range: "]);
}

#[test]
fn c_2_representations_are_decoded() {
    for example in &C_2 {
        for piece in 1..=26 {
            check_decoding(&mut Decoder::new(), example, piece);
        }
    }
    let sensitive = decode_fresh(&hex(C_2[2].block)).unwrap();
    assert_eq!(sensitive[0].sensitivity, Sensitivity::NeverIndexed);
}

#[test]
fn c_2_representations_are_encoded() {
    let [indexed, plain, secret, entry] = C_2;
    check_encoding(&mut encoder(StringCoding::Plain), &indexed);
    check_encoding(&mut encoder(StringCoding::Plain), &entry);

    let mut encoder = Encoder::with_policy(index_none);
    encoder.set_string_coding(StringCoding::Plain);
    check_encoding(&mut encoder, &plain);

    let mut block = Vec::new();
    encoder.encode([HeaderField::sensitive(b"password", b"secret")], &mut block);
    assert_eq!(block, hex(secret.block));
}

#[test]
fn c_3_requests_without_huffman_coding() {
    for piece in 1..=30 {
        let mut decoder = Decoder::new();
        requests(REQUESTS_PLAIN)
            .iter()
            .for_each(|e| check_decoding(&mut decoder, e, piece));
    }
    let mut encoder = encoder(StringCoding::Plain);
    requests(REQUESTS_PLAIN)
        .iter()
        .for_each(|e| check_encoding(&mut encoder, e));
}

#[test]
fn c_4_requests_with_huffman_coding() {
    for piece in 1..=30 {
        let mut decoder = Decoder::new();
        requests(REQUESTS_HUFFMAN)
            .iter()
            .for_each(|e| check_decoding(&mut decoder, e, piece));
    }
    for coding in [StringCoding::Huffman, StringCoding::Shorter] {
        let mut encoder = encoder(coding);
        requests(REQUESTS_HUFFMAN)
            .iter()
            .for_each(|e| check_encoding(&mut encoder, e));
    }
}

#[test]
fn c_5_responses_without_huffman_coding() {
    for piece in 1..=98 {
        let mut decoder = Decoder::with_max_size(256);
        responses(RESPONSES_PLAIN)
            .iter()
            .for_each(|e| check_decoding(&mut decoder, e, piece));
        assert_eq!(decoder.table().evictions(), 5);
    }
    let mut encoder = small_encoder(StringCoding::Plain);
    responses(RESPONSES_PLAIN)
        .iter()
        .for_each(|e| check_encoding(&mut encoder, e));
}

#[test]
fn c_6_responses_with_huffman_coding() {
    for piece in 1..=80 {
        let mut decoder = Decoder::with_max_size(256);
        responses(RESPONSES_HUFFMAN)
            .iter()
            .for_each(|e| check_decoding(&mut decoder, e, piece));
    }
    let mut encoder = small_encoder(StringCoding::Huffman);
    responses(RESPONSES_HUFFMAN)
        .iter()
        .for_each(|e| check_encoding(&mut encoder, e));
}

/// The example codes `307` although that makes it no shorter; by default we do not.
#[test]
fn c_6_responses_differ_by_default_only_in_a_string_that_gets_no_shorter() {
    let [first, mut second, third] = responses(RESPONSES_HUFFMAN);
    second.block = "4803 3330 37c1 c0bf";
    let mut encoder = small_encoder(StringCoding::Shorter);
    [first, second, third]
        .iter()
        .for_each(|e| check_encoding(&mut encoder, e));
}

/// RFC 7541 §C.4.1 and RFC 7541 §C.6.1 show these strings alone.
#[test]
fn strings_of_c_4_and_c_6_are_coded_both_ways() {
    let strings = [
        ("f1e3 c2e5 f23a 6ba0 ab90 f4ff", "www.example.com"),
        ("a8eb 1064 9cbf", "no-cache"),
        ("25a8 49e9 5ba9 7d7f", "custom-key"),
        ("25a8 49e9 5bb8 e8b4 bf", "custom-value"),
        ("6402", "302"),
        ("aec3 771a 4b", "private"),
        ("9bd9 ab", "gzip"),
    ];
    for (coded, text) in strings {
        let coded = hex(coded);
        let (mut decoded, mut encoded) = (Vec::new(), Vec::new());
        huffman::decode(&coded, &mut decoded).unwrap();
        huffman::encode(text.as_bytes(), &mut encoded);
        assert_eq!(decoded, text.as_bytes());
        assert_eq!(encoded, coded);
        assert_eq!(huffman::encoded_len(text.as_bytes()), coded.len());
    }
}

/// Where representations end inside the examples of C.3 and C.4, and of C.5, and of C.6.
const REQUEST_ENDS: [&[usize]; 3] = [&[1, 2, 3], &[1, 2, 3, 4], &[1, 2, 3, 4]];
const PLAIN_RESPONSE_ENDS: [&[usize]; 3] = [&[5, 14, 45], &[5, 6, 7], &[1, 2, 33, 34, 40]];
const HUFFMAN_RESPONSE_ENDS: [&[usize]; 3] = [&[4, 11, 35], &[5, 6, 7], &[1, 2, 26, 27, 32]];

/// A cut at the end of a representation leaves a block that is whole; every other one errs.
#[test]
fn every_truncation_errs_unless_it_falls_between_two_representations() {
    for example in C_2 {
        check_cuts(4096, &[], &example, &[]);
    }
    let sequences = [
        (4096, requests(REQUESTS_PLAIN), REQUEST_ENDS),
        (4096, requests(REQUESTS_HUFFMAN), REQUEST_ENDS),
        (256, responses(RESPONSES_PLAIN), PLAIN_RESPONSE_ENDS),
        (256, responses(RESPONSES_HUFFMAN), HUFFMAN_RESPONSE_ENDS),
    ];
    for (max_size, examples, ends) in sequences {
        for (last, ends) in ends.into_iter().enumerate() {
            check_cuts(max_size, &examples[..last], &examples[last], ends);
        }
    }
}

#[track_caller]
fn check_cuts(max_size: usize, before: &[Example], last: &Example, ends: &[usize]) {
    let block = hex(last.block);
    for cut in 1..block.len() {
        let mut decoder = Decoder::with_max_size(max_size);
        for example in before {
            decode(&mut decoder, &hex(example.block)).unwrap();
        }
        let result = decode(&mut decoder, &block[..cut]);
        match ends.iter().position(|end| *end == cut) {
            Some(fields) => assert_eq!(lines(&result.unwrap()), last.fields[..=fields]),
            None => assert_eq!(result, Err(DecodeError::Truncated), "cut at {cut}"),
        }
    }
}
