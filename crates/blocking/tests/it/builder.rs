//! What a client's connections are made with.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::net::TcpStream;

use tress_blocking::proto::{Direction, Observe, Record};
use tress_blocking::{Client, Config, Response};

use crate::world::{LIMIT, get, serve};

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

#[test]
fn each_connection_has_the_configuration_and_an_observer_of_its_own() {
    let world = serve(|exchange| exchange.reply(Response::new(204), ""));
    let seen = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&seen);
    let config = Config::default().initial_window(WINDOW).unwrap();
    let builder = Client::builder()
        .config(config)
        .connect_timeout(LIMIT)
        .observe(move || Box::new(Counts(Arc::clone(&counts))));
    for made in 1..=2 {
        let client = builder.connect(world.addr).unwrap().with_timeout(LIMIT);
        client.fetch(get("/")).unwrap();
        client.close().unwrap();
        assert_eq!(seen.load(Ordering::Relaxed), made);
    }
    world.stop();
}

#[test]
fn a_socket_keeps_its_delay_where_the_builder_says_so() {
    let world = serve(|exchange| exchange.reply(Response::new(204), ""));
    for is_nodelay in [true, false] {
        let socket = TcpStream::connect(world.addr).unwrap();
        let kept = socket.try_clone().unwrap();
        let builder = Client::builder().nodelay(is_nodelay);
        let client = builder.connect_over(socket).unwrap().with_timeout(LIMIT);
        client.fetch(get("/")).unwrap();
        assert_eq!(kept.nodelay().unwrap(), is_nodelay);
        drop(kept);
        client.close().unwrap();
    }
    world.stop();
}

#[cfg(feature = "rustls")]
#[test]
fn a_handshake_that_takes_longer_than_the_limit_is_a_timeout_and_ends_the_socket() {
    use core::time::Duration;
    use std::io::Read;
    use std::net::TcpListener;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (client_config, _) = testkit::Certified::default().shared();
    let builder = Client::builder()
        .tls(client_config, testkit::Certified::NAME)
        .connect_timeout(Duration::from_millis(30));
    let error = builder.connect(listener.local_addr().unwrap()).unwrap_err();
    assert!(error.is_connect() && error.is_timeout() && error.is_retryable());
    let (mut socket, _) = listener.accept().unwrap();
    socket.set_read_timeout(Some(LIMIT)).unwrap();
    let mut heard = Vec::new();
    socket.read_to_end(&mut heard).unwrap();
    // RFC 8446 §5.1: a record of the handshake.
    assert_eq!(heard[0], 22);
}

#[cfg(feature = "rustls")]
#[test]
fn what_is_no_name_is_an_error_of_ours_before_anything_is_sent() {
    use tress_blocking::Blame;
    use tress_blocking::tls::TlsError;

    let world = serve(|_| Ok(()));
    let (client_config, _) = testkit::Certified::default().shared();
    let builder = Client::builder().tls(client_config, "no name");
    let error = builder.connect(world.addr).unwrap_err();
    assert!(error.is_connect() && error.blame() == Blame::Local);
    assert_eq!(
        error.find::<TlsError>(),
        Some(&TlsError::Name("no name".into()))
    );
    world.stop();
}
