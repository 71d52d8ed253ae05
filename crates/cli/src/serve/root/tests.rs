//! No way of writing a path leads out of the folder, and no link.

use super::{Entry, Found, Missing, Root};
use crate::serve::path::UrlPath;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A folder of its own for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(alloc::format!("tress-root-{name}-{}", std::process::id()));
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

    fn find(&self, path: &str) -> Result<Found, Missing> {
        let path = UrlPath::parse(path).ok_or(Missing::Nothing)?;
        Root::open(&self.root()).unwrap().find(&path.relative())
    }

    fn read(&self, path: &str) -> Option<String> {
        let Ok(Found::File(mut file, _)) = self.find(path) else {
            return None;
        };
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        Some(content)
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
        let found = folder.find(path);
        assert!(matches!(found, Err(Missing::Nothing)), "{path}: {found:?}");
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
fn nothing_is_beside_what_is_not_a_folder() {
    let folder = Folder::new("file");
    assert_eq!(folder.read("/hello.txt/x"), None);
    assert!(matches!(folder.find("/"), Ok(Found::Folder(path)) if path == Path::new(".")));
}

#[test]
#[cfg(unix)]
fn a_folder_that_becomes_a_link_between_two_looks_leads_nowhere() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("race");
    let root = folder.root();
    let outer = folder.0.join("outer");
    fs::create_dir(&outer).unwrap();
    fs::write(outer.join("file"), "secret").unwrap();
    let served = Root::open(&root).unwrap();
    let path = Path::new("swapped/file");
    for target in [Path::new("../outer"), &outer] {
        fs::create_dir(root.join("swapped")).unwrap();
        fs::write(root.join("swapped/file"), "mine").unwrap();
        assert!(!served.is_folder(path).unwrap());
        fs::remove_dir_all(root.join("swapped")).unwrap();
        symlink(target, root.join("swapped")).unwrap();
        assert_eq!(fs::read(root.join(path)).unwrap(), b"secret");
        assert!(served.file(path).is_err(), "{}", target.display());
        let found = served.find(path);
        assert!(matches!(found, Err(Missing::Nothing)), "{found:?}");
        fs::remove_file(root.join("swapped")).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_becomes_a_pipe_between_two_looks_stops_nobody() {
    let folder = Folder::new("pipe");
    let served = Root::open(&folder.root()).unwrap();
    let path = Path::new("hello.txt");
    assert!(!served.is_folder(path).unwrap());
    fs::remove_file(folder.root().join(path)).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.root().join(path))
        .status();
    if made.is_ok_and(|status| status.success()) {
        // To open a pipe that nobody writes to would last for ever.
        assert!(served.file(path).is_err());
    }
}

#[test]
fn why_nothing_is_available_is_told_apart() {
    for (error, why) in [
        (io::ErrorKind::NotFound, Missing::Nothing),
        (io::ErrorKind::NotADirectory, Missing::Nothing),
        (io::ErrorKind::PermissionDenied, Missing::Forbidden),
        (io::ErrorKind::OutOfMemory, Missing::Exhausted),
        (io::ErrorKind::Other, Missing::Unreadable),
    ] {
        assert_eq!(Missing::from(io::Error::from(error)), why, "{error}");
    }
    #[cfg(unix)]
    for (number, why) in [
        (libc::EMFILE, Missing::Exhausted),
        (libc::ENFILE, Missing::Exhausted),
        (libc::EACCES, Missing::Forbidden),
        (libc::ELOOP, Missing::Nothing),
        (libc::ENAMETOOLONG, Missing::Nothing),
        (libc::EIO, Missing::Unreadable),
    ] {
        let error = io::Error::from_raw_os_error(number);
        assert_eq!(Missing::from(error), why, "{number}");
    }
}

#[test]
#[cfg(unix)]
fn a_list_has_what_would_be_served() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("list");
    symlink("../secret.txt", folder.root().join("outside")).unwrap();
    symlink(folder.root().join("inner"), folder.root().join("absolute")).unwrap();
    symlink("hello.txt", folder.root().join("a link")).unwrap();
    let entries = Root::open(&folder.root())
        .unwrap()
        .list(Path::new("."))
        .unwrap();
    let entry = |name: &str, is_folder| Entry {
        name: name.into(),
        is_folder,
    };
    let expected = [
        entry("a link", false),
        entry("absolute", true),
        entry("hello.txt", false),
        entry("inner", true),
    ];
    assert_eq!(entries, expected);
}
