//! What was seen, against octets written by hand and examples of the RFCs.

use tress_testkit::*;

#[track_caller]
fn fields(decoder: &mut BlockDecoder, octets: &str) -> Vec<String> {
    let fields = decoder.decode(&hex(octets)).expect("the block is right");
    fields.iter().map(|field| format!("{field:?}")).collect()
}

#[test]
fn requests_of_the_rfc_with_huffman_code() {
    // RFC 7541 §C.4.
    let mut decoder = BlockDecoder::new();
    assert_eq!(
        fields(&mut decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"),
        [
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: www.example.com"
        ]
    );
    assert_eq!(
        fields(&mut decoder, "8286 84be 5886 a8eb 1064 9cbf"),
        [
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: www.example.com",
            "cache-control: no-cache"
        ]
    );
    assert_eq!(
        fields(
            &mut decoder,
            "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"
        ),
        [
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value"
        ]
    );
    let table: Vec<String> = decoder.table().map(|field| format!("{field:?}")).collect();
    assert_eq!(
        table,
        [
            "custom-key: custom-value",
            "cache-control: no-cache",
            ":authority: www.example.com"
        ]
    );
}

#[test]
fn a_table_of_256_octets_loses_its_oldest_entries() {
    // RFC 7541 §C.5, preceded by the size update that the examples take for granted.
    let mut decoder = BlockDecoder::new();
    let first = "3fe101 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420
        3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861
        6d70 6c65 2e63 6f6d";
    assert_eq!(
        fields(&mut decoder, first),
        [
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com"
        ]
    );
    assert_eq!(
        fields(&mut decoder, "4803 3330 37c1 c0bf").first().unwrap(),
        ":status: 307"
    );
    assert_eq!(decoder.table().count(), 4);
    assert!(decoder.table().all(|field| field.value != b"302"));
}

#[test]
fn everything_that_our_encoder_writes_is_read_back() {
    let mut decoder = BlockDecoder::new();
    let written = block()
        .table_size(100)
        .indexing("a", "b")
        .indexed(62)
        .literal("c", "d")
        .never("e", "f")
        .never_at(32, "g")
        .literal_at(62, "h")
        .literal("long", "x".repeat(300));
    let read = decoder.decode(&written.octets()).unwrap();
    let lines: Vec<String> = read.iter().map(|field| format!("{field:?}")).collect();
    assert_eq!(
        lines[..6],
        ["a: b", "a: b", "c: d", "e: f!", "cookie: g!", "a: h"]
    );
    assert_eq!(lines[6].len(), "long: ".len() + 300);
}

#[test]
fn wrong_blocks_are_refused() {
    let cases = [
        ("80", "index 0"),
        ("be", "index 62 of an entry that is not there"),
        ("8220", "a table size update behind a field"),
        ("3fe21f", "a table of 4097 octets, above the limit"),
        ("0001", "the block is cut short"),
        ("ff808080808000", "an integer that is too long"),
        ("000161 84ffffffff", "EOS inside a string"),
        ("000161 821fff", "padding of more than seven bits"),
        ("000161 8118", "padding that is not all ones"),
    ];
    for (octets, error) in cases {
        let result = BlockDecoder::new().decode(&hex(octets));
        assert_eq!(result, Err(error.to_owned()), "{octets}");
    }
}

#[test]
fn octets_have_the_huffman_codes_that_the_rfc_gives_them() {
    // RFC 7541 Appendix B: codes of 5, 8, 13, 26, 28 and 30 bits, padded with ones by hand.
    let one = |coded: &str| {
        let octets = block().integer((0, 4), 1).huffman(hex(coded)).octets();
        BlockDecoder::new().decode(&octets).unwrap()[0]
            .value
            .clone()
    };
    assert_eq!(one("07"), b"0");
    assert_eq!(one("1f"), b"a");
    assert_eq!(one("f8"), b"&");
    assert_eq!(one("ffc7"), [0]);
    assert_eq!(one("fffffbbf"), [0xff]);
    assert_eq!(one("fffffff3"), b"\n");
}

#[test]
fn frames_are_shown_as_one_would_say_them() {
    let said = (
        PREFACE,
        settings().set(0x4, 100),
        settings_ack(),
        headers(1).get("/").field("a", "b").end(),
        data(1, "hi").padded(3).end(),
        (rst_stream(1, code::CANCEL), window_update(0, 9)),
        goaway(1, code::PROTOCOL_ERROR).debug("no"),
        unknown(0x7e, 0x3, 5, "?"),
    );
    let shown: Vec<String> = frames(&said.octets())
        .iter()
        .map(|frame| format!("{frame:?}"))
        .collect();
    assert_eq!(
        shown,
        [
            "SETTINGS stream 0 0x4=100",
            "SETTINGS stream 0 ACK",
            "HEADERS stream 1 END_STREAM END_HEADERS \
             [:method: GET, :scheme: https, :path: /, :authority: a, a: b]",
            "DATA stream 1 END_STREAM PADDED \"hi\"",
            "RST_STREAM stream 1 CANCEL",
            "WINDOW_UPDATE stream 0 +9",
            "GOAWAY stream 0 last 1 PROTOCOL_ERROR \"no\"",
            "UNKNOWN 0x7e stream 5 flags 0x03 \"?\"",
        ]
    );
}

#[test]
fn a_frame_answers_questions_about_its_type() {
    let said = (
        push_promise(1, 2).get("/").field("a", "b").padded(1),
        goaway(5, 3).debug("why"),
        settings().set(1, 2).set(1, 3),
        data(1, "hi").padded(4),
        headers(3).priority(1, 2, true).status(204).end(),
    );
    let seen = frames(&said.octets());
    assert_eq!(seen[0].promised(), Some(2));
    assert_eq!(seen[0].field("a").as_deref(), Some("b"));
    assert_eq!((seen[1].last_stream(), seen[1].code()), (Some(5), Some(3)));
    assert_eq!(seen[1].debug_data(), b"why");
    assert_eq!(seen[2].settings(), [(1, 2), (1, 3)]);
    assert_eq!((seen[3].content(), seen[3].is_end()), (&b"hi"[..], false));
    assert_eq!(seen[4].field(":status").as_deref(), Some("204"));
    assert!(seen[4].is_end());
    assert_eq!(seen.octets(), said.octets());
}

#[test]
fn octets_may_come_in_any_pieces() {
    let said = (
        PREFACE,
        headers(1).get("/").no_end_headers(),
        continuation(1).field("a", "b"),
        data(1, "hi"),
    )
        .octets();
    let mut reader = Reader::new();
    let mut seen = Vec::new();
    for octet in &said {
        seen.extend(reader.read(&[*octet]));
    }
    assert_eq!(seen, frames(&said));
    assert!(reader.has_preface());
    assert_eq!(seen[0].fields, None);
    assert_eq!(seen[1].field("a").as_deref(), Some("b"));
    let joined = joined(seen);
    assert_eq!(joined.len(), 2);
    assert!(joined[0].means(&frames(&headers(1).get("/").field("a", "b").octets())[0]));
}

#[test]
fn the_same_is_meant_however_it_is_said() {
    let one = |wire: &dyn Wire| frames(&wire.octets()).remove(0);
    let plain = one(&headers(1).status(200).field("cookie", "c"));
    let other = block().literal_at(9, "200").indexing_at(32, "c");
    let same = headers(1).block(&other).padded(9).priority(3, 4, true);
    assert!(one(&same).means(&plain));
    assert!(!one(&headers(1).status(200).field("cookie", "d")).means(&plain));
    assert!(!one(&headers(1).status(200)).means(&plain));
    assert!(!one(&headers(1).block(&other).end()).means(&plain));
    assert!(!one(&headers(3).block(&other)).means(&plain));
    assert!(one(&data(1, "a").padded(3)).means(&one(&data(1, "a"))));
    assert!(!one(&data(1, "b")).means(&one(&data(1, "a"))));
    assert!(one(&goaway(1, 2).debug("x")).means(&one(&goaway(1, 2))));
    assert!(!one(&goaway(1, 2).debug("x")).means(&one(&goaway(1, 2).debug("y"))));
    assert!(!one(&goaway(3, 2)).means(&one(&goaway(1, 2))));
}

#[test]
#[should_panic(expected = "[00, 00]")]
fn a_frame_that_is_cut_short_is_no_frame() {
    let _ = frames(&(settings(), [0, 0]).octets());
}
