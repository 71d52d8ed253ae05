//! What both ends agree on in the handshake (RFC 9113 §9.2).

use alloc::sync::Arc;
use std::io::Read as _;

use runtime::{ReadOperation, Runtime, WriteOperation};
use rustls::{AlertDescription, Error, ProtocolVersion};
use tress_tls::{ALPN, ALPN_HTTP1, TlsError, h2_client, h2_server, rustls};

use testkit::{Certified, settle};

use crate::world::{VERSIONS, answer, ask, content, http};

#[test]
fn a_request_and_its_answer_go_through_in_pieces_of_any_size() {
    for version in VERSIONS {
        for step in [1, 5, 100, 100_000] {
            let (mut client, mut server) = http(Certified::new(&[version]));
            let id = ask(client.tls.inner_mut());
            settle(&mut client.tls, &mut server.tls, step);
            answer(server.tls.inner_mut(), 60_000);
            settle(&mut client.tls, &mut server.tls, step);
            let content = content(client.tls.inner_mut(), id);
            assert_eq!(content, Ok((60_000, true)), "{version:?} {step}");
            assert_eq!(client.heard.try_recv(), Ok(Ok(())), "{version:?} {step}");
            assert_eq!(server.heard.try_recv(), Ok(Ok(())), "{version:?} {step}");
            client.tls.shutdown();
            settle(&mut client.tls, &mut server.tls, step);
            server.tls.shutdown();
            settle(&mut client.tls, &mut server.tls, step);
            assert!(client.tls.is_closed() && server.tls.is_closed(), "{step}");
            let last = server.tls.next_write_operation();
            assert!(matches!(last, WriteOperation::Close(0)), "{step}: {last:?}");
        }
    }
}

#[test]
fn what_was_agreed_on_can_be_asked_for() {
    let configs = Certified::default();
    let certificate = configs.certificate.clone();
    let (mut client, mut server) = http(configs);
    assert_eq!(client.tls.alpn(), None);
    settle(&mut client.tls, &mut server.tls, 1000);
    assert_eq!(client.tls.alpn(), Some(ALPN));
    assert_eq!(server.tls.alpn(), Some(ALPN));
    assert_eq!(client.tls.peer_certificates(), Some(&[certificate][..]));
    assert_eq!(server.tls.peer_certificates(), None);
    let version = client.tls.session().protocol_version();
    assert_eq!(version, Some(ProtocolVersion::TLSv1_3));
    // RFC 9113 §9.2: a client says which server it wants.
    let rustls::Connection::Server(session) = server.tls.session() else {
        panic!("the server's session is a server's");
    };
    assert_eq!(session.server_name(), Some(Certified::NAME));
}

#[test]
fn nothing_of_http_is_sent_before_the_handshake_is_over() {
    let (mut client, mut server) = http(Certified::default());
    ask(client.tls.inner_mut());
    let hello = testkit::written(&mut client.tls);
    // One record, of the content type that handshakes have (RFC 8446 §5.1).
    assert_eq!(hello[0], 22);
    assert_eq!(
        hello.len(),
        5 + usize::from(u16::from_be_bytes([hello[3], hello[4]]))
    );
    assert_eq!(server.tls.read(&hello), hello.len());
    assert!(server.heard.try_recv().is_err());
}

#[test]
fn a_configuration_that_names_protocols_is_left_as_it_is() {
    let mut configs = Certified::default();
    let (client, server) = (
        Arc::new(configs.client.clone()),
        Arc::new(configs.server.clone()),
    );
    assert_eq!(h2_client(client.clone()).alpn_protocols, [ALPN]);
    assert_eq!(h2_server(server.clone()).alpn_protocols, [ALPN]);
    // The user's own is not changed under its feet.
    assert!(client.alpn_protocols.is_empty() && server.alpn_protocols.is_empty());
    let names = [b"h2".to_vec(), b"http/1.1".to_vec()];
    configs.client.alpn_protocols = names.to_vec();
    configs.server.alpn_protocols = names.to_vec();
    assert_eq!(h2_client(Arc::new(configs.client)).alpn_protocols, names);
    assert_eq!(h2_server(Arc::new(configs.server)).alpn_protocols, names);
}

#[test]
fn ends_that_do_not_agree_on_h2_are_given_up_by_both() {
    for version in VERSIONS {
        for (server_alpn, client_alpn) in [("h2", "http/1.1"), ("http/1.1", "h2")] {
            let mut configs = Certified::new(&[version]);
            configs.server.alpn_protocols.push(server_alpn.into());
            configs.client.alpn_protocols.push(client_alpn.into());
            let (mut client, mut server) = http(configs);
            settle(&mut client.tls, &mut server.tls, 1000);
            let refused = Error::NoApplicationProtocol;
            assert_eq!(
                server.heard.try_recv(),
                Ok(Err(TlsError::Alpn(Some(refused))))
            );
            let alert = Error::AlertReceived(AlertDescription::NoApplicationProtocol);
            assert_eq!(
                client.heard.try_recv(),
                Ok(Err(TlsError::Alpn(Some(alert))))
            );
            for end in [&mut client.tls as &mut dyn Runtime, &mut server.tls] {
                assert_eq!(end.next_read_operation(), ReadOperation::Close);
                assert!(matches!(
                    end.next_write_operation(),
                    WriteOperation::Close(0)
                ));
                assert!(end.is_closed());
            }
        }
    }
}

#[test]
fn an_end_that_is_silent_about_protocols_is_given_up() {
    for version in VERSIONS {
        for server_is_silent in [true, false] {
            let configs = Certified::new(&[version]);
            // What `connect` and `accept` would offer is left out, as others may do.
            let (mut client_config, mut server_config) = (configs.client, configs.server);
            if server_is_silent {
                client_config.alpn_protocols.push(ALPN.into());
            } else {
                server_config.alpn_protocols.push(ALPN.into());
            }
            let name = Certified::NAME.try_into().unwrap();
            let client = rustls::ClientConnection::new(Arc::new(client_config), name).unwrap();
            let server = rustls::ServerConnection::new(Arc::new(server_config)).unwrap();
            let client = tress_tls::Tls::client(client, crate::world::connection());
            let server = tress_tls::Tls::server(server, crate::world::connection());
            let mut client = crate::world::watched::<proto::Connection<proto::Client>>(client);
            let mut server = crate::world::watched::<proto::Connection<proto::Server>>(server);
            settle(&mut client.tls, &mut server.tls, 1000);
            assert_eq!(client.heard.try_recv(), Ok(Err(TlsError::Alpn(None))));
            assert_eq!(server.heard.try_recv(), Ok(Err(TlsError::Alpn(None))));
            assert!(client.tls.is_closed() && server.tls.is_closed());
        }
    }
}

#[test]
fn an_agreement_on_another_protocol_is_told_by_its_name() {
    let mut configs = Certified::default();
    for names in [
        &mut configs.client.alpn_protocols,
        &mut configs.server.alpn_protocols,
    ] {
        names.push(ALPN_HTTP1.into());
    }
    let (mut client, mut server) = http(configs);
    settle(&mut client.tls, &mut server.tls, 1000);
    let other = TlsError::OtherProtocol(ALPN_HTTP1.into());
    assert!(other.is_other_protocol() && other.to_string().contains("http/1.1"));
    assert_eq!(client.heard.try_recv(), Ok(Err(other.clone())));
    assert_eq!(server.heard.try_recv(), Ok(Err(other)));
    assert!(client.tls.is_closed() && server.tls.is_closed());
}

/// Says what a client hears, once its handshake is over, of a server that accepts this by ALPN.
fn heard(client_says: &str, server_says: &str) -> String {
    let configs = Certified::default().with_alpn(client_says, server_says);
    let mut server = tress_tls::Tls::accept(
        Arc::new(configs.server),
        crate::world::connection::<proto::Server>(),
    )
    .unwrap();
    let name = Certified::NAME.try_into().unwrap();
    let mut client = rustls::ClientConnection::new(Arc::new(configs.client), name).unwrap();
    for _ in 0..10 {
        let mut records = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut records).unwrap();
        }
        server.read(&records);
        let mut records = &testkit::written(&mut server)[..];
        while !records.is_empty() {
            client.read_tls(&mut records).unwrap();
            client.process_new_packets().unwrap();
        }
    }
    let mut heard = String::new();
    // It is whole: close_notify came behind it.
    client.reader().read_to_string(&mut heard).unwrap();
    heard
}

/// RFC 9110 §15.6.6.
#[test]
fn a_client_that_may_speak_http_1_is_answered_in_it_and_one_that_does_not_is_not() {
    for (client_says, server_says) in [("http/1.1", "http/1.1"), ("", "h2")] {
        let heard = heard(client_says, server_says);
        let (head, content) = heard.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        assert_eq!(
            lines.next(),
            Some("HTTP/1.1 505 HTTP Version Not Supported")
        );
        let len = lines.find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(len.unwrap().parse(), Ok(content.len()));
        assert!(content.contains("HTTP/2 only"), "{content}");
    }
    assert_eq!(heard("x", "x"), "");
}

#[test]
fn a_handshake_that_is_over_already_is_gone_on_with() {
    let mut configs = Certified::default();
    configs.client.alpn_protocols.push(ALPN.into());
    configs.server.alpn_protocols.push(ALPN.into());
    let name = Certified::NAME.try_into().unwrap();
    let mut client = rustls::ClientConnection::new(Arc::new(configs.client), name).unwrap();
    let mut server = rustls::ServerConnection::new(Arc::new(configs.server)).unwrap();
    while client.is_handshaking() || server.is_handshaking() {
        let mut octets = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut octets).unwrap();
        }
        feed(&mut octets, |from| server.read_tls(from));
        server.process_new_packets().unwrap();
        while server.wants_write() {
            server.write_tls(&mut octets).unwrap();
        }
        feed(&mut octets, |from| client.read_tls(from));
        client.process_new_packets().unwrap();
    }
    let client = tress_tls::Tls::client(client, crate::world::connection());
    let server = tress_tls::Tls::server(server, crate::world::connection());
    let mut client = crate::world::watched::<proto::Connection<proto::Client>>(client);
    let mut server = crate::world::watched::<proto::Connection<proto::Server>>(server);
    let id = ask(client.tls.inner_mut());
    settle(&mut client.tls, &mut server.tls, 1000);
    answer(server.tls.inner_mut(), 10);
    settle(&mut client.tls, &mut server.tls, 1000);
    assert_eq!(content(client.tls.inner_mut(), id), Ok((10, true)));
    assert_eq!(client.heard.try_recv(), Ok(Ok(())));
}

fn feed(octets: &mut Vec<u8>, mut read: impl FnMut(&mut &[u8]) -> std::io::Result<usize>) {
    let mut rest = octets.as_slice();
    while !rest.is_empty() {
        read(&mut rest).unwrap();
    }
    octets.clear();
}

#[test]
fn every_tls_1_2_cipher_suite_has_fresh_keys_and_authenticates() {
    // RFC 9113 §9.2.2: those of Appendix A have no ephemeral keys, or no AEAD. The types of rustls
    // can describe no other key exchange than these and no other cipher than an AEAD.
    let suites = rustls::crypto::ring::default_provider().cipher_suites;
    let mut seen = 0;
    for suite in suites {
        if let rustls::SupportedCipherSuite::Tls12(suite) = suite {
            use rustls::crypto::KeyExchangeAlgorithm::{DHE, ECDHE};
            assert!(matches!(suite.kx, DHE | ECDHE), "{suite:?}");
            let name = format!("{:?}", suite.common.suite);
            assert!(name.contains("GCM") || name.contains("POLY1305"), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 6);
}
