//! The loop of the workspace's README, as it stands there, run to its end.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use tress_proto::{Config, Connection};

use crate::support::LIMIT;

#[expect(dead_code, reason = "its program serves for ever")]
mod server_loop;

#[test]
fn the_readme_has_this_loop() {
    let readme = include_str!("../../../../README.md");
    let (_, code) = include_str!("readme/server_loop.rs")
        .split_once("\n\n")
        .unwrap();
    assert!(readme.contains(&code.replace("pub(super) ", "")));
}

/// Serves one connection by the loop; returns whether it ended well.
fn serve(client: impl FnOnce(TcpStream) + Send + 'static) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let client = thread::spawn(move || client(stream));
    let (stream, _) = listener.accept().unwrap();
    let served = server_loop::drive(&mut Connection::new(Config::default()), &stream);
    drop(stream);
    client.join().unwrap();
    served.is_ok()
}

#[test]
fn it_answers_and_ends_when_the_client_does() {
    assert!(serve(|stream| {
        let connection = Connection::new(Config::default());
        let client = blocking::Client::new(connection, stream).unwrap();
        for _ in 0..3 {
            let request = blocking::Request::get("http", "h", "/");
            let reply = client.fetch(request).unwrap();
            assert_eq!(reply.body.bytes(100).unwrap(), "hello\n");
        }
        client.close().unwrap();
    }));
}

#[test]
fn it_ends_at_the_end_of_the_input_wherever_that_is() {
    for said in [&b""[..], b"PRI", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0"] {
        serve(move |mut stream| {
            std::io::Write::write_all(&mut stream, said).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            // Until the loop has ended, and its socket with it.
            while matches!(std::io::Read::read(&mut stream, &mut [0; 1024]), Ok(1..)) {}
        });
    }
}
