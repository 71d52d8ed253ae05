//! A driver that knows nothing of HTTP runs both machines, each on a thread of its own.

use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;

use tress_async::compat::tokio::TokioIo;
use tress_handlers::{Config, Response, Server};

use crate::support::{Log, client, get, handlers};

#[test]
fn a_blocking_driver_runs_both_ends_over_loopback() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut server = Server::new(Config::default(), |reqd| {
            reqd.respond_with_string(Response::new(200), "hello")
                .unwrap();
        });
        blocking::drive(&mut server, &mut stream).unwrap();
    });
    let log = Log::default();
    let mut client = client(&log);
    client.request(get("/"), handlers(&log)).close();
    client.go_away();
    let mut stream = TcpStream::connect(address).unwrap();
    blocking::drive(&mut client, &mut stream).unwrap();
    serving.join().unwrap();
    assert_eq!(log.take(), ["response 200", "data hello", "eof"]);
}

#[test]
fn handles_reach_a_machine_that_another_thread_drives() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let slot = crate::support::Slot::new();
        let keep = slot.clone();
        let server = Mutex::new(Server::new(Config::default(), move |reqd| keep.put(reqd)));
        let answering = thread::spawn(move || {
            loop {
                if let Some(reqd) = slot.try_take() {
                    let reqd: tress_handlers::Reqd = reqd;
                    return reqd
                        .respond_with_string(Response::new(200), "from afar")
                        .unwrap();
                }
                thread::sleep(core::time::Duration::from_millis(1));
            }
        });
        let (read, write) = (stream.try_clone().unwrap(), stream);
        blocking::drive_halves(&server, read, write).unwrap();
        answering.join().unwrap();
    });
    let log = Log::default();
    let mut client = client(&log);
    client.request(get("/"), handlers(&log)).close();
    client.go_away();
    let mut stream = TcpStream::connect(address).unwrap();
    blocking::drive(&mut client, &mut stream).unwrap();
    drop(stream);
    serving.join().unwrap();
    assert_eq!(log.take(), ["response 200", "data from afar", "eof"]);
}

#[tokio::test]
async fn an_executor_runs_both_ends_in_one_task() {
    let (ours, theirs) = tokio::io::duplex(1000);
    let server = Server::new(Config::default(), |reqd| {
        reqd.respond_with_string(Response::new(200), "x".repeat(10_000))
            .unwrap();
    });
    let log = Log::default();
    let client = client(&log);
    for _ in 0..3 {
        client.request(get("/"), handlers(&log)).close();
    }
    client.go_away();
    let (client, server) = tokio::join!(
        tress_async::drive(client, TokioIo(ours)),
        tress_async::drive(server, TokioIo(theirs)),
    );
    client.unwrap();
    server.unwrap();
    let told = log.take();
    assert_eq!(told.iter().filter(|line| *line == "eof").count(), 3);
    let octets = told
        .iter()
        .filter_map(|line| line.strip_prefix("data "))
        .map(str::len);
    assert_eq!(octets.sum::<usize>(), 30_000);
}
