//! Fields (RFC 9113 §8.2).

use crate::support::End;
use testkit::{block, code, continuation, data, headers};
use tress_proto::MessageRule as Rule;
use tress_proto::{
    Client, Config, Connection, HeaderField, Part, Request, Response, Server, Trailers, UserError,
};

use crate::section_8_1_1::malformed::{
    Field, client, client_accepts, client_refuses, client_refuses_promise, events, fields, get,
    good, parts, server, server_accepts, server_ends, server_refuses,
};

/// The field is refused in requests, promised ones too, in responses of both kinds, and in trailers
/// of both ends.
#[track_caller]
fn refused_everywhere(field: Field, rule: Rule) {
    server_refuses(headers(3).block(&fields(&get(&[field]))).end());
    server_refuses(headers(3).block(&fields(&get(&[("x", "y"), field]))));
    server_ends(
        (
            headers(3).post("/"),
            headers(3).block(&fields(&[field])).end(),
        ),
        rule,
    );
    client_refuses_promise(&get(&[field]));
    let status = |status, field| headers(1).block(&fields(&[(":status", status), field]));
    client_refuses(&good(), status("200", field).end(), rule);
    client_refuses(&good(), status("200", field), rule);
    client_refuses(&good(), status("103", field), rule);
    client_refuses(
        &good(),
        (
            headers(1).status(200),
            headers(1).block(&fields(&[field])).end(),
        ),
        rule,
    );
}

/// The field is taken in requests, responses of both kinds, and trailers of both ends.
#[track_caller]
fn taken_everywhere(field: Field) {
    let (name, value) = (field.0.as_bytes(), field.1.as_bytes());
    let section = || block().literal(name, value);
    let trailers = Part::Trailers(Trailers::new().field(name, value));
    let heard = server_accepts((
        headers(3).post("/").block(&section()),
        headers(3).block(&section()).end(),
    ));
    let [Part::Head(head), last, Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(head.field_value(name), Some(value));
    assert_eq!(*last, Part::Trailers(Trailers::new().field(name, value)));

    let heard = client_accepts(
        &good(),
        (
            headers(1).status(103).block(&section()),
            headers(1).status(200).block(&section()),
            headers(1).block(&section()).end(),
        ),
    );
    let early = Part::Informational(Response::new(103).field(name, value));
    let head = Part::Head(Response::new(200).field(name, value));
    assert_eq!(heard, [early, head, trailers, Part::End]);
}

/// Nothing that the application says with this field is sent.
#[track_caller]
fn not_sent_anywhere((name, value): Field, rule: Rule) {
    let malformed = Err(UserError::Malformed(rule));
    let mut peer = client(&[], usize::MAX);
    let sent = peer.machine.request(good().field(name, value));
    assert_eq!(sent, Err(UserError::Malformed(rule)));
    let id = peer
        .machine
        .request(Request::post("https", "a", "/"))
        .unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    assert_eq!(
        stream.send_trailers(Trailers::new().field(name, value)),
        malformed
    );

    let mut peer = server(Config::default(), usize::MAX);
    let id = tress_proto::StreamId::new(1).unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    assert_eq!(
        stream.inform(Response::new(103).field(name, value)),
        malformed
    );
    assert_eq!(
        stream.respond(Response::new(200).field(name, value)),
        malformed
    );
    assert_eq!(stream.respond(Response::new(200)), Ok(()));
    assert_eq!(
        stream.send_trailers(Trailers::new().field(name, value)),
        malformed
    );
    assert_eq!(stream.end(), Ok(()));
    let sent = peer.run().sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
}

#[test]
fn field_names_are_in_lower_case() {
    for field in [("Accept", "v"), ("accepT", "v"), ("X", "v")] {
        refused_everywhere(field, Rule::NameUpperCase);
        // Ours are made so: `answer::names_of_fields_are_sent_in_lower_case_however_they_are_given`.
        let said = Response::new(200).field(field.0, field.1);
        let lower = field.0.to_ascii_lowercase();
        assert_eq!(said.field_value(lower), Some(field.1.as_bytes()));
    }
}

#[test]
fn field_names_are_visible_ascii_without_colons() {
    for name in [
        "a b", " a", "a:b", "a:", "a\r\nb", "a\0", "a\u{7f}", "\u{e9}", "a(b",
    ] {
        refused_everywhere((name, "v"), Rule::NameSyntax);
        not_sent_anywhere((name, "v"), Rule::NameSyntax);
    }
    refused_everywhere(("", "v"), Rule::NameEmpty);
    not_sent_anywhere(("", "v"), Rule::NameEmpty);
    for name in ["a", "!#$%&'*+-.^_`|~09az"] {
        taken_everywhere((name, "v"));
    }
}

#[test]
fn field_values_have_no_cr_lf_or_nul() {
    for value in ["a\rb", "a\nb", "a\0b", "\r\n", "a\r\nhost: evil", "\0"] {
        refused_everywhere(("a", value), Rule::ValueDelimiter);
        not_sent_anywhere(("a", value), Rule::ValueDelimiter);
    }
}

#[test]
fn field_values_have_no_control_characters_but_htab() {
    for value in ["a\u{1}b", "\u{1f}", "\u{7f}", "a\u{b}", "\u{8}"] {
        refused_everywhere(("a", value), Rule::ValueControl);
        not_sent_anywhere(("a", value), Rule::ValueControl);
    }
    for value in ["a\tb", "a b", "", "\u{e9}\u{80}", "\"a\", b;c=d", ":"] {
        taken_everywhere(("a", value));
    }
}

#[test]
fn field_values_neither_start_nor_end_with_white_space() {
    for value in [" a", "\ta", "a ", "a\t", " ", "\t"] {
        refused_everywhere(("a", value), Rule::ValueWhitespace);
        not_sent_anywhere(("a", value), Rule::ValueWhitespace);
    }
}

#[test]
fn connection_specific_fields_are_malformed() {
    for field in [
        ("connection", "close"),
        ("connection", ""),
        ("proxy-connection", "keep-alive"),
        ("keep-alive", "timeout=5"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "websocket"),
    ] {
        refused_everywhere(field, Rule::ConnectionSpecific);
        not_sent_anywhere(field, Rule::ConnectionSpecific);
    }
    taken_everywhere(("upgrade-insecure-requests", "1"));
}

#[test]
fn te_says_trailers_and_nothing_else() {
    for value in ["gzip", "trailers, gzip", "", "trailers;q=0.5"] {
        refused_everywhere(("te", value), Rule::TeValue);
        not_sent_anywhere(("te", value), Rule::TeValue);
    }
}

#[test]
fn te_comes_in_the_head_of_a_request_only() {
    let te = || block().literal("te", "trailers");
    let heard = server_accepts(headers(3).get("/").block(&te()).end());
    let [Part::Head(head), Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(head.field_value("te"), Some(&b"trailers"[..]));
    let rule = Rule::TeMisplaced;
    server_ends((headers(3).post("/"), headers(3).block(&te()).end()), rule);
    client_refuses(&good(), headers(1).status(200).block(&te()), rule);
    client_refuses(&good(), headers(1).status(103).block(&te()), rule);
    client_refuses(
        &good(),
        (headers(1).status(200), headers(1).block(&te()).end()),
        rule,
    );
}

#[test]
fn the_pieces_of_a_cookie_stay_pieces_and_count_as_one_field() {
    let cookie_pairs = (0..300).fold(block(), |block, _| block.literal("cookie", "a=b"));
    let heard = server_accepts(headers(3).get("/").block(&cookie_pairs).end());
    let [Part::Head(head), Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(head.section().get_all(b"cookie").count(), 300);
    assert!(
        head.section()
            .get_all(b"cookie")
            .all(|cookie_pair| cookie_pair == b"a=b")
    );
}

#[test]
fn fields_keep_their_order_their_duplicates_and_their_marks() {
    let mixed = block()
        .literal("b", "1")
        .never("secret", "2")
        .indexing("a", "3")
        .literal("b", "1")
        .indexed(62);
    let expected = [
        HeaderField::new(b"b", b"1"),
        HeaderField::sensitive(b"secret", b"2"),
        HeaderField::new(b"a", b"3"),
        HeaderField::new(b"b", b"1"),
        HeaderField::new(b"a", b"3"),
    ];
    let heard = server_accepts(headers(3).get("/").block(&mixed).end());
    let [Part::Head(head), Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert!(head.fields().eq(expected), "{head:?}");
    assert_eq!(head.fields().len(), 5);
    assert_eq!(head.section().len(), 9);
    let octets: usize = head.section().iter().map(|field| field.size()).sum();
    assert_eq!(head.section().size(), octets);
}

#[test]
fn a_field_in_the_table_is_judged_by_each_reference_to_it() {
    for bad in [
        ("a", "\0"),
        ("connection", "close"),
        ("A", "b"),
        (":status", "200"),
    ] {
        let (name, value) = bad;
        let mut peer = server(Config::default(), usize::MAX);
        peer.feed(
            headers(3)
                .get("/")
                .block(&block().indexing(name, value))
                .end(),
        );
        peer.feed(headers(5).get("/").block(&block().indexed(62)).end());
        peer.feed(headers(7).get("/").block(&block().indexing("c", "d")).end());
        peer.feed(headers(9).get("/").block(&block().indexed(63)).end());
        let reset: Vec<u32> = peer.sent().iter().map(|frame| frame.stream).collect();
        assert_eq!(reset, [3, 5, 9], "{bad:?}");
        assert_eq!(parts(&mut peer.machine, 7).len(), 2);
    }
}

#[test]
fn a_refused_section_leaves_the_table_in_step() {
    let mut peer = server(Config::default(), usize::MAX);
    let spoiled = block()
        .literal("A", "b")
        .indexing("x", "1")
        .indexing("y", "2");
    let rest = block().indexing("z", "3").literal("connection", "close");
    peer.feed((
        headers(3).get("/").block(&spoiled).no_end_headers(),
        continuation(3).block(&rest),
    ));
    assert_eq!(peer.sent().len(), 1);
    let referring = block().indexed(64).indexed(63).indexed(62);
    peer.feed(headers(5).get("/").block(&referring).end());
    let heard = parts(&mut peer.machine, 5);
    let [Part::Head(head), Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    let names: Vec<&[u8]> = head.fields().map(|field| field.name).collect();
    assert_eq!(names, [b"x", b"y", b"z"]);
}

#[test]
fn frames_that_follow_a_malformed_request_are_dropped() {
    let mut peer = server(Config::default(), 1);
    peer.feed((
        headers(3).post("/").field("A", "b"),
        data(3, "content"),
        headers(3).field("x", "y").end(),
    ));
    let sent = peer.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    let heard = events(&mut peer.machine);
    assert!(heard.is_empty(), "{heard:?}");
}

#[test]
fn what_the_application_sends_arrives_as_it_was_said() {
    let request = good()
        .field("b", "1")
        .sensitive_field("secret", "2")
        .field("b", "1")
        .field("cookie", "c=d")
        .field("cookie", "e=f");
    let mut client: testkit::Peer<Connection<Client>> = client(&[], usize::MAX);
    client.machine.request(request.clone()).unwrap();
    let head = client.run().sent().remove(0);
    let sent = head.fields.unwrap().unwrap();
    assert_eq!(sent.len(), request.section().len());
    for (sent, said) in sent.iter().zip(request.section()) {
        assert_eq!((&sent.name[..], &sent.value[..]), (said.name, said.value));
    }
    assert!(
        sent.iter()
            .any(|field| field.name == b"secret" && field.never_indexed)
    );
}

/// Pins: a decoder that lost the symbol of 13 bits, and with it the fault.
#[test]
fn a_nul_in_huffman_code_is_not_dropped() {
    // "a" has five bits, NUL thirteen, "b" six.
    let coded = [0x1f, 0xfe, 0x23];
    let value = block()
        .request("GET", "/")
        .raw([0x00, 0x01, b'x', 0x83])
        .raw(coded);
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.resets(id, headers(id).block(&value).end(), code::PROTOCOL_ERROR);
}
