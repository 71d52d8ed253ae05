//! Every rule of field sections, each with a neighbor that keeps it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::message::{
    Request, Response, Trailers, check_informational, check_promise, check_request, check_response,
    check_trailers,
};
use crate::violation::{Limit, MessageRule as Rule};

type Field = (&'static str, &'static str);

/// The form in which fields come that are in no table.
const LITERAL: Representation = Representation::WithoutIndexing;

const GET: [Field; 4] = [
    (":method", "GET"),
    (":scheme", "https"),
    (":authority", "a"),
    (":path", "/"),
];
const RULES: Rules = Rules {
    extended_connect: true,
    soft_fields: 100,
    host_may_differ: false,
};

/// Assembles the section with marks that nobody set, then again with those that this left, and once more
/// by reference to the entries of a table that have them.
fn assemble(kind: Kind, rules: Rules, fields: &[Field]) -> Result<Assembled, Violation> {
    let mut marks: Vec<u8> = fields.iter().map(|_| 0).collect();
    let first = assemble_marked(kind, rules, fields, &mut marks);
    let second = assemble_marked(kind, rules, fields, &mut marks);
    let third = assemble_entries(kind, rules, fields, &mut marks);
    for again in [second, third] {
        match (&first, &again) {
            (Ok(first), Ok(again)) => assert_eq!(known(first), known(again)),
            (first, again) => assert_eq!(first.as_ref().err(), again.as_ref().err()),
        }
    }
    first
}

/// The octets of the section, and what the connection learns of it.
fn known(it: &Assembled) -> (Vec<u8>, Option<u64>, Option<u16>, [bool; 3]) {
    let octets = it.section.packed().flat_map(PackedField::as_bytes).copied();
    let told = [it.is_connect, it.is_head, it.has_priority];
    (octets.collect(), it.content_length, it.status, told)
}

/// By reference to the entry of a table.
fn assemble_entries(
    kind: Kind,
    rules: Rules,
    fields: &[Field],
    marks: &mut [u8],
) -> Result<Assembled, Violation> {
    assemble_by(kind, rules, fields, marks, |assembler, field, mark| {
        let [name, value] = [field.name, field.value].map(|it| it.len().try_into().unwrap());
        let mut octets = Vec::from(PackedField::head(name, value, Default::default(), 0));
        octets.extend([field.name, field.value].concat());
        let (entry, _) = PackedField::split_from(&octets).unwrap();
        assembler.indexed(entry, mark);
    })
}

/// As literals.
fn assemble_marked(
    kind: Kind,
    rules: Rules,
    fields: &[Field],
    marks: &mut [u8],
) -> Result<Assembled, Violation> {
    assemble_by(kind, rules, fields, marks, |assembler, field, mark| {
        assembler.field(field, LITERAL, mark);
    })
}

fn assemble_by(
    kind: Kind,
    rules: Rules,
    fields: &[Field],
    marks: &mut [u8],
    add: fn(&mut Assembler, HeaderField<'_>, &mut u8),
) -> Result<Assembled, Violation> {
    let mut assembler = Assembler::new(kind, rules, FieldSection::new());
    for ((name, value), mark) in fields.iter().zip(marks) {
        let field = HeaderField::new(name.as_bytes(), value.as_bytes());
        add(&mut assembler, field, mark);
    }
    assembler.finish()
}

/// What the application is told about the same section.
fn check(kind: Kind, rules: Rules, fields: &[Field]) -> Result<(), Rule> {
    let pairs = fields
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let section: FieldSection = pairs
        .map(|(name, value)| HeaderField::new(name, value))
        .collect();
    let response = Response::from_section(section.clone());
    let checked = match kind {
        Kind::Request => check_request(
            &Request::from_section(section),
            Rules::ours(rules.extended_connect, false),
        ),
        Kind::PromisedRequest => check_promise(&Request::from_section(section)),
        Kind::Response if response.is_informational() => check_informational(&response),
        Kind::Response => check_response(&response),
        Kind::Trailers => check_trailers(&Trailers::from_section(section)),
    };
    checked.map(drop)
}

#[track_caller]
fn accepts(kind: Kind, fields: &[Field]) {
    let assembled = assemble(kind, RULES, fields).unwrap_or_else(|violation| {
        panic!("{violation}: {fields:?}");
    });
    let collected: Vec<(String, String)> = assembled
        .section
        .iter()
        .map(|field| (text(field.name), text(field.value)))
        .collect();
    let expected: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    assert_eq!(collected, expected);
    assert_eq!(check(kind, RULES, fields), Ok(()), "{fields:?}");
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[track_caller]
fn refuses(kind: Kind, fields: &[Field], rule: Rule) {
    refuses_by(RULES, kind, fields, rule);
}

#[track_caller]
fn refuses_by(rules: Rules, kind: Kind, fields: &[Field], rule: Rule) {
    let violation = assemble(kind, rules, fields).expect_err("a rule is broken");
    assert_eq!(violation, Violation::Message(rule), "{fields:?}");
    assert_eq!(check(kind, rules, fields), Err(rule), "{fields:?}");
    let (scope, code) = violation.scope_and_code();
    assert_eq!(
        (scope, code),
        (frame::Scope::Stream, frame::ErrorCode::PROTOCOL_ERROR)
    );
}

/// The control data of a GET request, and then these.
fn get(fields: &[Field]) -> Vec<Field> {
    [&GET[..], fields].concat()
}

fn get_with(name: &'static str, value: &'static str) -> Vec<Field> {
    let replaced = |field: Field| {
        if field.0 == name {
            (name, value)
        } else {
            field
        }
    };
    GET.into_iter().map(replaced).collect()
}

fn get_without(name: &str) -> Vec<Field> {
    GET.into_iter().filter(|field| field.0 != name).collect()
}

/// The same regular fields in each kind of section.
fn everywhere(fields: &[Field]) -> [(Kind, Vec<Field>); 4] {
    [
        (Kind::Request, get(fields)),
        (Kind::PromisedRequest, get(fields)),
        (Kind::Response, [&[(":status", "200")], fields].concat()),
        (Kind::Trailers, fields.to_vec()),
    ]
}

#[test]
fn names_and_values_have_a_syntax_everywhere() {
    for (field, rule) in [
        (("", "v"), Rule::NameEmpty),
        (("Accept", "v"), Rule::NameUpperCase),
        (("accepT", "v"), Rule::NameUpperCase),
        (("a b", "v"), Rule::NameSyntax),
        (("a:b", "v"), Rule::NameSyntax),
        (("a\r\nb", "v"), Rule::NameSyntax),
        (("A\u{e9}", "v"), Rule::NameSyntax),
        (("a", "v\r\nx: y"), Rule::ValueDelimiter),
        (("a", "\n"), Rule::ValueDelimiter),
        (("a", "v\0"), Rule::ValueDelimiter),
        (("a", "v\u{1}"), Rule::ValueControl),
        (("a", "\u{7f}"), Rule::ValueControl),
        (("a", " v"), Rule::ValueWhitespace),
        (("a", "v\t"), Rule::ValueWhitespace),
        (("a", " "), Rule::ValueWhitespace),
    ] {
        for (kind, fields) in everywhere(&[field]) {
            refuses(kind, &fields, rule);
        }
    }
    for field in [
        ("a", "v"),
        ("a", ""),
        ("a", "v \t w"),
        ("!#$%&'*+-.^_`|~09", "\u{e9}"),
    ] {
        for (kind, fields) in everywhere(&[field]) {
            accepts(kind, &fields);
        }
    }
}

#[test]
fn connection_specific_fields_are_refused_everywhere() {
    for field in [
        ("connection", "close"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "keep-alive"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
        ("upgrade", ""),
    ] {
        for (kind, fields) in everywhere(&[field]) {
            refuses(kind, &fields, Rule::ConnectionSpecific);
        }
    }
    for name in [
        "connections",
        "keepalive",
        "transfer",
        "upgrade-insecure-requests",
    ] {
        for (kind, fields) in everywhere(&[(name, "1")]) {
            accepts(kind, &fields);
        }
    }
}

#[test]
fn te_is_for_requests_and_says_trailers() {
    for value in ["trailers", "Trailers"] {
        accepts(Kind::Request, &get(&[("te", value)]));
        accepts(Kind::PromisedRequest, &get(&[("te", value)]));
        refuses(
            Kind::Response,
            &[(":status", "200"), ("te", value)],
            Rule::TeMisplaced,
        );
        refuses(Kind::Trailers, &[("te", value)], Rule::TeMisplaced);
    }
    for value in ["", "gzip", "trailers, gzip", "trailers;q=1", "trailer"] {
        for (kind, fields) in everywhere(&[("te", value)]) {
            refuses(kind, &fields, Rule::TeValue);
        }
    }
}

#[test]
fn pseudo_header_fields_are_a_closed_set() {
    for name in [":", ":host", ":Method", ":method ", "::method", ":\r\n"] {
        let fields = [&[(name, "a")], &GET[..]].concat();
        refuses(Kind::Request, &fields, Rule::PseudoUnknown);
        refuses(Kind::PromisedRequest, &fields, Rule::PseudoUnknown);
        refuses(
            Kind::Response,
            &[(":status", "200"), (name, "a")],
            Rule::PseudoUnknown,
        );
        refuses(Kind::Trailers, &[(name, "a")], Rule::PseudoUnknown);
    }
}

#[test]
fn requests_and_responses_have_their_own_pseudo_header_fields() {
    refuses(
        Kind::Request,
        &get(&[(":status", "200")]),
        Rule::PseudoMisplaced,
    );
    refuses(
        Kind::PromisedRequest,
        &get(&[(":status", "200")]),
        Rule::PseudoMisplaced,
    );
    for field in GET {
        refuses(
            Kind::Response,
            &[(":status", "200"), field],
            Rule::PseudoMisplaced,
        );
        refuses(
            Kind::Response,
            &[field, (":status", "200")],
            Rule::PseudoMisplaced,
        );
    }
    refuses(
        Kind::Response,
        &[(":protocol", "websocket")],
        Rule::PseudoMisplaced,
    );
}

#[test]
fn trailers_have_no_pseudo_header_fields() {
    for field in [
        (":status", "200"),
        (":method", "GET"),
        (":path", "/"),
        (":protocol", "a"),
    ] {
        refuses(Kind::Trailers, &[field], Rule::PseudoInTrailers);
        refuses(Kind::Trailers, &[("a", "b"), field], Rule::PseudoInTrailers);
    }
    accepts(Kind::Trailers, &[]);
    accepts(
        Kind::Trailers,
        &[("grpc-status", "0"), ("grpc-status", "0")],
    );
    accepts(
        Kind::Trailers,
        &[
            ("content-length", "3"),
            ("content-length", "4"),
            ("host", "b"),
        ],
    );
}

#[test]
fn pseudo_header_fields_come_first_and_once() {
    for field in GET {
        let mut late = get_without(field.0);
        late.extend([("a", "b"), field]);
        refuses(Kind::Request, &late, Rule::PseudoLate);
        refuses(Kind::PromisedRequest, &late, Rule::PseudoLate);
        refuses(Kind::Request, &get(&[field]), Rule::PseudoRepeated);
        refuses(Kind::PromisedRequest, &get(&[field]), Rule::PseudoRepeated);
    }
    refuses(
        Kind::Request,
        &get(&[(":path", "/other")]),
        Rule::PseudoRepeated,
    );
    refuses(
        Kind::Response,
        &[("a", "b"), (":status", "200")],
        Rule::PseudoLate,
    );
    refuses(
        Kind::Response,
        &[(":status", "200"), (":status", "200")],
        Rule::PseudoRepeated,
    );
    let protocol = (":protocol", "websocket");
    let twice = [&[(":method", "CONNECT"), protocol, protocol], &GET[1..]].concat();
    refuses(Kind::Request, &twice, Rule::PseudoRepeated);
    let mut reversed = GET;
    reversed.reverse();
    accepts(Kind::Request, &reversed);
}

#[test]
fn a_request_says_what_it_asks_for() {
    for (name, rule) in [
        (":method", Rule::MethodMissing),
        (":scheme", Rule::SchemeMissing),
        (":path", Rule::PathMissing),
    ] {
        refuses(Kind::Request, &get_without(name), rule);
        refuses(Kind::PromisedRequest, &get_without(name), rule);
    }
    refuses(Kind::Request, &[], Rule::MethodMissing);
    refuses(Kind::Request, &[("a", "b")], Rule::MethodMissing);
    accepts(Kind::Request, &GET);
    accepts(Kind::Request, &get_without(":authority"));
}

#[test]
fn control_data_has_a_syntax() {
    for (name, values, rule) in [
        (
            ":method",
            &["", "G T", "GET/", "G,T", "\u{e9}"][..],
            Rule::MethodSyntax,
        ),
        (
            ":scheme",
            &["", "1http", "ht_tp", "http:", "ht tp", "http://a/"],
            Rule::SchemeSyntax,
        ),
        (
            ":path",
            &["a", "//\u{e9}", "/a b", "/#a", "?a", "http://a/", "**"],
            Rule::PathSyntax,
        ),
        (":path", &[""], Rule::PathEmpty),
        (
            ":authority",
            &["a b", "a/b", "a?b", "a#b", "a,b", "a:x", "[::1"],
            Rule::AuthoritySyntax,
        ),
        (":authority", &["", ":443"], Rule::AuthorityEmpty),
        (
            ":authority",
            &["u@a", "u:p@a:1", "@a"],
            Rule::AuthorityUserinfo,
        ),
    ] {
        for value in values {
            refuses(Kind::Request, &get_with(name, value), rule);
            refuses(Kind::PromisedRequest, &get_with(name, value), rule);
        }
    }
    for (name, values) in [
        (
            ":method",
            &["POST", "get", "PROPFIND", "M-SEARCH", "!#$%&'*+-.^_`|~09Az"][..],
        ),
        (":scheme", &["http", "HTTP", "coap+tcp", "a1-.+"]),
        (
            ":path",
            &["/?", "/a?b=c|d&e=[f]", "//", "/%00", "/a:b@c;d,e"],
        ),
        (
            ":authority",
            &["a:", "a:1", "[::1]:8080", "a%20b", "127.0.0.1"],
        ),
    ] {
        for value in values {
            accepts(Kind::Request, &get_with(name, value));
        }
    }
}

#[test]
fn other_schemes_need_neither_path_nor_host() {
    for (name, value) in [(":path", ""), (":authority", ""), (":authority", "u@a")] {
        let fields = get_with(name, value).into_iter();
        let other = fields.map(|field| {
            if field.0 == ":scheme" {
                (":scheme", "urn")
            } else {
                field
            }
        });
        accepts(Kind::Request, &other.collect::<Vec<_>>());
    }
}

#[test]
fn only_options_is_asked_of_the_asterisk() {
    let options = |path| [(":method", "OPTIONS"), (":scheme", "http"), (":path", path)];
    accepts(Kind::Request, &options("*"));
    accepts(Kind::Request, &options("/"));
    refuses(Kind::Request, &options(""), Rule::PathEmpty);
    refuses(Kind::Request, &get_with(":path", "*"), Rule::PathAsterisk);
    let fields = [(":method", "options"), (":scheme", "http"), (":path", "*")];
    refuses(Kind::Request, &fields, Rule::PathAsterisk);
}

#[test]
fn host_says_what_the_authority_says() {
    for value in ["a", "A", "a:443", "a:"] {
        accepts(Kind::Request, &get(&[("host", value)]));
        accepts(Kind::PromisedRequest, &get(&[("x", "y"), ("host", value)]));
    }
    for value in ["b", "", "a:80", "a.", "a, a", "u@a"] {
        refuses(Kind::Request, &get(&[("host", value)]), Rule::HostDiffers);
        refuses(
            Kind::PromisedRequest,
            &get(&[("host", value)]),
            Rule::HostDiffers,
        );
    }
    let without = [&get_without(":authority")[..], &[("host", "b")]].concat();
    accepts(Kind::Request, &without);
    refuses(
        Kind::Request,
        &get(&[("host", "a"), ("host", "a")]),
        Rule::HostRepeated,
    );
    refuses(
        Kind::Request,
        &[&without[..], &[("host", "b")]].concat(),
        Rule::HostRepeated,
    );
    accepts(
        Kind::Response,
        &[(":status", "200"), ("host", "a"), ("host", "b")],
    );
    let connect = |host| {
        [
            (":method", "CONNECT"),
            (":authority", "a:443"),
            ("host", host),
        ]
    };
    accepts(Kind::Request, &connect("A:443"));
    refuses(Kind::Request, &connect("a"), Rule::HostDiffers);
}

#[test]
fn a_response_says_its_status() {
    refuses(Kind::Response, &[], Rule::StatusMissing);
    refuses(Kind::Response, &[("a", "b")], Rule::StatusMissing);
    for value in [
        "",
        "20",
        "2000",
        "020",
        "000",
        "099",
        "2x0",
        "+20",
        "200 OK",
        "\u{662}00",
    ] {
        refuses(Kind::Response, &[(":status", value)], Rule::StatusSyntax);
    }
    refuses(
        Kind::Response,
        &[(":status", "101")],
        Rule::SwitchingProtocols,
    );
    for value in ["100", "102", "103", "200", "204", "404", "599", "999"] {
        accepts(Kind::Response, &[(":status", value), ("a", "b")]);
        let assembled = assemble(Kind::Response, RULES, &[(":status", value)]).unwrap();
        assert_eq!(assembled.status, value.parse().ok());
    }
}

#[test]
fn a_message_says_its_length_once() {
    for (kind, fields) in everywhere(&[("content-length", "0")]) {
        accepts(kind, &fields);
    }
    for value in ["", "+3", "3, 3", "-1", "18446744073709551616", "a"] {
        for (kind, fields) in everywhere(&[("content-length", value)]) {
            refuses(kind, &fields, Rule::ContentLengthSyntax);
        }
    }
    let twice = [("content-length", "3"), ("a", "b"), ("content-length", "4")];
    refuses(Kind::Request, &get(&twice), Rule::ContentLengthRepeated);
    refuses(
        Kind::Response,
        &[&[(":status", "200")], &twice[..]].concat(),
        Rule::ContentLengthRepeated,
    );
}

#[test]
fn equal_lengths_that_arrive_count_as_one_but_are_not_sent() {
    let fields = get(&[
        ("content-length", "3"),
        ("content-length", "03"),
        ("a", "b"),
    ]);
    let assembled = assemble(Kind::Request, RULES, &fields).unwrap();
    assert_eq!(assembled.content_length, Some(3));
    let lengths: Vec<_> = assembled.section.get_all(b"content-length").collect();
    assert_eq!(lengths, [b"3"]);
    assert_eq!(assembled.section.len(), 6);
    assert_eq!(
        check(Kind::Request, RULES, &fields),
        Err(Rule::ContentLengthRepeated)
    );
}

#[test]
fn some_statuses_have_no_length() {
    for status in ["100", "103", "199"] {
        for value in ["0", "5"] {
            let fields = [(":status", status), ("content-length", value)];
            refuses(Kind::Response, &fields, Rule::ContentLengthForbidden);
        }
    }
    let fields = [(":status", "204"), ("content-length", "5")];
    refuses(Kind::Response, &fields, Rule::ContentLengthForbidden);
    for status in ["200", "205", "304"] {
        accepts(
            Kind::Response,
            &[(":status", status), ("content-length", "5")],
        );
    }
}

#[test]
fn a_zero_length_with_204_is_left_out_but_not_sent() {
    let fields = [
        (":status", "204"),
        ("content-length", "0"),
        ("content-length", "00"),
    ];
    let assembled = assemble(Kind::Response, RULES, &fields).unwrap();
    assert_eq!(assembled.content_length, None);
    assert_eq!(assembled.section.len(), 1);
    assert_eq!(
        check(Kind::Response, RULES, &fields),
        Err(Rule::ContentLengthForbidden)
    );
}

#[test]
fn connect_names_a_host_and_a_port_and_nothing_else() {
    let connect = (":method", "CONNECT");
    let authority = (":authority", "a:443");
    accepts(Kind::Request, &[connect, authority, ("a", "b")]);
    accepts(Kind::Request, &[(":authority", "[::1]:22"), connect]);
    for extra in [(":scheme", "https"), (":path", "/"), (":path", "")] {
        refuses(
            Kind::Request,
            &[connect, authority, extra],
            Rule::ConnectTarget,
        );
        refuses(Kind::Request, &[connect, extra], Rule::ConnectTarget);
    }
    refuses(Kind::Request, &[connect], Rule::ConnectAuthority);
    refuses(
        Kind::Request,
        &[connect, ("host", "a:443")],
        Rule::ConnectAuthority,
    );
    for value in ["", "a", "a:", ":443", "u@a:443"] {
        refuses(
            Kind::Request,
            &[connect, (":authority", value)],
            Rule::ConnectAuthority,
        );
    }
}

#[test]
fn extended_connect_has_a_target_and_is_announced() {
    let websocket = [(":method", "CONNECT"), (":protocol", "websocket")];
    let whole = [&websocket[..], &GET[1..]].concat();
    accepts(Kind::Request, &whole);
    let silent = Rules {
        extended_connect: false,
        ..RULES
    };
    refuses_by(silent, Kind::Request, &whole, Rule::ProtocolNotAllowed);
    for (name, rule) in [
        (":scheme", Rule::SchemeMissing),
        (":path", Rule::PathMissing),
    ] {
        let part: Vec<Field> = whole
            .iter()
            .copied()
            .filter(|field| field.0 != name)
            .collect();
        refuses(Kind::Request, &part, rule);
    }
    refuses(
        Kind::Request,
        &get(&[(":protocol", "websocket")]),
        Rule::ProtocolMisplaced,
    );
    for value in ["", "a b", "a/b/c"] {
        refuses(
            Kind::Request,
            &[websocket[0], (":protocol", value)],
            Rule::ProtocolSyntax,
        );
    }
}

#[test]
fn a_promised_request_is_safe_and_has_no_content() {
    let promise = Kind::PromisedRequest;
    accepts(promise, &GET);
    accepts(promise, &get_with(":method", "HEAD"));
    accepts(promise, &get(&[("content-length", "0")]));
    for method in ["POST", "OPTIONS", "TRACE", "get"] {
        refuses(promise, &get_with(":method", method), Rule::PromisedMethod);
    }
    let connect = [(":method", "CONNECT"), (":authority", "a:443")];
    refuses(promise, &connect, Rule::PromisedMethod);
    refuses(promise, &get_without(":authority"), Rule::PromisedAuthority);
    let host = [&get_without(":authority")[..], &[("host", "a")]].concat();
    refuses(promise, &host, Rule::PromisedAuthority);
    refuses(
        promise,
        &get(&[("content-length", "1")]),
        Rule::PromisedContent,
    );
    let silent = Rules {
        extended_connect: false,
        ..RULES
    };
    refuses_by(
        silent,
        promise,
        &get(&[(":protocol", "a")]),
        Rule::ProtocolNotAllowed,
    );
}

#[test]
fn the_connection_learns_what_it_needs() {
    let facts = |fields: &[Field]| {
        let assembled = assemble(Kind::Request, RULES, fields).unwrap();
        (
            assembled.is_connect,
            assembled.is_head,
            assembled.content_length,
        )
    };
    assert_eq!(
        facts(&get(&[("content-length", "7")])),
        (false, false, Some(7))
    );
    assert_eq!(facts(&get_with(":method", "HEAD")), (false, true, None));
    let connect = [
        (":method", "CONNECT"),
        (":authority", "a:1"),
        ("content-length", "7"),
    ];
    assert_eq!(facts(&connect), (true, false, None));
    let websocket = [(":method", "CONNECT"), (":protocol", "websocket")];
    assert_eq!(
        facts(&[&websocket[..], &GET[1..]].concat()),
        (true, false, None)
    );
}

#[test]
fn adjacent_pieces_of_a_cookie_count_as_one_field() {
    let rules = Rules {
        soft_fields: 6,
        ..RULES
    };
    let cookie_pairs = [("cookie", "a=b"); 50];
    let fits = get(&[&cookie_pairs[..], &[("a", "b")]].concat());
    assert_eq!(
        assemble(Kind::Request, rules, &fits).unwrap().section.len(),
        55
    );
    let apart = get(&[("cookie", "a=b"), ("a", "b"), ("cookie", "c=d")]);
    let violation = assemble(Kind::Request, rules, &apart).unwrap_err();
    assert_eq!(violation, Violation::Limit(Limit::Fields));
    let many = get(&[("a", "b"); 3]);
    let violation = assemble(Kind::Request, rules, &many).unwrap_err();
    assert_eq!(violation, Violation::Limit(Limit::Fields));
    assert_eq!(check(Kind::Request, rules, &many), Ok(()));
}

/// Fields that come out of a table, and whose marks say that they mean nothing, take a way of their own.
#[test]
fn fields_by_reference_count_as_much_as_others() {
    let rules = Rules {
        soft_fields: 3,
        ..RULES
    };
    let table: FieldSection = [HeaderField::new(b"a", b"b")].into_iter().collect();
    let entry = table.packed().next().unwrap();
    for (count, result) in [(3, Ok(3)), (4, Err(Violation::Limit(Limit::Fields)))] {
        let mut assembler = Assembler::new(Kind::Trailers, rules, FieldSection::new());
        for _ in 0..count {
            assembler.indexed(entry, &mut Class::Plain.mark());
        }
        let finished = assembler.finish().map(|assembled| assembled.section.len());
        assert_eq!(finished, result);
    }
}

#[test]
fn the_first_violation_is_kept_and_nothing_else() {
    let mut assembler = Assembler::new(Kind::Trailers, RULES, FieldSection::new());
    for (name, value) in [
        ("a", "b"),
        ("te", "trailers"),
        ("connection", "close"),
        ("c", "d"),
    ] {
        let field = HeaderField::new(name.as_bytes(), value.as_bytes());
        assembler.field(field, LITERAL, &mut 0);
    }
    assert_eq!(assembler.section.capacity(), 0);
    let violation = assembler.finish().unwrap_err();
    assert_eq!(violation, Violation::Message(Rule::TeMisplaced));
}

#[test]
fn never_indexed_fields_keep_their_mark() {
    let mut assembler = Assembler::new(Kind::Trailers, RULES, FieldSection::new());
    let fields = [
        HeaderField::sensitive(b"a", b"b"),
        HeaderField::new(b"a", b"b"),
    ];
    for field in fields {
        assembler.field(field, LITERAL, &mut 0);
    }
    let section = assembler.finish().unwrap().section;
    assert!(section.iter().eq(fields));
}

#[test]
fn a_section_holds_at_most_twice_what_it_needs() {
    for count in [1, 5, 20, 90] {
        let fields: Vec<Field> = (0..count).map(|_| ("name", "value")).collect();
        let section = assemble(Kind::Trailers, RULES, &fields).unwrap().section;
        assert!(
            section.capacity() <= 2 * section.octets() + 1,
            "{count} fields"
        );
    }
}

#[test]
fn a_final_response_is_not_informational_nor_the_reverse() {
    let (early, last) = (Response::new(103), Response::new(200));
    assert_eq!(check_informational(&early).map(drop), Ok(()));
    assert_eq!(check_response(&last).map(drop), Ok(()));
    assert_eq!(check_response(&early).map(drop), Err(Rule::StatusMisplaced));
    assert_eq!(
        check_informational(&last).map(drop),
        Err(Rule::StatusMisplaced)
    );
    assert_eq!(
        check_response(&Response::new(42)).map(drop),
        Err(Rule::StatusSyntax)
    );
    assert_eq!(
        check_informational(&Response::new(101)).map(drop),
        Err(Rule::SwitchingProtocols)
    );
}
