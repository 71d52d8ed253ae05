//! What a request is answered with.

use super::Site;
use crate::serve::answer::Answer;
use crate::serve::now::Now;
use blocking::proto::{Request, Response};
use core::time::Duration;
use std::fs;
use std::path::PathBuf;

/// A site of its own for one test, removed at its end.
struct Folder(PathBuf, Site);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tress-site-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("folder/with index")).unwrap();
        fs::write(path.join("small.txt"), "small").unwrap();
        fs::write(path.join("large.bin"), vec![7; 100_000]).unwrap();
        fs::write(path.join("folder/with index/index.html"), "<p>index").unwrap();
        let site = Site::open(&path).unwrap();
        Self(path, site)
    }

    fn ask(&self, method: &str, path: &str) -> (Response, Option<Vec<u8>>) {
        self.send(&Request::new(method, "http", "h", path))
    }

    fn send(&self, request: &Request) -> (Response, Option<Vec<u8>>) {
        match self.1.answer(request) {
            Answer::Echo(response) => (response, None),
            Answer::Sink(_) => (Response::new(200), None),
            answer => {
                let (response, content) = whole(answer);
                (response, Some(content))
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// All of an answer that needs no content of the request's.
fn whole(answer: Answer) -> (Response, Vec<u8>) {
    match answer {
        Answer::Whole(response, content) => (response, content.to_vec()),
        Answer::File(response, mut pieces) => {
            let mut content = Vec::new();
            while let Some(piece) = pieces.next().unwrap() {
                assert!(piece.len() <= 65_536);
                content.extend_from_slice(&piece);
            }
            (response, content)
        }
        answer => panic!("{answer:?}"),
    }
}

fn value(response: &Response, name: &str) -> String {
    String::from_utf8(response.field_value(name).unwrap_or_default().to_vec()).unwrap()
}

#[test]
fn a_file_comes_with_its_type_and_length() {
    let folder = Folder::new("file");
    let (head, content) = folder.ask("GET", "/small.txt?query=ignored");
    assert_eq!((head.status(), content.unwrap()), (200, b"small".to_vec()));
    assert_eq!(value(&head, "content-type"), "text/plain; charset=utf-8");
    assert_eq!(value(&head, "content-length"), "5");
    let (head, content) = folder.ask("GET", "/large.bin");
    assert_eq!((head.status(), content.unwrap()), (200, vec![7; 100_000]));
    assert_eq!(value(&head, "content-length"), "100000");
}

#[test]
fn head_has_the_same_fields_and_no_content() {
    let folder = Folder::new("head");
    for path in [
        "/small.txt",
        "/large.bin",
        "/folder/",
        "/folder/with%20index/",
        "/nothing",
        "/echo",
    ] {
        let (get, content) = folder.ask("GET", path);
        let (head, nothing) = folder.ask("HEAD", path);
        let fields = |response: &Response| {
            let fields = response.fields().filter(|field| field.name != b"date");
            let fields: Vec<_> = fields
                .map(|it| (it.name.to_vec(), it.value.to_vec()))
                .collect();
            (response.status(), fields)
        };
        assert_eq!(fields(&get), fields(&head), "{path}");
        assert!(value(&head, "date").ends_with(" GMT"), "{path}");
        assert_eq!(nothing.unwrap(), b"", "{path}");
        assert_eq!(
            value(&head, "content-length"),
            content.unwrap().len().to_string(),
            "{path}"
        );
    }
}

#[test]
fn a_folder_without_its_slash_is_elsewhere() {
    let folder = Folder::new("redirect");
    let (head, _) = folder.ask("GET", "//folder/with%20index?a=b");
    assert_eq!(head.status(), 308);
    assert_eq!(value(&head, "location"), "/folder/with%20index/?a=b");
}

#[test]
fn a_folder_is_its_index_or_a_list() {
    let folder = Folder::new("index");
    let (head, content) = folder.ask("GET", "/folder/with%20index/");
    assert_eq!(
        (head.status(), content.unwrap()),
        (200, b"<p>index".to_vec())
    );
    let (head, content) = folder.ask("GET", "/");
    assert_eq!(value(&head, "content-type"), "text/html; charset=utf-8");
    let page = String::from_utf8(content.unwrap()).unwrap();
    assert!(page.contains("<a href=\"./folder/\">folder/</a>"), "{page}");
    assert!(
        page.contains("<a href=\"./small.txt\">small.txt</a>"),
        "{page}"
    );
}

#[test]
fn what_is_not_there_is_404() {
    let folder = Folder::new("nothing");
    for path in [
        "/nothing",
        "/small.txt/",
        "/../small.txt",
        "/%00",
        "/%",
        "/small.txt/x",
    ] {
        assert_eq!(folder.ask("GET", path).0.status(), 404, "{path}");
    }
}

#[test]
fn other_methods_are_405_and_learn_which_are_allowed() {
    let folder = Folder::new("methods");
    for (method, path, allowed) in [
        ("POST", "/small.txt", "GET, HEAD"),
        ("DELETE", "/nothing", "GET, HEAD"),
        ("OPTIONS", "*", "GET, HEAD"),
        ("PUT", "/echo", "GET, HEAD, POST"),
        ("GET", "/sink", "POST"),
    ] {
        let (head, _) = folder.ask(method, path);
        assert_eq!(head.status(), 405, "{method} {path}");
        assert_eq!(value(&head, "allow"), allowed, "{method} {path}");
    }
    let connect = folder.1.answer(&Request::connect("h:1"));
    assert!(matches!(connect, Answer::Whole(head, _) if head.status() == 405));
}

#[test]
fn the_echo_has_the_type_and_length_of_what_it_echoes() {
    let folder = Folder::new("echo");
    let request = Request::post("http", "h", "/echo")
        .field("content-type", "x/y")
        .field("content-length", "3");
    let Answer::Echo(head) = folder.1.answer(&request) else {
        panic!("POST /echo echoes");
    };
    assert_eq!(value(&head, "content-type"), "x/y");
    assert_eq!(value(&head, "content-length"), "3");
}

#[test]
fn the_sink_takes_a_rate_or_says_what_one_is() {
    let folder = Folder::new("sink");
    let rate = |path: &str| match folder.1.answer(&Request::post("http", "h", path)) {
        Answer::Sink(rate) => Ok(rate.is_some()),
        Answer::Whole(head, _) => Err(head.status()),
        _ => panic!("{path}"),
    };
    assert_eq!(rate("/sink"), Ok(false));
    assert_eq!(rate("/sink?rate=1M"), Ok(true));
    assert_eq!(rate("/sink?x=y&rate=10"), Ok(true));
    assert_eq!(rate("/sink?rate=fast"), Err(400));
    assert_eq!(rate("/sink?rate=0"), Err(400));
}

#[test]
#[cfg(unix)]
fn a_pipe_is_not_a_file() {
    let folder = Folder::new("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(folder.0.join("pipe"))
        .status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(folder.ask("GET", "/pipe").0.status(), 404);
    }
}

#[test]
fn a_file_that_shrinks_is_an_error_and_not_short() {
    let folder = Folder::new("shrink");
    let Answer::File(_, mut pieces) = folder.1.answer(&Request::get("http", "h", "/large.bin"))
    else {
        panic!("a large file comes in pieces");
    };
    fs::write(folder.0.join("large.bin"), "short").unwrap();
    assert!(pieces.next().is_err());
}

#[test]
fn parts_come_from_small_and_large_files_alike() {
    let folder = Folder::new("parts");
    let large: Vec<u8> = (0..200_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    fs::write(folder.0.join("large.bin"), &large).unwrap();
    for (path, content) in [("/small.txt", &b"small"[..]), ("/large.bin", &large)] {
        let len = content.len();
        let ask = |range: &str| folder.send(&Request::get("http", "h", path).field("range", range));
        let (head, part) = ask("bytes=1-3");
        assert_eq!(
            (head.status(), part.unwrap()),
            (206, content[1..4].to_vec()),
            "{path}"
        );
        assert_eq!(value(&head, "content-range"), format!("bytes 1-3/{len}"));
        assert_eq!(value(&head, "content-length"), "3");
        let (head, part) = ask("bytes=2-");
        assert_eq!(
            (head.status(), part.unwrap()),
            (206, content[2..].to_vec()),
            "{path}"
        );
        let (head, part) = ask("bytes=0-0,-2");
        assert_eq!(head.status(), 206, "{path}");
        let part = part.unwrap();
        assert_eq!(
            value(&head, "content-length"),
            part.len().to_string(),
            "{path}"
        );
        let kind = value(&head, "content-type");
        let boundary = kind
            .strip_prefix("multipart/byteranges; boundary=")
            .unwrap();
        let of = if path == "/small.txt" {
            "text/plain; charset=utf-8"
        } else {
            "application/octet-stream"
        };
        let mut expected = Vec::new();
        for (start, end) in [(0, 1), (len - 2, len)] {
            let line = if start == 0 { "" } else { "\r\n" };
            let head = format!(
                "{line}--{boundary}\r\ncontent-type: {of}\r\ncontent-range: bytes {start}-{}/{len}\r\n\r\n",
                end - 1
            );
            expected.extend_from_slice(head.as_bytes());
            expected.extend_from_slice(&content[start..end]);
        }
        expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        assert!(
            part == expected,
            "{path}: {}",
            String::from_utf8_lossy(&part)
        );
        let (head, part) = ask(&format!("bytes={len}-"));
        assert_eq!((head.status(), part.unwrap()), (416, vec![]), "{path}");
        assert_eq!(value(&head, "content-range"), format!("bytes */{len}"));
        let (head, part) = ask("lines=1-2");
        assert_eq!(
            (head.status(), part.unwrap()),
            (200, content.to_vec()),
            "{path}"
        );
    }
    let head = Request::new("HEAD", "http", "h", "/small.txt").field("range", "bytes=1-3");
    let (head, _) = folder.send(&head);
    assert_eq!(
        (head.status(), value(&head, "content-length")),
        (200, "5".to_owned())
    );
}

#[test]
fn who_has_it_gets_304_and_who_means_another_412() {
    let folder = Folder::new("conditions");
    let (head, _) = folder.ask("GET", "/small.txt");
    let (tag, date) = (value(&head, "etag"), value(&head, "last-modified"));
    for method in ["GET", "HEAD"] {
        let ask = |name: &str, value: &str| {
            folder.send(&Request::new(method, "http", "h", "/small.txt").field(name, value))
        };
        for (name, condition) in [("if-none-match", &tag), ("if-modified-since", &date)] {
            let (head, content) = ask(name, condition);
            assert_eq!(
                (head.status(), content.unwrap()),
                (304, vec![]),
                "{method} {name}"
            );
            assert_eq!(value(&head, "etag"), tag, "{method} {name}");
            assert_eq!(head.field_value("content-length"), None, "{method} {name}");
        }
        let (head, content) = ask("if-match", "\"another\"");
        assert_eq!((head.status(), content.unwrap()), (412, vec![]), "{method}");
    }
}

#[test]
fn a_small_file_is_kept_and_a_change_shows_after_a_second() {
    let folder = Folder::new("kept");
    let now = Now::default();
    let ask = |path: &str, millis: u64| {
        let request = Request::get("http", "h", path);
        whole(
            folder
                .1
                .answer_at(&request, now.after(Duration::from_millis(millis))),
        )
    };
    ask("/small.txt", 0);
    let known = |path: &str| folder.1.cache.get(path);
    assert!(known("/small.txt").is_none(), "it was changed a moment ago");
    let (head, _) = ask("/small.txt", 5000);
    assert!(
        value(&head, "etag").starts_with('"'),
        "{}",
        value(&head, "etag")
    );
    let kept = known("/small.txt").unwrap();
    ask("/large.bin", 5000);
    assert!(known("/large.bin").is_none());
    // The same file, looked at again, is not read again.
    ask("/small.txt", 6000);
    let again = known("/small.txt").unwrap();
    assert_eq!(kept.content.as_ptr(), again.content.as_ptr());
    assert!(!alloc::sync::Arc::ptr_eq(&kept, &again));
    // From memory: the file is not even there.
    fs::rename(folder.0.join("small.txt"), folder.0.join("elsewhere")).unwrap();
    let (head, content) = ask("/small.txt", 6999);
    assert_eq!((head.status(), content), (200, b"small".to_vec()));
    assert_eq!(ask("/small.txt", 7000).0.status(), 404);
    fs::write(folder.0.join("small.txt"), "other").unwrap();
    let (other, content) = ask("/small.txt", 7000);
    assert_eq!(content, b"other");
    assert_ne!(value(&other, "etag"), value(&head, "etag"));
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_is_403() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("forbidden");
    let file = folder.0.join("small.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read everything.
    if fs::read(&file).is_err() {
        assert_eq!(folder.ask("GET", "/small.txt").0.status(), 403);
    }
}

#[test]
fn where_nothing_more_can_be_opened_is_503_and_not_403() {
    use crate::serve::answer::missing;
    use crate::serve::root::Missing;
    let Answer::Whole(head, content) = missing(Missing::Exhausted, "/x", false) else {
        panic!("it is said at once");
    };
    assert_eq!((head.status(), content.is_empty()), (503, false));
    assert_eq!(value(&head, "retry-after"), "1");
}
