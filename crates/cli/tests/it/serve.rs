//! `serve`, asked by our own client library.

use crate::support::{Folder, RUNTIMES, Serving, octets};
use blocking::proto::Request;
use blocking::{Client, Response, Trailers};
use std::thread;

/// One exchange without content.
fn ask(client: &Client, method: &str, path: &str) -> (Response, Vec<u8>) {
    let request = Request::new(method, "http", "h", path);
    let reply = client.fetch(request).unwrap();
    let content = reply.body.bytes(1 << 24).unwrap();
    (reply.head, content.to_vec())
}

fn value(response: &Response, name: &str) -> Option<String> {
    let value = response.field_value(name)?;
    Some(String::from_utf8(value.to_vec()).unwrap())
}

#[test]
fn head_has_a_length_and_no_content() {
    let folder = Folder::new();
    folder.write("file.txt", octets(100_000));
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let (head, content) = ask(&client, "HEAD", "/file.txt");
        assert_eq!((head.status(), content.len()), (200, 0), "{runtime}");
        assert_eq!(
            value(&head, "content-length").as_deref(),
            Some("100000"),
            "{runtime}"
        );
        assert_eq!(
            value(&head, "content-type").as_deref(),
            Some("text/plain; charset=utf-8"),
            "{runtime}"
        );
    }
}

#[test]
fn what_is_not_there_is_404_and_what_is_not_allowed_405() {
    let folder = Folder::new();
    folder.write("file.txt", "file");
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        for path in [
            "/nothing",
            "/../file.txt",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/file.txt%00",
            "//etc/passwd",
        ] {
            assert_eq!(
                ask(&client, "GET", path).0.status(),
                404,
                "{runtime} {path}"
            );
        }
        let (head, _) = ask(&client, "DELETE", "/file.txt");
        assert_eq!(head.status(), 405, "{runtime}");
        assert_eq!(
            value(&head, "allow").as_deref(),
            Some("GET, HEAD"),
            "{runtime}"
        );
    }
}

#[test]
fn a_folder_is_listed_and_an_index_is_shown() {
    let folder = Folder::new();
    folder.write("a<b>.txt", "");
    std::fs::create_dir(folder.file("inner")).unwrap();
    folder.write("inner/index.html", "<p>inner");
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let (_, content) = ask(&client, "GET", "/");
        let page = String::from_utf8(content).unwrap();
        assert!(page.contains("a&lt;b&gt;.txt"), "{runtime}: {page}");
        let (head, _) = ask(&client, "GET", "/inner");
        assert_eq!(head.status(), 308, "{runtime}");
        assert_eq!(
            value(&head, "location").as_deref(),
            Some("/inner/"),
            "{runtime}"
        );
        assert_eq!(ask(&client, "GET", "/inner/").1, b"<p>inner", "{runtime}");
    }
}

#[test]
fn the_echo_returns_content_and_trailers_as_they_come() {
    let folder = Folder::new();
    let content = octets(3 << 20);
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        assert_eq!(ask(&client, "GET", "/echo").0.status(), 200, "{runtime}");
        let (mut body, pending) = client.send(Request::post("http", "h", "/echo")).unwrap();
        // The head comes before the request is over.
        let mut reply = pending.wait().unwrap();
        assert_eq!(reply.head.status(), 200, "{runtime}");
        let sent = content.clone();
        let sender = thread::spawn(move || {
            for piece in sent.chunks(50_000) {
                body.send(piece.to_vec()).unwrap();
            }
            let trailers = Trailers::new().field("checksum", "abc");
            body.finish_with_trailers(trailers).unwrap();
        });
        let mut received = Vec::new();
        while let Some(piece) = reply.body.data().unwrap() {
            received.extend_from_slice(&piece);
        }
        sender.join().unwrap();
        assert!(received == content, "{runtime}");
        let trailers = reply.body.trailers().unwrap();
        assert_eq!(
            trailers.field_value("checksum"),
            Some(&b"abc"[..]),
            "{runtime}"
        );
    }
}

#[test]
fn the_sink_counts_and_takes_its_time() {
    let folder = Folder::new();
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        let count = |path: &str, len: usize| {
            let request = Request::post("http", "h", path);
            let reply = client.fetch_with(request, octets(len)).unwrap();
            String::from_utf8(reply.body.bytes(100).unwrap().to_vec()).unwrap()
        };
        assert_eq!(count("/sink", 2_000_000), "2000000\n", "{runtime}");
        assert_eq!(count("/sink", 0), "0\n", "{runtime}");
        let start = std::time::Instant::now();
        assert_eq!(count("/sink?rate=100K", 51_200), "51200\n", "{runtime}");
        let took = start.elapsed().as_millis();
        assert!((450..10_000).contains(&took), "{runtime}: {took} ms");
        let (head, _) = ask(&client, "POST", "/sink?rate=slow");
        assert_eq!(head.status(), 400, "{runtime}");
    }
}

#[test]
fn many_small_files_come_over_one_connection() {
    let folder = Folder::new();
    folder.write("file", "small");
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let client = Client::connect(serving.address()).unwrap();
        for _ in 0..300 {
            assert_eq!(ask(&client, "GET", "/file").1, b"small", "{runtime}");
        }
    }
}
