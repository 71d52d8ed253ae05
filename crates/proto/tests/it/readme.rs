//! The loop of the README, as it stands there, run to its end.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use tress_proto::Request;

#[expect(dead_code, reason = "its program wants a server")]
mod client_loop;

/// SETTINGS, and the acknowledgment of the client's.
const SERVER_SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0\0\0\0\x04\x01\0\0\0\0";
/// HEADERS with status 200, and DATA.
const ANSWER: &[u8] = b"\0\0\x01\x01\x04\0\0\0\x01\x88\0\0\x05\0\x01\0\0\0\x01hello";

/// The same, cut in the middle of DATA.
const CUT: &[u8] = b"\0\0\x01\x01\x04\0\0\0\x01\x88\0\0\x05\0\x01\0\0";

#[test]
fn the_readme_has_this_loop() {
    let readme = include_str!("../../README.md");
    let (_, code) = include_str!("readme/client_loop.rs")
        .split_once("\n\n")
        .unwrap();
    assert!(readme.contains(&code.replace("pub(super) ", "")));
}

/// What the loop gets from a server that says this, each piece after it has heard something, and ends.
fn get(said: &'static [&'static [u8]]) -> Result<Vec<u8>, String> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let server = thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        let mut heard = [0; 4096];
        for piece in said {
            assert!(peer.read(&mut heard).unwrap() > 0);
            peer.write_all(piece).unwrap();
        }
        peer.shutdown(std::net::Shutdown::Write).unwrap();
        while matches!(peer.read(&mut heard), Ok(1..)) {}
    });
    let got = client_loop::get(&stream, Request::get("http", "example.org", "/"));
    drop(stream);
    server.join().unwrap();
    got.map_err(|error| error.to_string())
}

#[test]
fn it_returns_what_the_server_answers() {
    assert_eq!(get(&[SERVER_SETTINGS, ANSWER]), Ok(b"hello".to_vec()));
}

#[test]
fn it_ends_at_the_end_of_the_input_wherever_that_is() {
    const SAID: [&[&[u8]]; 4] = [&[], &[b"\0\0"], &[SERVER_SETTINGS], &[SERVER_SETTINGS, CUT]];
    for said in SAID {
        assert!(get(said).is_err(), "{said:?}");
    }
}
