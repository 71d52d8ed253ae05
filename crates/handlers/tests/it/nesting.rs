//! Callbacks that ask for more from inside: nothing is borrowed twice, and no stack is used up.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};

use testkit::Pair;
use tress_handlers::proto::runtime::Runtime;
use tress_handlers::{
    Bytes, ClientHandle, Config, Flushed, Handlers, Reader, Response, Server, Writer,
};

use crate::support::{Log, client, get, pair, post, read_all, scripted_server};

/// Sends back what comes, a piece at a time.
fn echo(reader: &Reader, writer: Writer) {
    let (next, end) = (reader.clone(), writer.clone());
    let on_read = move |data: Bytes| {
        writer.schedule(data).expect("the stream is open");
        echo(&next, writer);
    };
    let scheduled = reader.schedule_read(move |_| end.close(), on_read);
    scheduled.expect("one read at a time");
}

fn echo_server() -> Server {
    Server::new(Config::default(), |reqd| {
        let writer = reqd.respond_with_streaming(Response::new(200)).unwrap();
        echo(&reqd.request_body().unwrap(), writer);
    })
}

/// Counts octets to the end.
fn count(reader: &Reader, octets: Arc<AtomicUsize>) {
    let next = reader.clone();
    let on_read = move |data: Bytes| {
        octets.fetch_add(data.len(), Ordering::Relaxed);
        count(&next, octets);
    };
    reader
        .schedule_read(|result| assert_eq!(result, Ok(())), on_read)
        .unwrap();
}

#[test]
fn an_echo_of_four_mebibytes_nests_without_depth() {
    const OCTETS: usize = 4 << 20;
    let mut pair = Pair::new(client(&Log::default()), echo_server()).unrecorded();
    let received = Arc::new(AtomicUsize::new(0));
    let total = Arc::clone(&received);
    let handlers = Handlers::new(
        move |_, reader| count(&reader, total),
        |error| panic!("{error}"),
    );
    let writer = pair.a.request(post("/"), handlers);
    for _ in 0..OCTETS / 8 {
        writer.write([1; 8]).unwrap();
    }
    writer.close();
    drop(writer);
    pair.run();
    assert_eq!(received.load(Ordering::Relaxed), OCTETS);
    assert_eq!(pair.a.connection().streams().count(), 0);
    assert_eq!(pair.b.connection().streams().count(), 0);
}

#[test]
fn an_echo_survives_any_wire() {
    for seed in 0..200 {
        let log = Log::default();
        let mut pair = Pair::new(client(&log), echo_server()).hostile(seed);
        for _ in 0..3 {
            let writer = pair.a.request(post("/"), crate::support::handlers(&log));
            writer.write("hello ").unwrap();
            writer.write("world").unwrap();
            writer.close();
        }
        pair.run();
        let told = log.take();
        assert_eq!(
            told.iter().filter(|line| *line == "eof").count(),
            3,
            "{told:?}"
        );
        let octets: usize = told
            .iter()
            .filter_map(|line| line.strip_prefix("data "))
            .map(str::len)
            .sum();
        assert_eq!(octets, 33);
    }
}

/// Asks again from the response handler.
fn chain(handle: ClientHandle, left: usize, log: Log) {
    let (asking, again, errors) = (handle.clone(), log.clone(), log.clone());
    let on_response = move |response: Response, reader: Reader| {
        again.note(format!("{left}: {}", response.status()));
        reader.close();
        if left > 1 {
            chain(handle, left - 1, again);
        }
    };
    let on_error = move |error| errors.note(format!("error: {error}"));
    asking
        .request(get("/"), Handlers::new(on_response, on_error))
        .close();
}

#[test]
fn a_request_may_be_made_from_a_response_handler() {
    let log = Log::default();
    let server = Server::new(Config::default(), |reqd| {
        reqd.respond_with_string(Response::new(200), "ok").unwrap();
    });
    let mut pair = Pair::new(client(&log), server);
    chain(pair.a.handle(), 3, log.clone());
    pair.run();
    assert_eq!(log.take(), ["3: 200", "2: 200", "1: 200"]);
}

/// Writes the next piece when the last has left.
fn pace(writer: Writer, left: usize) {
    if left == 0 {
        return writer.close();
    }
    writer.write([0; 1000]).unwrap();
    writer.clone().flush(move |flushed| {
        assert_eq!(flushed, Flushed::Written);
        pace(writer, left - 1);
    });
}

#[test]
fn flushes_pace_a_writer() {
    let (mut pair, slot, ours, _) = pair();
    pair.a
        .request(get("/"), crate::support::handlers(&ours))
        .close();
    pair.run();
    pace(
        slot.take()
            .respond_with_streaming(Response::new(200))
            .unwrap(),
        100,
    );
    pair.run();
    let told = ours.take();
    let octets: usize = told
        .iter()
        .filter_map(|line| line.strip_prefix("data "))
        .map(str::len)
        .sum();
    assert_eq!(
        (octets, told.last().map(String::as_str)),
        (100_000, Some("eof"))
    );
}

/// Asks for a flush for ever.
fn spin(writer: Writer, count: Arc<AtomicUsize>) {
    writer.clone().flush(move |_| {
        if count.fetch_add(1, Ordering::Relaxed) < 100_000 {
            spin(writer, count);
        }
    });
}

#[test]
fn callbacks_that_always_ask_for_more_yield_to_the_driver() {
    let (mut peer, slot) = scripted_server(&Log::default());
    peer.feed(testkit::headers(1).get("/").end());
    let writer = slot
        .take()
        .respond_with_streaming(Response::new(200))
        .unwrap();
    peer.run();
    let count = Arc::new(AtomicUsize::new(0));
    spin(writer, Arc::clone(&count));
    let _ = peer.machine.next_write_operation();
    let first = count.load(Ordering::Relaxed);
    assert!((1..100_000).contains(&first), "{first} in one operation");
    peer.run();
    assert!(count.load(Ordering::Relaxed) > 100_000);
}

#[test]
fn a_handle_wakes_a_parked_writer_from_outside() {
    let (mut pair, slot, ours, theirs) = pair();
    let handle = pair.a.handle();
    handle
        .request(get("/"), crate::support::handlers(&ours))
        .close();
    pair.run();
    let reqd = slot.take();
    read_all(&reqd.request_body().unwrap(), &theirs);
    reqd.respond_with_string(Response::new(200), "late")
        .unwrap();
    pair.run();
    assert_eq!(ours.take(), ["response 200", "data late", "eof"]);
    assert_eq!(theirs.take(), ["request /", "eof"]);
}
