//! What a client's connections are made with.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use tress_async::proto::{Direction, Observe, Record};
use tress_async::{Client, Config, Response};

use crate::world::{LIMIT, get, in_time, serve};

/// The window that RFC 9113 §6.9.2 has announced.
const WINDOW: u32 = 100_000;

/// Counts the SETTINGS that announce the window.
struct Counts(Arc<AtomicUsize>);

impl Observe for Counts {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            direction: Direction::Sent,
            frame,
            ..
        } = record
        {
            let says = format!("{frame:?}").contains(&WINDOW.to_string());
            self.0.fetch_add(usize::from(says), Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn each_connection_has_the_configuration_and_an_observer_of_its_own() {
    let world = serve(async |exchange| exchange.reply(Response::new(204), "")).await;
    let seen = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&seen);
    let config = Config::default().initial_window(WINDOW).unwrap();
    let builder = Client::builder()
        .config(config)
        .connect_timeout(LIMIT)
        .observe(move || Box::new(Counts(Arc::clone(&counts))));
    for made in 1..=2 {
        let client = in_time(builder.connect(world.addr)).await.unwrap();
        in_time(client.fetch(get("/"))).await.unwrap();
        in_time(client.close()).await.unwrap();
        assert_eq!(seen.load(Ordering::Relaxed), made);
    }
    world.stop().await;
}

#[tokio::test]
async fn the_builder_runs_a_connection_over_any_transport_and_under_any_executor() {
    let world = serve(async |exchange| exchange.reply(Response::new(204), "")).await;
    let stream = tokio::net::TcpStream::connect(world.addr).await.unwrap();
    let client = Client::builder().connect_over(stream).await.unwrap();
    in_time(client.fetch(get("/"))).await.unwrap();
    in_time(client.close()).await.unwrap();
    let stream = tokio::net::TcpStream::connect(world.addr).await.unwrap();
    let io = tress_async::compat::tokio::TokioIo(stream);
    let (client, driver) = Client::builder().build(io).unwrap();
    let driving = tokio::spawn(driver);
    in_time(client.fetch(get("/"))).await.unwrap();
    in_time(client.close()).await.unwrap();
    in_time(driving).await.unwrap().unwrap();
    world.stop().await;
}

#[cfg(feature = "rustls")]
#[tokio::test(start_paused = true)]
async fn a_handshake_that_takes_longer_than_the_limit_is_a_timeout_and_ends_the_transport() {
    use tokio::io::AsyncReadExt;

    let (near, mut far) = tokio::io::duplex(65_536);
    let (client_config, _) = testkit::Certified::default().shared();
    let limit = Duration::from_secs(3);
    let builder = Client::builder()
        .tls(client_config, testkit::Certified::NAME)
        .connect_timeout(limit);
    let begun = tokio::time::Instant::now();
    let error = builder.connect_over(near).await.unwrap_err();
    assert_eq!(begun.elapsed(), limit);
    assert!(error.is_connect() && error.is_timeout() && error.is_retryable());
    let mut heard = Vec::new();
    far.read_to_end(&mut heard).await.unwrap();
    // RFC 8446 §5.1: a record of the handshake.
    assert_eq!(heard[0], 22);
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn what_is_no_name_is_an_error_of_ours_before_anything_is_sent() {
    use tress_async::Blame;
    use tress_async::tls::TlsError;

    let (near, _far) = tokio::io::duplex(65_536);
    let (client_config, _) = testkit::Certified::default().shared();
    let builder = Client::builder().tls(client_config, "no name");
    let error = builder.connect_over(near).await.unwrap_err();
    assert!(error.is_connect() && error.blame() == Blame::Local);
    assert_eq!(
        error.find::<TlsError>(),
        Some(&TlsError::Name("no name".into()))
    );
}

/// RFC 9113 §8.3.1: the scheme of what is asked for through TLS.
#[cfg(all(feature = "rustls", feature = "tower"))]
#[tokio::test]
async fn requests_without_a_scheme_are_https_through_tls_and_http_without() {
    use crate::world::{bind, start};
    use tress_async::http::Request;
    use tress_async::{Exchange, HttpClient};

    let scheme = async |exchange: Exchange| {
        let scheme = exchange.request.scheme().unwrap_or_default().to_vec();
        exchange.reply(Response::new(200), scheme)
    };
    let (client_config, server_config) = testkit::Certified::default().shared();
    let secure = Client::builder().tls(client_config, testkit::Certified::NAME);
    let cases = [
        (bind().await.tls(server_config), secure, "https"),
        (bind().await, Client::builder(), "http"),
    ];
    for (server, builder, expected) in cases {
        let world = start(server, |server| server.serve(scheme));
        let client = in_time(builder.connect(world.addr)).await.unwrap();
        let mut client = HttpClient::new(client);
        let request = Request::get("/").header("host", "localhost");
        let request = request.body(http_body_util::Empty::<tress_async::Bytes>::new());
        let response = in_time(client.send(request.unwrap())).await.unwrap();
        let body = http_body_util::BodyExt::collect(response.into_body());
        assert_eq!(in_time(body).await.unwrap().to_bytes(), expected);
        drop(client);
        world.stop().await;
    }
}
