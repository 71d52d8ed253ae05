//! HTTP/2 over TLS, on tokio.

use alloc::sync::Arc;
use core::error::Error as _;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tress_async::proto::Server as ServerRole;
use tress_async::tls::rustls::{self, CertificateError};
use tress_async::tls::{Tls, TlsError};
use tress_async::{
    Blame, Bytes, Client, Config, Error, Exchange, Machine, Response, TlsStream, proto,
    serve_connection,
};

use crate::liveness::say;
use crate::pipe::pipe;
use crate::world::{World, bind, in_time, post, start};

use testkit::Certified;

const LEN: usize = 10 << 20;
const NAME: &str = Certified::NAME;

async fn echo(mut exchange: Exchange) -> Result<(), Error> {
    let mut answer = exchange.responder.respond(Response::new(200))?;
    while let Some(data) = exchange.body.data().await? {
        answer.send(data).await?;
    }
    answer.finish()
}

async fn world(config: Arc<rustls::ServerConfig>) -> World {
    start(bind().await.tls(config), |server| server.serve(echo))
}

#[tokio::test]
async fn ten_mebibytes_go_both_ways_over_tls() {
    let (client_config, server_config) = Certified::default().shared();
    let world = world(server_config).await;
    let client = Client::connect_tls(world.addr, NAME, client_config);
    let client = in_time(client).await.unwrap();
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let words: Vec<u8> = (0..LEN).map(|at| u8::try_from(at % 251).unwrap()).collect();
    let words = Bytes::from(words);
    let said = words.clone();
    let sending = tokio::spawn(async move {
        for piece in said.chunks(50_000) {
            body.send(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        body.finish().unwrap();
    });
    let reply = in_time(pending).await.unwrap();
    let heard = in_time(reply.body.bytes(LEN)).await.unwrap();
    assert!(heard == words);
    in_time(sending).await.unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_session_of_ones_own_runs_over_any_transport() {
    let (client_config, server_config) = Certified::default().shared();
    let world = world(server_config).await;
    let connection = proto::Connection::new(Config::default());
    let machine = Tls::connect(client_config, NAME, connection).unwrap();
    let stream = TcpStream::connect(world.addr).await.unwrap();
    let client = Client::spawn(machine, stream);
    let reply = in_time(client.fetch_with(post("/"), "hello"))
        .await
        .unwrap();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "hello");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

type Prepared = Result<(Box<dyn Machine<ServerRole>>, TcpStream), Error>;

/// Makes what knows nothing of TLS.
async fn in_cleartext(stream: TcpStream) -> Prepared {
    let connection = proto::Connection::new(Config::default());
    Ok((Box::new(connection), stream))
}

/// A client that asks for TLS is served, one in cleartext hears no word of HTTP/2.
async fn is_served_over_tls_only(world: World, client_config: Arc<rustls::ClientConfig>) {
    let client = Client::connect_tls(world.addr, NAME, client_config);
    let client = in_time(client).await.unwrap();
    let reply = in_time(client.fetch_with(post("/"), "hello")).await;
    assert_eq!(
        in_time(reply.unwrap().body.bytes(100)).await.unwrap(),
        "hello"
    );
    in_time(client.close()).await.unwrap();
    let mut stream = TcpStream::connect(world.addr).await.unwrap();
    stream.write_all(testkit::PREFACE).await.unwrap();
    let mut heard = Vec::new();
    // It may be reset, as it is closed with octets unread.
    let _ = in_time(stream.read_to_end(&mut heard)).await;
    // RFC 8446 §6: an alert.
    assert!(heard.is_empty() || heard[0] == 21, "{heard:?}");
    world.stop().await;
}

#[tokio::test]
async fn tls_that_was_asked_for_is_around_what_prepare_makes() {
    let (client_config, server_config) = Certified::default().shared();
    let world = start(bind().await.tls(server_config), |server| {
        server.serve_with(in_cleartext, echo)
    });
    is_served_over_tls_only(world, client_config).await;
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn tls_that_was_asked_for_is_around_what_prepare_makes_for_a_service() {
    let (client_config, server_config) = Certified::default().shared();
    let service = axum::Router::new().fallback(async |body: Bytes| body);
    let world = start(bind().await.tls(server_config), |server| {
        server.serve_service_with(in_cleartext, service)
    });
    is_served_over_tls_only(world, client_config).await;
}

#[tokio::test]
async fn prepare_may_see_to_tls_itself() {
    let (client_config, server_config) = Certified::default().shared();
    let prepare = move |stream| {
        let connection = proto::Connection::new(Config::default());
        let machine = Tls::accept(Arc::clone(&server_config), connection).unwrap();
        let machine: Box<dyn Machine<ServerRole>> = Box::new(machine);
        core::future::ready(Ok((machine, stream)))
    };
    let world = start(bind().await, |server| server.serve_with(prepare, echo));
    is_served_over_tls_only(world, client_config).await;
}

#[tokio::test]
async fn both_ends_run_over_a_pipe_in_memory() {
    let (near, far) = pipe();
    let (client_config, server_config) = Certified::default().shared();
    let connection = proto::Connection::new(Config::default());
    let machine = Tls::accept(server_config, connection).unwrap();
    let serving = tokio::spawn(serve_connection(machine, far, echo));
    let connection = proto::Connection::new(Config::default());
    let machine = Tls::connect(client_config, NAME, connection).unwrap();
    let (client, driver) = Client::new(machine, near);
    let driving = tokio::spawn(driver);
    let reply = in_time(client.fetch_with(post("/"), vec![5; 500_000]));
    let content = in_time(reply.await.unwrap().body.bytes(LEN)).await.unwrap();
    assert_eq!(content.len(), 500_000);
    in_time(client.close()).await.unwrap();
    in_time(driving).await.unwrap().unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_whose_records_are_none_is_to_blame_and_not_the_transport() {
    let (near, far) = pipe();
    let connection = proto::Connection::new(Config::default());
    let machine = Tls::accept(Certified::default().shared().1, connection).unwrap();
    let serving = tokio::spawn(serve_connection(machine, far, echo));
    let mut client = near;
    say(&mut client, b"GET / HTTP/1.1\r\n\r\n".to_vec());
    let error = in_time(serving).await.unwrap().unwrap_err();
    assert!(error.find::<TlsError>().is_some(), "{error:?}");
    assert_eq!(error.blame(), Blame::Peer, "{error:?}");
}

/// Goes down the causes to what rustls said.
fn cause(error: &Error) -> Option<rustls::Error> {
    let tls: &TlsError = error.source()?.downcast_ref()?;
    tls.source()?.downcast_ref().cloned()
}

#[tokio::test]
async fn a_certificate_for_another_name_is_an_error_of_connecting() {
    let (client_config, server_config) = Certified::default().shared();
    let world = world(server_config).await;
    let client = Client::connect_tls(world.addr, "example.org", client_config);
    let error = in_time(client).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    assert!(!error.is_lookup() && !error.is_timeout());
    assert!(matches!(
        error.find::<TlsError>(),
        Some(TlsError::Certificate(_))
    ));
    let cause = cause(&error);
    let Some(rustls::Error::InvalidCertificate(cause)) = cause else {
        panic!("{cause:?}");
    };
    assert!(matches!(
        cause,
        CertificateError::NotValidForNameContext { .. }
    ));
    world.stop().await;
}

#[tokio::test]
async fn a_peer_that_does_not_agree_on_h2_is_refused_by_either_end() {
    for (client_says, server_says) in [("http/1.1", "h2"), ("h2", "http/1.1")] {
        let certified = Certified::default().with_alpn(client_says, server_says);
        let (client_config, server_config) = certified.shared();
        let world = world(server_config).await;
        let client = Client::connect_tls(world.addr, NAME, client_config);
        let error = in_time(client).await.unwrap_err();
        assert!(
            matches!(error.find::<TlsError>(), Some(TlsError::Alpn(_))),
            "{error:?}"
        );
        assert!(error.is_connect());
        world.stop().await;
    }
}

#[tokio::test]
async fn a_server_that_leaves_during_the_handshake_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { listener.accept().await.unwrap() });
    let connecting = tokio::spawn(Client::connect_tls(
        addr,
        NAME,
        Certified::default().shared().0,
    ));
    let (stream, _) = in_time(serving).await.unwrap();
    let stream = stream.into_std().unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let error = in_time(connecting).await.unwrap().unwrap_err();
    assert!(
        matches!(error.find::<TlsError>(), Some(TlsError::Eof)),
        "{error:?}"
    );
    drop(stream);
}

/// Says what is known of a connection, a line for each.
fn describe(connection: &tress_async::ConnectionInfo) -> String {
    let tls = connection.tls().unwrap();
    let certificates: Vec<usize> = tls
        .peer_certificates()
        .iter()
        .map(|certificate| certificate.len())
        .collect();
    format!(
        "{}\n{}\n{:?}\n{:?}\n{:?}\n{:?}\n{certificates:?}",
        connection.peer_addr().unwrap(),
        connection.local_addr().unwrap(),
        tls.alpn().map(<[u8]>::escape_ascii).unwrap().to_string(),
        tls.server_name(),
        tls.protocol_version(),
        tls.cipher_suite().is_some(),
    )
}

#[tokio::test]
async fn a_handler_knows_the_ends_the_session_and_the_clients_certificate() {
    let (certified, certificate) = Certified::default().mutual();
    let (client_config, server_config) = certified.shared();
    let world = start(bind().await.tls(server_config), |server| {
        server.serve(async |exchange: Exchange| {
            let text = describe(&exchange.connection());
            exchange.reply(Response::new(200), text)
        })
    });
    let stream = TcpStream::connect(world.addr).await.unwrap();
    let ours = stream.local_addr().unwrap();
    let builder = Client::builder().tls(client_config, NAME);
    let client = in_time(builder.connect_over(stream)).await.unwrap();
    let reply = in_time(client.fetch(post("/"))).await.unwrap();
    let heard = in_time(reply.body.bytes(1000)).await.unwrap();
    let expected = format!(
        "{ours}\n{}\n\"h2\"\nSome(\"{NAME}\")\nSome(TLSv1_3)\ntrue\n[{}]",
        world.addr,
        certificate.len()
    );
    assert_eq!(String::from_utf8_lossy(&heard), expected);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

/// Names protocols at one end.
fn with_alpn(client: &[&str]) -> (Arc<rustls::ClientConfig>, Arc<rustls::ServerConfig>) {
    let mut certified = Certified::default();
    certified.client.alpn_protocols = client.iter().map(|&name| name.into()).collect();
    certified.shared()
}

/// A client of another library, which says something with the end of its handshake.
async fn foreign(
    config: Arc<rustls::ClientConfig>,
    world: &World,
) -> std::io::Result<testkit::Spoken> {
    let addr = world.addr;
    let client = move || testkit::tls_client(config, addr, b"GET / HTTP/1.1\r\n\r\n");
    in_time(tokio::task::spawn_blocking(client)).await.unwrap()
}

/// Answers by what it is told of the session, and what it reads first.
async fn fall_back(mut stream: TlsStream) {
    let mut heard = vec![0; b"GET / HTTP/1.1\r\n\r\n".len()];
    stream.read_exact(&mut heard).await.unwrap();
    let alpn = stream.info().tls().unwrap().alpn().unwrap_or(b"none");
    heard.extend_from_slice(alpn);
    assert!(stream.info().peer_addr().is_some());
    stream.write_all(&heard).await.unwrap();
    stream.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_client_of_http_1_is_handed_over_with_what_it_has_said_beside_clients_of_http_2() {
    let (client_config, server_config) = Certified::default().shared();
    let server = bind().await.tls_fallback(fall_back).tls(server_config);
    let world = start(server, |server| server.serve(echo));
    let client = Client::connect_tls(world.addr, NAME, client_config.clone());
    let client = in_time(client).await.unwrap();
    for alpn in [&b"http/1.1"[..], b""] {
        let mut config = rustls::ClientConfig::clone(&client_config);
        config.alpn_protocols = alpn.first().map(|_| alpn.to_vec()).into_iter().collect();
        let spoken = foreign(config.into(), &world).await.unwrap();
        assert_eq!(spoken.alpn.as_deref().unwrap_or_default(), alpn);
        let said = if alpn.is_empty() { b"none" } else { alpn };
        let expected = [b"GET / HTTP/1.1\r\n\r\n", said].concat();
        assert_eq!(spoken.heard, expected);
    }
    let reply = in_time(client.fetch_with(post("/"), "hello"))
        .await
        .unwrap();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "hello");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_of_protocols_is_told_what_is_spoken() {
    let (client_config, server_config) = with_alpn(&[]);
    let world = world(server_config).await;
    let spoken = foreign(client_config, &world).await.unwrap();
    assert_eq!(spoken.alpn, None);
    assert!(spoken.heard.starts_with(b"HTTP/1.1 505 "), "{spoken:?}");
    world.stop().await;
}

#[tokio::test]
async fn what_was_handed_over_has_its_place_and_as_long_as_the_server_has() {
    let (client_config, server_config) = with_alpn(&["http/1.1"]);
    let (dropped, has_dropped) = tokio::sync::oneshot::channel::<()>();
    let dropped = Arc::new(std::sync::Mutex::new(Some(dropped)));
    let server = bind().await.tls(server_config);
    let server = server.tls_fallback(move |stream| {
        let dropped = dropped.lock().unwrap().take();
        async move {
            core::future::pending::<()>().await;
            drop((stream, dropped));
        }
    });
    let world = start(server, |server| server.serve(echo));
    let handle = world.handle.clone();
    let addr = world.addr;
    let client = tokio::task::spawn_blocking(move || testkit::tls_client(client_config, addr, b""));
    while handle.connections() == 0 {
        tokio::task::yield_now().await;
    }
    in_time(handle.shutdown(core::time::Duration::from_millis(50))).await;
    in_time(has_dropped).await.unwrap_err();
    // It hears an end without close_notify, or a reset.
    let _ = in_time(client).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_speaks_http_1_only_is_a_typed_error_and_its_session_goes_to_the_hook() {
    for (alpn, name) in [(vec![b"http/1.1".to_vec()], "http/1.1"), (vec![], "")] {
        let mut certified = Certified::default();
        certified.server.alpn_protocols = alpn;
        let (client_config, server_config) = certified.shared();
        let (addr, serving) = testkit::tls_server(server_config, b"first").unwrap();
        let (sender, mut streams) = tokio::sync::mpsc::unbounded_channel();
        let builder = Client::builder()
            .tls(client_config, NAME)
            .tls_fallback(move |stream| sender.send(stream).unwrap());
        let error = in_time(builder.connect(addr)).await.unwrap_err();
        assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!(error.blame(), Blame::Peer);
        let found = error.find::<TlsError>().unwrap();
        let expected = match name {
            "" => TlsError::Alpn(None),
            name => TlsError::OtherProtocol(name.into()),
        };
        assert_eq!(*found, expected);
        let mut stream: TlsStream = streams.try_recv().unwrap();
        let tls = stream.info().tls().unwrap().clone();
        assert_eq!(tls.alpn().unwrap_or_default(), name.as_bytes());
        let mut heard = [0; 5];
        in_time(stream.read_exact(&mut heard)).await.unwrap();
        assert_eq!(&heard, b"first");
        in_time(stream.write_all(b"second")).await.unwrap();
        in_time(stream.shutdown()).await.unwrap();
        let spoken = in_time(tokio::task::spawn_blocking(|| serving.join()));
        assert_eq!(spoken.await.unwrap().unwrap().unwrap().heard, b"second");
    }
}

#[tokio::test]
async fn a_client_with_a_hook_speaks_http_2_where_the_server_does() {
    let (client_config, server_config) = Certified::default().shared();
    let world = world(server_config).await;
    let builder = Client::builder()
        .tls(client_config, NAME)
        .tls_fallback(|stream| panic!("{stream:?}"));
    let client = in_time(builder.connect(world.addr)).await.unwrap();
    let reply = in_time(client.fetch_with(post("/"), "hello"))
        .await
        .unwrap();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), "hello");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_shakes_hands_loses_its_place_where_there_is_a_hook_as_well() {
    let (_, server_config) = Certified::default().shared();
    let server = bind().await.tls(server_config).tls_fallback(fall_back);
    let world = start(server, |server| server.serve(echo));
    let stream = TcpStream::connect(world.addr).await.unwrap();
    while world.handle.connections() == 0 {
        tokio::task::yield_now().await;
    }
    let begin = tokio::time::Instant::now();
    while world.handle.connections() > 0 {
        tokio::time::sleep(core::time::Duration::from_millis(100)).await;
    }
    let passed = begin.elapsed().as_secs_f32();
    assert!((9.0..12.0).contains(&passed), "{passed}");
    drop(stream);
    world.stop().await;
}
