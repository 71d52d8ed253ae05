//! What the reference gets wrong on the wire: each of its flaws by its number.
//!
//! Those that a callback could see are held down in `tress-handlers`.

use allocation_counter::measure;
use runtime::Runtime;
use testkit::{
    block, code, continuation, data, flag, headers, kind, ping, priority, rst_stream, settings,
    settings_ack, unknown,
};
use tress_proto::{Bytes, Client, Config, Connection, Part, Role, Server};

use crate::support::{End, Ends, both, get};

/// The heap that a connection may hold before any stream is open, in octets.
const IDLE_HEAP: u64 = 4096;

/// The fields of each head that was said, as the test reads them.
fn heads<R: Ends>(end: &mut End<R>) -> Vec<Vec<testkit::Field>> {
    let sent = end.sent();
    let heads = sent.iter().filter_map(|seen| seen.fields.clone());
    heads
        .map(|fields| fields.expect("the peer can read it"))
        .collect()
}

#[test]
fn flaw_02_a_field_that_does_not_fit_the_table_is_sent_again_and_again() {
    for table in [4096, 0] {
        let mut end = End::<Client>::new();
        end.feed(settings().set(0x1, table));
        end.quiet();
        let long = "x".repeat(5000);
        for _ in 0..3 {
            let request = get().field("x-long", &long).field("x-short", "y");
            end.machine().request(request).unwrap();
            let [head] = &heads(&mut end)[..] else {
                panic!("one head for a request");
            };
            let value = |name: &str| {
                let field = head.iter().find(|field| field.name == name.as_bytes());
                field.unwrap().value.clone()
            };
            assert_eq!(value("x-long"), long.as_bytes());
            assert_eq!(value("x-short"), b"y");
        }
    }
}

#[test]
fn flaw_03_a_smaller_table_is_announced_before_the_next_field() {
    let mut end = End::<Client>::new();
    end.machine().request(get().field("x-a", "b")).unwrap();
    end.quiet();
    end.feed(settings().set(0x1, 100));
    end.machine().request(get().field("x-a", "b")).unwrap();
    let sent = end.sent();
    let head = sent.iter().find(|seen| seen.kind == kind::HEADERS).unwrap();
    // RFC 7541 §6.3: 001 and the size in five bits and more.
    assert_eq!(head.fragment()[..2], [0x3f, 100 - 31]);
}

#[test]
fn flaw_03_a_nul_in_huffman_code_is_not_dropped() {
    // "a" has five bits, NUL thirteen, "b" six.
    let coded = [0x1f, 0xfe, 0x23];
    let value = block()
        .request("GET", "/")
        .raw([0x00, 0x01, b'x', 0x83])
        .raw(coded);
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.resets(id, headers(id).block(&value).end(), code::PROTOCOL_ERROR);
}

#[test]
fn flaw_03_a_small_block_does_not_swell_without_bound() {
    let bomb = block().request("GET", "/").indexing("x", "y".repeat(3000));
    let bomb = (0..12_000).fold(bomb, |bomb, _| bomb.indexed(62));
    let wire = testkit::Wire::octets(&headers(3).block(&bomb).end());
    let mut end = End::<Server>::new();
    let info = measure(|| {
        end.machine().read(&wire);
    });
    assert!(info.bytes_max < 128 * 1024, "{info:?}");
    assert_eq!(
        end.sent().last().unwrap().code(),
        Some(code::ENHANCE_YOUR_CALM)
    );
}

#[test]
fn flaw_12_a_block_that_nobody_wants_is_decoded_all_the_same() {
    let mut end = End::<Server>::new();
    let id = end.half_closed_remote();
    // It comes after END_STREAM, and fills the table.
    let late = headers(id).block(&block().request("GET", "/").indexing("trace", "left"));
    end.resets(id, late, code::STREAM_CLOSED);
    let next = end.next_id();
    end.opened();
    end.feed(
        headers(next)
            .block(&block().request("GET", "/").indexed(62))
            .end(),
    );
    let Ok(Some(Part::Head(request))) = end.stream(next).recv() else {
        panic!("the request is whole");
    };
    assert_eq!(request.field_value("trace"), Some(&b"left"[..]));
}

#[test]
fn flaw_13_frames_are_as_long_as_the_peer_allows_and_taken_as_long_as_we_do() {
    let config = || Config::default().max_frame_size(1 << 20).unwrap();
    let mut end = End::<Server>::with(config());
    let id = end.open();
    end.stream(id)
        .send_data(Bytes::from(vec![0; 40_000]))
        .unwrap();
    let longest = |sent: &[testkit::Seen]| sent.iter().map(|seen| seen.payload.len()).max();
    assert_eq!(longest(&end.sent()), Some(16_384));
    // What the peer allows makes what we take no larger.
    let mut end = End::<Server>::new();
    end.feed(settings().set(0x5, 1 << 20));
    let id = end.open();
    end.dies(data(id, vec![0; 16_385]), code::FRAME_SIZE_ERROR);
}

#[test]
fn flaw_14_a_frame_that_is_too_short_is_an_error_at_once() {
    both!(R => {
        let short = [
            (kind::HEADERS, flag::PRIORITY | flag::END_HEADERS, 4),
            (kind::HEADERS, flag::PADDED | flag::END_HEADERS, 0),
            (kind::DATA, flag::PADDED, 0),
            (kind::PUSH_PROMISE, flag::END_HEADERS, 3),
        ];
        for (frame_type, flags, length) in short {
            let mut end = End::<R>::new();
            end.feed((unknown(frame_type, flags, 1, vec![0; length]), ping(*b"so what?")));
            let sent = end.sent();
            let last = sent.last().expect("it is not stuck");
            assert_eq!(last.kind, kind::GOAWAY, "{frame_type} {flags}: {sent:?}");
            assert!(end.peer.is_closed());
        }
        let end = End::<R>::new();
        end.dies(unknown(kind::GOAWAY, 0, 0, [0; 7]), code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn flaw_14_octets_behind_a_frame_that_is_too_long_do_no_harm() {
    both!(R => {
        let end = End::<R>::new();
        let long = unknown(kind::HEADERS, 0, 1, vec![0; 20_000]);
        end.dies((long, ping(*b"and now?"), settings()), code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn flaw_19_nothing_a_peer_repeats_is_without_a_limit() {
    let repeated = |wire: Vec<u8>| wire.repeat(100_000);
    let calm = code::ENHANCE_YOUR_CALM;
    let octets = |wire: &dyn testkit::Wire| wire.octets();
    let end = End::<Server>::new;
    // Field blocks, in pieces and in fields.
    let id = end().next_id();
    let begun = octets(&headers(id).get("/").no_end_headers());
    let more = octets(&continuation(id).no_end_headers());
    end().dies_after((begun.clone(), repeated(more)), calm, 1);
    let full = octets(&continuation(id).raw_block(&[0; 16_384]).no_end_headers());
    end().dies_after((begun, full.repeat(100)), calm, 1);
    // Priorities of streams that nobody opens.
    let mut idle = Vec::new();
    for n in 0..10_000 {
        idle.extend(octets(&priority(2 * n + 1001, 0, 16)));
    }
    end().dies(idle, calm);
    // Questions whose answers nobody reads, and resets.
    for question in [octets(&ping(*b"question")), octets(&settings())] {
        let mut peer = testkit::Peer::new(Connection::<Server>::new(Config::default())).undrained();
        peer.feed((Server::hello(), settings_ack(), repeated(question)));
        assert_eq!(
            peer.machine.next_read_operation(),
            runtime::ReadOperation::Yield,
            "it waits until the peer reads"
        );
    }
    let mut resets = Vec::new();
    for n in 1..20_000 {
        let id = 2 * n + 1;
        resets.extend(octets(&(
            headers(id).get("/").end(),
            rst_stream(id, code::CANCEL),
        )));
    }
    let mut end = end();
    end.feed(resets);
    assert_eq!(end.sent().last().unwrap().code(), Some(calm));
}

#[test]
fn flaw_23_a_fresh_connection_holds_little_heap() {
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
