//! Flow control, and whose turn it is (RFC 9113 §5.2).

use testkit::{Seen, data, headers, kind, ping, settings, window_update};
use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{Bytes, Client, Config, Connection, Response, Role, Server, StreamId, Trailers};

use crate::support::{End, both, get, post};

/// How many octets each frame of content has, and on which stream.
fn contents(sent: &[Seen]) -> Vec<(u32, usize)> {
    let contents = sent.iter().filter(|seen| seen.kind == kind::DATA);
    contents
        .map(|seen| (seen.stream, seen.payload.len()))
        .collect()
}

fn octets(length: usize) -> Bytes {
    Bytes::from(vec![0; length])
}

/// Writes once, and all of it.
fn one_write<R: Role>(machine: &mut Connection<R>) -> Vec<u8> {
    let mut written = Vec::new();
    if let WriteOperation::Write(chunks) = machine.next_write_operation() {
        for slice in chunks.as_slices() {
            written.extend_from_slice(slice);
        }
        machine.report_write_result(WriteResult::Ok(written.len()));
    }
    written
}

/// RFC 9113 §5.2.1: a sender respects the limits of the receiver.
#[test]
fn a_sender_keeps_to_the_window_of_the_stream() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(window_update(0, 1 << 20));
        let id = end.open();
        end.stream(id).send_data(octets(100_000)).unwrap();
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 65_535);
        end.feed(window_update(id, 1));
        assert_eq!(contents(&end.sent()), [(id, 1)]);
        end.feed(window_update(id, 1 << 20));
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 100_000 - 65_536);
    });
}

#[test]
fn a_sender_keeps_to_the_window_of_the_connection() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(4, 1 << 20));
        let (a, b) = (end.open(), end.open());
        end.stream(a).send_data(octets(50_000)).unwrap();
        end.stream(b).send_data(octets(50_000)).unwrap();
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 65_535);
        end.feed(window_update(0, 10));
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 10);
        end.feed(window_update(0, 1 << 20));
        let sent: usize = contents(&end.sent()).iter().map(|(_, octets)| octets).sum();
        assert_eq!(sent, 100_000 - 65_545);
    });
}

#[test]
fn only_data_is_subject_to_flow_control() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(1).send_data(octets(65_535)).unwrap();
        end.sent();
        // Nothing is left, for anyone.
        end.stream(1).send_trailers(Trailers::new().field("x", "y")).unwrap();
        let said = end.said();
        assert_eq!(said, ["HEADERS stream 1 END_STREAM END_HEADERS [x: y]"]);
        end.stream(id).end().unwrap();
        assert_eq!(end.said(), [format!("DATA stream {id} END_STREAM \"\"")]);
        end.machine().ping(*b"question").unwrap();
        assert_eq!(end.said(), ["PING stream 0 \"question\""]);
    });
}

/// Flaw 1 of the reference: a body that was closed beyond the window was truncated.
#[test]
fn content_that_ended_beyond_the_window_is_not_cut() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(window_update(0, 1 << 20));
        let id = end.open();
        end.stream(id).send_data(octets(65_535)).unwrap();
        end.stream(id).send_data(octets(5)).unwrap();
        end.stream(id).end().unwrap();
        let sent = end.sent();
        assert!(!sent.iter().any(Seen::is_end), "{sent:?}");
        end.feed(window_update(id, 5));
        let rest = "\\x00".repeat(5);
        assert_eq!(end.said(), [format!("DATA stream {id} END_STREAM \"{rest}\"")]);
    });
}

/// RFC 9113 §5.2.2: frames are read and processed as soon as they are there.
#[test]
fn frames_are_processed_while_nobody_takes_content() {
    both!(R => {
        let mut end = End::<R>::with(Config::default().initial_window(65_536).unwrap());
        let id = end.open();
        for _ in 0..4 {
            end.feed(data(id, vec![0; 16_384]));
        }
        assert!(end.sent().is_empty(), "no credit for what waits");
        end.feed(ping(*b"question"));
        assert_eq!(end.said(), ["PING stream 0 ACK \"question\""]);
        end.is_unharmed();
        let other = end.open();
        end.feed(data(other, "other"));
        assert_eq!(end.take(other), [format!("{other}: \"other\"")]);
        // And then all of it is there.
        let taken = end.take(id);
        assert_eq!(taken.len(), 4, "{taken:?}");
        let sent = end.sent();
        let granted: Vec<_> = sent.iter().filter(|seen| seen.stream == id).collect();
        assert_eq!(granted[0].increment(), Some(4 * 16_384));
    });
}

#[test]
fn two_large_streams_take_turns_frame_by_frame() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed((settings().set(4, 1 << 20), window_update(0, 1 << 20)));
        let (a, b) = (end.open(), end.open());
        end.stream(a).send_data(octets(100_000)).unwrap();
        end.stream(b).send_data(octets(100_000)).unwrap();
        let sent = contents(&end.sent());
        let turns: Vec<_> = sent.iter().map(|(id, _)| *id).collect();
        assert_eq!(turns, [a, b].repeat(7), "{sent:?}");
        assert!(sent.iter().all(|(_, octets)| *octets <= 16_384));
    });
}

#[test]
fn a_small_stream_does_not_wait_for_a_large_one() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed((settings().set(4, 1 << 30), window_update(0, 1 << 30)));
        let (large, small) = (end.open(), end.open());
        end.stream(large).send_data(octets(10_000_000)).unwrap();
        one_write(end.machine());
        end.stream(small).send_data(Bytes::from_static(b"small")).unwrap();
        let next = one_write(end.machine());
        let small = b"small";
        assert!(next.windows(small.len()).any(|octets| octets == small), "within one write");
    });
}

#[test]
fn a_stream_without_window_does_not_hold_up_the_others() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(window_update(0, 1 << 20));
        let (stuck, free) = (end.open(), end.open());
        end.stream(stuck).send_data(octets(100_000)).unwrap();
        end.sent();
        end.stream(free).send_data(octets(30_000)).unwrap();
        let sent = contents(&end.sent());
        assert_eq!(sent, [(free, 16_384), (free, 13_616)]);
        // Whoever waited for its window has not lost its turn.
        end.feed(window_update(stuck, 10));
        assert_eq!(contents(&end.sent()), [(stuck, 10)]);
    });
}

#[test]
fn streams_that_wait_for_the_connection_share_what_is_granted() {
    both!(R => {
        let mut end = End::<R>::new();
        let ids = [end.open(), end.open(), end.open()];
        for id in ids {
            end.stream(id).send_data(octets(60_000)).unwrap();
        }
        end.sent();
        end.feed(window_update(0, 3 * 16_384));
        let mut turns: Vec<_> = contents(&end.sent()).iter().map(|(id, _)| *id).collect();
        turns.sort_unstable();
        turns.dedup();
        assert_eq!(turns, ids, "each gets a frame");
    });
}

#[test]
fn head_content_and_end_leave_in_one_write() {
    let mut client = Connection::<Client>::new(Config::default());
    let id = client.request(post()).unwrap();
    let mut stream = client.stream_mut(id).unwrap();
    stream.send_data(Bytes::from_static(b"content")).unwrap();
    stream.end().unwrap();
    let seen = testkit::frames(&one_write(&mut client));
    let said: Vec<_> = seen.iter().rev().take(2).collect();
    assert_eq!(said[1].kind, kind::HEADERS);
    assert_eq!((said[0].kind, said[0].is_end()), (kind::DATA, true));

    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.feed(headers(id).get("/").end());
    let mut stream = end.stream(id);
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from_static(b"content")).unwrap();
    stream.end().unwrap();
    let seen = testkit::frames(&one_write(end.machine()));
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[1].is_end());
}

#[test]
fn a_head_that_is_all_ends_its_stream_itself() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(get()).unwrap().value();
    end.stream(id).end().unwrap();
    let sent = end.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].kind, sent[0].is_end()), (kind::HEADERS, true));
}

#[test]
fn a_hundred_small_responses_leave_in_one_write() {
    let limits = tress_proto::Limits::default().concurrent_streams(101);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    let ids: Vec<u32> = (1..=100).map(|n| 2 * n + 1).collect();
    for id in &ids {
        end.feed(headers(*id).get("/").end());
    }
    for id in &ids {
        let mut stream = end.stream(*id);
        stream
            .respond(Response::new(200).field("content-length", "5"))
            .unwrap();
        stream.send_data(Bytes::from_static(b"hello")).unwrap();
        stream.end().unwrap();
    }
    let written = one_write(end.machine());
    let seen = testkit::Reader::new().read(&written);
    assert_eq!(seen.iter().filter(|seen| seen.is_end()).count(), 100);
    assert_eq!(one_write(end.machine()), [0; 0], "and nothing is left");
}

#[test]
fn capacity_is_what_the_buffer_still_takes() {
    both!(R => {
        let mut end = End::<R>::with(Config::default().send_buffer(1000).unwrap());
        let id = end.open();
        // The window does not matter.
        end.stream(1).send_data(octets(65_535)).unwrap();
        end.sent();
        end.quiet();
        assert_eq!(end.stream(id).capacity(), 1000);
        end.stream(id).send_data(octets(400)).unwrap();
        assert_eq!(end.stream(id).capacity(), 600);
        end.stream(id).send_data(octets(600)).unwrap();
        assert_eq!(end.stream(id).capacity(), 0);
        // What is above it is taken all the same.
        end.stream(id).send_data(octets(5000)).unwrap();
        assert_eq!(end.stream(id).capacity(), 0);
        assert_eq!(end.machine().stream(StreamId::from_wire(id)).unwrap().queued(), 6000);
        end.sent();
        assert!(end.event_lines().is_empty());
        end.feed(window_update(0, 5000));
        assert!(end.event_lines().is_empty(), "there is none yet");
        end.feed(window_update(0, 500));
        assert_eq!(end.event_lines(), [format!("writable {id}")]);
        assert_eq!(end.stream(id).capacity(), 500);
        end.feed(window_update(0, 500));
        assert!(end.event_lines().is_empty(), "once");
    });
}

#[test]
fn whoever_never_lacked_capacity_is_not_notified_of_it() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(octets(60_000)).unwrap();
        end.sent();
        assert!(end.event_lines().is_empty());
    });
}

#[test]
fn a_change_of_settings_or_a_window_wakes_the_writer() {
    // `Peer` and `Pair` fail when a half with work is not woken.
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(4, 0));
        let id = end.open();
        end.stream(id).send_data(octets(10)).unwrap();
        assert!(end.sent().is_empty());
        end.feed(settings().set(4, 4));
        assert_eq!(contents(&end.sent()), [(id, 4)]);
        end.feed(window_update(id, 6));
        assert_eq!(contents(&end.sent()), [(id, 6)]);
    });
}
