//! Content that waits for credit, and for how long (RFC 9113 §6.9, RFC 9113 §10.5).

use core::time::Duration;

use testkit::{Peer, Seen, code, headers, kind, ping, settings, window_update};
use tress_proto::{
    Bytes, Cause, Config, Connection, Event, Limit, Limits, Response, Server, StreamError, StreamId,
};

use super::{events, greeted, last_code, seconds};

/// How a client behaves while the time passes, five seconds at a time.
pub(super) struct Client {
    pub(super) peer: Peer<Connection<Server>>,
    pub(super) now: Duration,
    /// It answers PINGs.
    pub(super) answers: bool,
    pub(super) pings: usize,
    pub(super) seen: Vec<Seen>,
}

impl Client {
    pub(super) fn new(config: Config) -> Self {
        Self {
            peer: greeted(config),
            now: seconds(0),
            answers: true,
            pings: 0,
            seen: Vec::new(),
        }
    }

    /// A response of so many octets on a stream, which may be sent as far as the windows let it.
    pub(super) fn answer(&mut self, id: u32, octets: usize) {
        let id = StreamId::from_wire(id);
        let mut stream = self.peer.machine.stream_mut(id).unwrap();
        stream.respond(Response::new(200)).unwrap();
        stream.send_data(Bytes::from(vec![0; octets])).unwrap();
        self.work();
    }

    /// Lets the server write, and answers its PINGs.
    pub(super) fn work(&mut self) {
        self.peer.run();
        for seen in self.peer.sent() {
            if seen.kind == kind::PING && seen.flags == 0 {
                self.pings += 1;
                if self.answers {
                    let payload = <[u8; 8]>::try_from(seen.payload.as_slice()).unwrap();
                    self.peer.feed(ping(payload).ack());
                }
            }
            self.seen.push(seen);
        }
    }

    /// Lets the time pass, and something happen every five seconds.
    pub(super) fn wait(&mut self, time: u64, mut also: impl FnMut(&mut Self)) {
        for _ in 0..time / 5 {
            self.now += seconds(5);
            self.peer.tick(self.now);
            also(self);
            self.work();
        }
    }

    /// The streams that were reset, and why.
    pub(super) fn resets(&self) -> Vec<(u32, Option<u32>)> {
        let resets = self
            .seen
            .iter()
            .filter(|seen| seen.kind == kind::RST_STREAM);
        resets.map(|seen| (seen.stream, seen.code())).collect()
    }

    pub(super) fn finished(&mut self) -> Vec<(u32, Result<(), StreamError>)> {
        let events = events(&mut self.peer).into_iter();
        events
            .filter_map(|event| match event {
                Event::Finished { stream_id, result } => Some((stream_id.value(), result)),
                _ => None,
            })
            .collect()
    }

    pub(super) fn is_unharmed(&self) -> bool {
        last_code(&self.seen).is_none() && self.resets().is_empty()
    }
}

/// A server with content that a window of nothing holds back on stream 1.
fn shut(config: Config, octets: usize) -> Client {
    let mut client = Client::new(config);
    client
        .peer
        .feed((settings().set(4, 0), headers(1).get("/").end()));
    client.answer(1, octets);
    client
}

const SLOW: Result<(), StreamError> = Err(StreamError::Limit(Limit::StreamCredit));

#[test]
fn a_stream_whose_window_stays_shut_is_reset_after_five_minutes() {
    let mut client = shut(Config::default(), 100_000);
    client.wait(300, |_| {});
    assert!(client.is_unharmed());
    assert_eq!(client.pings, 1);
    client.wait(20, |_| {});
    assert_eq!(client.resets(), [(1, Some(code::CANCEL))]);
    assert_eq!(client.finished(), [(1, SLOW)]);
    assert!(last_code(&client.seen).is_none(), "the connection goes on");
}

#[test]
fn strict_limits_and_threads_wait_for_a_minute() {
    let strict = Config::default().limits(Limits::server().strict()).unwrap();
    for config in [strict, Config::default().threads()] {
        let mut client = shut(config, 100_000);
        client.wait(60, |_| {});
        assert!(client.is_unharmed());
        client.wait(20, |_| {});
        assert_eq!(client.resets(), [(1, Some(code::CANCEL))]);
    }
}

#[test]
fn a_window_that_opens_octet_by_octet_does_not_hold_a_stream() {
    let mut client = shut(Config::default(), 100_000);
    client.wait(320, |client| {
        client.peer.feed(window_update(1, 100));
    });
    assert_eq!(client.finished(), [(1, SLOW)]);
}

#[test]
fn a_slow_reader_that_makes_progress_keeps_its_stream() {
    let mut client = shut(Config::default(), 1_000_000);
    client.peer.feed(window_update(0, 1 << 20));
    client.wait(3600, |client| {
        client.peer.feed(window_update(1, 300));
    });
    assert!(client.is_unharmed());
}

/// Less than 16 KiB are progress where that is all there is.
#[test]
fn the_last_octets_of_a_stream_are_progress() {
    let mut client = shut(Config::default(), 10);
    client.wait(250, |_| {});
    for _ in 0..10 {
        client.peer.feed(window_update(1, 10));
        let id = StreamId::from_wire(1);
        let mut stream = client.peer.machine.stream_mut(id).unwrap();
        stream.send_data(Bytes::from_static(&[0; 10])).unwrap();
        client.wait(250, |_| {});
    }
    assert!(client.is_unharmed());
}

/// What shut the window may still be on its way: a buffer of the kernel's, a slow link.
#[test]
fn time_counts_only_once_a_ping_behind_the_content_is_answered() {
    let mut client = shut(Config::default(), 100_000);
    client.answers = false;
    // A buffer that drains slowly.
    client.wait(240, |_| {});
    assert!(client.is_unharmed());
    assert_eq!(client.pings, 1, "one at a time");
    let asked = client.seen.iter().rfind(|seen| seen.kind == kind::PING);
    let payload = <[u8; 8]>::try_from(asked.unwrap().payload.as_slice()).unwrap();
    client.peer.feed(ping(payload).ack());
    client.wait(295, |_| {});
    assert!(client.is_unharmed());
    client.wait(15, |_| {});
    assert_eq!(client.resets(), [(1, Some(code::CANCEL))]);
}

#[test]
fn a_peer_that_does_not_answer_and_takes_nothing_is_given_up() {
    let mut client = shut(Config::default(), 100_000);
    client.answers = false;
    client.wait(310, |client| {
        // Whatever else it says.
        client.peer.feed(ping([0; 8]));
    });
    assert!(client.is_unharmed());
    client.wait(20, |_| {});
    assert_eq!(last_code(&client.seen), Some(code::ENHANCE_YOUR_CALM));
    assert!(client.peer.is_closed());
}

#[test]
fn a_peer_that_answers_no_ping_and_takes_enough_goes_on() {
    let mut client = shut(Config::default(), 1_000_000);
    client.peer.feed(window_update(0, 1 << 20));
    client.answers = false;
    client.wait(3600, |client| {
        client.peer.feed(window_update(1, 300));
    });
    assert!(client.is_unharmed());
    client.wait(320, |_| {});
    assert!(client.peer.is_closed());
}

/// Two urgent responses, of which the second waits for the first.
#[test]
fn a_stream_that_waits_for_its_turn_is_not_timed() {
    let mut client = Client::new(Config::default());
    client.peer.feed(settings().set(4, 1 << 20));
    for id in [1, 3] {
        let request = headers(id).get("/").field("priority", "u=3");
        client.peer.feed(request.end());
    }
    client.answer(1, 1 << 20);
    client.answer(3, 1_000);
    // The first takes an hour, and the second comes after it.
    client.wait(3600, |client| {
        client.peer.feed(window_update(0, 1_500));
    });
    assert!(client.is_unharmed());
}

#[test]
fn a_connection_whose_window_stays_shut_ends_after_five_minutes() {
    let mut client = Client::new(Config::default());
    client.peer.feed((
        settings().set(4, 1 << 20),
        headers(1).get("/").end(),
        headers(3).get("/").end(),
    ));
    client.answer(1, 1 << 19);
    client.answer(3, 1 << 19);
    client.wait(300, |client| {
        client.peer.feed(window_update(0, 100));
    });
    assert!(client.is_unharmed());
    client.wait(20, |_| {});
    assert_eq!(last_code(&client.seen), Some(code::ENHANCE_YOUR_CALM));
    assert!(client.resets().is_empty(), "no stream is blamed");
    assert!(client.peer.is_closed());
}

#[test]
fn a_connection_whose_window_opens_slowly_goes_on() {
    let mut client = Client::new(Config::default());
    client
        .peer
        .feed((settings().set(4, 1 << 20), headers(1).get("/").end()));
    client.answer(1, 1 << 20);
    client.wait(3600, |client| {
        client.peer.feed(window_update(0, 300));
    });
    assert!(client.is_unharmed());
}

/// Exactly one clock runs.
#[test]
fn streams_are_not_timed_while_the_window_of_the_connection_is_shut() {
    let mut client = Client::new(Config::default());
    client.peer.feed((
        settings().set(4, 0),
        headers(1).get("/").end(),
        window_update(1, 1 << 20),
        headers(3).get("/").end(),
    ));
    client.answer(1, 1 << 20);
    client.answer(3, 1_000);
    // The window of stream 3 is shut, and so is that of all; that of all opens slowly.
    client.wait(1200, |client| {
        client.peer.feed(window_update(0, 300));
    });
    assert!(client.is_unharmed());
}

#[test]
fn the_peer_is_asked_once_for_a_window_that_is_shut_for_long() {
    let mut client = shut(Config::default(), 10_000_000);
    client.peer.feed(window_update(0, 1 << 30));
    // Shut for less than two rounds, again and again.
    client.wait(600, |client| {
        client.peer.feed(window_update(1, 20_000));
    });
    assert_eq!(client.pings, 0);
    assert!(client.is_unharmed());
}

#[test]
fn what_output_waits_for_is_shown() {
    let mut client = shut(Config::default(), 100_000);
    let id = StreamId::from_wire(1);
    assert_eq!(client.peer.machine.stream(id).unwrap().progress(), None);
    client.wait(30, |_| {});
    client.peer.feed(window_update(1, 7));
    client.wait(5, |_| {});
    let stream = client.peer.machine.stream(id).unwrap().progress().unwrap();
    assert_eq!((stream.cause, stream.octets), (Cause::StreamWindow, 7));
    let all = client.peer.machine.progress().unwrap();
    assert_eq!(all.cause, Cause::StreamWindow);
    assert!(client.now - all.since >= seconds(30), "{all:?}");
    client.peer.feed(window_update(1, 20_000));
    client.wait(5, |_| {});
    let all = client.peer.machine.progress().unwrap();
    assert_eq!(all.since, client.now, "that was progress");
    client
        .peer
        .feed((settings().set(4, 1 << 20), window_update(0, 1 << 20)));
    client.work();
    assert_eq!(client.peer.machine.progress(), None, "all has left");
}

/// RFC 9113 §8.1: a server that has answered may go on reading, as long as it shows so.
mod answered {
    use testkit::{data, settings_ack};
    use tress_proto::{Client, Request};

    use super::*;

    /// A client whose request waits for the stream's window, and is answered in full.
    fn uploading() -> (Peer<Connection<Client>>, StreamId) {
        let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
        peer.tick(seconds(0));
        peer.feed((settings().set(4, 10), settings_ack()));
        let id = peer
            .machine
            .request(Request::post("https", "a", "/"))
            .unwrap();
        let mut stream = peer.machine.stream_mut(id).unwrap();
        stream.send_data(Bytes::from(vec![0; 100_000])).unwrap();
        peer.run();
        peer.feed((headers(1).status(200), data(1, "done").end()));
        peer.sent();
        (peer, id)
    }

    /// Lets the time pass, and the server grant so much every five seconds.
    fn wait(peer: &mut Peer<Connection<Client>>, from: u64, to: u64, grant: u32) -> Vec<Seen> {
        let mut all = Vec::new();
        for now in (from..to).step_by(5) {
            peer.tick(seconds(now));
            if grant > 0 {
                peer.feed(window_update(1, grant));
            }
            let seen = peer.run().sent();
            for seen in seen.iter().filter(|seen| seen.kind == kind::PING) {
                let payload = <[u8; 8]>::try_from(seen.payload.as_slice()).unwrap();
                peer.feed(ping(payload).ack());
            }
            all.extend(seen);
        }
        all
    }

    #[test]
    fn a_server_that_has_answered_and_grants_nothing_gets_no_more() {
        let (mut peer, id) = uploading();
        let seen = wait(&mut peer, 5, 35, 0);
        let last = seen.last().unwrap();
        assert_eq!(
            (last.kind, last.stream, last.code()),
            (kind::RST_STREAM, 1, Some(code::CANCEL))
        );
        let finished = events(&mut peer)
            .into_iter()
            .any(|event| matches!(event, Event::Finished { result: Ok(()), .. }));
        assert!(finished);
        let mut stream = peer.machine.stream_mut(id).unwrap();
        let mut parts = 0;
        while let Ok(Some(_)) = stream.recv() {
            parts += 1;
        }
        assert_eq!(parts, 3, "the answer is not lost");
    }

    #[test]
    fn a_server_that_has_answered_and_reads_on_gets_all() {
        let (mut peer, _) = uploading();
        let seen = wait(&mut peer, 5, 600, 500);
        assert!(seen.iter().all(|seen| seen.kind != kind::RST_STREAM));
    }

    #[test]
    fn a_request_that_waits_for_the_application_is_not_cut_though_it_is_answered() {
        let (mut peer, id) = uploading();
        peer.feed(window_update(1, 200_000));
        peer.feed(window_update(0, 200_000));
        peer.run();
        let seen = wait(&mut peer, 5, 600, 0);
        assert!(seen.iter().all(|seen| seen.kind != kind::RST_STREAM));
        let mut stream = peer.machine.stream_mut(id).unwrap();
        stream.end().unwrap();
    }
}
