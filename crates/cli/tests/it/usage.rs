//! What is said about wrong usage, and the exit codes.

use crate::support::{Folder, command, finish, tress};

#[test]
fn wrong_usage_is_2_and_says_what_is_wrong() {
    let folder = Folder::new();
    let file = folder.write("file", "");
    let file = file.to_str().unwrap();
    for (args, said) in [
        (&["get"][..], "URL"),
        (&["get", "localhost"], "no scheme"),
        (&["get", "ftp://h/"], "only http"),
        (&["get", "http://h:0/"], "port"),
        (&["get", "--no-such-flag", "http://h/"], "--no-such-flag"),
        (
            &["get", "-o", "a", "http://h/", "http://h/"],
            "number of URLs is 2",
        ),
        (&["get", "-H", "nonsense", "http://h/"], "nonsense"),
        (
            &["get", "-d", "@/no/such/file", "http://h/"],
            "/no/such/file",
        ),
        (&["get", "-d", "@-", "http://h/", "http://h/2"], "stdin"),
        (&["get", "--runtime", "fast", "http://h/"], "fast"),
        (&["serve", "/no/such/folder"], "/no/such/folder"),
        (&["serve", file], "file"),
        (&["serve", ".", "--listen", "nowhere"], "nowhere"),
        (&["serve", ".", "--listen", "127.0.0.1:99999"], "99999"),
        (&["link", "127.0.0.1:0"], "UPSTREAM"),
        (
            &["link", "nowhere", "127.0.0.1:1"],
            "cannot listen on nowhere",
        ),
        (
            &["link", "127.0.0.1:0", "nowhere"],
            "cannot relay to nowhere",
        ),
        (
            &["link", "127.0.0.1:0", "127.0.0.1:1", "--rate", "fast"],
            "not a rate",
        ),
        (
            &["link", "127.0.0.1:0", "127.0.0.1:1", "--buffer", "0"],
            "not a number of octets",
        ),
        (
            &["link", "127.0.0.1:0", "127.0.0.1:1", "--delay", "1"],
            "--delay",
        ),
        (
            &["link", "127.0.0.1:0", "127.0.0.1:1", "--outage", "2s..1s"],
            "not an outage",
        ),
        (&["get", "--max-time", "0", "http://h/"], "write seconds"),
        (
            &["get", "--connect-timeout", "soon", "http://h/"],
            "write seconds",
        ),
        (&["get", "-I", "-d", "x", "http://h/"], "--data"),
        (&["help", "frobnicate"], "frobnicate"),
        (&["frobnicate"], "frobnicate"),
        (&[], "Usage"),
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(2), "{args:?}: {finished:?}");
        assert!(finished.stderr.contains(said), "{args:?}: {finished:?}");
        assert_eq!(finished.stdout, b"", "{args:?}");
    }
}

#[test]
#[cfg(feature = "tls")]
fn certificates_that_cannot_be_read_are_wrong_usage() {
    let folder = Folder::new();
    let nonsense = folder.write("nonsense.pem", "nonsense");
    let nonsense = nonsense.to_str().unwrap();
    for args in [
        &["serve", ".", "--tls", "/no/such/cert", "/no/such/key"][..],
        &["serve", ".", "--tls", nonsense, nonsense],
        &["serve", ".", "--tls", nonsense],
        &["serve", ".", "--self-signed", "--tls", nonsense, nonsense],
        &["get", "--cacert", nonsense, "https://127.0.0.1:1/"],
        &["get", "--cacert", "/no/such/cert", "https://127.0.0.1:1/"],
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(2), "{args:?}: {finished:?}");
    }
}

#[test]
fn help_begins_with_three_examples_and_goes_to_stdout() {
    for args in [
        &["--help"][..],
        &["serve", "--help"],
        &["get", "--help"],
        &["bench", "--help"],
        &["timeline", "--help"],
        &["explain", "--help"],
        &["inspect", "--help"],
        &["hpack", "--help"],
        &["completions", "--help"],
        &["link", "--help"],
        &["demo", "--help"],
        &["help"],
        &["help", "get"],
        &["help", "serve"],
    ] {
        let finished = tress(args);
        assert_eq!(finished.code, Some(0), "{args:?}");
        let help = String::from_utf8(finished.stdout).unwrap();
        let mut lines = help.lines();
        assert_eq!(lines.next(), Some("Examples:"), "{args:?}: {help}");
        for _ in 0..3 {
            let line = lines.next().unwrap();
            assert!(line.starts_with("  tress "), "{args:?}: {line}");
        }
        assert_eq!(lines.next(), Some(""), "{args:?}: {help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 120),
            "{help}"
        );
    }
}

#[test]
fn the_version_is_the_crates() {
    let finished = tress(&["--version"]);
    assert_eq!(finished.code, Some(0));
    let expected = concat!("tress ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(finished.stdout, expected.as_bytes());
}

#[test]
fn colors_come_only_when_they_are_asked_for() {
    let plain = tress(&["get", "nonsense"]);
    assert!(plain.stderr.starts_with("error: "), "{plain:?}");
    let colored = command()
        .args(["get", "nonsense"])
        .env("CLICOLOR_FORCE", "1")
        .spawn();
    let colored = finish(colored.unwrap());
    assert!(colored.stderr.starts_with("\x1b["), "{colored:?}");
}

#[test]
#[cfg(not(feature = "tls"))]
fn without_tls_there_is_no_https() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", nobody.local_addr().unwrap());
    let finished = tress(&["get", &url]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("without TLS"), "{finished:?}");
}
