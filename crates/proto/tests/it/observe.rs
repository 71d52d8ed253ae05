//! What an observer sees, and what can be asked of a stream.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use testkit::{
    PREFACE, Pair, Peer, Way, Wire, block, data, headers, kind, ping, push_promise, settings,
    settings_ack, window_update,
};
use tress_proto::runtime::{self, Runtime};
use tress_proto::{
    Blocked, Bytes, Client, Config, Connection, Direction, ErrorCode, Limits, Observe, Part,
    Priority, Record, Request, Response, Server, SettingsChange, StreamId, Trailers, frame,
};

/// Writes down what it is shown, besides frames and fields.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observe for Notes {
    fn record(&mut self, record: Record<'_>) {
        let note = match record {
            Record::State {
                stream_id,
                from,
                to,
            } => format!("{stream_id}: {from:?} -> {to:?}"),
            Record::StallBegan { stream_id, window } => format!("{stream_id}: {window:?} stalls"),
            Record::StallEnded {
                stream_id,
                window,
                waited,
            } => format!("{stream_id}: {window:?} stalled for {waited:?}"),
            Record::Limit {
                stream_id,
                limit,
                allowed,
            } => format!("{stream_id}: {limit:?} of {allowed}"),
            Record::Violation {
                stream_id,
                violation,
            } => format!("{stream_id}: {violation}, {}", violation.section()),
            Record::WaitTimed { stream_id, cause } => format!("{stream_id}: {cause:?} is timed"),
            _ => return,
        };
        self.0.lock().unwrap().push(note);
    }
}

impl Notes {
    fn take(&self) -> Vec<String> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

fn server(config: Config) -> (Peer<Connection<Server>>, Notes) {
    let (mut connection, notes) = (Connection::new(config), Notes::default());
    connection.observe(Box::new(notes.clone()));
    let mut peer = Peer::new(connection);
    peer.feed((PREFACE, settings(), settings_ack()));
    (peer, notes)
}

fn one() -> StreamId {
    StreamId::from_wire(1)
}

#[test]
fn an_observer_sees_the_life_of_a_stream() {
    let (mut peer, notes) = server(Config::default());
    peer.feed(headers(1).get("/").end());
    let mut stream = peer.machine.stream_mut(one()).unwrap();
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    peer.run();
    assert_eq!(
        notes.take(),
        [
            "1: Idle -> HalfClosedRemote",
            "1: HalfClosedRemote -> Closed(EndStream)"
        ]
    );
}

#[test]
fn an_observer_sees_that_a_stream_was_promised() {
    let mut client = Connection::<Client>::new(Config::default().allow_push());
    let notes = Notes::default();
    client.observe(Box::new(notes.clone()));
    let request = Request::get("https", "a", "/");
    let id = client.request(request).unwrap();
    client.stream_mut(id).unwrap().end().unwrap();
    let mut peer = Peer::new(client);
    peer.feed((settings(), settings_ack()));
    notes.take();
    peer.feed(push_promise(1, 2).block(&block().request("GET", "/style.css")));
    assert_eq!(notes.take(), ["2: Idle -> ReservedRemote"]);
}

#[test]
fn an_observer_sees_which_window_holds_a_stream_up_and_for_how_long() {
    let (mut peer, notes) = server(Config::default());
    peer.tick(Duration::from_secs(1));
    peer.feed(headers(1).get("/").end());
    let mut stream = peer.machine.stream_mut(one()).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from(vec![0; 100_000])).unwrap();
    peer.run();
    let stream = peer.machine.stream(one()).unwrap();
    assert_eq!(stream.blocked(), Some(Blocked::OwnWindow));
    assert_eq!(stream.queued(), 100_000 - 65_535);
    assert!((stream.queued()..stream.queued() + 1024).contains(&stream.memory()));
    peer.tick(Duration::from_secs(3));
    peer.feed(window_update(1, 100_000));
    assert_eq!(
        peer.machine.stream(one()).unwrap().blocked(),
        Some(Blocked::SharedWindow)
    );
    peer.tick(Duration::from_secs(4));
    peer.feed(window_update(0, 100_000));
    assert_eq!(peer.machine.stream(one()).unwrap().blocked(), None);
    let stalls: Vec<String> = notes
        .take()
        .into_iter()
        .filter(|note| note.contains("stall"))
        .collect();
    assert_eq!(
        stalls,
        [
            "1: Stream stalls",
            "1: Stream stalled for 2s",
            "1: Connection stalls",
            "1: Connection stalled for 1s"
        ]
    );
}

#[test]
fn an_observer_sees_a_rule_that_was_broken() {
    let (mut peer, notes) = server(Config::default());
    peer.feed(window_update(5, 1));
    let expected = "5: a frame on an idle stream, RFC 9113 §5.1";
    assert_eq!(notes.take(), [expected]);
}

#[test]
fn an_observer_sees_a_limit_that_was_passed() {
    let limits = Limits::default().concurrent_streams(1);
    let (mut peer, notes) = server(Config::default().limits(limits).unwrap());
    peer.feed((headers(1).get("/").end(), headers(3).get("/").end()));
    assert_eq!(notes.take().pop().unwrap(), "3: ConcurrentStreams of 1");
    peer.machine.shutdown();
}

/// Writes down what the application and the transport do, and which frames are sent.
#[derive(Clone, Default)]
struct Moves(Arc<Mutex<Vec<String>>>);

impl Observe for Moves {
    fn record(&mut self, record: Record<'_>) {
        let note = match record {
            Record::Created { stream_id } => format!("{stream_id} created"),
            Record::Queued {
                stream_id,
                octets,
                end_stream,
            } => format!("{stream_id} queued {octets} {end_stream}"),
            Record::Taken { stream_id, octets } => format!("{stream_id} taken {octets}"),
            Record::Written { octets } => format!("written {octets}"),
            Record::Frame {
                direction: Direction::Sent,
                frame,
                octets,
            } => format!("{} of {octets}", frame.frame_type()),
            _ => return,
        };
        self.0.lock().unwrap().push(note);
    }
}

impl Moves {
    fn take(&self) -> Vec<String> {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn an_observer_sees_what_the_application_queues_and_what_the_transport_takes() {
    let moves = Moves::default();
    let mut client = Connection::<Client>::new(Config::default());
    let mut peer = {
        client.observe(Box::new(moves.clone()));
        Peer::new(client)
    };
    peer.feed((settings(), settings_ack()));
    moves.take();
    let id = peer
        .machine
        .request(Request::post("http", "a", "/"))
        .unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    stream.send_data(Bytes::from_static(b"12345")).unwrap();
    stream.end().unwrap();
    let runtime::WriteOperation::Write(chunks) = peer.machine.next_write_operation() else {
        panic!("there is a request to write");
    };
    let octets = chunks.octets();
    let head = octets - (9 + 5);
    peer.machine
        .report_write_result(runtime::WriteResult::Ok(head - 1));
    peer.machine
        .report_write_result(runtime::WriteResult::Ok(15));
    assert_eq!(
        moves.take(),
        [
            "1 created".to_owned(),
            "1 queued 5 false".to_owned(),
            "1 queued 0 true".to_owned(),
            format!("HEADERS of {head}"),
            "DATA of 14".to_owned(),
            format!("written {}", head - 1),
            "written 15".to_owned(),
        ]
    );
}

#[test]
fn an_observer_sees_a_frame_come_in_parts() {
    let (mut peer, _) = server(Config::default());
    peer.feed(headers(1).post("/"));
    let parts = Parts::default();
    peer.machine.observe(Box::new(parts.clone()));
    let frame = data(1, [0; 100]).octets();
    for end in [8, 9, 60, 108] {
        assert_eq!(peer.machine.read(&frame[..end]), 0);
    }
    assert_eq!(peer.machine.read(&frame), 109);
    let expected = [9, 60, 108].map(|octets| (frame::FrameType::DATA, one(), octets));
    assert_eq!(*parts.0.lock().unwrap(), expected);
}

/// Writes down the frames of which a part has come.
#[derive(Clone, Default)]
struct Parts(Arc<Mutex<Vec<(frame::FrameType, StreamId, usize)>>>);

impl Observe for Parts {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Partial {
            frame_type,
            stream_id,
            octets,
        } = record
        {
            let part = (frame_type, stream_id, octets);
            self.0.lock().unwrap().push(part);
        }
    }
}

#[test]
fn an_observer_sees_what_the_application_takes() {
    let (mut peer, _) = server(Config::default());
    let moves = Moves::default();
    peer.machine.observe(Box::new(moves.clone()));
    peer.feed((headers(1).post("/"), data(1, b"content").padded(3)));
    let mut stream = peer.machine.stream_mut(one()).unwrap();
    assert!(matches!(stream.recv(), Ok(Some(Part::Head(_)))));
    assert_eq!(moves.take(), [""; 0]);
    assert!(matches!(stream.recv(), Ok(Some(Part::Data(_)))));
    assert_eq!(moves.take(), ["1 taken 7"]);
    stream.respond(Response::new(200)).unwrap();
    stream.send_trailers(Trailers::new()).unwrap();
    assert_eq!(moves.take(), ["1 queued 0 false", "1 queued 0 true"]);
}

/// Writes down the octets of each frame, by direction.
#[derive(Clone, Default)]
struct Frames(Arc<Mutex<[Vec<Vec<u8>>; 2]>>);

impl Observe for Frames {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            direction,
            frame,
            octets,
        } = record
        {
            let place = usize::from(direction == Direction::Sent);
            let mut encoded = Vec::new();
            frame.encode(&mut encoded);
            assert_eq!(encoded.len(), octets);
            self.0.lock().unwrap()[place].push(encoded);
        }
    }
}

#[test]
fn an_observer_sees_every_frame_in_and_out_as_it_is_on_the_wire() {
    let seen = [Frames::default(), Frames::default()];
    let mut client = Connection::<Client>::new(Config::default().allow_push());
    let mut server = Connection::<Server>::new(Config::default());
    client.observe(Box::new(seen[0].clone()));
    server.observe(Box::new(seen[1].clone()));
    let mut pair = Pair::new(client, server);
    let id = pair
        .a
        .request(Request::post("http", "example.org", "/"))
        .unwrap();
    pair.run();
    pair.a.ping(*b"question").unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    stream.set_priority(Priority::new(1).unwrap()).unwrap();
    stream.send_data(Bytes::from(vec![0; 200_000])).unwrap();
    stream
        .send_trailers(Trailers::new().field("x-check", "yes"))
        .unwrap();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream
        .respond(Response::new(200).field("x-long", "y".repeat(20_000)))
        .unwrap();
    let pushed = stream
        .push(Request::get("http", "example.org", "/style.css"))
        .unwrap();
    let mut pushed = pair.b.stream_mut(pushed).unwrap();
    pushed.respond(Response::new(204)).unwrap();
    pushed.end().unwrap();
    let change = SettingsChange::default().header_table_size(100);
    pair.b.update_settings(change).unwrap();
    pair.run();
    while pair.b.stream_mut(id).unwrap().recv().unwrap().is_some() {
        pair.run();
    }
    pair.b
        .stream_mut(id)
        .unwrap()
        .reset(ErrorCode::NO_ERROR)
        .unwrap();
    pair.b.go_away();
    pair.run();
    let mut kinds = Vec::new();
    for (way, from, to) in [(Way::AToB, 0, 1), (Way::BToA, 1, 0)] {
        let mut octets = pair.said(way);
        if way == Way::AToB {
            octets.drain(..PREFACE.len());
        }
        let frames = testkit::Reader::new().read(&octets);
        let wire: Vec<_> = frames.iter().map(Wire::octets).collect();
        assert_eq!(seen[from].0.lock().unwrap()[1], wire, "sent {way:?}");
        // Who is over hears nothing more: that is the answer to its GOAWAY.
        let received = seen[to].0.lock().unwrap()[0].clone();
        let missed = wire.strip_prefix(&received[..]).expect("it is in order");
        let is_goaway = |frame: &Vec<u8>| frame[3] == kind::GOAWAY;
        assert!(
            missed.len() <= 1 && missed.iter().all(is_goaway),
            "{way:?}: {missed:?}"
        );
        kinds.extend(frames.iter().map(|frame| frame.kind));
    }
    kinds.sort_unstable();
    kinds.dedup();
    // All types but PRIORITY, which we never send.
    assert_eq!(kinds, [0, 1, 3, 4, 5, 6, 7, 8, 9, 16]);
}

/// The cause, from when time counts, and the limit, when it is over.
#[test]
fn an_observer_sees_what_output_waits_for_and_that_it_waited_too_long() {
    let wait = |peer: &mut Peer<Connection<Server>>| {
        for now in (0..330).step_by(5) {
            peer.tick(Duration::from_secs(now));
            let sent = peer.run().sent();
            for asked in sent.iter().filter(|seen| seen.kind == kind::PING) {
                let payload = <[u8; 8]>::try_from(asked.payload.as_slice()).unwrap();
                peer.feed(ping(payload).ack());
            }
        }
    };
    for (window, expected) in [
        (
            0,
            [
                "1: StreamWindow is timed",
                "1: StreamCredit of 300000",
                "1: Stream stalled for 310s",
            ],
        ),
        (
            1 << 20,
            [
                "0: ConnectionWindow is timed",
                "0: ConnectionCredit of 300000",
                "1: Connection stalled for 310s",
            ],
        ),
    ] {
        let (mut peer, notes) = server(Config::default());
        peer.feed((settings().set(4, window), headers(1).get("/").end()));
        peer.tick(Duration::ZERO);
        let mut stream = peer.machine.stream_mut(one()).unwrap();
        stream.respond(Response::new(200)).unwrap();
        stream.send_data(Bytes::from(vec![0; 1 << 20])).unwrap();
        peer.run();
        notes.take();
        wait(&mut peer);
        let mut notes = notes.take();
        notes.retain(|note| !note.contains("->"));
        assert_eq!(notes, expected);
    }

    let (mut peer, notes) = server(Config::default());
    peer.feed(headers(1).get("/").end());
    peer.hold();
    let mut stream = peer.machine.stream_mut(one()).unwrap();
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    peer.run();
    notes.take();
    wait(&mut peer);
    let notes = notes.take();
    assert!(
        notes.contains(&"0: TransportIdle of 120000".to_owned()),
        "{notes:?}"
    );
}
