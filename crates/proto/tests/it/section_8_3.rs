//! Control data (RFC 9113 §8.3).

use crate::support::{End, post};
use testkit::{code, headers};
use tress_proto::MessageRule as Rule;
use tress_proto::{
    Client, Config, Part, Request, Response, Server, StreamId, UserError, Violation,
};

use crate::section_8_1_1::malformed::{
    Field, GET, client, client_accepts, client_refuses, client_refuses_promise, fields, get, good,
    server, server_accepts, server_accepts_by, server_answers_400, server_ends, server_refuses,
};

/// Control data of a good request with one value replaced.
fn with(name: &str, value: &'static str) -> Vec<Field> {
    GET.into_iter()
        .map(|field| {
            if field.0 == name {
                (field.0, value)
            } else {
                field
            }
        })
        .collect()
}

/// Control data of a good request with one field left out.
fn without(name: &str) -> Vec<Field> {
    GET.into_iter().filter(|field| field.0 != name).collect()
}

#[track_caller]
fn refused(request: &[Field]) {
    server_refuses(headers(3).block(&fields(request)).end());
    server_refuses(headers(3).block(&fields(request)));
    client_refuses_promise(request);
}

/// Refused because of who is asked, which the client is told.
#[track_caller]
fn answered(request: &[Field]) {
    server_answers_400(headers(3).block(&fields(request)).end());
    server_answers_400(headers(3).block(&fields(request)));
    client_refuses_promise(request);
}

#[track_caller]
fn taken(request: &[Field]) -> Request {
    let heard = server_accepts(headers(3).block(&fields(request)).end());
    let [Part::Head(head), Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    let heard: Vec<(&[u8], &[u8])> = head
        .section()
        .iter()
        .map(|field| (field.name, field.value))
        .collect();
    let said: Vec<(&[u8], &[u8])> = request
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    assert_eq!(heard, said);
    head.clone()
}

#[track_caller]
fn not_sent(request: Request, rule: Rule) {
    let mut peer = client(&[], usize::MAX);
    assert_eq!(
        peer.machine.request(request),
        Err(UserError::Malformed(rule))
    );
    assert!(peer.run().sent().is_empty());
}

#[test]
fn a_request_says_method_scheme_and_path() {
    let head = taken(&GET);
    assert_eq!(head.method(), b"GET");
    assert_eq!(head.scheme(), Some(&b"https"[..]));
    assert_eq!(head.authority(), Some(&b"a"[..]));
    assert_eq!(head.path(), Some(&b"/"[..]));
    assert_eq!(head.protocol(), None);
    assert_eq!(head.fields().len(), 0);
    for name in [":method", ":scheme", ":path"] {
        refused(&without(name));
    }
    refused(&[]);
    refused(&[("a", "b")]);
}

#[test]
fn pseudo_header_fields_come_in_any_order() {
    let mut reversed = GET;
    reversed.reverse();
    taken(&reversed);
}

#[test]
fn unknown_pseudo_header_fields_are_malformed() {
    for name in [":", ":version", ":Path", ":path ", "::path"] {
        refused(&[&[(name, "a")], &GET[..]].concat());
        refused(&get(&[(name, "a")]));
        let response = headers(1).block(&fields(&[(":status", "200"), (name, "a")]));
        client_refuses(&good(), response, Rule::PseudoUnknown);
        let trailers = headers(1).block(&fields(&[(name, "a")])).end();
        client_refuses(
            &good(),
            (headers(1).status(200), trailers),
            Rule::PseudoUnknown,
        );
    }
}

#[test]
fn pseudo_header_fields_of_responses_are_not_for_requests_nor_the_reverse() {
    refused(&get(&[(":status", "200")]));
    refused(&[(":status", "200")]);
    for field in GET {
        for fields in [[(":status", "200"), field], [field, (":status", "200")]] {
            let response = headers(1).block(&self::fields(&fields));
            client_refuses(&good(), response, Rule::PseudoMisplaced);
        }
    }
}

#[test]
fn pseudo_header_fields_come_before_all_others() {
    for field in GET {
        let mut late = without(field.0);
        late.extend([("a", "b"), field]);
        refused(&late);
    }
    let response = headers(1).block(&fields(&[("a", "b"), (":status", "200")]));
    client_refuses(&good(), response, Rule::PseudoLate);
}

#[test]
fn pseudo_header_fields_come_once() {
    for field in GET {
        refused(&[&GET[..], &[field]].concat());
    }
    refused(&[&GET[..], &[(":path", "/other")]].concat());
    for status in ["200", "404"] {
        let response = headers(1).block(&fields(&[(":status", "200"), (":status", status)]));
        client_refuses(&good(), response, Rule::PseudoRepeated);
    }
}

#[test]
fn trailers_have_no_pseudo_header_fields() {
    let rule = Rule::PseudoInTrailers;
    for field in [(":status", "200"), (":method", "GET"), (":path", "/")] {
        for section in [&[field][..], &[("a", "b"), field]] {
            let trailers = |stream| headers(stream).block(&fields(section)).end();
            server_ends((headers(3).post("/"), trailers(3)), rule);
            client_refuses(&good(), (headers(1).status(200), trailers(1)), rule);
        }
    }
}

#[test]
fn a_method_is_a_token() {
    for value in ["", "GE T", "GET /", "GET\u{e9}", "G(T"] {
        refused(&with(":method", value));
        not_sent(Request::new(value, "https", "a", "/"), Rule::MethodSyntax);
    }
    for value in ["POST", "get", "M-SEARCH"] {
        taken(&with(":method", value));
    }
}

#[test]
fn a_scheme_has_the_syntax_of_a_uri() {
    for value in ["", "1", "ht tp", "http:", "http://a/", "h_t"] {
        refused(&with(":scheme", value));
        not_sent(Request::get(value, "a", "/"), Rule::SchemeSyntax);
    }
    for value in ["http", "coap+tcp"] {
        taken(&with(":scheme", value));
    }
}

#[test]
fn a_path_is_absolute_and_visible_ascii() {
    for value in ["a", "/ HTTP/1.1", "/#a", "/\u{e9}", "?a", "http://a/", "\\"] {
        refused(&with(":path", value));
        not_sent(Request::get("https", "a", value), Rule::PathSyntax);
    }
    for value in ["/a/b?c=d|e", "/?", "//", "/%2f"] {
        taken(&with(":path", value));
    }
}

#[test]
fn the_path_of_http_is_not_empty() {
    refused(&with(":path", ""));
    not_sent(Request::get("http", "a", ""), Rule::PathEmpty);
    taken(&[(":method", "GET"), (":scheme", "urn"), (":path", "")]);
}

#[test]
fn the_asterisk_is_for_options() {
    taken(&[(":method", "OPTIONS"), (":scheme", "https"), (":path", "*")]);
    refused(&with(":path", "*"));
    not_sent(Request::get("https", "a", "*"), Rule::PathAsterisk);
}

#[test]
fn an_authority_is_a_host_and_perhaps_a_port() {
    for value in [
        "a b", "a/", "a?", "a#", "a,b", "a:b", "a\\b", "[::1", "::1", "\u{e9}",
    ] {
        answered(&with(":authority", value));
        not_sent(Request::get("https", value, "/"), Rule::AuthoritySyntax);
    }
    for value in ["a:8443", "[::1]:1", "127.0.0.1", "a%20b"] {
        taken(&with(":authority", value));
    }
}

#[test]
fn what_an_authority_has_in_brackets_is_an_address() {
    // RFC 3986 §3.2.2: an IPv6address or an IPvFuture, without a zone.
    for value in [
        "[zz]",
        "[fe80::1%25lo]",
        "[fe80::1%lo]:443",
        "[1]",
        "[1:2:3:4:5:6:7:8:9]",
        "[v1]",
        "[127.0.0.1]",
    ] {
        answered(&with(":authority", value));
        answered(&[&without(":authority")[..], &[("host", value)]].concat());
        not_sent(Request::get("https", value, "/"), Rule::AuthoritySyntax);
    }
    for value in ["[fe80::1]", "[::ffff:192.0.2.1]:443", "[v1.a:b]:1"] {
        taken(&with(":authority", value));
        taken(&[&without(":authority")[..], &[("host", value)]].concat());
    }
}

#[test]
fn a_bad_authority_is_answered_as_any_malformed_request_where_the_application_asks_for_it() {
    let bad = fields(&with(":authority", "[zz]"));
    let heard = server_accepts_by(
        &Config::default().receive_malformed(),
        headers(3).block(&bad).end(),
    );
    let rule = Violation::Message(Rule::AuthoritySyntax);
    assert_eq!(heard, [Part::Malformed(rule)]);
    assert_eq!(rule.status(), 400);
}

#[test]
fn the_authority_of_http_names_a_host_and_no_user() {
    for value in ["", ":443"] {
        answered(&with(":authority", value));
    }
    for value in ["user@a", "user:secret@a:443", "@a"] {
        answered(&with(":authority", value));
        answered(&[&without(":authority")[..], &[("host", value)]].concat());
        not_sent(Request::get("https", value, "/"), Rule::AuthorityUserinfo);
    }
}

#[test]
fn an_empty_authority_is_not_sent() {
    let mut peer = client(&[Request::new("OPTIONS", "https", "", "*")], usize::MAX);
    peer.machine
        .request(Request::new("OPTIONS", "https", "", "*"))
        .unwrap();
    let sent = peer.run().sent();
    assert_eq!(sent[0].field(":path").as_deref(), Some("*"));
    assert_eq!(sent[0].field(":authority"), None);
}

#[test]
fn host_says_what_the_authority_says() {
    for value in ["b", "", "a:80", "a, b"] {
        answered(&get(&[("host", value)]));
        not_sent(good().field("host", value), Rule::HostDiffers);
    }
    for value in ["a", "A", "a:443"] {
        taken(&get(&[("host", value)]));
    }
    let host = ("host", "b");
    taken(&[&without(":authority")[..], &[host]].concat());
    answered(&get(&[("host", "a"), ("host", "a")]));
    answered(&[&without(":authority")[..], &[host, host]].concat());
    not_sent(
        good().field("host", "a").field("host", "a"),
        Rule::HostRepeated,
    );
}

/// For whoever counts on it, in both directions; twice it never comes.
#[test]
fn host_may_say_something_else_than_the_authority_where_that_is_configured() {
    let config = || Config::default().host_may_differ();
    let mut end = End::<Server>::with(config());
    let ask = |end: &mut End<Server>, hosts: &[Field]| {
        let id = end.next_id();
        end.opened();
        end.feed(headers(id).block(&fields(&get(hosts))).end());
        id
    };
    let id = ask(&mut end, &[("host", "b")]);
    let mut stream = end.stream(id);
    let Ok(Some(Part::Head(head))) = stream.recv() else {
        panic!("it is passed on");
    };
    let section = head.section();
    assert_eq!(
        (section.get(b":authority"), section.get(b"host")),
        (Some(&b"a"[..]), Some(&b"b"[..]))
    );
    ask(&mut end, &[("host", "b"), ("host", "b")]);
    let answer = end.sent();
    assert_eq!(answer[0].field(":status").as_deref(), Some("400"));
    let mut end = End::<Client>::with(config());
    end.machine().request(good().field("host", "b")).unwrap();
    let sent = end.sent();
    assert_eq!(
        (sent[0].field(":authority"), sent[0].field("host")),
        (Some("a".to_owned()), Some("b".to_owned()))
    );
    let twice = good().field("host", "b").field("host", "b");
    assert_eq!(
        end.machine().request(twice),
        Err(UserError::Malformed(Rule::HostRepeated))
    );
}

#[test]
fn a_response_says_its_status() {
    for section in [&[][..], &[("a", "b")]] {
        let response = headers(1).block(&fields(section));
        client_refuses(&good(), response, Rule::StatusMissing);
    }
    for value in ["", "20", "2000", "099", "2x0", "+20", "200 OK"] {
        let response = headers(1).block(&fields(&[(":status", value)])).end();
        client_refuses(&good(), response, Rule::StatusSyntax);
    }
    for value in [200, 404, 599] {
        let heard = client_accepts(&good(), headers(1).status(value).end());
        assert_eq!(heard, [Part::Head(Response::new(value)), Part::End]);
    }
}

#[test]
fn informational_responses_come_before_the_final_one() {
    let heard = client_accepts(
        &good(),
        (
            headers(1).status(100),
            headers(1).status(103).field("link", "</a>"),
            headers(1).status(200).end(),
        ),
    );
    let early = Part::Informational(Response::new(100));
    let hints = Part::Informational(Response::new(103).field("link", "</a>"));
    assert_eq!(
        heard,
        [early, hints, Part::Head(Response::new(200)), Part::End]
    );
}

#[test]
fn the_status_101_is_malformed() {
    let rule = Rule::SwitchingProtocols;
    client_refuses(&good(), headers(1).status(101), rule);
    let mut peer = server(Config::default(), usize::MAX);
    let mut stream = peer.machine.stream_mut(StreamId::new(1).unwrap()).unwrap();
    assert_eq!(
        stream.inform(Response::new(101)),
        Err(UserError::Malformed(rule))
    );
}

#[test]
fn a_status_has_its_place() {
    let mut peer = server(Config::default(), usize::MAX);
    let mut stream = peer.machine.stream_mut(StreamId::new(1).unwrap()).unwrap();
    let malformed = |rule| Err(UserError::Malformed(rule));
    assert_eq!(
        stream.respond(Response::new(103)),
        malformed(Rule::StatusMisplaced)
    );
    assert_eq!(
        stream.inform(Response::new(200)),
        malformed(Rule::StatusMisplaced)
    );
    assert_eq!(
        stream.respond(Response::new(42)),
        malformed(Rule::StatusSyntax)
    );
    assert_eq!(
        stream.respond(Response::new(1000)),
        malformed(Rule::StatusSyntax)
    );
    assert_eq!(stream.inform(Response::new(103)), Ok(()));
    assert_eq!(stream.respond(Response::new(204)), Ok(()));
    assert_eq!(stream.end(), Ok(()));
    let sent = peer.run().sent();
    let statuses: Vec<_> = sent
        .iter()
        .map(|frame| frame.field(":status").unwrap())
        .collect();
    assert_eq!(statuses, ["103", "204"]);
}

#[test]
fn a_promised_request_is_safe_and_names_its_authority() {
    for method in ["POST", "OPTIONS", "TRACE"] {
        client_refuses_promise(&with(":method", method));
    }
    client_refuses_promise(&[(":method", "CONNECT"), (":authority", "a:443")]);
    client_refuses_promise(&without(":authority"));
}

#[test]
fn a_promised_request_has_no_content() {
    client_refuses_promise(&get(&[("content-length", "1")]));
}

/// Pins: it was taken as 200.
#[test]
fn a_response_without_a_status_is_refused() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(post()).unwrap().value();
    end.quiet();
    end.resets(id, headers(id).field("server", "x"), code::PROTOCOL_ERROR);
}
