//! What can be asked of a connection and of its streams at any time.

use allocation_counter::measure;
use runtime::Runtime;
use testkit::{data, goaway, headers, ping, settings_ack, window_update};
use tress_proto::{
    Bytes, Client, Config, Connection, FieldSection, HeaderField, Phase, Response, Role, Server,
    Side, Stage, State, StreamId,
};

use crate::support::{End, Ends, both, get, post};

#[test]
fn a_connection_says_how_far_its_life_has_come() {
    both!(R => {
        let fresh = Connection::<R>::new(Config::default());
        assert_eq!(fresh.stage(), Stage::Preface);
        let mut end = End::<R>::new();
        assert_eq!(end.machine().stage(), Stage::Open);
        end.machine().go_away();
        assert_eq!(end.machine().stage(), Stage::GoingAway);
        let mut end = End::<R>::new();
        end.feed(goaway(u32::from(<R as Role>::SIDE == Side::Client), 0));
        assert_eq!(end.machine().stage(), Stage::GoingAway);
        end.machine().abort(tress_proto::ErrorCode::NO_ERROR);
        assert_eq!(end.machine().stage(), Stage::Over);
    });
}

#[test]
fn a_connection_says_what_its_windows_are() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        // The windows of 100 streams, and what they may grow by.
        let window = match R::SIDE {
            Side::Server => (100 * 64 + 16 * 1024) * 1024,
            Side::Client => (100 * 256 + 24 * 1024) * 1024,
        };
        assert_eq!(end.machine().recv_window(), window);
        assert_eq!(end.machine().send_window(), 65_535);
        end.feed((data(id, [0; 1000]), window_update(0, 500)));
        assert_eq!(end.machine().recv_window(), window - 1000);
        assert_eq!(end.machine().send_window(), 65_535 + 500);
        end.send(id, &[0; 700]);
        end.quiet();
        assert_eq!(end.machine().send_window(), 65_535 + 500 - 700);
    });
}

#[test]
fn a_stream_says_what_waits_to_be_sent_and_to_be_taken() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        let at = StreamId::from_wire(id);
        end.feed(data(id, [0; 1000]));
        assert_eq!(end.machine().stream(at).unwrap().untaken(), 1000);
        let window = 1024 * if R::SIDE == Side::Server { 64 } else { 256 };
        assert_eq!(end.machine().stream(at).unwrap().recv_window(), window - 1000);
        let before = end.machine().stream(at).unwrap().memory();
        end.stream(id).send_data(Bytes::from(vec![0; 70_000])).unwrap();
        assert_eq!(end.machine().stream(at).unwrap().queued(), 70_000);
        assert_eq!(end.machine().stream(at).unwrap().memory(), before + 70_000);
        assert_eq!(end.machine().queued(), 70_000);
        end.take(id);
        assert_eq!(end.machine().stream(at).unwrap().untaken(), 0);
        assert_eq!(end.machine().stream(at).unwrap().memory(), before + 70_000 - 1000);
        end.quiet();
        // The window of the connection has let the rest not pass.
        assert_eq!(end.machine().stream(at).unwrap().queued(), 70_000 - 65_535);
        assert_eq!(end.machine().queued(), 70_000 - 65_535);
        assert_eq!(end.machine().stream(at).unwrap().send_window(), 0);
    });
}

#[test]
fn a_stream_says_how_far_its_messages_are() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).post("/"));
    let at = StreamId::from_wire(id);
    let stream = end.machine().stream(at).unwrap();
    assert_eq!((stream.id(), stream.state()), (at, State::Open));
    assert_eq!(
        (stream.receiving(), stream.sending()),
        (Phase::Content, Phase::Head)
    );
    end.stream(id).respond(Response::new(200)).unwrap();
    end.stream(id).end().unwrap();
    let stream = end.machine().stream(at).unwrap();
    assert_eq!(
        (stream.state(), stream.sending()),
        (State::Open, Phase::Ended)
    );
    end.quiet();
    let stream = end.machine().stream(at).unwrap();
    assert_eq!(
        (stream.state(), stream.result()),
        (State::HalfClosedLocal, None)
    );
}

#[test]
fn a_connection_counts_the_memory_that_it_holds() {
    let mut end = End::<Server>::new();
    end.take(1);
    let before = end.machine().memory();
    let long = "y".repeat(10_000);
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").field("x-long", &long).end());
    let of_stream = end
        .machine()
        .stream(StreamId::from_wire(id))
        .unwrap()
        .memory();
    let held = end.machine().memory() - before;
    assert!(
        (of_stream + 10_000..of_stream + 21_000).contains(&held),
        "{held}"
    );
    end.take(id);
    end.stream(id).release();
    end.quiet();
    assert_eq!(end.machine().memory(), before);
    // What enters a table stays.
    end.feed(
        headers(end.next_id()).block(&testkit::block().request("GET", "/").indexing("x-a", "b")),
    );
    end.opened();
    let id = end.next_id() - 2;
    end.take(id);
    end.stream(id).release();
    end.quiet();
    assert_eq!(end.machine().memory(), before + 36);
}

#[test]
fn a_client_says_how_many_streams_it_may_still_open() {
    let mut end = End::<Client>::new();
    end.feed(testkit::settings().set(0x3, 3));
    assert_eq!(end.machine().available(), 2);
    end.machine().request(get()).unwrap();
    assert_eq!(end.machine().available(), 1);
    end.machine().request(post()).unwrap();
    assert_eq!(end.machine().available(), 0);
}

#[test]
fn a_connection_that_waits_for_its_peer_to_read_says_so() {
    both!(R => {
        let mut peer = testkit::Peer::new(Connection::<R>::new(Config::default())).undrained();
        peer.feed((R::hello(), settings_ack()));
        assert!(!peer.machine.is_paused());
        peer.feed(testkit::Wire::octets(&ping(*b"question")).repeat(20_000));
        assert!(peer.machine.is_paused());
        peer.drain();
        assert!(!peer.machine.is_paused());
    });
}

#[test]
fn a_field_section_says_how_many_fields_it_has() {
    let mut section = FieldSection::new();
    assert!(section.is_empty());
    assert_eq!(section.len(), 0);
    section.push(HeaderField::new(b"name", b"value"));
    assert!(!section.is_empty());
    assert_eq!(section.len(), 1);
}

/// The heap that a connection may hold before any stream is open, in octets.
const IDLE_HEAP: u64 = 4096;

/// Pins: buffers that are made before anybody needs them.
#[test]
fn a_fresh_connection_holds_little_heap() {
    both!(R => {
        let hello = testkit::Wire::octets(&(R::hello(), settings_ack()));
        let mut kept = None;
        let fresh = measure(|| kept = Some(Connection::<R>::new(Config::default())));
        let mut connection = kept.unwrap();
        let mut said = 0;
        let greeted = measure(|| {
            assert_eq!(connection.read(&hello), hello.len());
            while let runtime::WriteOperation::Write(chunks) = connection.next_write_operation() {
                let count = chunks.octets();
                said += count;
                connection.report_write_result(runtime::WriteResult::Ok(count));
            }
            while connection.poll_event().is_some() {}
        });
        assert!(said > 9, "the settings were exchanged");
        let held = fresh.bytes_current + greeted.bytes_current;
        println!("{:?}: {} octets when new, {held} when greeted", <R as Role>::SIDE, fresh.bytes_current);
        assert!(fresh.bytes_current <= i64::try_from(IDLE_HEAP).unwrap());
        assert!(held <= i64::try_from(IDLE_HEAP).unwrap());
    });
}
