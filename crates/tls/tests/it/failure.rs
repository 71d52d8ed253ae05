//! Each way in which TLS fails has its own error, which leads to its cause.

use alloc::sync::Arc;
use core::error::Error as _;
use core::time::Duration;

use proto::ConnectionError;
use runtime::{ReadOperation, Runtime, WriteOperation};
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
use tress_tls::{Tls, TlsError, rustls};

use testkit::{Certified, settle, written};

use crate::world::{VERSIONS, ask, connection, ending, http, watched};

/// Goes down the chain of causes to what rustls said.
fn cause(error: &ConnectionError) -> Option<&Error> {
    let tls: &TlsError = error.source()?.downcast_ref()?;
    tls.source()?.downcast_ref()
}

#[test]
fn a_certificate_that_nobody_vouches_for_fails_at_both_ends() {
    for version in VERSIONS {
        let mut configs = Certified::new(&[version]);
        // It trusts a certificate of the same name, with another key.
        configs.client = Certified::new(&[version]).client;
        let (mut client, mut server) = http(configs);
        ask(client.tls.inner_mut());
        settle(&mut client.tls, &mut server.tls, 1000);
        let heard = client.heard.try_recv().unwrap().unwrap_err();
        assert!(matches!(heard, TlsError::Certificate(_)), "{heard:?}");
        assert!(!heard.is_ours());
        let end = ending(client.tls.inner_mut()).unwrap().unwrap_err();
        // Whose name is that of the right one, and whose signature is not.
        let expected = Error::InvalidCertificate(CertificateError::BadSignature);
        assert_eq!(cause(&end), Some(&expected));
        // The server is told why by an alert, which is a word against it.
        let heard = server.heard.try_recv().unwrap().unwrap_err();
        assert!(
            matches!(heard, TlsError::Alert(Error::AlertReceived(_))),
            "{heard:?}"
        );
        assert!(heard.is_ours());
    }
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let configs = Certified::default();
    let client = Tls::connect(Arc::new(configs.client), "other", connection()).unwrap();
    let mut client = watched::<proto::Connection<proto::Client>>(client);
    let server = Tls::accept(Arc::new(configs.server), connection()).unwrap();
    let mut server = watched::<proto::Connection<proto::Server>>(server);
    settle(&mut client.tls, &mut server.tls, 1000);
    let heard = client.heard.try_recv().unwrap().unwrap_err();
    let TlsError::Certificate(Error::InvalidCertificate(error)) = heard else {
        panic!("{heard:?}");
    };
    let is_name = matches!(error, CertificateError::NotValidForNameContext { .. });
    assert!(is_name, "{error:?}");
}

#[test]
fn ends_without_a_version_in_common_are_incompatible() {
    let [old, new] = VERSIONS;
    let (newer, older) = (Certified::new(&[new]), Certified::new(&[old]));
    let client = Tls::connect(Arc::new(newer.client), Certified::NAME, connection()).unwrap();
    let mut client = watched::<proto::Connection<proto::Client>>(client);
    let server = Tls::accept(Arc::new(older.server), connection()).unwrap();
    let mut server = watched::<proto::Connection<proto::Server>>(server);
    settle(&mut client.tls, &mut server.tls, 1000);
    let heard = server.heard.try_recv().unwrap().unwrap_err();
    assert!(matches!(heard, TlsError::Incompatible(_)), "{heard:?}");
    let alert = Error::AlertReceived(AlertDescription::ProtocolVersion);
    assert_eq!(client.heard.try_recv(), Ok(Err(TlsError::Alert(alert))));
}

#[test]
fn cleartext_is_malformed_at_either_end() {
    let (mut client, mut server) = http(Certified::default());
    let request = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";
    assert_eq!(server.tls.read(request), request.len());
    let expected = TlsError::Malformed(Error::InvalidMessage(InvalidMessage::InvalidContentType));
    assert_eq!(server.heard.try_recv(), Ok(Err(expected.clone())));
    assert_eq!(server.tls.next_read_operation(), ReadOperation::Close);
    let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
    assert_eq!(client.tls.read(answer), answer.len());
    assert_eq!(client.heard.try_recv(), Ok(Err(expected)));
}

#[test]
fn a_record_that_was_changed_under_way_ends_the_connection() {
    for version in VERSIONS {
        let (mut client, mut server) = http(Certified::new(&[version]));
        settle(&mut client.tls, &mut server.tls, 1000);
        let id = ask(client.tls.inner_mut());
        let mut octets = written(&mut client.tls);
        let last = octets.len() - 1;
        octets[last] ^= 1;
        assert_eq!(server.tls.read(&octets), octets.len());
        assert_eq!(server.heard.try_recv(), Ok(Ok(())));
        let malformed = TlsError::Malformed(Error::DecryptError);
        assert_eq!(server.heard.try_recv(), Ok(Err(malformed)));
        // It says so, and ends; the client learns of it.
        settle(&mut client.tls, &mut server.tls, 1000);
        assert_eq!(client.heard.try_recv(), Ok(Ok(())));
        let alert = Error::AlertReceived(AlertDescription::BadRecordMac);
        assert_eq!(
            client.heard.try_recv(),
            Ok(Err(TlsError::Alert(alert.clone())))
        );
        let end = ending(client.tls.inner_mut()).unwrap().unwrap_err();
        assert_eq!(cause(&end), Some(&alert));
        assert!(
            client
                .tls
                .inner_mut()
                .stream_mut(id)
                .unwrap()
                .recv()
                .is_err()
        );
    }
}

#[test]
fn an_end_during_the_handshake_is_an_error() {
    let (mut client, mut server) = http(Certified::default());
    let hello = written(&mut client.tls);
    server.tls.read_eof(&hello[..20]);
    assert_eq!(server.heard.try_recv(), Ok(Err(TlsError::Eof)));
    assert_eq!(server.tls.next_read_operation(), ReadOperation::Close);
    assert!(server.tls.is_closed());
    client.tls.read_eof(b"");
    assert_eq!(client.heard.try_recv(), Ok(Err(TlsError::Eof)));
}

#[test]
fn a_handshake_that_takes_too_long_is_given_up() {
    let limit = Duration::from_secs(3);
    for sets_limit in [false, true] {
        let configs = Certified::default();
        let server = Tls::accept(Arc::new(configs.server), connection()).unwrap();
        let (server, limit) = match sets_limit {
            true => (server.handshake_limit(limit), limit),
            false => (server, Duration::from_secs(10)),
        };
        let mut server = watched::<proto::Connection<proto::Server>>(server);
        let start = Duration::from_secs(1000);
        let end = start + limit;
        assert_eq!(server.tls.tick(start), Some(end));
        assert_eq!(server.tls.tick(end - Duration::from_millis(1)), Some(end));
        assert!(server.heard.try_recv().is_err());
        server.tls.tick(end);
        assert_eq!(server.heard.try_recv(), Ok(Err(TlsError::Timeout)));
        assert_eq!(server.tls.next_read_operation(), ReadOperation::Close);
    }
}

#[test]
fn an_error_of_the_transport_is_not_called_one_of_tls() {
    let (mut client, _) = http(Certified::default());
    ask(client.tls.inner_mut());
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    client.tls.report_exn(Box::new(reset));
    // The watcher is dropped unheard.
    assert_eq!(
        client.heard.try_recv(),
        Err(std::sync::mpsc::TryRecvError::Disconnected)
    );
    let end = ending(client.tls.inner_mut()).unwrap().unwrap_err();
    assert!(end.source().unwrap().is::<std::io::Error>());
    assert!(matches!(
        client.tls.next_write_operation(),
        WriteOperation::Close(0)
    ));
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_before_anything_is_sent() {
    let mut configs = Certified::default();
    configs.client.max_fragment_size = Some(1);
    let begun = Tls::connect(
        Arc::new(configs.client),
        Certified::NAME,
        connection::<proto::Client>(),
    );
    let error = begun.unwrap_err();
    assert_eq!(error, TlsError::Local(Error::BadMaxFragmentSize));
    assert!(error.is_ours());
}

#[test]
fn what_is_no_name_is_told_before_anything_is_sent() {
    let begun = Tls::connect(
        Arc::new(Certified::default().client),
        "a b",
        connection::<proto::Client>(),
    );
    let error = begun.unwrap_err();
    assert_eq!(error, TlsError::Name("a b".to_owned()));
    assert!(error.is_ours());
}
