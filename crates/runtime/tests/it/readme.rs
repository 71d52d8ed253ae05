//! The loop of the README, as it stands there, run to its end.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use testkit::Echo;

#[expect(clippy::indexing_slicing, reason = "so that it is short")]
mod driver_loop;

#[test]
fn the_readme_has_this_loop() {
    let readme = include_str!("../../README.md");
    let (_, code) = include_str!("readme/driver_loop.rs")
        .split_once("\n\n")
        .unwrap();
    assert!(readme.contains(&code.replace("pub(super) ", "")));
}

#[test]
fn it_moves_everything_and_ends_at_the_end_of_the_input() {
    for said in [String::new(), "hello".to_owned(), "x".repeat(100_000)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut writing = peer.try_clone().unwrap();
        let saying = said.clone();
        let writer = thread::spawn(move || {
            writing.write_all(saying.as_bytes()).unwrap();
            writing.shutdown(Shutdown::Write).unwrap();
        });
        let reader = thread::spawn(move || {
            let mut heard = String::new();
            peer.read_to_string(&mut heard).unwrap();
            heard
        });
        driver_loop::drive(&mut Echo::new(), &stream).unwrap();
        drop(stream);
        writer.join().unwrap();
        assert!(reader.join().unwrap() == said, "{} octets", said.len());
    }
}
