//! TLS: certificates that are trusted, and those that are not.

use crate::support::{Folder, RUNTIMES, Serving, command, finish, octets, tress};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

/// A certificate for `localhost` and its key.
fn certificate(folder: &Folder, is_authority: IsCa) -> (PathBuf, PathBuf) {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.is_ca = is_authority;
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let certificate = folder.write("cert.pem", certificate.pem());
    let key = folder.write("key.pem", key.serialize_pem());
    (certificate, key)
}

#[test]
fn a_certificate_made_up_is_taken_only_by_who_takes_any() {
    let folder = Folder::new();
    folder.write("file", octets(1 << 20));
    for server in RUNTIMES {
        let serving = Serving::start(folder.path(), server, &["--self-signed"]);
        assert!(serving.url.starts_with("https://"), "{}", serving.url);
        for client in RUNTIMES {
            let finished = tress(&["get", "--runtime", client, "-k", &serving.at("file")]);
            assert_eq!(
                (finished.code, &*finished.stderr),
                (Some(0), ""),
                "{server} {client}"
            );
            assert!(finished.stdout == octets(1 << 20), "{server} {client}");
            let finished = tress(&["get", "--runtime", client, &serving.at("file")]);
            assert_eq!(finished.code, Some(4), "{server} {client}: {finished:?}");
            assert!(
                finished.stderr.contains("--cacert"),
                "{server} {client}: {finished:?}"
            );
        }
    }
}

#[test]
fn a_certificate_that_is_given_is_trusted_for_its_name() {
    let folder = Folder::new();
    let content = octets(3 << 20);
    let file = folder.write("file", &content);
    let (certificate, key) = certificate(&folder, IsCa::NoCa);
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    for server in RUNTIMES {
        let serving = Serving::start(folder.path(), server, &["--tls", certificate, key]);
        let url = serving.url.replace("127.0.0.1", "localhost");
        for client in RUNTIMES {
            let trust = ["get", "--runtime", client, "--cacert", certificate];
            let get = |more: &[&str]| tress(&[&trust, more].concat());
            let finished = get(&[&format!("{url}file")]);
            assert_eq!(
                (finished.code, &*finished.stderr),
                (Some(0), ""),
                "{server} {client}"
            );
            assert!(finished.stdout == content, "{server} {client}");
            let data = format!("@{}", file.display());
            let finished = get(&["-d", &data, &format!("{url}echo")]);
            assert_eq!(
                (finished.code, &*finished.stderr),
                (Some(0), ""),
                "{server} {client}"
            );
            assert!(finished.stdout == content, "{server} {client}");
            // The address is not in it.
            let finished = get(&[&serving.at("file")]);
            assert_eq!(finished.code, Some(4), "{server} {client}: {finished:?}");
        }
    }
}

#[test]
fn cleartext_on_a_tls_port_is_no_connection() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &["--self-signed"]);
        let url = serving.url.replace("https", "http");
        let finished = tress(&["get", "--runtime", runtime, &url]);
        assert_eq!(finished.code, Some(1), "{runtime}: {finished:?}");
        assert!(
            finished.stderr.contains("INADEQUATE_SECURITY"),
            "{runtime}: {finished:?}"
        );
        assert!(
            finished.stderr.contains("try https://"),
            "{runtime}: {finished:?}"
        );
        let mut stream = TcpStream::connect(serving.address()).unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{runtime}: {answer}"
        );
        assert!(
            answer.contains(&format!("curl --http2 -k {}", serving.url)),
            "{answer}"
        );
        let serving_cleartext = Serving::start(folder.path(), runtime, &[]);
        let url = serving_cleartext.url.replace("http", "https");
        let finished = tress(&["get", "--runtime", runtime, "-k", &url]);
        assert_eq!(finished.code, Some(4), "{runtime}: {finished:?}");
        assert!(
            finished.stderr.contains("try http://"),
            "{runtime}: {finished:?}"
        );
    }
}

/// A TLS server that does what it is told with each connection; returns where it is.
fn secure(alpn: &[u8], serve: fn(&mut dyn ReadWrite)) -> String {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = rustls::crypto::ring::default_provider();
    let mut config = rustls::ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    if !alpn.is_empty() {
        config.alpn_protocols.push(alpn.to_vec());
    }
    let config = alloc::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = rustls::ServerConnection::new(config.clone()).unwrap();
            serve(&mut rustls::StreamOwned::new(session, stream.unwrap()));
        }
    });
    format!("https://{address}/")
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

#[test]
fn a_server_without_http2_over_tls_is_no_connection_and_the_hint_says_so() {
    for alpn in [&b"http/1.1"[..], b""] {
        let url = secure(alpn, |stream| {
            let _ = stream.read(&mut [0; 100]);
        });
        for client in RUNTIMES {
            let finished = tress(&["get", "-k", "--runtime", client, &url]);
            assert_eq!(finished.code, Some(4), "{client}: {finished:?}");
            assert!(
                finished.stderr.contains("curl --http1.1"),
                "{client}: {finished:?}"
            );
        }
    }
}

#[test]
fn a_cleartext_request_to_a_tls_server_that_only_alerts_is_told_of_https() {
    // Any server's answer to what is no TLS: an alert, of which the first octets tell.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 70]);
        }
    });
    for client in RUNTIMES {
        let finished = tress(&["get", "--runtime", client, &url]);
        assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
        assert!(
            finished.stderr.contains("answered in TLS: try https://"),
            "{finished:?}"
        );
    }
}

#[test]
fn a_handshake_that_does_not_come_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let start = std::time::Instant::now();
    let finished = tress(&["get", "--connect-timeout", "0.2", &url]);
    assert_eq!(finished.code, Some(4), "{finished:?}");
    assert!(
        finished.stderr.contains("TLS took longer than 200ms"),
        "{finished:?}"
    );
    assert!(
        finished.stderr.contains("--connect-timeout"),
        "{finished:?}"
    );
    assert!(start.elapsed().as_secs() < 8);
    drop(listener);
}

#[test]
fn a_certificate_that_calls_itself_an_authority_is_trusted_if_it_is_given() {
    let folder = Folder::new();
    folder.write("file", "file");
    let authority = IsCa::Ca(BasicConstraints::Unconstrained);
    let (own, key) = certificate(&folder, authority);
    let (own, key) = (own.to_str().unwrap(), key.to_str().unwrap());
    let serving = Serving::start(folder.path(), RUNTIMES[0], &["--tls", own, key]);
    let url = serving.url.replace("127.0.0.1", "localhost");
    let finished = tress(&["get", "--cacert", own, &format!("{url}file")]);
    assert_eq!(
        (&finished.stdout[..], &*finished.stderr),
        (&b"file"[..], "")
    );
    // The address is not in it.
    let finished = tress(&["get", "--cacert", own, &serving.at("file")]);
    assert_eq!(finished.code, Some(4), "{finished:?}");
    let other = Folder::new();
    let (other, _) = certificate(&other, IsCa::NoCa);
    let finished = tress(&["get", "--cacert", other.to_str().unwrap(), &url]);
    assert_eq!(finished.code, Some(4), "{finished:?}");
}

#[test]
fn the_secrets_of_sessions_go_to_the_file_that_sslkeylogfile_names() {
    let folder = Folder::new();
    folder.write("file", "content");
    let secrets = Folder::new();
    let log = secrets.path().join("keys");
    let serving = Serving::start(folder.path(), RUNTIMES[0], &["--self-signed"]);
    let mut get = command();
    get.args(["get", "-k", &serving.at("file")]);
    let finished = finish(get.env("SSLKEYLOGFILE", &log).spawn().unwrap());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let keys = std::fs::read_to_string(&log).unwrap();
    assert!(keys.contains("CLIENT_TRAFFIC_SECRET_0 "), "{keys}");
    assert!(keys.contains("SERVER_TRAFFIC_SECRET_0 "), "{keys}");
}
