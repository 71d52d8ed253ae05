//! Malformed requests, where the configuration has the server notified of them (RFC 9113 §8.1.1).

use std::net::{TcpListener, TcpStream};
use std::thread;

use testkit::{PREFACE, code, headers, kind, settings, settings_ack};
use tress_blocking::proto::Connection;
use tress_blocking::{Config, Response, serve_connection};

use crate::wire::Peer;

#[test]
fn a_malformed_request_is_answered_and_the_next_one_served() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let config = Config::default().receive_malformed();
    let serving = thread::spawn(move || {
        serve_connection(Connection::new(config), stream, |exchange| {
            exchange.reply(Response::new(200), "hello")
        })
    });
    let mut peer = Peer::new(near);
    let malformed = headers(1).post("/").field("X", "y");
    peer.write((PREFACE, settings(), settings_ack(), malformed));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(
        (head.stream, head.field(":status").as_deref()),
        (1, Some("400"))
    );
    assert!(head.is_end());
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!((reset.stream, reset.code()), (1, Some(code::NO_ERROR)));
    peer.write(headers(3).get("/").end());
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(
        (head.stream, head.field(":status").as_deref()),
        (3, Some("200"))
    );
    drop(peer);
    serving.join().unwrap().unwrap();
}
