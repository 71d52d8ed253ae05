//! HTTP/2 over TLS, on threads.

use alloc::sync::Arc;
use core::error::Error as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use tress_blocking::tls::rustls::{self, CertificateError};
use tress_blocking::tls::{Tls, TlsError, h2_server};
use tress_blocking::{Blame, Client, Config, Error, Exchange, Machine, Response, TlsStream, proto};

use crate::world::{LIMIT, World, bind, eventually, get, post, start};

use testkit::Certified;

const LEN: usize = 10 << 20;
const NAME: &str = Certified::NAME;

fn answer(exchange: Exchange) -> Result<(), Error> {
    let (mut body, responder) = (exchange.body, exchange.responder);
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data()? {
        answer.send(data)?;
    }
    answer.finish()
}

fn echo(config: Arc<rustls::ServerConfig>) -> World {
    start(bind().tls(config), |server| server.serve(answer))
}

#[test]
fn ten_mebibytes_go_both_ways_over_tls() {
    let (client_config, server_config) = Certified::default().shared();
    let world = echo(server_config);
    let client = Client::connect_tls(world.addr, NAME, client_config).unwrap();
    let client = client.with_timeout(LIMIT);
    let (mut body, pending) = client.send(post("/")).unwrap();
    let sending = thread::spawn(move || {
        let words: Vec<u8> = (0..LEN).map(|at| u8::try_from(at % 251).unwrap()).collect();
        body.write_all(&words).unwrap();
        body.finish().unwrap();
        words
    });
    let mut heard = Vec::new();
    let mut reply = pending.wait().unwrap();
    reply.body.read_to_end(&mut heard).unwrap();
    assert!(heard == sending.join().unwrap());
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_session_of_ones_own_runs_over_a_socket_and_over_two_halves() {
    let (client_config, server_config) = Certified::default().shared();
    let world = echo(server_config);
    let machine = || {
        let connection = proto::Connection::new(Config::default());
        Tls::connect(client_config.clone(), NAME, connection).unwrap()
    };
    let stream = TcpStream::connect(world.addr).unwrap();
    let first = Client::new(machine(), stream).unwrap().with_timeout(LIMIT);
    let (reader, writer) = {
        let stream = TcpStream::connect(world.addr).unwrap();
        (stream.try_clone().unwrap(), stream)
    };
    let second = Client::over_halves(machine(), reader, writer).unwrap();
    for client in [first, second.with_timeout(LIMIT)] {
        let reply = client.fetch_with(post("/"), "hello").unwrap();
        assert_eq!(reply.body.bytes(100).unwrap(), "hello");
        client.close().unwrap();
    }
    world.stop();
}

/// A client that asks for TLS is served, one in cleartext hears no word of HTTP/2.
fn is_served_over_tls_only(world: World, client_config: Arc<rustls::ClientConfig>) {
    let client = Client::connect_tls(world.addr, NAME, client_config).unwrap();
    let client = client.with_timeout(LIMIT);
    let reply = client.fetch_with(post("/"), "hello").unwrap();
    assert_eq!(reply.body.bytes(100).unwrap(), "hello");
    client.close().unwrap();
    let mut stream = TcpStream::connect(world.addr).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(testkit::PREFACE).unwrap();
    let mut heard = Vec::new();
    // It may be reset, as it is closed with octets unread.
    if let Err(error) = stream.read_to_end(&mut heard) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    // RFC 8446 §6: an alert.
    assert!(heard.is_empty() || heard[0] == 21, "{heard:?}");
    world.stop();
}

#[test]
fn tls_that_was_asked_for_is_around_what_prepare_makes() {
    let in_cleartext = |_: &TcpStream| {
        let connection = proto::Connection::new(Config::default());
        Ok(Box::new(connection) as Box<dyn Machine<proto::Server>>)
    };
    let (client_config, server_config) = Certified::default().shared();
    for is_first in [true, false] {
        let server_config = Arc::clone(&server_config);
        let server = match is_first {
            true => bind().tls(server_config).prepare(in_cleartext),
            false => bind().prepare(in_cleartext).tls(server_config),
        };
        let world = start(server, move |server| match is_first {
            true => server.serve(answer),
            false => server.serve_inline(|exchange| exchange.spawn(answer)),
        });
        is_served_over_tls_only(world, Arc::clone(&client_config));
    }
}

#[test]
fn prepare_may_see_to_tls_itself() {
    let (client_config, server_config) = Certified::default().shared();
    let server = bind().prepare(move |_| {
        let connection = proto::Connection::new(Config::default());
        let machine = Tls::accept(Arc::clone(&server_config), connection);
        let machine = machine.map_err(std::io::Error::other)?;
        Ok(Box::new(machine))
    });
    let world = start(server, |server| server.serve(answer));
    is_served_over_tls_only(world, client_config);
}

#[cfg(feature = "http")]
#[test]
fn what_is_asked_for_through_tls_is_https() {
    use tress_blocking::http::types::{Request, Response};
    use tress_blocking::http::{Body, handler};
    let (client_config, server_config) = Certified::default().shared();
    let uri = |request: Request<Body>| Ok(Response::new(request.uri().to_string()));
    let world = start(bind().tls(server_config), move |server| {
        server.serve(handler(uri))
    });
    let client = Client::connect_tls(world.addr, NAME, client_config).unwrap();
    let request = Request::get("/a").header("host", NAME).body("").unwrap();
    let response = client.with_timeout(LIMIT).request(request).unwrap();
    let uri = response.into_body().collect(100).unwrap();
    assert_eq!(uri, format!("https://{NAME}/a"));
    client.close().unwrap();
    world.stop();
}

/// Goes down the causes to what rustls said.
fn cause(error: &Error) -> Option<rustls::Error> {
    let tls: &TlsError = error.source()?.downcast_ref()?;
    tls.source()?.downcast_ref().cloned()
}

#[test]
fn a_certificate_for_another_name_is_an_error_of_connecting() {
    let (client_config, server_config) = Certified::default().shared();
    let world = echo(server_config);
    let error = Client::connect_tls(world.addr, "example.org", client_config).unwrap_err();
    assert!(error.is_connect() && error.find::<TlsError>().is_some() && error.is_retryable());
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
    world.stop();
}

#[test]
fn a_peer_that_does_not_agree_on_h2_is_refused_by_either_end() {
    for (client_says, server_says) in [("http/1.1", "h2"), ("h2", "http/1.1")] {
        let certified = Certified::default().with_alpn(client_says, server_says);
        let (client_config, server_config) = certified.shared();
        let world = echo(server_config);
        let error = Client::connect_tls(world.addr, NAME, client_config).unwrap_err();
        assert!(
            matches!(error.find::<TlsError>(), Some(TlsError::Alpn(_))),
            "{error:?}"
        );
        assert!(error.is_connect());
        world.stop();
    }
}

#[test]
fn a_server_in_cleartext_is_told_from_one_that_leaves() {
    for says in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let serving = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut hello = [0; 5];
            stream.read_exact(&mut hello).unwrap();
            // All of it is read: else the socket would be reset.
            let len = u16::from_be_bytes([hello[3], hello[4]]);
            stream.read_exact(&mut vec![0; len.into()]).unwrap();
            stream.write_all(says).unwrap();
        });
        let error = Client::connect_tls(addr, NAME, Certified::default().shared().0).unwrap_err();
        serving.join().unwrap();
        let is_expected = match error.find::<TlsError>() {
            Some(TlsError::Malformed(_)) => !says.is_empty(),
            Some(TlsError::Eof) => says.is_empty(),
            _ => false,
        };
        assert!(is_expected, "{error:?}");
    }
}

/// Reads one frame.
fn next_is_headers(from: &mut impl Read) -> bool {
    let mut head = [0; 9];
    from.read_exact(&mut head).unwrap();
    let len = usize::from(u16::from_be_bytes([head[1], head[2]]));
    from.read_exact(&mut vec![0; len]).unwrap();
    head[3] == 1
}

#[test]
fn a_stream_that_is_cut_off_ends_unexpectedly_whatever_tls_says() {
    let (client_config, server_config) = Certified::default().shared();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let config = h2_server(server_config);
        let mut session = rustls::ServerConnection::new(config).unwrap();
        let mut tls = rustls::Stream::new(&mut session, &mut stream);
        tls.read_exact(&mut [0; 24]).unwrap();
        // SETTINGS, a look at the request, and then a session that ends in good order.
        tls.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
        while !next_is_headers(&mut tls) {}
        session.send_close_notify();
        session.write_tls(&mut stream).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        // What still comes is read: else the socket would be reset.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let client = Client::connect_tls(addr, NAME, client_config).unwrap();
    let error = client.with_timeout(LIMIT).fetch(get("/")).unwrap_err();
    assert!(error.find::<TlsError>().is_none(), "{error:?}");
    let cause = error.source().unwrap().downcast_ref();
    assert!(matches!(cause, Some(proto::ConnectionError::UnexpectedEof)));
    serving.join().unwrap();
}

/// Says what is known of a connection, a line for each.
fn describe(connection: &tress_blocking::ConnectionInfo) -> String {
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

#[test]
fn a_handler_knows_the_ends_the_session_and_the_clients_certificate() {
    let (certified, certificate) = Certified::default().mutual();
    let (client_config, server_config) = certified.shared();
    let world = start(bind().tls(server_config), |server| {
        server.serve(|exchange: Exchange| {
            let text = describe(&exchange.connection());
            exchange.reply(Response::new(200), text)
        })
    });
    let stream = TcpStream::connect(world.addr).unwrap();
    let ours = stream.local_addr().unwrap();
    let builder = Client::builder().tls(client_config, NAME);
    let client = builder.connect_over(stream).unwrap().with_timeout(LIMIT);
    let reply = client.fetch(post("/")).unwrap();
    let heard = reply.body.bytes(1000).unwrap();
    let expected = format!(
        "{ours}\n{}\n\"h2\"\nSome(\"{NAME}\")\nSome(TLSv1_3)\ntrue\n[{}]",
        world.addr,
        certificate.len()
    );
    assert_eq!(String::from_utf8_lossy(&heard), expected);
    client.close().unwrap();
    world.stop();
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

/// Answers by what it is told of the session, and what it reads first.
fn fall_back(mut stream: TlsStream) {
    let mut heard = vec![0; REQUEST.len()];
    stream.read_exact(&mut heard).unwrap();
    let alpn = stream.info().tls().unwrap().alpn().unwrap_or(b"none");
    heard.extend_from_slice(alpn);
    assert!(stream.info().peer_addr().is_some());
    stream.write_all(&heard).unwrap();
}

#[test]
fn a_client_of_http_1_is_handed_over_with_what_it_has_said_beside_clients_of_http_2() {
    let (client_config, server_config) = Certified::default().shared();
    let server = bind().tls_fallback(fall_back).tls(server_config);
    let world = start(server, |server| server.serve(answer));
    let client = Client::connect_tls(world.addr, NAME, client_config.clone()).unwrap();
    let client = client.with_timeout(LIMIT);
    for alpn in [&b"http/1.1"[..], b""] {
        let mut config = rustls::ClientConfig::clone(&client_config);
        config.alpn_protocols = alpn.first().map(|_| alpn.to_vec()).into_iter().collect();
        let spoken = testkit::tls_client(config.into(), world.addr, REQUEST).unwrap();
        assert_eq!(spoken.alpn.as_deref().unwrap_or_default(), alpn);
        let said = if alpn.is_empty() { b"none" } else { alpn };
        assert_eq!(spoken.heard, [REQUEST, said].concat());
    }
    let reply = client.fetch_with(post("/"), "hello").unwrap();
    assert_eq!(reply.body.bytes(100).unwrap(), "hello");
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_client_that_says_nothing_of_protocols_is_told_what_is_spoken() {
    let (client_config, server_config) = Certified::default().shared();
    let world = echo(server_config);
    let spoken = testkit::tls_client(client_config, world.addr, REQUEST).unwrap();
    assert_eq!(spoken.alpn, None);
    assert!(spoken.heard.starts_with(b"HTTP/1.1 505 "), "{spoken:?}");
    world.stop();
}

#[test]
fn what_was_handed_over_has_its_place_and_as_long_as_the_server_has() {
    let (client_config, server_config) = Certified::default().shared();
    let (says, hears) = std::sync::mpsc::channel();
    let server = bind().tls(server_config).tls_fallback(move |mut stream| {
        let ended = stream.read(&mut [0]);
        says.send(ended.is_ok()).unwrap();
    });
    let world = start(server, |server| server.serve(answer));
    let (handle, addr) = (world.handle.clone(), world.addr);
    let client = thread::spawn(move || testkit::tls_client(client_config, addr, b""));
    eventually("it is there", || handle.connections() == 1);
    assert!(hears.try_recv().is_err());
    handle.shutdown(core::time::Duration::from_millis(50));
    // Its socket is shut down under it.
    let _ = hears.recv_timeout(LIMIT).unwrap();
    let _ = client.join().unwrap();
    world.stop();
}

#[test]
fn a_server_that_speaks_http_1_only_is_a_typed_error_and_its_session_goes_to_the_hook() {
    for (alpn, name) in [(vec![b"http/1.1".to_vec()], "http/1.1"), (vec![], "")] {
        let mut certified = Certified::default();
        certified.server.alpn_protocols = alpn;
        let (client_config, server_config) = certified.shared();
        let (addr, serving) = testkit::tls_server(server_config, b"first").unwrap();
        let (sender, streams) = std::sync::mpsc::channel();
        let builder = Client::builder()
            .tls(client_config, NAME)
            .tls_fallback(move |stream| sender.send(stream).unwrap());
        let error = builder.connect(addr).unwrap_err();
        assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!(error.blame(), Blame::Peer);
        let expected = match name {
            "" => TlsError::Alpn(None),
            name => TlsError::OtherProtocol(name.into()),
        };
        assert_eq!(error.find::<TlsError>(), Some(&expected));
        let mut stream: TlsStream = streams.try_recv().unwrap();
        let tls = stream.info().tls().unwrap().clone();
        assert_eq!(tls.alpn().unwrap_or_default(), name.as_bytes());
        let mut heard = [0; 5];
        stream.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"first");
        stream.write_all(b"second").unwrap();
        stream.flush().unwrap();
        stream.socket().shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(serving.join().unwrap().unwrap().heard, b"second");
    }
}

#[test]
fn a_client_with_a_hook_speaks_http_2_where_the_server_does() {
    let (client_config, server_config) = Certified::default().shared();
    let world = echo(server_config);
    let builder = Client::builder()
        .tls(client_config, NAME)
        .tls_fallback(|stream| panic!("{stream:?}"));
    let client = builder.connect(world.addr).unwrap().with_timeout(LIMIT);
    let reply = client.fetch_with(post("/"), "hello").unwrap();
    assert_eq!(reply.body.bytes(100).unwrap(), "hello");
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_server_that_never_shakes_hands_costs_a_client_with_a_hook_its_limit_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let builder = Client::builder()
        .tls(Certified::default().shared().0, NAME)
        .connect_timeout(core::time::Duration::from_millis(50))
        .tls_fallback(|stream| panic!("{stream:?}"));
    let error = builder.connect(listener.local_addr().unwrap()).unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
}
