//! Malformed requests, where the configuration has the server notified of them (RFC 9113 §8.1.1).

use testkit::{PREFACE, code, headers, kind, settings, settings_ack};
use tress_async::proto::Connection;
use tress_async::{Config, Response, serve_connection};

use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::in_time;

#[tokio::test]
async fn a_malformed_request_is_answered_and_the_next_one_served() {
    let (near, far) = pipe();
    let config = Config::default().receive_malformed();
    let serving = serve_connection(Connection::new(config), far, |exchange| async {
        exchange.reply(Response::new(200), "hello")
    });
    let serving = tokio::spawn(serving);
    let mut peer = Peer::new(near);
    let malformed = headers(1).post("/").field("X", "y");
    peer.write((PREFACE, settings(), settings_ack(), malformed))
        .await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(
        (head.stream, head.field(":status").as_deref()),
        (1, Some("400"))
    );
    assert!(head.is_end());
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!((reset.stream, reset.code()), (1, Some(code::NO_ERROR)));
    peer.write(headers(3).get("/").end()).await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(
        (head.stream, head.field(":status").as_deref()),
        (3, Some("200"))
    );
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}
