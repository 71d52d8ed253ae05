//! A file is whole, or it is not there.

use super::{Output, Target};
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
    let mut output = Output::open(&target).unwrap();
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
    let mut output = Output::open(&target).unwrap();
    output.write(b"con").unwrap();
    assert!(path.exists());
    drop(output);
    assert!(!path.exists());
}

#[test]
#[cfg(unix)]
fn a_device_is_never_removed() {
    let target = Target::File("/dev/null".into());
    drop(Output::open(&target).unwrap());
    assert!(PathBuf::from("/dev/null").exists());
}
