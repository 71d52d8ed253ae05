//! `get -L`, and what else depends on how a server of our own making answers.

use crate::support::{Finished, Folder, RUNTIMES, tress};
use blocking::proto::{Request, Response, Trailers};
use blocking::{Exchange, Server};
use core::time::Duration;
use std::fs;
use std::thread;
use std::time::Instant;

/// A server that answers as it is told; returns its URL.
fn serving(
    answer: impl Fn(Exchange) -> Result<(), blocking::Error> + Send + Sync + 'static,
) -> String {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", server.local_addr());
    // It ends with the process.
    thread::spawn(move || server.serve(answer));
    url
}

fn get(client: &str, args: &[&str]) -> Finished {
    tress(&[&["get", "--runtime", client], args].concat())
}

fn path(request: &Request) -> String {
    String::from_utf8(request.path().unwrap().to_vec()).unwrap()
}

/// Says what was asked for: method, path, and the fields that should not go everywhere.
fn told(exchange: Exchange) -> Result<(), blocking::Error> {
    let request = &exchange.request;
    let value = |name: &str| {
        let value = request.field_value(name).unwrap_or(b"-");
        String::from_utf8(value.to_vec()).unwrap()
    };
    let method = String::from_utf8(request.method().to_vec()).unwrap();
    let said = format!(
        "{method} {} {} {}",
        path(request),
        value("authorization"),
        value("content-length")
    );
    exchange.reply(Response::new(200), said)
}

#[test]
fn redirects_are_followed_if_they_should_be_and_secrets_stay_behind() {
    let elsewhere = serving(told);
    let target = elsewhere.clone();
    let url = serving(move |exchange| match &*path(&exchange.request) {
        "/same" => exchange.reply(Response::new(302).field("location", "end?x"), ""),
        "/other" => {
            let to = Response::new(307).field("location", format!("{target}there"));
            exchange.reply(to, "not this")
        }
        _ => told(exchange),
    });
    for client in RUNTIMES {
        let finished = get(client, &[&format!("{url}other")]);
        assert_eq!(finished.stdout, b"not this", "{client}");
        let args = ["-L", "-H", "authorization: me", &format!("{url}same")];
        let finished = get(client, &args);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
        assert_eq!(finished.stdout, b"GET /end?x me -", "{client}");
        let to = format!("{url}other");
        let args = [
            "-L",
            "-d",
            "abc",
            "-H",
            "authorization: me",
            &to,
            &to,
            &format!("{url}same"),
        ];
        let finished = get(client, &args);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
        let expected = "POST /there - 3POST /there - 3GET /end?x me -";
        assert_eq!(
            String::from_utf8_lossy(&finished.stdout),
            expected,
            "{client}"
        );
    }
}

#[test]
fn redirects_that_never_end_do() {
    let url = serving(|exchange| exchange.reply(Response::new(302).field("location", "/"), ""));
    for client in RUNTIMES {
        let finished = get(client, &["-L", &url]);
        assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
        assert!(
            finished.stderr.contains("more than 50 other places"),
            "{finished:?}"
        );
    }
}

#[test]
fn heads_are_written_as_curl_does() {
    let url = serving(|exchange| {
        if path(&exchange.request) == "/" {
            let to = Response::new(301)
                .field("location", "/end")
                .field("content-length", "0");
            return exchange.reply(to, "");
        }
        let response = Response::new(200).field("x", "y");
        let trailers = Trailers::new().field("sum", "1");
        exchange
            .responder
            .reply_with_trailers(response, "content", trailers)
    });
    let end = format!("{url}end");
    for client in RUNTIMES {
        let finished = get(client, &["-i", &end]);
        let expected = "HTTP/2 200 \r\nx: y\r\ncontent-length: 7\r\n\r\ncontentsum: 1\r\n\r\n";
        assert_eq!(
            String::from_utf8_lossy(&finished.stdout),
            expected,
            "{client}"
        );
        let folder = Folder::new();
        let file = folder.file("file");
        let finished = get(client, &["-i", "-L", &url, "-o", file.to_str().unwrap()]);
        assert_eq!(
            (finished.code, finished.stdout.len()),
            (Some(0), 0),
            "{client}"
        );
        let written = fs::read_to_string(file).unwrap();
        let first = "HTTP/2 301 \r\nlocation: /end\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(written, format!("{first}{expected}"), "{client}");
    }
}

#[test]
fn a_head_alone_is_asked_for_with_head() {
    let url = serving(|exchange| {
        assert_eq!(exchange.request.method(), b"HEAD");
        exchange.reply(Response::new(200).field("content-length", "7"), "")
    });
    for client in RUNTIMES {
        let finished = get(client, &["-I", &url]);
        assert_eq!(
            (finished.code, &*finished.stderr),
            (Some(0), ""),
            "{client}"
        );
        assert_eq!(
            finished.stdout, b"HTTP/2 200 \r\ncontent-length: 7\r\n\r\n",
            "{client}"
        );
    }
}

#[test]
fn a_file_survives_an_error_page() {
    let url = serving(|exchange| exchange.reply(Response::new(404), "error page"));
    let folder = Folder::new();
    let file = folder.write("file", "precious");
    let file = file.to_str().unwrap();
    for client in RUNTIMES {
        let finished = get(client, &["-f", "-o", file, &url]);
        assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
        assert!(finished.stderr.contains("404"), "{client}: {finished:?}");
        assert_eq!(fs::read(file).unwrap(), b"precious", "{client}");
    }
}

#[test]
fn what_takes_too_long_is_given_up_and_leaves_nothing() {
    let url = serving(|exchange| {
        let mut body = exchange.respond(Response::new(200))?;
        body.send("some")?;
        thread::sleep(Duration::from_secs(20));
        body.finish()
    });
    let folder = Folder::new();
    let file = folder.file("file");
    for client in RUNTIMES {
        let start = Instant::now();
        let finished = get(
            client,
            &["--max-time", "0.3", "-o", file.to_str().unwrap(), &url],
        );
        assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
        assert!(
            finished.stderr.contains("took longer than 300ms"),
            "{client}: {finished:?}"
        );
        assert!(start.elapsed() < Duration::from_secs(8), "{client}");
        assert!(!file.exists(), "{client}");
    }
}

#[test]
fn what_is_wrong_with_our_own_content_is_said() {
    let url = serving(|mut exchange| {
        while exchange.body.data()?.is_some() {}
        exchange.reply(Response::new(200), "")
    });
    for client in RUNTIMES {
        for (length, data) in [("2", "hello"), ("9", "hello")] {
            let field = format!("content-length: {length}");
            let finished = get(client, &["-H", &field, "-d", data, &url]);
            assert_eq!(finished.code, Some(2), "{client}: {finished:?}");
            assert!(
                finished.stderr.contains("content-length"),
                "{client}: {finished:?}"
            );
            assert!(
                !finished.stderr.contains("canceled"),
                "{client}: {finished:?}"
            );
        }
        // It can be opened, and not be read.
        #[cfg(target_os = "linux")]
        {
            let finished = get(client, &["-d", "@/proc/self/mem", &url]);
            assert_eq!(finished.code, Some(1), "{client}: {finished:?}");
            assert!(
                finished.stderr.contains("cannot read /proc/self/mem"),
                "{finished:?}"
            );
        }
    }
}
