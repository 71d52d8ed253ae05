//! Traps 15, 17, 18 and 23: messages.

use core::task::Poll;

use http::{Method, Request, Version};
use testkit::{Seen, block, headers};
use tress_h2::ext::Protocol;
use tress_h2::{Reason, client};

use crate::support::{Client, Server, once, poll, ready};

/// The head of the first request that is sent.
fn sent(request: Request<()>) -> Seen {
    let mut client = Client::new();
    client.said();
    let _sent = client.request(request, true).unwrap();
    let _ = client.run();
    client.pipe.frames().remove(0)
}

fn has(head: &Seen, name: &str) -> Option<String> {
    head.field(name)
}

#[test]
fn trap_15_a_length_of_what_does_not_come_is_malformed_but_where_nothing_may_come() {
    for (status, method, is_fine) in [
        (200, "GET", false),
        (200, "HEAD", true),
        (204, "GET", false),
        (304, "GET", true),
    ] {
        let mut client = Client::new();
        let mut request = crate::support::get();
        *request.method_mut() = method.parse().unwrap();
        let (response, _s) = client.request(request, true).unwrap();
        client.said();
        let head = headers(1).status(status).field("content-length", "5").end();
        let _ = client.says(head);
        let response = ready(once(response));
        assert_eq!(response.is_ok(), is_fine, "{method} {status}");
    }
    for (second, is_fine) in [("5", true), ("6", false)] {
        let mut client = Client::new();
        let (response, _s) = client.get();
        client.said();
        let head = headers(1).status(200).field("content-length", "5");
        let _ = client.says(head.field("content-length", second));
        assert_eq!(ready(once(response)).is_ok(), is_fine, "{second}");
    }
}

#[test]
fn trap_17_targets_are_said_by_the_rules_of_this_api() {
    let fields = sent(Request::get("https://a.example/x?y").body(()).unwrap());
    assert_eq!(has(&fields, ":authority").unwrap(), "a.example");
    assert_eq!(has(&fields, ":path").unwrap(), "/x?y");
    let relative = Request::get("/x")
        .version(Version::HTTP_11)
        .header("host", "b");
    let fields = sent(relative.body(()).unwrap());
    assert_eq!(has(&fields, ":scheme").unwrap(), "http");
    assert_eq!(has(&fields, ":authority"), None, "not copied of `host`");
    let mut client = Client::new();
    let relative = Request::get("/x")
        .version(Version::HTTP_2)
        .body(())
        .unwrap();
    let error = client.request(relative, true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "user error: request URI missing scheme and authority"
    );
    // RFC 9113 §8.3.1 forbids what users of the API say, and count on.
    let two = Request::get("https://a/").header("host", "b");
    let fields = sent(two.body(()).unwrap());
    assert_eq!(has(&fields, ":authority").unwrap(), "a");
    assert_eq!(has(&fields, "host").unwrap(), "b");
    let connect = Request::connect("a.example:443").body(()).unwrap();
    let fields = sent(connect);
    assert_eq!(has(&fields, ":authority").unwrap(), "a.example:443");
    assert_eq!(
        (has(&fields, ":scheme"), has(&fields, ":path")),
        (None, None)
    );
    let mut client = Client::new();
    let forbidden = Request::get("https://a/")
        .header("connection", "close")
        .body(())
        .unwrap();
    let error = client.request(forbidden, true).unwrap_err();
    assert_eq!(error.to_string(), "user error: malformed headers");
}

#[test]
fn trap_17_what_a_server_gets_has_no_scheme_without_an_authority_and_no_host() {
    let mut server = Server::new();
    let (request, _r) = server.asks(headers(1).get("/").end());
    assert_eq!(request.uri(), "https://a/");
    assert!(
        !request.headers().contains_key("host"),
        "`:authority` is not copied"
    );
    assert_eq!(request.version(), Version::HTTP_2);
    let fields = block()
        .literal(":method", "GET")
        .literal(":scheme", "https");
    let fields = fields.literal(":path", "/x").literal("host", "b");
    let (request, _r) = server.asks(headers(3).block(&fields).end());
    assert_eq!(request.uri(), "/x");
    assert_eq!(request.headers()["host"], "b");
    let (request, _r) = server.asks(headers(7).get("/").field("host", "b").end());
    assert_eq!(request.uri(), "https://a/");
    assert_eq!(request.headers()["host"], "b");
    let fields = block()
        .literal(":method", "OPTIONS")
        .literal(":scheme", "https");
    let fields = fields.literal(":authority", "a").literal(":path", "*");
    let (request, _r) = server.asks(headers(9).block(&fields).end());
    assert_eq!(
        (request.method(), request.uri().path()),
        (&Method::OPTIONS, "*")
    );
}

#[test]
fn extended_connect_goes_both_ways() {
    let mut builder = tress_h2::server::Builder::new();
    builder.enable_connect_protocol();
    let mut server = Server::with(&builder, (testkit::settings(), testkit::settings_ack()));
    let fields = block()
        .literal(":method", "CONNECT")
        .literal(":protocol", "websocket");
    let fields = fields
        .literal(":scheme", "https")
        .literal(":authority", "a");
    let (request, _r) = server.asks(headers(1).block(&fields.literal(":path", "/chat")));
    let protocol = request.extensions().get::<Protocol>().unwrap();
    assert_eq!(protocol.as_str(), "websocket");
    let hello = (testkit::settings().set(8, 1), testkit::settings_ack());
    let mut client = Client::with(&client::Builder::new(), hello);
    let requests = client.requests.as_ref().unwrap();
    assert!(requests.is_extended_connect_protocol_enabled());
    client.said();
    let mut request = Request::connect("https://a/chat").body(()).unwrap();
    request.extensions_mut().insert(Protocol::from("websocket"));
    let _sent = client.request(request, false).unwrap();
    let _ = client.run();
    let fields = client.pipe.frames().remove(0);
    assert_eq!(has(&fields, ":protocol").unwrap(), "websocket");
    assert_eq!(has(&fields, ":path").unwrap(), "/chat");
}

#[test]
fn extended_connect_that_is_asked_for_early_waits_for_the_servers_settings() {
    let connect = || {
        let mut request = Request::connect("https://a/chat").body(()).unwrap();
        request.extensions_mut().insert(Protocol::from("websocket"));
        request
    };
    for knows in [true, false] {
        let mut client = Client::with(&client::Builder::new(), Vec::<u8>::new());
        let (response, _stream) = client.request(connect(), false).unwrap();
        let said = client.said();
        assert!(
            !said.iter().any(|said| said.starts_with("HEADERS")),
            "{said:?}"
        );
        let _ = client.says(testkit::settings().set(8, u32::from(knows)));
        let said = client.said();
        assert_eq!(
            said.iter().any(|said| said.starts_with("HEADERS")),
            knows,
            "{said:?}"
        );
        match once(response) {
            Poll::Pending => assert!(knows),
            Poll::Ready(answer) => {
                let error = answer.unwrap_err();
                assert!(!knows && error.is_reset() && error.is_library());
                assert_eq!(error.reason(), Some(Reason::REFUSED_STREAM));
            }
        }
    }
}

#[test]
fn trap_18_cookie_pairs_are_not_joined_and_what_was_never_indexed_is_sensitive() {
    let mut server = Server::new();
    let head = headers(1)
        .get("/")
        .field("cookie", "a=1")
        .field("cookie", "b=2")
        .end();
    let (request, _r) = server.asks(head);
    let cookies: Vec<_> = request.headers().get_all("cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    let fields = block().request("GET", "/").never("secret", "word");
    let (request, _r) = server.asks(headers(3).block(&fields).end());
    assert!(request.headers()["secret"].is_sensitive());
}

#[test]
fn trap_23_informational_responses_hold_nothing_back_and_the_last_few_are_kept() {
    let mut client = Client::new();
    let (mut response, _s) = client.get();
    client.said();
    assert!(poll(|cx| response.poll_informational(cx)).is_pending());
    for number in 0..12 {
        let early = headers(1).status(103).field("number", number.to_string());
        let _ = client.says(early);
    }
    let first = ready(poll(|cx| response.poll_informational(cx)))
        .unwrap()
        .unwrap();
    assert_eq!(
        (first.status().as_u16(), &first.headers()["number"]),
        (103, &"0".parse().unwrap())
    );
    let _ = client.says(headers(1).status(200).end());
    let head = match once(&mut response) {
        Poll::Ready(Ok(head)) => head,
        other => panic!("{other:?}"),
    };
    assert_eq!(head.status(), 200);
    let mut numbers = Vec::new();
    while let Poll::Ready(Some(Ok(early))) = poll(|cx| response.poll_informational(cx)) {
        numbers.push(early.headers()["number"].to_str().unwrap().to_owned());
    }
    assert_eq!(numbers, ["4", "5", "6", "7", "8", "9", "10", "11"]);
}

#[test]
fn a_server_informs_before_it_answers_and_not_after() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    server.said();
    let early = http::Response::builder().status(103).body(()).unwrap();
    respond.send_informational(early.clone()).unwrap();
    let error = respond
        .send_informational(crate::support::ok())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "user error: invalid informational status code"
    );
    respond.send_response(crate::support::ok(), true).unwrap();
    let _ = server.run();
    let heads: Vec<_> = server
        .pipe
        .frames()
        .iter()
        .map(|seen| has(seen, ":status"))
        .collect();
    assert_eq!(heads, [Some("103".to_owned()), Some("200".to_owned())]);
    assert!(respond.send_informational(early).is_err());
    let error = respond
        .send_response(crate::support::ok(), true)
        .unwrap_err();
    assert_eq!(error.to_string(), "user error: unexpected frame type");
    respond.send_reset(Reason::CANCEL);
    assert!(
        server.said().is_empty(),
        "a stream that is over is not reset"
    );
}
