//! `tress link`: what goes over it arrives whole, late and slowly, and so do its ends.

use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use socket2::SockRef;

use crate::support::{Folder, LIMIT, RUNTIMES, Relay, Serving, octets, tress, wait};

/// Both ends of a connection over a link: the client's, and the server's.
fn ends(options: &[&str]) -> (Relay, TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let link = Relay::start("link", &listener.local_addr().unwrap().to_string(), options);
    let client = TcpStream::connect(&link.address).unwrap();
    let (server, _) = listener.accept().unwrap();
    for socket in [&client, &server] {
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        socket.set_write_timeout(Some(LIMIT)).unwrap();
    }
    (link, client, server)
}

/// Reads to the end.
fn rest(socket: &mut TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    socket.read_to_end(&mut octets).unwrap();
    octets
}

fn reset(socket: TcpStream) {
    SockRef::from(&socket)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

#[test]
fn content_goes_over_it_whole_and_no_faster_than_its_rate() {
    let folder = Folder::new();
    let content = octets(200_000);
    folder.write("file", &content);
    for runtime in RUNTIMES {
        let serving = Serving::start(folder.path(), runtime, &[]);
        let link = Relay::start(
            "link",
            serving.address(),
            &["--rate", "200000", "--buffer", "16KiB"],
        );
        let start = Instant::now();
        let finished = tress(&["get", &format!("http://{}/file", link.address)]);
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!(finished.code, Some(0), "{runtime}: {finished:?}");
        assert!(finished.stdout == content, "{runtime}");
        assert!((1.0..10.0).contains(&seconds), "{runtime}: {seconds} s");
    }
}

#[test]
fn each_direction_has_its_rate() {
    let (_link, mut client, mut server) =
        ends(&["--rate", "1G", "--up-rate", "50000", "--down-rate", "100M"]);
    let content = octets(50_000);
    let start = Instant::now();
    server.write_all(&content).unwrap();
    let mut received = vec![0; content.len()];
    client.read_exact(&mut received).unwrap();
    assert!(received == content);
    assert!(start.elapsed() < Duration::from_millis(900));
    let start = Instant::now();
    client.write_all(&content).unwrap();
    server.read_exact(&mut received).unwrap();
    assert!(received == content);
    assert!(start.elapsed() > Duration::from_millis(950));
}

#[test]
fn an_answer_takes_the_delay_twice() {
    let (_link, mut client, mut server) = ends(&["--delay", "150ms"]);
    let start = Instant::now();
    client.write_all(b"ping").unwrap();
    let mut octets = [0; 4];
    server.read_exact(&mut octets).unwrap();
    let there = start.elapsed();
    server.write_all(b"pong").unwrap();
    client.read_exact(&mut octets).unwrap();
    let back = start.elapsed();
    assert_eq!(&octets, b"pong");
    let (there, back) = (there.as_millis(), back.as_millis());
    assert!((150..1150).contains(&there), "{there} ms");
    assert!((300..2300).contains(&back), "{back} ms");
}

#[test]
fn nothing_arrives_in_an_outage() {
    let (_link, mut client, mut server) = ends(&["--outage", "0s..600ms"]);
    let start = Instant::now();
    client.write_all(b"x").unwrap();
    let mut octets = [0; 1];
    server.read_exact(&mut octets).unwrap();
    assert!(start.elapsed() > Duration::from_millis(500));
}

#[test]
fn a_half_close_is_passed_on_and_the_other_half_goes_on() {
    let (_link, mut client, mut server) = ends(&["--delay", "20ms"]);
    client.write_all(b"all there is").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(&mut server), b"all there is");
    let content = octets(300_000);
    server.write_all(&content).unwrap();
    drop(server);
    assert!(rest(&mut client) == content);
}

#[test]
fn a_reset_is_passed_on_behind_what_came_before() {
    let (_link, mut client, server) = ends(&["--delay", "100ms"]);
    (&server).write_all(b"before").unwrap();
    // What waits in a socket that is reset is lost.
    thread::sleep(Duration::from_millis(50));
    reset(server);
    let mut octets = [0; 6];
    client.read_exact(&mut octets).unwrap();
    assert_eq!(&octets, b"before");
    let ended = client.read(&mut octets).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_reset_is_passed_on_to_who_writes() {
    let (_link, client, mut server) = ends(&[]);
    reset(client);
    let ended = server.read(&mut [0; 1]).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_reset_behind_octets_that_nobody_takes_is_passed_on() {
    let (_link, mut client, server) = ends(&["--buffer", "4KiB"]);
    server
        .set_write_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let content = octets(1 << 16);
    while (&server).write(&content).is_ok() {}
    reset(server);
    thread::sleep(Duration::from_millis(1500));
    let mut octets = Vec::new();
    let ended = client.read_to_end(&mut octets).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn who_does_not_read_stops_who_sends() {
    let (_link, mut client, mut server) = ends(&["--buffer", "16KiB"]);
    server
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let content = octets(1 << 16);
    let mut sent = Vec::new();
    loop {
        match server.write(&content) {
            Ok(len) => sent.extend_from_slice(&content[..len]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
        assert!(sent.len() < 64 << 20, "the link takes everything");
    }
    drop(server);
    assert!(rest(&mut client) == sent);
}

#[test]
fn nobody_at_the_other_end_is_said_and_resets() {
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let mut link = Relay::start("link", &nobody, &[]);
    let mut client = TcpStream::connect(&link.address).unwrap();
    client.set_read_timeout(Some(LIMIT)).unwrap();
    let ended = client.read(&mut [0; 1]).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::ConnectionReset);
    link.child.kill().unwrap();
    let mut said = String::new();
    let stderr = link.child.stderr.as_mut().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert!(
        said.contains(&format!("cannot connect to {nobody}")),
        "{said}"
    );
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it_with_0() {
    let (mut link, mut client, _server) = ends(&[]);
    let id = link.child.id().to_string();
    let status = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(status.unwrap().success());
    assert_eq!(wait(&mut link.child), Some(0));
    assert!(matches!(client.read(&mut [0; 1]), Ok(0) | Err(_)));
}
