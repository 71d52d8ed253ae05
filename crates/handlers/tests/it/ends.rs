//! Somebody is always called: on GOAWAY, shutdown, a reset, the end of input, and after all of them.

use testkit::{code, data, goaway, headers, rst_stream};
use tress_handlers::StreamError;
use tress_handlers::proto::runtime::Runtime;

use crate::support::{Log, client, get, handlers, post, scripted_client};

#[test]
fn goaway_is_told_to_each_request_that_will_not_be_answered() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    for _ in 0..2 {
        peer.machine.request(get("/"), handlers(&log)).close();
    }
    peer.run();
    peer.feed(goaway(1, code::NO_ERROR));
    let told = log.take();
    assert_eq!(
        told,
        ["error: the peer went away with NO_ERROR and did not process the request"]
    );
    peer.feed(headers(1).status(200).end());
    assert_eq!(log.take(), ["response 200", "eof"]);
}

#[test]
fn a_request_after_goaway_is_told() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed(goaway(1, code::NO_ERROR));
    peer.machine.request(get("/late"), handlers(&log)).close();
    peer.run();
    assert_eq!(log.take(), ["error: the connection is going away"]);
}

#[test]
fn shutdown_is_told_to_requests_flushes_and_pings() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let writer = peer.machine.request(post("/"), handlers(&log));
    writer.write(vec![0; 100_000]).unwrap();
    writer.flush(log.flushed());
    let ping = log.clone();
    peer.machine
        .ping([0; 8], move |answer| ping.note(format!("ping {answer:?}")));
    peer.run();
    peer.machine.shutdown();
    peer.run();
    let mut told = log.take();
    told.sort();
    assert_eq!(
        told,
        ["Closed", "error: the connection was lost", "ping Err(Lost)"]
    );
    assert!(peer.is_closed());
}

#[test]
fn a_reset_without_error_before_the_response_is_told() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed(rst_stream(1, code::NO_ERROR));
    assert_eq!(
        log.take(),
        ["error: the peer reset the stream with NO_ERROR"]
    );
    assert_eq!(peer.machine.connection().streams().count(), 0);
}

#[test]
fn a_request_on_a_closed_connection_is_told_at_once() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.shutdown();
    peer.run();
    let writer = peer.machine.request(get("/"), handlers(&log));
    assert_eq!(log.take(), ["error: the connection is closed"]);
    assert!(writer.is_closed());
}

#[test]
fn a_client_that_is_dropped_tells_all_who_wait() {
    let log = Log::default();
    let handle = {
        let machine = client(&log);
        let _writer = machine.request(get("/"), handlers(&log));
        let ping = log.clone();
        machine.ping([0; 8], move |answer| ping.note(format!("ping {answer:?}")));
        machine.handle()
    };
    let told = log.take();
    assert!(
        told.contains(&"error: the request was never sent".into())
            || told.contains(&"error: the connection is closed".into()),
        "{told:?}"
    );
    assert_eq!(told.len(), 2, "{told:?}");
    handle.request(get("/"), handlers(&log)).close();
    handle.ping([0; 8], |answer| assert!(answer.is_err()));
    assert_eq!(log.take(), ["error: the connection is closed"]);
}

#[test]
fn an_end_of_input_is_told_to_reads_and_requests() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    peer.machine.request(get("/"), handlers(&log)).close();
    peer.run();
    peer.feed((headers(1).status(200), data(1, "half")));
    peer.eof();
    let lost = StreamError::ConnectionLost;
    let told = log.take();
    assert_eq!(told[..2], ["response 200", "data half"]);
    assert_eq!(
        told[2..4],
        [format!("cut: {lost}"), format!("error: {lost}")]
    );
    assert!(told[4].starts_with("connection: "), "{told:?}");
}

#[test]
fn a_client_with_a_thousand_streams_tells_them_all() {
    let log = Log::default();
    let mut peer = scripted_client(&log);
    let mut writers = Vec::new();
    for _ in 0..1000 {
        let writer = peer.machine.request(post("/"), handlers(&log));
        writer.write([0; 200]).unwrap();
        writer.flush(log.flushed());
        writer.flush(log.flushed());
        writers.push(writer);
    }
    peer.run();
    let ping = log.clone();
    peer.machine
        .ping([0; 8], move |answer| ping.note(format!("{answer:?}")));
    for writer in &writers {
        writer.flush(log.flushed());
    }
    peer.run();
    drop(peer);
    let told = log.take();
    let count = |what: &str| told.iter().filter(|line| line.starts_with(what)).count();
    assert_eq!((count("error"), count("Err(Lost)")), (1000, 1));
    assert_eq!(count("Closed") + count("Written"), 3000);
    assert!(writers.iter().all(tress_handlers::Writer::is_closed));
}
