//! Names and their media types.

use super::{TYPES, content_type};
use std::path::Path;

#[test]
fn the_last_extension_counts_in_any_case() {
    for (name, expected) in [
        ("index.html", "text/html; charset=utf-8"),
        ("a/b/PHOTO.JPG", "image/jpeg"),
        ("archive.tar.gz", "application/gzip"),
        ("app.wasm", "application/wasm"),
    ] {
        assert_eq!(content_type(Path::new(name)), expected, "{name}");
    }
}

#[test]
fn a_name_that_tells_nothing_is_octets() {
    for name in ["Makefile", ".gitignore", "x.", "x.unknown", "html"] {
        assert_eq!(
            content_type(Path::new(name)),
            "application/octet-stream",
            "{name}"
        );
    }
}

#[test]
fn the_table_is_sorted_and_has_no_name_twice() {
    assert!(TYPES.is_sorted_by(|(a, _), (b, _)| a < b));
}
