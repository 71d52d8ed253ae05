//! Field blocks and their compression (RFC 9113 §4.3).

use testkit::{
    Block, PREFACE, Wire, block, check_in_chunks, client, code, continuation, data, flag, happens,
    headers, kind, ping, rest, script, settings, settings_ack, window_update,
};
use tress_proto::{Client, Config, ErrorCode, Limits, Part, Response, Server, SettingsChange};

use crate::support::{End, Ends, both, get, serving};

/// A request whose last field enters the dynamic table.
fn leaves_a_trace() -> Block {
    block().request("GET", "/").indexing("trace", "left")
}

/// A request that names the newest entry of the dynamic table.
fn finds_the_trace(end: &mut End<Server>) {
    let id = end.next_id();
    end.opened();
    let found = block().request("GET", "/").indexed(62);
    end.feed(headers(id).block(&found).end());
    assert_eq!(end.take(id)[0], format!("{id}: GET / trace=left"));
    end.is_unharmed();
}

/// A request whose field block comes in fragments of so many octets.
fn in_fragments(fields: &Block, octets: usize) -> Vec<u8> {
    let mut fragments = fields.fragments(octets);
    let last = continuation(1).block(&fragments.pop().unwrap());
    let mut wire = headers(1).end().no_end_headers().octets();
    for fragment in fragments {
        wire.extend(continuation(1).block(&fragment).no_end_headers().octets());
    }
    wire.extend(last.octets());
    wire
}

#[test]
fn a_field_block_may_come_in_any_fragments() {
    let short = block().request("GET", "/");
    let long = short.clone().indexing("name", "value").literal("x", "y");
    for (fields, octets) in [
        (&short, 1),
        (&short, 3),
        (&long, 4),
        (&long, 7),
        (&long, 99),
    ] {
        let event_lines = match fields == &short {
            true => "1: GET /",
            false => "1: GET / name=value x=y",
        };
        check_in_chunks(
            serving,
            script![
                client((PREFACE, settings())),
                rest(),
                client(in_fragments(fields, octets)),
                happens(["opened 1", event_lines, "1: end"]),
            ],
        );
    }
}

#[test]
fn empty_fragments_are_fragments_too() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    end.feed((
        headers(id).end().no_end_headers(),
        continuation(id).block(&leaves_a_trace()).no_end_headers(),
        continuation(id),
    ));
    assert_eq!(end.take(id)[0], format!("{id}: GET / trace=left"));
    finds_the_trace(&mut end);
}

#[test]
fn a_decoding_error_is_a_connection_error_of_compression() {
    let wrong = [
        block().indexed(0),
        block().indexed(62),
        block().request("GET", "/").indexed(1000),
        block().request("GET", "/").table_size(4096),
        block().table_size(4097),
        block().raw([0x40, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        block()
            .request("GET", "/")
            .raw([0x00, 0x05, b'c', b'u', b't']),
        block()
            .request("GET", "/")
            .raw([0x00, 0x81, 0x00, 0x01, b'x']),
    ];
    both!(R => for wrong in &wrong {
        let mut end = End::<R>::new();
        let id = end.open();
        end.dies(headers(id).block(wrong).end(), code::COMPRESSION_ERROR);
    });
    for wrong in &wrong {
        let end = End::<Server>::new();
        let id = end.next_id();
        end.dies_after(headers(id).block(wrong).end(), code::COMPRESSION_ERROR, 1);
    }
}

#[test]
fn a_decoding_error_is_found_in_every_field_block() {
    let wrong = block().indexed(70);
    // In one that is spread.
    let end = End::<Server>::new();
    let id = end.next_id();
    let spread = (
        headers(id).get("/").end().no_end_headers(),
        continuation(id).block(&wrong),
    );
    end.dies_after(spread, code::COMPRESSION_ERROR, 1);
    both!(R => {
        // In one that comes late.
        let mut end = End::<R>::new();
        let id = end.reset_by_us();
        end.dies(headers(id).block(&wrong).end(), code::COMPRESSION_ERROR);
        let mut end = End::<R>::new();
        let id = end.reset_by_peer();
        end.dies(headers(id).block(&wrong).end(), code::COMPRESSION_ERROR);
        // In one that may not come at all.
        let mut end = End::<R>::new();
        let id = end.half_closed_remote();
        end.dies(headers(id).block(&wrong).end(), code::COMPRESSION_ERROR);
    });
}

/// Nobody has heard of a request whose field block cannot be read.
#[test]
fn a_stream_whose_first_block_cannot_be_decoded_is_never_opened() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.feed(headers(id).block(&block().indexed(99)).end());
    let event_lines = end.event_lines();
    assert!(
        !event_lines
            .iter()
            .any(|line| line.contains(&format!(" {id}"))),
        "{event_lines:?}"
    );
    let mut end = End::<Server>::new();
    end.feed(headers(id).get("/").no_end_headers());
    assert_eq!(
        end.machine().streams().count(),
        1,
        "no stream before its block is whole"
    );
    end.peer.eof();
    let event_lines = end.event_lines();
    assert!(
        !event_lines
            .iter()
            .any(|line| line.contains(&format!(" {id}"))),
        "{event_lines:?}"
    );
}

/// Flaw 12 of the reference: skipped header blocks desynchronized HPACK.
#[test]
fn field_blocks_of_refused_streams_keep_the_tables_in_step() {
    let limits = Limits::default().concurrent_streams(1);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    let id = end.next_id();
    end.opened();
    let refused = headers(id).block(&leaves_a_trace()).end();
    end.resets(id, refused, code::REFUSED_STREAM);
    end.feed(data(1, "").end());
    end.stream(1).end().unwrap();
    end.sent();
    end.take(1);
    end.quiet();
    let id = end.next_id();
    end.feed(
        headers(id)
            .block(&block().request("GET", "/").indexed(62))
            .end(),
    );
    assert_eq!(end.take(id)[0], format!("{id}: GET / trace=left"));
}

#[test]
fn field_blocks_of_streams_that_we_reset_keep_the_tables_in_step() {
    let trace = block().indexing("trace", "left");
    let mut end = End::<Server>::new();
    let id = end.reset_by_us();
    end.tolerates(headers(id).block(&trace).end());
    finds_the_trace(&mut end);
    // Also while the stream is still there.
    let mut end = End::<Server>::new();
    let id = end.open();
    end.stream(id).reset(ErrorCode::CANCEL).unwrap();
    end.sent();
    end.tolerates(headers(id).block(&trace).end());
    finds_the_trace(&mut end);
    let mut end = End::<Client>::new();
    let id = end.reset_by_us();
    end.tolerates(headers(id).block(&trace).end());
    end.feed(headers(1).block(&block().indexed(62)).end());
    assert_eq!(end.take(1), ["1: trailers trace=left", "1: end"]);
}

#[test]
fn field_blocks_that_break_a_rule_of_their_stream_keep_the_tables_in_step() {
    let trace = block().indexing("trace", "left");
    // After END_STREAM.
    let mut end = End::<Server>::new();
    let id = end.half_closed_remote();
    end.resets(id, headers(id).block(&trace).end(), code::STREAM_CLOSED);
    finds_the_trace(&mut end);
    // After the client's own reset.
    let mut end = End::<Server>::new();
    let id = end.reset_by_peer();
    end.resets(id, headers(id).block(&trace).end(), code::STREAM_CLOSED);
    finds_the_trace(&mut end);
    // A malformed request, with the trace after what is wrong.
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    let malformed = block().literal("Upper", "case").request("GET", "/");
    let malformed = malformed.indexing("trace", "left");
    end.resets(
        id,
        headers(id).block(&malformed).end(),
        code::PROTOCOL_ERROR,
    );
    finds_the_trace(&mut end);
}

#[test]
fn field_blocks_behind_our_goaway_keep_the_tables_in_step() {
    let mut end = End::<Server>::new();
    end.machine().go_away();
    end.sent();
    end.feed(ping(*b"lastcall").ack());
    end.quiet();
    let id = end.next_id();
    end.tolerates(headers(id).block(&leaves_a_trace()).end());
    end.feed(headers(1).block(&block().indexed(62)).end());
    assert_eq!(end.take(1), ["1: trailers trace=left", "1: end"]);
}

/// RFC 9113 §4.3.1: the first field block after the acknowledgment says so.
#[test]
fn a_table_of_the_peer_that_shrinks_is_answered_with_a_size_update() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(1, 100));
        assert_eq!(end.sent()[0].octets(), settings_ack().octets());
        end.peer.reader().decoder().set_limit(100);
        say_fields(&mut end, 0);
        let sent = end.sent();
        let fields = sent.iter().find(|seen| seen.kind == kind::HEADERS).unwrap();
        assert_eq!(fields.fragment()[0] & 0xe0, 0x20, "an update first: {:x?}", fields.fragment());
        assert!(matches!(fields.fields, Some(Ok(_))), "{fields:?}");
    });
}

#[test]
fn a_table_of_the_peer_that_shrinks_and_grows_is_answered_with_both_sizes() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed((settings().set(1, 0), settings().set(1, 4096)));
        end.quiet();
        say_fields(&mut end, 0);
        let sent = end.sent();
        let fields = sent.iter().find(|seen| seen.kind == kind::HEADERS).unwrap();
        // RFC 7541 §4.2: the smallest, then the final one.
        assert_eq!(fields.fragment()[..4], [0x20, 0x3f, 0xe1, 0x1f]);
        assert!(matches!(fields.fields, Some(Ok(_))), "{fields:?}");
    });
}

/// Flaw 2 of the reference: an index that was never entered, at the second time of a large field or
/// with a table of no size.
#[test]
fn fields_that_the_table_cannot_hold_are_never_named_by_an_index() {
    for (size, octets) in [(0, 10), (100, 200), (4096, 5000)] {
        let mut end = End::<Server>::new();
        end.feed(settings().set(1, size));
        end.quiet();
        end.peer
            .reader()
            .decoder()
            .set_limit(usize::try_from(size).unwrap());
        for _ in 0..3 {
            say_fields(&mut end, octets);
            let sent = end.sent();
            let long = sent.iter().rev().find_map(|seen| seen.field("long"));
            assert_eq!(long, Some("x".repeat(octets)), "{sent:?}");
        }
    }
}

/// Says a field section with a value of so many octets, on a new stream.
fn say_fields<R: Ends + Says>(end: &mut End<R>, octets: usize) {
    R::say(end, "x".repeat(octets));
}

trait Says: Ends {
    fn say(end: &mut End<Self>, long: String);
}

impl Says for Server {
    fn say(end: &mut End<Self>, long: String) {
        let id = end.next_id();
        end.opened();
        end.feed(headers(id).get("/").end());
        let response = Response::new(200).field("long", long).field("a", "b");
        end.stream(id).respond(response).unwrap();
        end.stream(id).end().unwrap();
    }
}

impl Says for Client {
    fn say(end: &mut End<Self>, long: String) {
        end.opened();
        let request = get().field("long", long).field("a", "b");
        end.machine().request(request).unwrap();
    }
}

/// RFC 9113 §4.3.1: a field block after the acknowledgment that does not say so cannot be decoded.
#[test]
fn a_smaller_table_of_ours_wants_a_size_update_once_it_is_acknowledged() {
    both!(R => {
        let shrunk = |wire: &dyn Wire| {
            let mut end = End::<R>::new();
            let change = SettingsChange::default().header_table_size(100);
            end.machine().update_settings(change).unwrap();
            assert_eq!(end.sent()[0].settings(), [(1, 100)]);
            end.feed(wire.octets());
            end
        };
        // Before, the old size counts.
        let trailers = headers(1).block(&block().indexing("x", "y")).end();
        let mut end = shrunk(&trailers);
        assert_eq!(end.take(1), ["1: trailers x=y", "1: end"]);
        // After, the next block begins with an update, of at most the new size.
        let end = shrunk(&settings_ack());
        end.dies(&trailers, code::COMPRESSION_ERROR);
        let larger = headers(1).block(&block().table_size(101).indexing("x", "y")).end();
        shrunk(&settings_ack()).dies(larger, code::COMPRESSION_ERROR);
        let updated = headers(1).block(&block().table_size(100).indexing("x", "y")).end();
        let mut end = shrunk(&(settings_ack(), updated).octets());
        assert_eq!(end.take(1), ["1: trailers x=y", "1: end"]);
    });
}

#[test]
fn a_larger_table_of_ours_counts_once_it_is_acknowledged() {
    both!(R => {
        let larger = headers(1).block(&block().table_size(8192).indexing("x", "y")).end();
        let end = || {
            let mut end = End::<R>::new();
            let change = SettingsChange::default().header_table_size(8192);
            end.machine().update_settings(change).unwrap();
            end.sent();
            end
        };
        end().dies(&larger, code::COMPRESSION_ERROR);
        let mut end = end();
        end.feed((settings_ack(), &larger));
        assert_eq!(end.take(1), ["1: trailers x=y", "1: end"]);
    });
}

/// Flaw 3 of the reference: 15.5 KB became 48 MB.
#[test]
fn a_field_section_that_swells_in_decoding_is_bounded() {
    let end = End::<Server>::new();
    let id = end.next_id();
    let bomb = block().request("GET", "/").indexing("x", "y".repeat(3000));
    let bomb = (0..4000).fold(bomb, |bomb, _| bomb.indexed(62));
    end.dies_after(headers(id).block(&bomb).end(), code::ENHANCE_YOUR_CALM, 1);
}

#[test]
fn a_field_section_longer_than_we_announced_ends_its_stream_only() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    let long = block().request("GET", "/").indexing("trace", "left");
    let long = (0..12).fold(long, |long, _| long.literal("long", "x".repeat(1200)));
    let long = (0..600).fold(long, |long, _| long.indexed(62));
    end.feed(headers(id).block(&long).end());
    let answer = format!("HEADERS stream {id} END_STREAM END_HEADERS [:status: 431]");
    assert_eq!(end.said(), [answer]);
    assert!(end.event_lines().is_empty());
    finds_the_trace(&mut end);
}

#[test]
fn field_blocks_of_ours_are_contiguous() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.send(id, &[0; 60_000]);
    let next = end.next_id();
    end.opened();
    end.feed((
        headers(next).get("/").end(),
        ping(*b"question"),
        window_update(0, 1),
    ));
    let response = Response::new(200).field("long", "x".repeat(50_000));
    end.stream(next).respond(response).unwrap();
    let sent = end.sent();
    let first = sent.iter().position(|seen| seen.stream == next).unwrap();
    let kinds: Vec<_> = sent[first..]
        .iter()
        .map(|seen| (seen.kind, seen.stream))
        .collect();
    let more = (kind::CONTINUATION, next);
    assert_eq!(kinds, [(kind::HEADERS, next), more, more]);
    assert!(sent[first + 2].has(flag::END_HEADERS));
}

#[test]
fn never_indexed_fields_stay_so_on_their_way_out() {
    let mut end = End::<Client>::new();
    let request = get().sensitive_field("authorization", "secret");
    end.machine().request(request).unwrap();
    let sent = end.sent();
    let fields = sent[0].fields.clone().unwrap().unwrap();
    assert!(fields.last().unwrap().never_indexed, "{fields:?}");
}

/// The fields of each head that was said, as the test reads them.
fn heads<R: Ends>(end: &mut End<R>) -> Vec<Vec<testkit::Field>> {
    let sent = end.sent();
    let heads = sent.iter().filter_map(|seen| seen.fields.clone());
    heads
        .map(|fields| fields.expect("the peer can read it"))
        .collect()
}

/// Pins: an encoder that once indexed what it could not keep.
#[test]
fn a_field_that_does_not_fit_the_table_is_sent_again_and_again() {
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

/// Pins: a change of size that was never said.
#[test]
fn a_smaller_table_is_announced_before_the_next_field() {
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

/// Pins: a block that is skipped puts both tables out of step.
#[test]
fn a_block_that_nobody_wants_is_decoded_all_the_same() {
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

/// Pins: a peer that announces a table of 4 GiB.
#[test]
fn the_encoder_keeps_no_more_than_it_wants_of_a_huge_table() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(0x1, u32::MAX));
    end.quiet();
    // The reader of the test has 4096 octets, and could not follow a larger table.
    for n in 0..200 {
        let request = get().field(format!("x-{n}"), "v".repeat(50));
        end.machine().request(request).unwrap();
        let heads: Vec<_> = end
            .sent()
            .into_iter()
            .filter_map(|seen| seen.fields)
            .collect();
        assert!(heads.iter().all(Result::is_ok), "{heads:?}");
    }
}
