//! CONNECT and extended CONNECT: octets both ways.

use core::time::Duration;
use std::io::ErrorKind;

use testkit::{Wire, code, data, headers, kind, rst_stream, settings, settings_ack};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, split};
use tokio::time::timeout;
use tress_async::proto::{Client as ClientRole, Connection};
use tress_async::{
    Client, Config, Error, ErrorCode, Exchange, Request, Response, Tunnel, Tunneled, UserError,
};

use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::{World, bind, in_time, start};

/// Accepts tunnels that give back what comes, and then say that it was the end.
async fn echo(exchange: Exchange) -> Result<(), Error> {
    if exchange.request.authority() == Some(b"closed.example:443") {
        return exchange.reply(Response::new(403), "no");
    }
    let (mut from, mut to) = split(exchange.tunnel(Response::new(200))?);
    copy(&mut from, &mut to).await?;
    to.write_all(b"<end>").await?;
    Ok(to.shutdown().await?)
}

async fn world() -> World {
    let config = Config::default().allow_extended_connect();
    start(bind().await, |server| server.config(config).serve(echo))
}

async fn established(client: &Client, request: Request) -> Tunnel<ClientRole> {
    let answer = in_time(client.tunnel(request)).await.unwrap();
    answer.into_tunnel().unwrap()
}

#[tokio::test]
async fn each_direction_of_a_tunnel_ends_by_itself() {
    let world = world().await;
    let client = world.client().await;
    let mut tunnel = established(&client, Request::connect("example.com:443")).await;
    for piece in ["there ", "and back"] {
        in_time(tunnel.write_all(piece.as_bytes())).await.unwrap();
        let mut into = vec![0; piece.len()];
        in_time(tunnel.read_exact(&mut into)).await.unwrap();
        assert_eq!(into, piece.as_bytes());
    }
    tunnel.shutdown().await.unwrap();
    let late = tunnel.write(b"late").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::BrokenPipe);
    let mut rest = String::new();
    in_time(tunnel.read_to_string(&mut rest)).await.unwrap();
    assert_eq!(rest, "<end>");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn an_extended_connect_waits_until_the_server_allows_it() {
    let world = world().await;
    let client = world.client().await;
    // The server's SETTINGS are not here yet.
    let request = Request::extended_connect("websocket", "http", "localhost", "/chat");
    let mut tunnel = established(&client, request).await;
    in_time(tunnel.write_all(b"hi")).await.unwrap();
    in_time(tunnel.shutdown()).await.unwrap();
    let mut all = Vec::new();
    in_time(tunnel.read_to_end(&mut all)).await.unwrap();
    assert_eq!(all, b"hi<end>");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn an_extended_connect_that_the_server_does_not_allow_is_an_error() {
    let (client, _peer) = against(settings()).await;
    let request = Request::extended_connect("websocket", "http", "localhost", "/chat");
    let error = in_time(client.tunnel(request)).await.unwrap_err();
    assert_eq!(error.find(), Some(&UserError::ExtendedConnectNotAllowed));
}

#[tokio::test]
async fn a_tunnel_that_is_refused_is_a_response() {
    let world = world().await;
    let client = world.client().await;
    let request = Request::connect("closed.example:443");
    let answer = in_time(client.tunnel(request)).await.unwrap();
    let Tunneled::Refused(reply) = answer else {
        panic!("the server refuses this one: {answer:?}");
    };
    assert_eq!(reply.head.status(), 403);
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "no");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

/// A client, and a server that announces these settings, and whose rest the test says.
async fn against(settings: impl Wire) -> (Client, Peer) {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    let mut peer = Peer::new(far);
    peer.write((settings, settings_ack())).await;
    (client, peer)
}

/// A tunnel whose server's end is the test's.
async fn by_hand() -> (Client, Tunnel<ClientRole>, Peer) {
    let (client, mut peer) = against(settings()).await;
    let asking = client.tunnel(Request::connect("example.com:443"));
    let answering = async {
        peer.read_to(kind::HEADERS).await;
        peer.write(headers(1).status(200)).await;
    };
    let (answer, ()) = in_time(async { tokio::join!(asking, answering) }).await;
    (client, answer.unwrap().into_tunnel().unwrap(), peer)
}

#[tokio::test]
async fn a_tunnel_takes_no_more_than_its_buffer_and_the_window_hold() {
    let (client, mut tunnel, mut peer) = by_hand().await;
    let mut taken = 0;
    loop {
        let writing = timeout(Duration::from_millis(100), tunnel.write(&[7; 50_000]));
        match writing.await {
            Ok(count) => taken += count.unwrap(),
            Err(_) => break,
        }
    }
    // 65,535 octets are on the way, and the send buffer holds twice 65,536.
    assert_eq!(taken, 65_535 + 131_072);
    let first = peer.read_to(kind::DATA).await;
    assert!(!first.is_end());
    drop((client, tunnel));
}

#[tokio::test]
async fn a_tunnel_that_the_peer_resets_is_an_error_of_both_directions() {
    let (client, mut tunnel, mut peer) = by_hand().await;
    peer.write((data(1, "last words"), rst_stream(1, code::CONNECT_ERROR)))
        .await;
    let mut into = [0; 100];
    let failed = loop {
        match in_time(tunnel.read(&mut into)).await {
            Ok(count) => assert!(count > 0, "a reset is not the end"),
            Err(error) => break error,
        }
    };
    assert_eq!(failed.kind(), ErrorKind::ConnectionReset);
    let code = Error::from(failed).reason();
    assert_eq!(code, Some(ErrorCode::CONNECT_ERROR));
    let failed = in_time(tunnel.write(b"more")).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::ConnectionReset);
    drop(client);
}

#[tokio::test]
async fn a_tunnel_that_is_dropped_is_canceled_and_one_that_is_reset_says_why() {
    let (_client, tunnel, mut peer) = by_hand().await;
    drop(tunnel);
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!(reset.code(), Some(code::CANCEL));

    let (_client, tunnel, mut peer) = by_hand().await;
    tunnel.reset(ErrorCode::CONNECT_ERROR);
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!(reset.code(), Some(code::CONNECT_ERROR));
}

#[tokio::test]
async fn a_tunnel_whose_directions_have_ended_is_dropped_without_a_word() {
    let (client, mut tunnel, mut peer) = by_hand().await;
    tunnel.shutdown().await.unwrap();
    peer.write(data(1, "bye").end()).await;
    let mut rest = String::new();
    in_time(tunnel.read_to_string(&mut rest)).await.unwrap();
    assert_eq!(rest, "bye");
    drop((tunnel, client));
    let last = peer.read_to(kind::DATA).await;
    assert!(last.is_end());
    peer.read_to(kind::GOAWAY).await;
    peer.expect_end().await;
}

#[tokio::test]
async fn parts_of_a_tunnel_move_pieces_uncopied() {
    let (_client, mut tunnel, mut peer) = by_hand().await;
    peer.write(data(1, "abcdef")).await;
    let mut into = [0; 2];
    in_time(tunnel.read_exact(&mut into)).await.unwrap();
    let (send, unread, mut recv) = tunnel.into_parts();
    assert_eq!(unread, "cdef");
    peer.write(data(1, "gh").end()).await;
    assert_eq!(in_time(recv.data()).await.unwrap().unwrap(), "gh");
    let mut send = send.unwrap();
    in_time(send.send("ij")).await.unwrap();
    send.finish().unwrap();
    let sent = peer.read_to(kind::DATA).await;
    assert_eq!(sent.content(), b"ij");
}
