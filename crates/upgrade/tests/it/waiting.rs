//! Who waits for whom: readers that pause, and output that is lost.

use core::time::Duration;

use testkit::{Echo, PREFACE, Task, Wire, ping, settings, written};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tress_async::compat::tokio::TokioIo;
use tress_upgrade::proto::runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_upgrade::proto::{Bytes, Config, Request, Response};
use tress_upgrade::{Client, Fallback, Limits, RequestHead, Server};

use crate::support::{SWITCHING, cleartext};

/// Hands every connection to an echo that holds ten octets.
struct Echoes;

impl Fallback for Echoes {
    type Machine = Echo;

    fn take_over(&mut self, _: &RequestHead) -> Option<Echo> {
        Some(Echo::new().capacity(10))
    }

    fn answer(&mut self, _: &RequestHead, _: Bytes) -> (Response, Bytes) {
        (Response::new(404), Bytes::new())
    }
}

/// A machine that has paused leaves its reader in peace until it reads on.
#[track_caller]
fn pauses(machine: &mut impl Runtime) {
    assert_eq!(machine.next_read_operation(), ReadOperation::Yield);
    let task = Task::new();
    machine.yield_reader(task.waker());
    assert_eq!(task.woken(), 0, "a driver would spin");
    written(machine);
    assert_eq!(task.woken(), 1, "a driver would wait for ever");
    assert_eq!(machine.next_read_operation(), ReadOperation::Read);
}

#[test]
fn a_fallback_that_pauses_lets_its_driver_wait() {
    let mut server = Server::cleartext(Config::default()).fallback(Echoes);
    let request = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let consumed = server.read(request);
    assert!(consumed >= 10 && consumed < request.len(), "{consumed}");
    pauses(&mut server);
}

#[test]
fn a_connection_that_pauses_after_an_upgrade_lets_its_driver_wait() {
    let floods = |machine: &mut dyn Runtime| {
        let pings = ping(*b"12345678").octets().repeat(100);
        for _ in 0..1000 {
            if machine.next_read_operation() == ReadOperation::Yield {
                return;
            }
            machine.read(&pings);
        }
        panic!("it never pauses");
    };
    let request = Request::get("http", "a", "/");
    let mut client = Client::cleartext(Config::default(), &request, b"").unwrap();
    written(&mut client);
    client.read(&(SWITCHING.as_bytes(), settings()).octets());
    assert!(client.is_http2());
    written(&mut client);
    floods(&mut client);
    pauses(&mut client);
    let mut server = cleartext();
    server.read(&(PREFACE, settings()).octets());
    assert!(server.is_http2());
    written(&mut server);
    floods(&mut server);
    pauses(&mut server);
}

#[tokio::test]
async fn what_a_fallback_takes_little_by_little_is_driven_through() {
    let server = Server::cleartext(Config::default()).fallback(Echoes);
    let (ours, theirs) = tokio::io::duplex(64);
    let driving = tokio::spawn(tress_async::drive(server, TokioIo(theirs)));
    let said = [&b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"[..], &[b'x'; 10_000]].concat();
    let (mut reader, mut writer) = tokio::io::split(ours);
    let sent = said.clone();
    let writing = tokio::spawn(async move {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let mut heard = Vec::new();
    let reading = reader.read_to_end(&mut heard);
    let heard_all = tokio::time::timeout(Duration::from_secs(20), reading).await;
    heard_all.unwrap().unwrap();
    assert!(heard == said);
    writing.await.unwrap();
    driving.await.unwrap().unwrap();
}

/// How much waits to be written in all.
fn waits(machine: &mut impl Runtime) -> usize {
    match machine.next_write_operation() {
        WriteOperation::Write(chunks) => chunks.octets(),
        operation => panic!("{operation:?}"),
    }
}

#[track_caller]
fn has_lost(machine: &mut impl Runtime, expected: usize) {
    match machine.next_write_operation() {
        WriteOperation::Close(lost) => assert_eq!(lost, expected),
        operation => panic!("{operation:?}"),
    }
}

#[test]
fn an_answer_that_is_lost_is_counted_from_where_it_broke_off() {
    let long = |_: &RequestHead, _: Bytes| (Response::new(200), Bytes::from_static(&[b'x'; 1000]));
    let ends: [fn(&mut Server<_>); 3] = [
        |server| server.report_write_result(WriteResult::Closed),
        |server| server.report_exn("cut".into()),
        |server| {
            server.tick(Duration::ZERO);
            server.tick(Duration::from_secs(60));
        },
    ];
    for end in ends {
        for gone in [0, 1, 300] {
            let limits = Limits::default().timeout(Duration::from_secs(30));
            let mut server = cleartext().limits(limits).fallback(long);
            server.read(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            let all = waits(&mut server);
            assert!(all > 1000);
            if gone > 0 {
                server.report_write_result(WriteResult::Ok(gone));
            }
            end(&mut server);
            has_lost(&mut server, all - gone);
            assert!(server.is_closed());
        }
    }
}

#[test]
fn a_request_that_is_lost_is_counted_from_where_it_broke_off() {
    for gone in [0, 7] {
        let request = Request::post("http", "a", "/");
        let mut client = Client::cleartext(Config::default(), &request, &[7; 1000]).unwrap();
        let all = waits(&mut client);
        assert!(all > 1000);
        if gone > 0 {
            client.report_write_result(WriteResult::Ok(gone));
        }
        client.report_write_result(WriteResult::Closed);
        // An early answer may still come.
        assert!(matches!(
            client.next_write_operation(),
            WriteOperation::Yield
        ));
        client.read_eof(b"");
        has_lost(&mut client, all - gone);
        assert!(client.is_closed());
    }
}
