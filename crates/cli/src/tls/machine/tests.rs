//! Two machines, joined in memory octet by octet or all at once.

use super::{TlsError, TlsMachine};
use alloc::sync::Arc;
use blocking::proto::runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use blocking::proto::{Client, Config, Connection, Event, Part, Request, Response, Server};
use core::time::Duration;
use rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use std::sync::mpsc::{Receiver, channel};

/// A machine, and why it failed.
type Half<R> = (TlsMachine<R>, Receiver<TlsError>);

fn pair(server_alpn: &[&[u8]], client_alpn: &[&[u8]]) -> (Half<Client>, Half<Server>) {
    let made = rcgen::generate_simple_self_signed(["h".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = crate::tls::provider();
    let mut config = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())
        .unwrap();
    config.alpn_protocols = server_alpn.iter().map(|name| name.to_vec()).collect();
    let server = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = client_alpn.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("h").unwrap();
    let client = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    (half(client.into()), half(server.into()))
}

fn half<R: blocking::proto::Role>(session: rustls::Connection) -> Half<R> {
    let (failed, failure) = channel();
    let connection = Connection::new(Config::default());
    let on_failure = move |error: &TlsError| failed.send(error.clone()).unwrap();
    (TlsMachine::new(session, connection, on_failure), failure)
}

/// Moves what `from` has to say to `to`, in pieces of `step` octets; says whether there was any.
fn carry(from: &mut dyn Runtime, to: &mut dyn Runtime, step: usize) -> bool {
    let mut octets = Vec::new();
    while let WriteOperation::Write(chunks) = from.next_write_operation() {
        for slice in chunks.as_slices() {
            octets.extend_from_slice(slice);
        }
        let len = chunks.octets();
        assert_ne!(len, 0, "an empty write never ends");
        from.report_write_result(WriteResult::Ok(len));
    }
    for piece in octets.chunks(step) {
        if to.next_read_operation() == ReadOperation::Read {
            assert_eq!(to.read(piece), piece.len());
        }
    }
    !octets.is_empty()
}

fn settle(client: &mut dyn Runtime, server: &mut dyn Runtime, step: usize) {
    for _ in 0..100 {
        let is_said = carry(client, server, step);
        let is_answered = carry(server, client, step);
        if !is_said && !is_answered {
            return;
        }
    }
    panic!("they never fall silent");
}

/// Answers what is open, with so many octets.
fn serve(server: &mut TlsMachine<Server>, len: usize) {
    while let Some(event) = server.inner().poll_event() {
        if let Event::Opened { stream_id } = event {
            let mut stream = server.inner().stream_mut(stream_id).unwrap();
            stream.respond(Response::new(200)).unwrap();
            stream.send_data(vec![7; len].into()).unwrap();
            stream.end().unwrap();
        }
    }
}

/// Takes what has arrived on a stream.
fn content(client: &mut TlsMachine<Client>, id: blocking::proto::StreamId) -> usize {
    let mut len = 0;
    while let Ok(Some(part)) = client.inner().stream_mut(id).unwrap().recv() {
        match part {
            Part::Data(data) => len += data.len(),
            Part::End => break,
            _ => {}
        }
    }
    len
}

#[test]
fn a_request_and_its_answer_go_through_in_pieces_of_any_size() {
    for step in [1, 5, 100, 100_000] {
        let ((mut client, _), (mut server, _)) = pair(&[b"h2"], &[b"h2"]);
        let request = Request::get("https", "h", "/");
        let id = client.inner().request(request).unwrap();
        client.inner().stream_mut(id).unwrap().end().unwrap();
        settle(&mut client, &mut server, step);
        serve(&mut server, 60_000);
        settle(&mut client, &mut server, step);
        assert_eq!(content(&mut client, id), 60_000, "{step}");
        client.shutdown();
        settle(&mut client, &mut server, step);
        server.shutdown();
        settle(&mut client, &mut server, step);
        assert!(client.is_closed() && server.is_closed(), "{step}");
        assert!(
            matches!(server.next_write_operation(), WriteOperation::Close(_)),
            "{step}"
        );
    }
}

#[test]
fn a_peer_without_h2_in_alpn_is_given_up() {
    for (server_alpn, client_alpn) in [
        (&[&b"h2"[..]][..], &[&b"http/1.1"[..]][..]),
        (&[b"h2"], &[]),
        (&[], &[b"h2"]),
    ] {
        let ((mut client, _client), (mut server, failed)) = pair(server_alpn, client_alpn);
        settle(&mut client, &mut server, 1000);
        assert_eq!(
            failed.try_recv(),
            Ok(TlsError::NoHttp2),
            "{server_alpn:?} {client_alpn:?}"
        );
        assert_eq!(server.next_read_operation(), ReadOperation::Close);
        assert!(matches!(
            server.next_write_operation(),
            WriteOperation::Close(_)
        ));
        assert!(server.is_closed());
    }
}

#[test]
fn what_is_not_tls_is_given_up() {
    let (_, (mut server, failed)) = pair(&[b"h2"], &[b"h2"]);
    let request = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";
    assert_eq!(server.read(request), request.len());
    assert!(matches!(failed.try_recv(), Ok(TlsError::Session(_))));
    assert_eq!(server.next_read_operation(), ReadOperation::Close);
}

#[test]
fn an_end_during_the_handshake_is_an_error() {
    let (_, (mut server, failed)) = pair(&[b"h2"], &[b"h2"]);
    server.read_eof(b"");
    assert_eq!(failed.try_recv(), Ok(TlsError::Eof));
    assert!(server.is_closed());
}

#[test]
fn a_handshake_that_takes_too_long_is_given_up() {
    let (_, (mut server, failed)) = pair(&[b"h2"], &[b"h2"]);
    let start = Duration::from_secs(1000);
    let end = server.tick(start).unwrap();
    assert_eq!(server.tick(end - Duration::from_millis(1)), Some(end));
    assert!(failed.try_recv().is_err());
    server.tick(end);
    assert_eq!(failed.try_recv(), Ok(TlsError::Timeout));
    assert_eq!(server.next_read_operation(), ReadOperation::Close);
}
