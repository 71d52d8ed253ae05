//! No way of writing a path leads out of the folder.

use super::{UrlPath, percent_decode, percent_encode};

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
fn encoding_is_undone_by_decoding() {
    let octets: Vec<u8> = (0..=255).collect();
    let text = percent_encode(&octets);
    assert_eq!(percent_decode(&text), Some(octets));
}
