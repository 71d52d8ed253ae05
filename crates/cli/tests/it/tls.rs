//! TLS: certificates that are trusted, and those that are not.

use crate::support::{Folder, RUNTIMES, Serving, octets, tress};
use std::path::PathBuf;

/// A certificate for `localhost` and its key.
fn certificate(folder: &Folder) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = folder.write("cert.pem", made.cert.pem());
    let key = folder.write("key.pem", made.signing_key.serialize_pem());
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
    let (certificate, key) = certificate(&folder);
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
        let serving_cleartext = Serving::start(folder.path(), runtime, &[]);
        let url = serving_cleartext.url.replace("http", "https");
        let finished = tress(&["get", "--runtime", runtime, "-k", &url]);
        assert_eq!(finished.code, Some(4), "{runtime}: {finished:?}");
    }
}
