//! No way of writing a path leads out of the folder.

use super::{UrlPath, percent_decode, percent_encode};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of its own for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(alloc::format!("tress-path-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("root/inner")).unwrap();
        fs::write(path.join("root/hello.txt"), "hello").unwrap();
        fs::write(path.join("root/inner/a b%.txt"), "inner").unwrap();
        fs::write(path.join("secret.txt"), "secret").unwrap();
        Self(fs::canonicalize(path).unwrap())
    }

    fn root(&self) -> PathBuf {
        self.0.join("root")
    }

    fn read(&self, path: &str) -> Option<String> {
        let place = UrlPath::parse(path)?.locate(&self.root())?;
        fs::read_to_string(place.path).ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_path_is_found_however_it_is_encoded() {
    let folder = Folder::new("found");
    for path in [
        "/hello.txt",
        "//hello.txt",
        "/./hello.txt",
        "/%68ello.txt",
        "/%2e/hello.txt",
    ] {
        assert_eq!(folder.read(path).as_deref(), Some("hello"), "{path}");
    }
    for path in [
        "/inner/a%20b%25.txt",
        "/inner//a b%25.txt",
        "/inner%2Fa%20b%25.txt",
    ] {
        assert_eq!(folder.read(path).as_deref(), Some("inner"), "{path}");
    }
}

#[test]
fn no_path_leads_out() {
    let folder = Folder::new("out");
    assert!(fs::read_to_string(folder.root().join("../secret.txt")).is_ok());
    let absolute = folder.0.join("secret.txt");
    let absolute = absolute.to_str().unwrap();
    for path in [
        "/../secret.txt",
        "/inner/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/.%2E/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/inner/..%2f..%2fsecret.txt",
        absolute,
        &alloc::format!("/{absolute}"),
        &alloc::format!("/%2f{absolute}"),
        "../secret.txt",
        "secret.txt",
        "",
        "*",
    ] {
        assert_eq!(folder.read(path), None, "{path}");
    }
}

#[test]
fn what_is_decoded_once_is_not_decoded_twice() {
    let folder = Folder::new("twice");
    assert_eq!(folder.read("/%252e%252e/secret.txt"), None);
    assert_eq!(folder.read("/%2568ello.txt"), None);
}

#[test]
fn a_nul_and_a_lone_percent_sign_are_nothing() {
    for path in [
        "/hello.txt%00",
        "/%00",
        "/hello.txt\0",
        "/%",
        "/%4",
        "/%zz",
        "/%+1",
    ] {
        assert_eq!(UrlPath::parse(path), None, "{path:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_inside_and_not_outside() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("links");
    let root = folder.root();
    symlink("hello.txt", root.join("inside")).unwrap();
    symlink("../secret.txt", root.join("outside")).unwrap();
    symlink(folder.0.join("secret.txt"), root.join("absolute")).unwrap();
    symlink("..", root.join("inner/up")).unwrap();
    symlink("../..", root.join("inner/upper")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    for path in [
        "/inside",
        "/inner/up/hello.txt",
        "/inner/upper/root/hello.txt",
    ] {
        assert_eq!(folder.read(path).as_deref(), Some("hello"), "{path}");
    }
    for path in [
        "/outside",
        "/absolute",
        "/inner/upper/secret.txt",
        "/inner/upper",
        "/dangling",
        "/loop",
    ] {
        let place = UrlPath::parse(path).and_then(|path| path.locate(&root));
        assert!(place.is_none(), "{path}: {place:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_beside_whose_name_goes_on_is_outside() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("beside");
    fs::create_dir(folder.0.join("root-other")).unwrap();
    fs::write(folder.0.join("root-other/file"), "other").unwrap();
    symlink("../root-other/file", folder.root().join("link")).unwrap();
    assert_eq!(folder.read("/link"), None);
}

#[test]
fn a_folder_is_known_by_its_slash() {
    assert!(UrlPath::parse("/").unwrap().is_folder);
    assert!(UrlPath::parse("/inner/").unwrap().is_folder);
    assert!(!UrlPath::parse("/inner").unwrap().is_folder);
}

#[test]
fn the_path_of_a_folder_is_never_another_host() {
    let path = UrlPath::parse("//evil.example/%2f%2fx\"y").unwrap();
    assert_eq!(path.as_folder(), "/evil.example/x%22y/");
    assert_eq!(UrlPath::parse("/").unwrap().as_folder(), "/");
}

#[test]
fn nothing_is_beside_what_is_not_a_folder() {
    let folder = Folder::new("file");
    assert_eq!(folder.read("/hello.txt/x"), None);
    assert!(
        UrlPath::parse("/")
            .unwrap()
            .locate(Path::new(&folder.root()))
            .is_some()
    );
}

#[test]
fn encoding_is_undone_by_decoding() {
    let octets: Vec<u8> = (0..=255).collect();
    let text = percent_encode(&octets);
    assert_eq!(percent_decode(&text), Some(octets));
}
