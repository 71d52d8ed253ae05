//! Connections that began as HTTP/1.1 (RFC 7540 §3.2).

use testkit::Pair;
use tress_handlers::{Bytes, Client, Config, Response, Server, UserError};

use crate::support::{Log, get, handlers, post, read_all};

#[test]
fn the_request_of_an_upgrade_is_stream_1_on_both_ends() {
    let (ours, theirs) = (Log::default(), Log::default());
    let config = Config::default();
    let settings = config.http2_settings();
    let client = Client::upgraded(config, &post("/up"), handlers(&ours), |_| {}).unwrap();
    let body = theirs.clone();
    let content = Bytes::from_static(b"content");
    let handler = move |reqd: tress_handlers::Reqd| {
        read_all(&reqd.request_body().unwrap(), &body);
        reqd.respond_with_string(Response::new(200), "switched")
            .unwrap();
    };
    let server =
        Server::upgraded(Config::default(), &settings, post("/up"), content, handler).unwrap();
    let mut pair = Pair::new(client, server);
    pair.run();
    assert_eq!(theirs.take(), ["data content", "eof"]);
    assert_eq!(ours.take(), ["response 200", "data switched", "eof"]);
    pair.a.request(get("/"), handlers(&ours)).close();
    pair.run();
    assert_eq!(ours.take(), ["response 200", "data switched", "eof"]);
}

#[test]
fn settings_that_are_none_are_refused() {
    let config = Config::default();
    let server = Server::upgraded(config, b"12345", get("/"), Bytes::new(), drop);
    assert_eq!(server.unwrap_err(), UserError::Settings);
}
