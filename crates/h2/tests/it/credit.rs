//! Credit is the application's to return (RFC 9113 §6.9.1).

use testkit::{data, headers, settings, settings_ack};
use tress_h2::server;

use crate::support::{Server, poll, ready};

fn server() -> Server {
    let mut builder = server::Builder::new();
    builder.initial_window_size(100_000);
    builder.initial_connection_window_size(100_000);
    Server::with(&builder, (settings(), settings_ack()))
}

/// The credit that was returned to the stream, and to the connection.
fn granted(server: &mut Server) -> (u32, u32) {
    let _ = server.run();
    let frames = server.pipe.frames();
    let of = |stream| {
        let frames = frames.iter().filter(|seen| seen.stream == stream);
        frames.filter_map(testkit::Seen::increment).sum()
    };
    (of(1), of(0))
}

#[test]
fn what_is_taken_is_credited_when_it_is_released_and_not_before() {
    let mut server = server();
    let piece = || data(1, vec![0; 15_000]);
    let pieces = (piece(), piece(), piece());
    let (request, _respond) = server.asks((headers(1).post("/"), pieces, piece()));
    granted(&mut server);
    let mut body = request.into_body();
    let credit = body.flow_control();
    assert_eq!(
        (credit.used_capacity(), credit.available_capacity()),
        (60_000, 40_000)
    );
    let mut taken = 0;
    while let core::task::Poll::Ready(Some(Ok(data))) = poll(|cx| body.poll_data(cx)) {
        taken += data.len();
    }
    assert_eq!(taken, 60_000);
    assert_eq!(granted(&mut server), (0, 0));
    let credit = body.flow_control();
    assert_eq!(credit.used_capacity(), 60_000);
    credit.release_capacity(55_000).unwrap();
    assert_eq!(
        (credit.used_capacity(), credit.available_capacity()),
        (5000, 95_000)
    );
    let error = credit.release_capacity(5001).unwrap_err();
    assert_eq!(error.to_string(), "user error: release capacity too big");
    assert!(credit.release_capacity(1 << 31).is_err());
    assert_eq!(granted(&mut server), (55_000, 55_000));
}

#[test]
fn content_may_be_released_before_it_is_taken() {
    let mut server = server();
    let piece = || data(1, vec![0; 15_000]);
    let (request, _respond) =
        server.asks((headers(1).post("/"), (piece(), piece(), piece()), piece()));
    granted(&mut server);
    let mut body = request.into_body();
    body.flow_control().release_capacity(60_000).unwrap();
    assert_eq!(body.flow_control().used_capacity(), 0);
    assert!(body.flow_control().release_capacity(1).is_err());
    while poll(|cx| body.poll_data(cx)).is_ready() {}
    assert_eq!(granted(&mut server), (60_000, 60_000));
}

#[test]
fn the_window_of_the_connection_follows_its_target() {
    let mut server = server();
    granted(&mut server);
    server.connection.set_target_window_size(300_000);
    assert_eq!(granted(&mut server), (0, 200_000));
    server.connection.set_target_window_size(100_000);
    assert_eq!(granted(&mut server), (0, 0));
    assert_eq!(server.connection.max_concurrent_recv_streams(), usize::MAX);
    assert_eq!(server.connection.max_concurrent_send_streams(), usize::MAX);
    let (request, _respond) = server.asks(headers(1).get("/").end());
    assert!(server.connection.has_streams());
    drop((request, _respond));
    server.said();
    assert!(!server.connection.has_streams());
    server.pipe.eof();
    ready(server.run()).unwrap();
}
