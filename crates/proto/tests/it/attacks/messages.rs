//! Messages, and what they become behind a gateway.

use runtime::Runtime;
use testkit::{Block, Wire, block, code, data, headers, push_promise};
use tress_proto::{
    Client, Config, Connection, Event, Part, Request, Response, Server, StreamId, Trailers,
    UserError,
};

use super::rig::{Attack, End, Expects, read_all};
use crate::support::way::each_way;
use crate::support::{self, both, get, post};

const WRONG: u32 = code::PROTOCOL_ERROR;

/// The whole of a request with these fields besides its control data.
fn request(fields: &Block) -> Vec<u8> {
    headers(1).get("/").block(fields).end().octets()
}

/// A request whose control data is all written out.
fn control(fields: &[(&str, &str)]) -> Vec<u8> {
    let all = fields
        .iter()
        .fold(block(), |block, (name, value)| block.literal(name, value));
    headers(1).block(&all).end().octets()
}

/// Stream 1 is reset with this code, and nothing else happens.
#[track_caller]
fn resets<R: Expects>(wire: impl Wire, code: u32) {
    let attack = Attack::<R>::with(wire).setup(R::expect);
    let run = attack.comes_to(End::Stands);
    assert_eq!(run.resets, [(1, code)], "{:?}", R::SIDE);
}

/// Stream 1 is answered with the status 400, and nothing else happens.
#[track_caller]
fn answers(wire: impl Wire) {
    let run = Attack::<Server>::with(wire).comes_to(End::Stands);
    assert_eq!(run.answers, [(1, "400".to_owned())]);
    assert_eq!((run.resets.len(), run.opened), (0, 0));
}

/// This field is wrong in requests, responses, trailers and promises.
#[track_caller]
fn is_wrong_everywhere(name: &[u8], value: &[u8]) {
    let field = block().literal(name, value);
    resets::<Server>(request(&field), WRONG);
    resets::<Client>(headers(1).status(200).block(&field), WRONG);
    both!(R => {
        let trailers = headers(1).block(&field).trailers();
        resets::<R>((<R as support::Ends>::head(1), trailers), WRONG);
    });
    let promise = push_promise(1, 2).get("/").block(&field);
    let run = Attack::with(promise)
        .config(Config::default().allow_push())
        .setup(|machine: &mut Connection<Client>| {
            machine.request(get()).unwrap();
        })
        .comes_to(End::Stands);
    assert_eq!(run.resets, [(2, WRONG)], "a promise");
}

#[test]
fn cr_lf_and_nul_in_a_value_are_malformed() {
    for octet in [b'\r', b'\n', 0] {
        for value in [&[b'a', octet, b'b'][..], &[octet], &[b'a', octet]] {
            is_wrong_everywhere(b"x", value);
        }
        let path = block().literal(":path", [b'/', octet]);
        let pseudo = block()
            .indexed(2)
            .indexed(7)
            .block(&path)
            .literal_at(1, "a");
        resets::<Server>(headers(1).block(&pseudo).end(), WRONG);
    }
}

trait Appends {
    fn block(self, more: &Block) -> Block;
}

impl Appends for Block {
    fn block(self, more: &Block) -> Block {
        self.raw(more.octets())
    }
}

#[test]
fn other_controls_in_a_value_are_malformed() {
    for octet in (1..0x20).chain([0x7f]).filter(|octet| *octet != b'\t') {
        resets::<Server>(request(&block().literal("x", [b'a', octet, b'b'])), WRONG);
    }
    is_wrong_everywhere(b"x", b"a\x7fb");
}

#[test]
fn white_space_around_a_value_is_malformed() {
    for value in [" a", "a ", "\ta", "a\t", " "] {
        is_wrong_everywhere(b"x", value.as_bytes());
    }
}

#[test]
fn names_that_are_no_lower_case_tokens_are_malformed() {
    for name in [
        &b"X"[..],
        b"x y",
        b"x:",
        b"x:y",
        b"x\r",
        b"x\n",
        b"",
        b"\x80",
    ] {
        is_wrong_everywhere(name, b"1");
    }
}

#[test]
fn fields_of_a_connection_are_malformed() {
    for (name, value) in [
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("keep-alive", "1"),
        ("proxy-connection", "close"),
        ("upgrade", "h2c"),
        ("te", "gzip"),
    ] {
        is_wrong_everywhere(name.as_bytes(), value.as_bytes());
    }
    let run =
        Attack::<Server>::with(request(&block().literal("te", "trailers"))).comes_to(End::Stands);
    assert_eq!((run.resets.len(), run.opened), (0, 1));
}

#[test]
fn pseudo_header_fields_out_of_place_are_malformed() {
    for (name, value) in [
        (":new", "1"),
        (":status", "200"),
        (":method", "GET"),
        (":path", "/"),
    ] {
        resets::<Server>(request(&block().literal(name, value)), WRONG);
    }
    let late = block().literal("x", "1").request("GET", "/");
    resets::<Server>(headers(1).block(&late).end(), WRONG);
    resets::<Client>(headers(1).status(200).field(":status", "200"), WRONG);
    resets::<Client>(headers(1).status(200).field(":path", "/"), WRONG);
    both!(R => {
        let trailers = headers(1).field(":path", "/").trailers();
        resets::<R>((<R as support::Ends>::head(1), trailers), WRONG);
    });
}

/// A request in which one piece of control data is another.
fn changed(name: &str, value: &str) -> Vec<u8> {
    let usual = [
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a"),
    ];
    control(&usual.map(|(of, usual)| (of, if of == name { value } else { usual })))
}

#[test]
fn methods_that_are_no_tokens_are_malformed() {
    for method in ["", "G T", "GET\r", "GET / HTTP/1.1", "(", "\u{e9}"] {
        resets::<Server>(changed(":method", method), WRONG);
    }
}

#[test]
fn schemes_that_are_none_are_malformed() {
    for scheme in ["", "1a", "ht tp", "http:", "http://", "h\r"] {
        resets::<Server>(changed(":scheme", scheme), WRONG);
    }
}

#[test]
fn paths_that_are_none_are_malformed() {
    for path in ["", "a", "/ b", "/\r", "/#b", "/\u{e9}", "*", "/\t"] {
        resets::<Server>(changed(":path", path), WRONG);
    }
}

#[test]
fn authorities_that_are_none_are_malformed() {
    for authority in [
        "",
        "u@a",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a,b",
        "[zz]",
        "[fe80::1%25lo]",
    ] {
        answers(changed(":authority", authority));
    }
    // What no field value has is found before.
    for authority in ["a\r", "a\n"] {
        resets::<Server>(changed(":authority", authority), WRONG);
    }
}

#[test]
fn a_host_that_differs_or_comes_twice_is_malformed() {
    answers(request(&block().literal("host", "b")));
    answers(request(&block().literal("host", "a").literal("host", "a")));
    let run = Attack::<Server>::with(request(&block().literal("host", "a"))).comes_to(End::Stands);
    assert_eq!(run.opened, 1);
}

#[test]
fn a_content_length_that_is_wrong_is_malformed() {
    for value in ["+3", "3, 3", "", "-1", "0x3", "18446744073709551616", "3 "] {
        let field = block().literal("content-length", value);
        resets::<Server>(headers(1).post("/").block(&field), WRONG);
        resets::<Client>(headers(1).status(200).block(&field), WRONG);
    }
    both!(R => {
        let head = |length: &str| <R as support::Ends>::head(1).field("content-length", length);
        resets::<R>(head("3").end(), WRONG);
        resets::<R>((head("3"), data(1, "four")), WRONG);
        resets::<R>((head("3"), data(1, "22").end()), WRONG);
        resets::<R>(head("3").field("content-length", "4"), WRONG);
    });
}

#[test]
fn connect_with_the_wrong_control_data_is_malformed() {
    let connect = (":method", "CONNECT");
    for rest in [
        &[(":scheme", "https"), (":authority", "a:1")][..],
        &[(":path", "/"), (":authority", "a:1")],
    ] {
        resets::<Server>(control(&[&[connect], rest].concat()), WRONG);
    }
    for rest in [&[][..], &[(":authority", "a")]] {
        answers(control(&[&[connect], rest].concat()));
    }
    let extended = [
        connect,
        (":protocol", "websocket"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a"),
    ];
    resets::<Server>(control(&extended), WRONG);
    let run = Attack::<Server>::with(control(&extended))
        .config(Config::default().allow_extended_connect())
        .comes_to(End::Stands);
    assert_eq!((run.resets.len(), run.opened), (0, 1));
}

#[test]
fn field_sections_out_of_place_are_errors_of_the_stream() {
    both!(R => {
        let head = || <R as support::Ends>::head(1);
        resets::<R>((head(), headers(1).field("x", "1")), WRONG);
    });
    let after = (
        headers(1).post("/").end(),
        headers(1).field("x", "1").trailers(),
    );
    resets::<Server>(after, code::STREAM_CLOSED);
    let after = (
        headers(1).status(200).end(),
        headers(1).field("x", "1").trailers(),
    );
    resets::<Client>(after, code::STREAM_CLOSED);
}

#[test]
fn responses_that_are_none_are_malformed() {
    for status in ["", "20", "2000", "2x0", "099", "101", "+20"] {
        resets::<Client>(headers(1).field(":status", status), WRONG);
    }
    resets::<Client>(headers(1).field("x", "1"), WRONG);
    resets::<Client>(headers(1).status(103).field("content-length", "0"), WRONG);
    resets::<Client>(headers(1).status(204).field("content-length", "1"), WRONG);
    resets::<Client>(headers(1).status(103).end(), WRONG);
    resets::<Client>(data(1, "early"), WRONG);
    resets::<Client>((headers(1).status(204), data(1, "x")), WRONG);
    let run = Attack::<Client>::with(headers(1).status(204).field("content-length", "0").end())
        .setup(Client::expect)
        .comes_to(End::Stands);
    assert_eq!(run.resets, []);
    let run = Attack::with((headers(1).status(200), data(1, "x")))
        .setup(|machine: &mut Connection<Client>| {
            machine
                .request(Request::new("HEAD", "https", "a", "/"))
                .unwrap();
        })
        .comes_to(End::Stands);
    assert_eq!(run.resets, [(1, WRONG)]);
}

#[test]
fn cookie_pairs_are_counted_and_then_joined() {
    each_way(|| {
        let cookie_pairs = |count| (0..count).fold(block(), |block, _| block.literal_at(32, "a=1"));
        let run = Attack::<Server>::with(request(&cookie_pairs(1001)))
            .comes_to(End::Dies(super::rig::CALM));
        assert_eq!(run.opened, 0);
        let mut end = support::End::<Server>::with(Config::default().join_cookies());
        end.feed(headers(3).get("/").block(&cookie_pairs(3)).end());
        assert_eq!(end.take(3)[0], "3: GET / cookie=a=1; a=1; a=1");
    });
}

#[test]
fn trailers_are_kept_apart_from_the_head() {
    each_way(|| {
        let mut end = support::End::<Server>::new();
        let trailers = headers(3).field("x-role", "admin").trailers();
        end.feed((headers(3).post("/").field("x-role", "user"), trailers));
        assert_eq!(
            end.take(3),
            [
                "3: POST / x-role=user",
                "3: trailers x-role=admin",
                "3: end"
            ]
        );
    });
}

#[test]
fn an_upgrade_is_never_passed_on() {
    resets::<Server>(request(&block().literal("upgrade", "h2c")), WRONG);
    resets::<Server>(
        request(
            &block()
                .literal("http2-settings", "")
                .literal("connection", "x"),
        ),
        WRONG,
    );
    let mut end = support::End::<Client>::new();
    let request = get().field("upgrade", "h2c");
    assert!(matches!(
        end.machine().request(request),
        Err(UserError::Malformed(_))
    ));
    assert!(end.sent().is_empty());
}

#[test]
fn what_the_application_says_is_judged_as_what_a_peer_does() {
    let wrong = [
        ("x", "a\r\nb: c"),
        ("x", " a"),
        ("x y", "1"),
        ("", "1"),
        ("connection", "close"),
        ("te", "gzip"),
        ("transfer-encoding", "chunked"),
        ("content-length", "+3"),
    ];
    for (name, value) in wrong {
        let mut client = support::End::<Client>::new();
        let request = post().field(name, value);
        assert!(
            matches!(
                client.machine().request(request),
                Err(UserError::Malformed(_))
            ),
            "{name}"
        );
        let mut server = support::End::<Server>::new();
        server.feed(headers(3).get("/").end());
        server.quiet();
        let response = Response::new(200).field(name, value);
        let refused = server.stream(3).respond(response);
        assert!(matches!(refused, Err(UserError::Malformed(_))), "{name}");
        if name != "content-length" {
            let trailers = Trailers::new().field(name, value);
            let refused = server.stream(1).send_trailers(trailers);
            assert!(matches!(refused, Err(UserError::Malformed(_))), "{name}");
        }
        assert!(server.sent().is_empty());
        server.is_unharmed();
    }
}

#[test]
fn requests_of_one_packet_arrive_together_and_in_order() {
    each_way(|| {
        let mut machine = Connection::<Server>::new(Config::default());
        let requests: Vec<u8> = (0..30)
            .flat_map(|n| headers(2 * n + 1).get(format!("/{n}")).end().octets())
            .collect();
        read_all(
            &mut machine,
            &(<Server as support::Ends>::hello(), requests).octets(),
        );
        assert!(!machine.is_closed());
        let opened: Vec<StreamId> = core::iter::from_fn(|| machine.poll_event())
            .filter_map(|event| match event {
                Event::Opened { stream_id } => Some(stream_id),
                _ => None,
            })
            .collect();
        assert_eq!(opened.len(), 30);
        assert!(opened.is_sorted());
        for (n, id) in opened.into_iter().enumerate() {
            let Ok(Some(Part::Head(head))) = machine.stream_mut(id).unwrap().recv() else {
                panic!("a head")
            };
            assert_eq!(head.path(), Some(format!("/{n}").as_bytes()));
        }
    });
}
