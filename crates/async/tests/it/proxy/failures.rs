//! How a gateway tells of what goes wrong at one end to the other.

use testkit::{code, data, goaway, headers, kind, rst_stream, settings, settings_ack};
use tress_async::proto::Connection;
use tress_async::{Client, ErrorCode};

use super::{config, fields, gateway, world, world_of_two};
use crate::wire::Peer;
use crate::world::{get, in_time};

#[tokio::test]
async fn what_the_client_cancels_is_canceled_at_the_server() {
    let (mut client, mut server) = world().await;
    // Before the answer, while there is content to come.
    client.write(headers(1).post("/")).await;
    server.read_to(kind::HEADERS).await;
    client.write(rst_stream(1, code::CANCEL)).await;
    expect_cancel(&mut server, 1).await;
    // Before the answer, when all was asked.
    client.write(headers(3).get("/").end()).await;
    server.read_to(kind::HEADERS).await;
    client.write(rst_stream(3, code::CANCEL)).await;
    expect_cancel(&mut server, 3).await;
    // While the answer waits for more of its content.
    client.write(headers(5).get("/").end()).await;
    server.read_to(kind::HEADERS).await;
    server.write((headers(5).status(200), data(5, "x"))).await;
    client.read_to(kind::DATA).await;
    client.write(rst_stream(5, code::CANCEL)).await;
    expect_cancel(&mut server, 5).await;
    // With its connection.
    client.write(headers(7).get("/").end()).await;
    server.read_to(kind::HEADERS).await;
    drop(client);
    expect_cancel(&mut server, 7).await;
}

async fn expect_cancel(server: &mut Peer, stream: u32) {
    let reset = server.read_to(kind::RST_STREAM).await;
    assert_eq!((reset.stream, reset.code()), (stream, Some(code::CANCEL)));
}

#[tokio::test]
async fn a_reset_by_the_server_is_told_with_a_fitting_code() {
    let (mut client, mut server) = world().await;
    let cases = [
        (code::REFUSED_STREAM, code::REFUSED_STREAM),
        (code::CANCEL, code::CANCEL),
        (code::ENHANCE_YOUR_CALM, code::ENHANCE_YOUR_CALM),
        (code::HTTP_1_1_REQUIRED, code::HTTP_1_1_REQUIRED),
        (code::INTERNAL_ERROR, code::INTERNAL_ERROR),
        // The gateway did that, and not the client.
        (code::PROTOCOL_ERROR, code::INTERNAL_ERROR),
    ];
    let mut streams = (1..).step_by(2);
    for (said, told) in cases {
        let id = streams.next().unwrap();
        client.write(headers(id).get("/").end()).await;
        server.read_to(kind::HEADERS).await;
        server.write(rst_stream(id, said)).await;
        let reset = client.read_to(kind::RST_STREAM).await;
        assert_eq!((reset.stream, reset.code()), (id, Some(told)));

        let id = streams.next().unwrap();
        client.write(headers(id).get("/").end()).await;
        server.read_to(kind::HEADERS).await;
        server.write((headers(id).status(200), data(id, "x"))).await;
        client.read_to(kind::DATA).await;
        server.write(rst_stream(id, said)).await;
        let reset = client.read_to(kind::RST_STREAM).await;
        assert_eq!((reset.stream, reset.code()), (id, Some(told)));
    }
}

#[tokio::test]
async fn what_the_server_did_not_process_may_be_sent_again() {
    let (near, far) = gateway();
    let mut server = Peer::new(far);
    server.write((settings(), settings_ack())).await;
    let (client, driver) = Client::new(Connection::new(config()), near);
    tokio::spawn(driver);
    let answer = in_time(client.send_whole(get("/"), "")).await.unwrap();
    server.read_to(kind::HEADERS).await;
    server.write(goaway(0, code::NO_ERROR)).await;
    let error = in_time(answer).await.unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::REFUSED_STREAM));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_lost_server_is_a_status_before_the_head_and_a_reset_behind_it() {
    let (mut client, [mut first, mut second]) = world_of_two().await;
    client.write(headers(1).get("/").end()).await;
    first.read_to(kind::HEADERS).await;
    drop(first);
    let head = client.read_to(kind::HEADERS).await;
    assert_eq!((head.stream, head.is_end()), (1, true));
    assert_eq!(fields(&head), [":status: 502", "content-length: 0"]);
    client.write(headers(3).get("/").end()).await;
    second.read_to(kind::HEADERS).await;
    second.write(headers(1).status(200)).await;
    let head = client.read_to(kind::HEADERS).await;
    assert_eq!((head.stream, head.is_end()), (3, false));
    drop(second);
    let reset = client.read_to(kind::RST_STREAM).await;
    assert_eq!(
        (reset.stream, reset.code()),
        (3, Some(code::INTERNAL_ERROR))
    );
}

#[tokio::test]
async fn a_server_that_went_away_is_connected_to_again() {
    let (mut client, [mut first, mut second]) = world_of_two().await;
    client.write(headers(1).get("/").end()).await;
    first.read_to(kind::HEADERS).await;
    first
        .write((goaway(1, code::NO_ERROR), headers(1).status(204).end()))
        .await;
    client.read_to(kind::HEADERS).await;
    client.write(headers(3).get("/again").end()).await;
    let asked = second.read_to(kind::HEADERS).await;
    assert_eq!(asked.field(":path").as_deref(), Some("/again"));
    second.write(headers(1).status(204).end()).await;
    assert_eq!(client.read_to(kind::HEADERS).await.stream, 3);
    // A third connection is not available.
    drop((first, second));
    client.write(headers(5).get("/").end()).await;
    let head = client.read_to(kind::HEADERS).await;
    assert_eq!(fields(&head), [":status: 502", "content-length: 0"]);
}
