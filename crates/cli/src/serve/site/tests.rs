//! What a request is answered with.

use super::{Answer, Site};
use blocking::proto::{Request, Response};
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
        match self.1.answer(&Request::new(method, "http", "h", path)) {
            Answer::Whole(response, content) => (response, Some(content.to_vec())),
            Answer::File(response, mut pieces) => {
                let mut content = Vec::new();
                while let Some(piece) = pieces.next().unwrap() {
                    assert!(piece.len() <= 65_536);
                    content.extend_from_slice(&piece);
                }
                (response, Some(content))
            }
            Answer::Echo(response) => (response, None),
            Answer::Sink(_) => (Response::new(200), None),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
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
        assert_eq!(get, head, "{path}");
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
