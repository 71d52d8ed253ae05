//! Drivers that know nothing of HTTP run both roles, over loopback and in one task.

use core::time::Duration;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use tress_async::compat::tokio::TokioIo;
use tress_upgrade::proto::runtime::Runtime;
use tress_upgrade::proto::{Config, Event, Request, Response};
use tress_upgrade::{Client, Server, UpgradeError};

/// A machine whose application acts between the driver's operations, and ends by itself.
struct Acting<M> {
    machine: M,
    act: fn(&mut M),
}

impl<M: Runtime> Runtime for Acting<M> {
    testkit::forward!(machine: next_read_operation read_eof yield_reader next_write_operation);
    testkit::forward!(machine: report_write_result yield_writer report_exn shutdown is_closed tick);

    fn read(&mut self, input: &[u8]) -> usize {
        let consumed = self.machine.read(input);
        (self.act)(&mut self.machine);
        consumed
    }
}

fn server() -> Acting<Server> {
    let machine = Server::cleartext(Config::default());
    Acting {
        machine,
        act: answer,
    }
}

fn answer(server: &mut Server) {
    let connection = server.connection();
    while let Some(event) = connection.poll_event() {
        if let Event::Opened { stream_id } = event {
            let mut stream = connection.stream_mut(stream_id).unwrap();
            stream.respond(Response::new(299)).unwrap();
            stream.end().unwrap();
            stream.release();
        }
    }
}

/// Goes away once the first request was answered well.
fn ask(client: &mut Client) {
    let connection = client.connection();
    while let Some(event) = connection.poll_event() {
        if let Event::Finished { result: Ok(()), .. } = event {
            connection.go_away();
        }
    }
}

fn client(request: &Request) -> Acting<Client> {
    let machine = Client::cleartext(Config::default(), request, b"").unwrap();
    Acting { machine, act: ask }
}

fn get() -> Request {
    Request::get("http", "a", "/")
}

fn over_loopback(mut client: Acting<Client>) -> Acting<Client> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let _ = blocking::drive(&mut server(), &mut stream);
        sender.send(()).unwrap();
    });
    let mut stream = TcpStream::connect(addr).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    blocking::drive(&mut client, &mut stream).unwrap();
    drop(stream);
    receiver.recv_timeout(Duration::from_secs(20)).unwrap();
    client
}

#[test]
fn a_blocking_driver_runs_an_upgrade() {
    let client = over_loopback(client(&get()));
    assert!(client.machine.is_http2() && client.machine.is_closed());
}

#[test]
fn a_blocking_driver_runs_a_refusal() {
    let client = over_loopback(client(&get().field("expect", "tea")));
    assert!(matches!(
        client.machine.error(),
        Some(UpgradeError::Refused(_))
    ));
}

async fn in_one_task(request: &Request) -> bool {
    let (ours, theirs) = tokio::io::duplex(64);
    let mut client = tress_async::drive(client(request), TokioIo(ours));
    let server = tress_async::drive(server(), TokioIo(theirs));
    let both = async { tokio::join!(&mut client, server) };
    let (asked, _) = tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .unwrap();
    asked.unwrap();
    client.machine().machine.is_http2()
}

#[tokio::test]
async fn an_executor_runs_an_upgrade_and_a_refusal() {
    assert!(in_one_task(&get()).await);
    assert!(!in_one_task(&get().field("expect", "tea")).await);
}
