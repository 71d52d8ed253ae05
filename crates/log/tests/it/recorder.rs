//! The observer that writes a log: what it keeps to itself, and what it costs at most.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use testkit::{PREFACE, Peer, block, headers, settings, settings_ack};
use tress_log::proto::frame::FrameType;
use tress_log::proto::{
    Cause, ClosedBy, Config, Connection, Limit, Observe, Record, Server, Side, State, StreamId,
    StreamRule, Window,
};
use tress_log::{Entry, HEADER, Reader, Recorder, Secrets, Trace, Value};

/// Shares a log with a test.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn sink(&self) -> Sink {
        let octets = Arc::clone(&self.0);
        Box::new(move |chunk: &[u8]| {
            octets.lock().unwrap().extend_from_slice(chunk);
            true
        })
    }

    fn octets(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    /// The log of recorders, which do not write how it begins.
    fn log(&self) -> Vec<u8> {
        [HEADER.as_bytes(), &self.octets()].concat()
    }

    /// What was written of each event.
    fn events(&self) -> Vec<String> {
        events(&self.log())
    }
}

fn events(log: &[u8]) -> Vec<String> {
    let said = |entry: Entry<'_>| format!("{} {}", entry.connection, entry.event);
    let entries = Reader::new(log).unwrap();
    entries.map(|entry| said(entry.unwrap())).collect()
}

/// Where the chunks of a recorder go.
type Sink = Box<dyn FnMut(&[u8]) -> bool + Send>;

/// A file that a test can read.
#[cfg(feature = "std")]
struct Out(Shared);

#[cfg(feature = "std")]
impl std::io::Write for Out {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A server that is watched, and what it is asked.
fn serve(observer: Box<dyn Observe>, times: u32) {
    let mut server = Connection::<Server>::new(Config::default());
    server.observe(observer);
    let mut peer = Peer::new(server);
    peer.feed((PREFACE, settings(), settings_ack()));
    for stream in (1..2 * times).step_by(2) {
        let fields = block()
            .request("GET", "/secret")
            .literal("authorization", "Bearer abc")
            .literal("cookie", "id=42")
            .never("x-token", "opaque")
            .literal("accept", "text/html");
        peer.feed(headers(stream).block(&fields).end());
    }
}

fn recorder(shared: &Shared) -> Recorder<Sink, fn() -> Duration> {
    Recorder::new(7, Side::Server, "peer", shared.sink(), || Duration::ZERO)
}

#[test]
fn secrets_are_lengths_unless_they_are_asked_for() {
    let shared = Shared::default();
    serve(Box::new(recorder(&shared)), 1);
    let said = shared.events().join("\n");
    let hidden =
        " authorization=[10 octets] cookie=[5 octets] !x-token=[6 octets] accept=text/html\n";
    assert!(said.contains(hidden), "{said}");
    let octets = shared.octets();
    for secret in ["Bearer", "abc", "42", "opaque"] {
        let is_there = octets
            .windows(secret.len())
            .any(|its| its == secret.as_bytes());
        assert!(!is_there, "{secret}");
    }
    let shared = Shared::default();
    serve(Box::new(recorder(&shared).secrets(Secrets::Shown)), 1);
    let said = shared.events().join("\n");
    let shown = " authorization=Bearer abc cookie=id=42 !x-token=opaque ";
    assert!(said.contains(shown), "{said}");
}

#[test]
fn a_log_says_when_a_connection_begins_and_ends() {
    let shared = Shared::default();
    serve(Box::new(recorder(&shared)), 1);
    let events = shared.events();
    assert_eq!(events[0], "7 begin server peer");
    assert_eq!(events.last().unwrap(), "7 end");
}

#[test]
fn records_are_events_and_their_times_only_grow() {
    let shared = Shared::default();
    let mut times = [5, 5, 300, 70_000, 9, 5_000_000, 5_000_001].into_iter();
    let clock = move || Duration::from_nanos(times.next().unwrap_or(5_000_001));
    let mut recorder = Recorder::new(7, Side::Client, "peer", shared.sink(), clock);
    let stream_id = StreamId::from_wire(1_000_001);
    for record in [
        Record::Created { stream_id },
        Record::Queued {
            stream_id,
            octets: 70_000,
            end_stream: true,
        },
        Record::Taken {
            stream_id,
            octets: 3,
        },
        Record::Written { octets: 5 },
        Record::State {
            stream_id,
            from: State::Open,
            to: State::Closed(ClosedBy::ResetSent),
        },
        Record::Partial {
            frame_type: FrameType::DATA,
            stream_id,
            octets: 9,
        },
        Record::StallBegan {
            stream_id,
            window: Window::Connection,
        },
        Record::StallEnded {
            stream_id,
            window: Window::Stream,
            waited: Duration::from_millis(3),
        },
        Record::WaitTimed {
            stream_id,
            cause: Cause::Transport,
        },
        Record::Limit {
            stream_id,
            limit: Limit::Replies,
            allowed: 100,
        },
        Record::Violation {
            stream_id,
            violation: StreamRule::WindowExceeded.into(),
        },
    ] {
        recorder.record(record);
    }
    drop(recorder);
    assert_eq!(
        shared.events(),
        [
            "7 begin client peer",
            "7 created stream=1000001",
            "7 queued stream=1000001 octets=70000 END_STREAM",
            "7 taken stream=1000001 octets=3",
            "7 written octets=5",
            "7 state stream=1000001 open reset-sent",
            "7 part stream=1000001 DATA octets=9",
            "7 stall stream=1000001 window=connection",
            "7 stalled stream=1000001 window=stream waited=3ms",
            "7 timed stream=1000001 cause=transport",
            "7 limit stream=1000001 Replies allowed=100",
            "7 violation stream=1000001 WindowExceeded (RFC 9113 §6.9.1)",
            "7 end",
        ]
    );
    let log = shared.log();
    let entries = Reader::new(&log).unwrap().map(Result::unwrap);
    let times: Vec<_> = entries.map(|entry| entry.at.as_nanos()).take(7).collect();
    // A clock that goes back does not take the log along; after it, time goes on from where it was.
    assert_eq!(times[..4], [5, 5, 300, 70_000]);
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn what_was_gathered_is_handed_over_in_chunks_or_when_it_is_asked_for() {
    let count = |gather: Option<usize>| {
        let chunks = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&chunks);
        let sink = move |chunk: &[u8]| {
            taken.lock().unwrap().push(chunk.len());
            true
        };
        let mut recorder = Recorder::new(1, Side::Server, "", sink, || Duration::ZERO);
        if let Some(octets) = gather {
            recorder = recorder.gather(octets);
        }
        serve(Box::new(recorder), 100);
        let chunks = chunks.lock().unwrap();
        (chunks.len(), *chunks.iter().max().unwrap())
    };
    let (chunks, largest) = count(None);
    assert!((2..10).contains(&chunks), "{chunks}");
    assert!((4096..5000).contains(&largest), "{largest}");
    let (chunks, largest) = count(Some(0));
    assert!(chunks > 200 && largest < 200, "{chunks} {largest}");
    let shared = Shared::default();
    let mut recorder = recorder(&shared);
    assert!(shared.octets().is_empty());
    recorder.flush();
    assert_eq!(shared.events(), ["7 begin server peer"]);
    recorder.flush();
    assert_eq!(shared.events().len(), 1, "there was nothing more");
}

#[test]
fn a_log_that_is_full_says_so_and_grows_no_more() {
    for gather in [0, 300, 4096] {
        let shared = Shared::default();
        serve(Box::new(recorder(&shared).limit(1000).gather(gather)), 50);
        let events = shared.events();
        assert!(
            shared.octets().len() <= 1000 + 10,
            "{}",
            shared.octets().len()
        );
        assert!(shared.octets().len() > 800, "{}", shared.octets().len());
        assert_eq!(events.last().unwrap(), "7 full");
        assert_eq!(
            events
                .iter()
                .filter(|event| event.ends_with("full"))
                .count(),
            1
        );
        assert!(Trace::read(&shared.log()).unwrap().conversations[0].is_cut);
    }
}

#[test]
fn a_sink_that_takes_no_more_is_asked_no_more() {
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let sink = move |_: &[u8]| {
        *counted.lock().unwrap() += 1;
        false
    };
    let recorder = Recorder::new(1, Side::Server, "", sink, || Duration::ZERO);
    serve(Box::new(recorder.gather(0)), 5);
    assert_eq!(*count.lock().unwrap(), 1);
}

#[test]
fn long_values_and_long_lists_are_cut_and_say_how_long_they_were() {
    let shared = Shared::default();
    let mut server = Connection::<Server>::new(Config::default());
    server.observe(Box::new(recorder(&shared)));
    let mut peer = Peer::new(server);
    peer.feed((PREFACE, settings(), settings_ack()));
    let mut fields = block()
        .request("GET", "/")
        .literal("x-long", "y".repeat(2000));
    for number in 0..90 {
        fields = fields.literal(format!("x-{number}"), "1");
    }
    peer.feed(headers(1).block(&fields).end());
    drop(peer);
    let log = shared.log();
    let mut seen = 0;
    for entry in Reader::new(&log).unwrap() {
        if let tress_log::Event::Fields { fields, .. } = entry.unwrap().event {
            let long = fields.iter().find(|field| field.name == "x-long").unwrap();
            let Value::Part(text, octets) = long.value else {
                panic!("{long:?}");
            };
            assert_eq!((text.len(), octets), (512, 2000));
            assert_eq!(fields.get(":path").unwrap(), "/");
            seen += 1;
        }
    }
    assert_eq!(seen, 1);
}

#[cfg(feature = "std")]
#[test]
fn a_file_that_is_full_says_so_once_for_all_connections() {
    let shared = Shared::default();
    let log = tress_log::LogFile::new(Out(shared.clone()))
        .unwrap()
        .limit(5000);
    for _ in 0..3 {
        serve(log.observer(Side::Server, ""), 60);
    }
    log.flush().unwrap();
    let octets = shared.octets();
    assert!((3000..5100).contains(&octets.len()), "{}", octets.len());
    let events = events(&octets);
    let full = events.iter().filter(|event| event.ends_with(" full"));
    assert_eq!(full.count(), 1);
    assert_eq!(events.last().unwrap(), "0 full");
}

#[cfg(feature = "std")]
#[test]
fn connections_share_a_file_under_their_own_numbers() {
    let shared = Shared::default();
    let log = tress_log::LogFile::new(Out(shared.clone())).unwrap();
    for name in ["first", "second"] {
        serve(log.observer(Side::Server, name), 2);
    }
    log.flush().unwrap();
    let trace = Trace::read(&shared.octets()).unwrap();
    let seen: Vec<_> = trace
        .conversations
        .iter()
        .map(|conversation| {
            (
                conversation.number,
                conversation.name.as_str(),
                conversation.streams.len(),
            )
        })
        .collect();
    assert_eq!(seen, [(1, "first", 2), (2, "second", 2)]);
}

#[cfg(feature = "std")]
#[test]
fn what_connections_that_go_on_have_gathered_is_written_when_it_is_asked_for() {
    let shared = Shared::default();
    let log = tress_log::LogFile::new(Out(shared.clone())).unwrap();
    let ended = log.observer(Side::Server, "ended");
    drop(ended);
    let mut open: Vec<_> = (0..3).map(|_| log.observer(Side::Client, "open")).collect();
    for observer in &mut open {
        observer.record(Record::Written { octets: 5 });
    }
    assert_eq!(events(&shared.octets()).len(), 2, "the one that has ended");
    log.flush().unwrap();
    let events = events(&shared.octets());
    assert_eq!(
        events
            .iter()
            .filter(|its| its.ends_with("written octets=5"))
            .count(),
        3
    );
    assert_eq!(events.len(), 8);
}
