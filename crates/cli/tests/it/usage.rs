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

/// The objects of a command's stdout.
fn objects(stdout: &[u8]) -> Vec<serde_json::Value> {
    let text = core::str::from_utf8(stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn json_is_an_object_a_line_with_its_schema() {
    let folder = Folder::new();
    folder.write("file", "content");
    let demo = tress(&["demo", "--json"]);
    let found = objects(&demo.stdout);
    assert_eq!(
        found.iter().filter(|its| its["type"] == "stream").count(),
        20
    );
    assert!(found.iter().all(|its| its["schema"] == "tress-demo/1"));
    assert_eq!(found[0]["observed"], found[0]["at_socket"]);
    for runtime in crate::support::RUNTIMES {
        let mut child = command()
            .arg("serve")
            .arg(folder.path())
            .args(["--listen", "127.0.0.1:0", "--runtime", runtime, "--json"])
            .spawn()
            .unwrap();
        let mut lines = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut next = || {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
            serde_json::from_str::<serde_json::Value>(&line).unwrap()
        };
        let serving = next();
        assert_eq!(
            (&serving["schema"], &serving["type"]),
            (&"tress-serve/1".into(), &"serving".into())
        );
        let url = serving["url"].as_str().unwrap().to_owned();
        let (file, none) = (format!("{url}file"), format!("{url}none"));
        let get = tress(&["get", "--json", "-f", &file, &none]);
        let request = next();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(
            (&request["path"], &request["status"]),
            (&"/file".into(), &200.into())
        );
        assert_eq!(get.code, Some(1));
        let found = objects(&get.stdout);
        assert!(found.iter().all(|its| its["schema"] == "tress-get/1"));
        assert_eq!(
            (&found[0]["octets"], &found[0]["status"]),
            (&7.into(), &200.into())
        );
        assert_eq!(
            (&found[1]["error"].is_string(), &found[1]["exit_code"]),
            (&true, &1.into())
        );
    }
    let both = tress(&["get", "--json", "-o", "-", "http://127.0.0.1:1/"]);
    assert_eq!(both.code, Some(2), "{both:?}");
}

#[test]
fn each_command_has_three_examples_and_its_exit_codes_in_its_help() {
    let commands = [
        "serve",
        "get",
        "timeline",
        "inspect",
        "hpack",
        "explain",
        "link",
        "proxy",
        "probe",
        "demo",
        "bench",
        "completions",
    ];
    for name in commands {
        for columns in ["40", "80", "200"] {
            let child = command()
                .args([name, "--help"])
                .env("COLUMNS", columns)
                .spawn();
            let finished = finish(child.unwrap());
            assert_eq!(finished.code, Some(0));
            let text = String::from_utf8(finished.stdout).unwrap();
            let examples = text.split("Usage:").next().unwrap();
            let count = examples
                .lines()
                .filter(|line| line.trim_start().starts_with("tress "))
                .count();
            assert!(count >= 3, "{name}: {text}");
            assert!(text.to_lowercase().contains("exit code"), "{name}: {text}");
        }
    }
}
