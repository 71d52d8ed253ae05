//! The observer that writes a log: what it keeps to itself, and what it costs at most.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use testkit::{PREFACE, Peer, block, headers, settings, settings_ack};
use tress_log::proto::{Config, Connection, Observe, Server, Side};
use tress_log::{HEADER, Reader, Recorder, Secrets, Trace, Value};

/// Shares the lines with a test.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn sink(&self) -> Sink {
        let lines = Arc::clone(&self.0);
        Box::new(move |line: &[u8]| {
            lines.lock().unwrap().extend_from_slice(line);
            true
        })
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Where the lines of a recorder go.
type Sink = Box<dyn FnMut(&[u8]) -> bool + Send>;

/// Writes to the lines of a test.
#[cfg(feature = "std")]
struct Out(Lines);

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

fn recorder(lines: &Lines) -> Recorder<Sink, fn() -> Duration> {
    Recorder::new(7, Side::Server, "peer", lines.sink(), || Duration::ZERO)
}

#[test]
fn secrets_are_lengths_unless_they_are_asked_for() {
    let lines = Lines::default();
    serve(Box::new(recorder(&lines)), 1);
    let text = lines.text();
    assert!(
        text.contains(" authorization~10 cookie~5 !x-token~6 accept=text/html\n"),
        "{text}"
    );
    for secret in ["Bearer", "abc", "42", "opaque"] {
        assert!(!text.contains(secret), "{text}");
    }
    let lines = Lines::default();
    serve(Box::new(recorder(&lines).secrets(Secrets::Shown)), 1);
    let text = lines.text();
    assert!(
        text.contains(" authorization=Bearer%20abc cookie=id%3d42 !x-token=opaque "),
        "{text}"
    );
}

#[test]
fn a_log_says_when_a_connection_begins_and_ends() {
    let lines = Lines::default();
    serve(Box::new(recorder(&lines)), 1);
    let text = lines.text();
    assert!(text.starts_with("7 0 begin server name=peer\n"));
    assert!(text.ends_with("\n7 0 end\n"));
}

#[test]
fn a_log_that_is_full_says_so_and_grows_no_more() {
    let lines = Lines::default();
    serve(Box::new(recorder(&lines).limit(1000)), 50);
    let text = lines.text();
    assert!(text.len() <= 1000 + "7 0 full\n".len());
    assert!(text.ends_with("\n7 0 full\n"), "{text}");
    assert_eq!(text.matches("full").count(), 1);
    let trace = Trace::read(format!("{HEADER}{text}").as_bytes()).unwrap();
    assert!(trace.conversations[0].is_cut);
}

#[test]
fn a_sink_that_takes_no_more_is_asked_no_more() {
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let sink = move |_: &[u8]| {
        *counted.lock().unwrap() += 1;
        false
    };
    serve(
        Box::new(Recorder::new(1, Side::Server, "", sink, || Duration::ZERO)),
        5,
    );
    assert_eq!(*count.lock().unwrap(), 1);
}

#[test]
fn long_values_and_long_lists_are_cut_and_say_how_long_they_were() {
    let lines = Lines::default();
    let mut server = Connection::<Server>::new(Config::default());
    server.observe(Box::new(recorder(&lines)));
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
    let log = format!("{HEADER}{}", lines.text());
    let mut seen = 0;
    for entry in Reader::new(log.as_bytes()).unwrap() {
        if let tress_log::Event::Fields { fields, .. } = entry.unwrap().event {
            let long = fields.iter().find(|field| field.name == "x-long").unwrap();
            let Value::Part(text, octets) = long.value else {
                panic!("{long:?}");
            };
            assert_eq!((text.len(), octets), (512, 2000));
            seen += 1;
        }
    }
    assert_eq!(seen, 1);
    assert!(log.lines().all(|line| line.len() < 4000));
}

#[cfg(feature = "std")]
#[test]
fn a_file_that_is_full_says_so_once_for_all_connections() {
    let lines = Lines::default();
    let log = tress_log::LogFile::new(Out(lines.clone()))
        .unwrap()
        .limit(2000);
    for _ in 0..3 {
        serve(log.observer(Side::Server, ""), 20);
    }
    log.flush().unwrap();
    let text = lines.text();
    assert!(text.len() < 2100, "{text}");
    assert_eq!(text.matches(" full\n").count(), 1);
    assert!(text.lines().last().unwrap().starts_with("0 "));
    assert_eq!(Trace::read(text.as_bytes()).unwrap().errors, []);
}

#[cfg(feature = "std")]
#[test]
fn connections_share_a_file_under_their_own_numbers() {
    let lines = Lines::default();
    let log = tress_log::LogFile::new(Out(lines.clone())).unwrap();
    for name in ["first", "second"] {
        serve(log.observer(Side::Server, name), 2);
    }
    log.flush().unwrap();
    let trace = Trace::read(lines.text().as_bytes()).unwrap();
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
