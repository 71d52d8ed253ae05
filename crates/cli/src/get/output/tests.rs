//! A file is whole, or it is not there.

use super::{Output, Target, is_binary};
use std::fs;
use std::path::PathBuf;

fn target(name: &str) -> (Target, PathBuf) {
    let path = std::env::temp_dir().join(format!("tress-output-{name}-{}", std::process::id()));
    let _ = fs::remove_file(&path);
    (Target::File(path.clone()), path)
}

#[test]
fn a_finished_file_stays() {
    let (target, path) = target("whole");
    let mut output = Output::new(&target);
    output.write(b"con").unwrap();
    output.write(b"tent").unwrap();
    output.finish().unwrap();
    drop(output);
    assert_eq!(fs::read(&path).unwrap(), b"content");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_half_written_file_goes() {
    let (target, path) = target("half");
    let mut output = Output::new(&target);
    output.write(b"con").unwrap();
    assert!(path.exists());
    drop(output);
    assert!(!path.exists());
}

#[test]
#[cfg(unix)]
fn a_device_is_never_removed() {
    let target = Target::File("/dev/null".into());
    let mut output = Output::new(&target);
    output.write(b"x").unwrap();
    drop(output);
    assert!(PathBuf::from("/dev/null").exists());
}

#[test]
fn a_file_is_not_touched_before_there_is_something_to_write() {
    let (target, path) = target("kept");
    fs::write(&path, "before").unwrap();
    drop(Output::new(&target));
    assert_eq!(fs::read(&path).unwrap(), b"before");
    Output::new(&target).finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_nul_among_the_first_octets_is_no_text() {
    assert!(is_binary(b"\x89PNG\0"));
    assert!(!is_binary("gr\u{fc}n\x1b[1m\n".as_bytes()));
    let mut late = vec![b'x'; 3000];
    late.push(0);
    assert!(!is_binary(&late));
}
