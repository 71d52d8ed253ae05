//! Field blocks and their compression.

use core::ops::Range;

use allocation_counter::measure;
use runtime::Runtime;
use testkit::{
    Block, Wire, block, code, continuation, headers, rst_stream, settings, settings_ack,
};
use tress_proto::{
    Client, Config, Connection, HeaderField, Limits, Part, Request, Server, StreamId,
};

use super::rig::{Attack, CALM, End, Expects, read_all};
use crate::support::way::each_way;
use crate::support::{self, Ends, both};

/// A request whose fields come last.
fn request(id: u32, fields: &Block) -> Vec<u8> {
    headers(id).get("/").block(fields).end().octets()
}

#[test]
fn a_bomb_of_references_to_a_large_entry_ends_the_connection() {
    let bomb = |references| {
        let block = block().indexing("a", "v".repeat(4063));
        (0..references).fold(block, |block, _| block.indexed(62))
    };
    let run = Attack::<Server>::with(request(1, &bomb(12_000)))
        .memory(64 * 1024)
        .comes_to(End::Dies(CALM));
    assert_eq!(run.opened, 0);
    // A small one ends the stream, and leaves the table as it is to be.
    let run = Attack::<Server>::with((request(1, &bomb(20)), request(3, &block().indexed(62))))
        .memory(64 * 1024)
        .comes_to(End::Stands);
    assert_eq!(run.answers, [(1, "431".to_owned())]);
    assert_eq!((run.resets.len(), run.opened), (0, 1));
}

#[test]
fn a_bomb_of_references_to_a_small_entry_ends_the_connection() {
    for first in [block().indexing("a", ""), block().indexing_at(32, "")] {
        let bomb = |count| (0..count).fold(first.clone(), |block, _| block.indexed(62));
        Attack::<Server>::with(request(1, &bomb(16_000))).comes_to(End::Dies(CALM));
        Attack::<Server>::with(request(1, &bomb(1100))).comes_to(End::Dies(CALM));
    }
    let fields = (0..300).fold(block().indexing("a", ""), |block, _| block.indexed(62));
    let run = Attack::<Server>::with(request(1, &fields)).comes_to(End::Stands);
    assert_eq!((run.resets.len(), run.opened), (0, 0));
    assert_eq!(run.answers, [(1, "431".to_owned())]);
    // A request that is not whole is cut short without an error.
    let open = headers(1).post("/").block(&fields);
    let run = Attack::<Server>::with((open, testkit::data(1, "x"))).comes_to(End::Stands);
    assert_eq!(run.answers, [(1, "431".to_owned())]);
    assert_eq!(run.resets, [(1, code::NO_ERROR)]);
    // A response is a reason to cancel.
    let long = headers(1).status(200).block(&fields);
    let run = Attack::<Client>::with(long)
        .setup(Client::expect)
        .comes_to(End::Stands);
    assert_eq!(run.resets, [(1, CALM)]);
}

#[test]
fn answers_for_the_application_are_bounded_as_resets_are() {
    let fields = (0..300).fold(block(), |block, _| block.literal("a", ""));
    let flood = |count: u32| -> Vec<u8> {
        (0..count)
            .flat_map(|n| request(2 * n + 1, &fields))
            .collect()
    };
    let run = Attack::<Server>::with(flood(100))
        .memory(192 * 1024)
        .comes_to(End::Stands);
    assert_eq!(run.answers.len(), 100);
    let run = Attack::<Server>::with(flood(300))
        .memory(192 * 1024)
        .undrained(End::Closes(CALM))
        .comes_to(End::Dies(CALM));
    assert_eq!(run.last, Some(401));
}

/// A hundred requests of thirty kilobytes of fields each, all but the first from forty octets.
fn a_hundred_long_sections() -> Vec<u8> {
    let fields = (0..30).fold(block().indexing("a", "v".repeat(1000)), |block, _| {
        block.indexed(62)
    });
    let again = (0..30).fold(block(), |block, _| block.indexed(62));
    let rest = (1..100).flat_map(|n| request(2 * n + 1, &again));
    request(1, &fields).into_iter().chain(rest).collect()
}

#[test]
fn as_many_and_as_long_field_sections_as_are_announced_lose_no_stream_where_nobody_takes_them() {
    let run = Attack::<Server>::with(a_hundred_long_sections())
        .memory(100 * (2 * 32 * 1024 + 512) + 128 * 1024)
        .comes_to(End::Stands);
    assert_eq!((run.opened, run.resets.len()), (100, 0));
}

#[test]
fn field_sections_that_nobody_takes_use_no_more_memory_than_is_configured() {
    let limits = Limits::server().decoded_octets(1 << 20);
    let run = Attack::<Server>::with(a_hundred_long_sections())
        .config(Config::default().limits(limits).unwrap())
        .memory(1024 * 1024 + 128 * 1024)
        .comes_to(End::Stands);
    assert!((30..40).contains(&run.opened), "{} streams", run.opened);
    assert!(run.resets.iter().all(|(_, code)| *code == CALM));
    assert_eq!(run.resets.len() + usize::try_from(run.opened).unwrap(), 100);
}

#[test]
fn what_was_taken_makes_space() {
    let limits = Limits::server()
        .field_section_octets(2048)
        .decoded_octets(2048);
    let mut end = support::End::<Server>::with(Config::default().limits(limits).unwrap());
    let large = || block().literal("a", "v".repeat(1500));
    for _ in 0..10 {
        let id = end.next_id();
        end.opened();
        end.feed(request(id, &large()));
        end.take(id);
    }
    let (kept, refused) = (end.next_id(), end.next_id() + 2);
    end.feed(request(kept, &large()));
    end.quiet();
    end.resets(refused, request(refused, &large()), CALM);
}

/// A block in pieces.
fn in_pieces(count: usize, piece: &[u8]) -> Vec<u8> {
    let more = continuation(1).raw_block(piece).no_end_headers().octets();
    let first = headers(1).raw_block(&[0x82]).no_end_headers().octets();
    [first, more.repeat(count)].concat()
}

#[test]
fn continuation_flood_ends_the_connection() {
    both!(R => {
        let stands = |input| Attack::<R>::with(input).setup(R::expect).comes_to(End::Stands);
        let dies = |input| Attack::<R>::with(input).setup(R::expect).comes_to(End::Dies(CALM));
        // Empty ones: the second is an error.
        stands(in_pieces(1, &[]));
        dies(in_pieces(2, &[]));
        // Small ones: the literal of which they are part has no end.
        let literal = b"\x00\x01a\x7f\xff\x01";
        stands([in_pieces(1, literal), in_pieces(6, b"v")[10..].to_vec()].concat());
        dies([in_pieces(1, literal), in_pieces(40, b"v")[10..].to_vec()].concat());
        // Large ones: indexed fields, of which there are too many soon.
        dies(in_pieces(10, &[0x84; 16_384]));
    });
}

#[test]
fn fields_without_a_name_are_malformed() {
    let fields = (0..500).fold(block(), |block, _| block.literal("", ""));
    let run = Attack::<Server>::with(request(1, &fields)).comes_to(End::Stands);
    assert_eq!(run.resets.len(), 1, "{:?}", run.resets);
    let run = Attack::<Server>::with(request(1, &block().literal("", ""))).comes_to(End::Stands);
    assert_eq!(run.resets, [(1, code::PROTOCOL_ERROR)]);
}

#[test]
fn integers_above_32_bits_end_the_connection() {
    let runaway = [0xff; 10];
    for pattern in [0xff_u8, 0x7f, 0x3f, 0x1f, 0x0f] {
        for rest in [
            [&runaway[..], &[1]].concat(),
            vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        ] {
            let wire = headers(1).raw_block(&[pattern]).raw_block(&rest);
            Attack::<Server>::with(wire).comes_to(End::Dies(code::COMPRESSION_ERROR));
        }
    }
    let length = headers(1).raw_block(b"\x00\x7f").raw_block(&runaway);
    Attack::<Server>::with(length).comes_to(End::Dies(code::COMPRESSION_ERROR));
}

#[test]
fn huffman_that_ends_wrong_ends_the_connection() {
    for coded in ["ffffffff", "1fff", "18"] {
        let fields = block().raw([0]).string("a").huffman(testkit::hex(coded));
        Attack::<Server>::with(request(1, &fields)).comes_to(End::Dies(code::COMPRESSION_ERROR));
    }
}

#[test]
fn table_sizes_out_of_order_end_the_connection() {
    let sizes = |count| (0..count).fold(block(), |block, _| block.table_size(0));
    for wrong in [
        headers(1)
            .block(&block().table_size(4097))
            .get("/")
            .octets(),
        headers(1).get("/").block(&block().table_size(0)).octets(),
        headers(1).block(&sizes(3)).get("/").octets(),
        headers(1).block(&sizes(16_000)).get("/").octets(),
    ] {
        Attack::<Server>::with(wrong).comes_to(End::Dies(code::COMPRESSION_ERROR));
    }
    Attack::<Server>::with(headers(1).block(&sizes(2)).get("/")).comes_to(End::Stands);
}

#[test]
fn a_table_that_shrank_without_a_word_ends_the_connection() {
    fn shrink(machine: &mut Connection<Server>) {
        let change = tress_proto::SettingsChange::default().header_table_size(0);
        machine.update_settings(change).unwrap();
    }
    Attack::with((settings_ack(), headers(1).get("/")))
        .setup(shrink)
        .comes_to(End::Dies(code::COMPRESSION_ERROR));
    Attack::with((
        settings_ack(),
        headers(1).block(&block().table_size(0)).get("/"),
    ))
    .setup(shrink)
    .comes_to(End::Stands);
}

#[test]
fn a_peer_that_offers_a_huge_table_gets_one_of_4096_octets() {
    each_way(|| {
        let mut end = support::End::<Client>::new();
        end.feed(settings().set(1, u32::MAX));
        end.quiet();
        // The reader of the test keeps 4096 octets, and reads all that we say.
        let mut ask = |numbers: Range<u32>| {
            for n in numbers {
                let name = format!("x-{n}");
                let request = support::get().field(name, "v".repeat(100));
                let id = end.machine().request(request).unwrap();
                end.stream(id.value()).end().unwrap();
                let sent = end.sent();
                for seen in sent
                    .iter()
                    .filter(|seen| seen.kind == testkit::kind::HEADERS)
                {
                    assert!(matches!(seen.fields, Some(Ok(_))), "{seen:?}");
                }
                end.stream(id.value()).release();
                end.quiet();
            }
        };
        // What the reader makes once for all tests does not count.
        ask(0..1);
        let info = measure(|| ask(1..300));
        assert!(info.bytes_current < 16 * 1024, "{info:?}");
    });
}

#[test]
fn a_literal_in_many_pieces_costs_in_proportion_to_its_length() {
    let cost = |octets: usize| {
        let fields = block().request("GET", "/").literal("a", "v".repeat(octets));
        let fragments = fields.fragments(octets / 7);
        let mut machine = Connection::<Server>::new(Config::default());
        read_all(&mut machine, &Server::hello());
        let mut input = headers(1).block(&fragments[0]).no_end_headers().octets();
        for fragment in &fragments[1..fragments.len() - 1] {
            input.extend(continuation(1).block(fragment).no_end_headers().octets());
        }
        input.extend(
            continuation(1)
                .block(&fragments[fragments.len() - 1])
                .octets(),
        );
        let mut consumed = 0;
        let info = measure(|| {
            for offered in 1..=input.len() {
                consumed += machine.read(&input[consumed..offered]);
            }
        });
        assert!(machine.stream(StreamId::from_wire(1)).is_some());
        info.bytes_total
    };
    let (small, large) = (cost(8_000), cost(16_000));
    assert!(large * 2 <= small * 5, "{small} and {large}");
    let literal = request(1, &block().literal("a", "v".repeat(16_000)));
    Attack::<Server>::with(literal).comes_to(End::Stands);
}

#[test]
fn blocks_of_streams_that_nobody_wants_keep_the_tables_in_step() {
    each_way(|| {
        let limits = Limits::server().concurrent_streams(1);
        let mut end = support::End::<Server>::with(Config::default().limits(limits).unwrap());
        end.feed((
            headers(3).get("/").block(&block().indexing("x", "1")).end(),
            headers(5)
                .field("A", "")
                .block(&block().indexing("x", "2"))
                .end(),
            rst_stream(1, code::CANCEL),
            headers(7)
                .get("/")
                .block(&block().indexed(62).indexed(63))
                .end(),
        ));
        assert_eq!(end.take(7)[0], "7: GET / x=2 x=1");
    });
}

#[test]
fn blocks_and_frames_that_are_cut_short_end_the_connection() {
    for block in ["80", "be", "00", "0001", "000161", "00016105", "ff"] {
        let wire = headers(1).raw_block(&testkit::hex(block));
        Attack::<Server>::with(wire).comes_to(End::Dies(code::COMPRESSION_ERROR));
    }
    let short = testkit::hex("000004 01 25 00000001 00000000");
    Attack::<Server>::with(short).comes_to(End::Dies(code::FRAME_SIZE_ERROR));
}

#[test]
fn secrets_never_enter_the_table() {
    each_way(|| {
        let mut end = support::End::<Client>::new();
        let secrets = [
            ("authorization", "Basic abc"),
            ("proxy-authorization", "Basic abc"),
            ("cookie", "short=1"),
        ];
        for (name, value) in secrets {
            let mut request = Request::get("https", "a", "/");
            request = request.field(name, value);
            end.machine().request(request).unwrap();
            let sent = end.sent();
            let said = sent
                .iter()
                .find(|seen| seen.kind == testkit::kind::HEADERS)
                .unwrap();
            let fields = said.fields.clone().unwrap().unwrap();
            let field = fields
                .iter()
                .find(|field| field.name == name.as_bytes())
                .unwrap();
            assert!(field.never_indexed, "{name}");
        }
        // What came with the mark is kept with it.
        let mut server = support::End::<Server>::new();
        server.feed(request(3, &block().never("x-secret", "1")));
        let mut stream = server.stream(3);
        let Ok(Some(Part::Head(head))) = stream.recv() else {
            panic!("a head")
        };
        assert!(
            head.fields()
                .any(|field| field == HeaderField::sensitive(b"x-secret", b"1"))
        );
    });
}

#[test]
fn a_field_that_is_kept_keeps_no_frame_alive() {
    each_way(|| {
        let mut machine = Connection::<Server>::new(Config::default());
        read_all(&mut machine, &(Server::hello(), settings_ack()).octets());
        let mut kept = Vec::with_capacity(100);
        let inputs: Vec<Vec<u8>> = (0..100)
            .map(|n| {
                request(
                    2 * n + 1,
                    &block()
                        .literal("x-keep", "1")
                        .literal("y", "v".repeat(9000)),
                )
            })
            .collect();
        let info = measure(|| {
            for (n, input) in (0..100).zip(&inputs) {
                read_all(&mut machine, input);
                let mut stream = machine.stream_mut(StreamId::from_wire(2 * n + 1)).unwrap();
                let Ok(Some(Part::Head(head))) = stream.recv() else {
                    panic!("a head")
                };
                kept.push(head.field_value("x-keep").unwrap().to_vec());
                stream.release();
                allocation_counter::opt_out(|| {
                    super::rig::drain(&mut machine, &mut Vec::new());
                });
                while machine.poll_event().is_some() {}
            }
        });
        assert!(info.bytes_current < 32 * 1024, "{info:?}");
    });
}

/// Pins: references to a large entry, with nothing that counts what they come to.
#[test]
fn a_small_block_does_not_swell_without_bound() {
    let bomb = block().request("GET", "/").indexing("x", "y".repeat(3000));
    let bomb = (0..12_000).fold(bomb, |bomb, _| bomb.indexed(62));
    let wire = Wire::octets(&headers(3).block(&bomb).end());
    let mut end = support::End::<Server>::new();
    let info = measure(|| {
        end.machine().read(&wire);
    });
    assert!(info.bytes_max < 128 * 1024, "{info:?}");
    assert_eq!(
        end.sent().last().unwrap().code(),
        Some(code::ENHANCE_YOUR_CALM)
    );
}

/// Pins: a map of fields that has a capacity, and panics at it.
#[test]
fn an_absurd_number_of_fields_does_not_panic() {
    for count in [990, 1001, 60_000] {
        let mut end = support::End::<Server>::new();
        let fields = block().request("GET", "/").indexing("a", "");
        let fields = (0..count).fold(fields, |fields, _| fields.indexed(62));
        let id = end.next_id();
        let mut pieces = fields.fragments(16_000).into_iter();
        let first = pieces.next().unwrap();
        let raw = |block: &Block| Wire::octets(block);
        end.feed(headers(id).raw_block(&raw(&first)).no_end_headers());
        for piece in pieces {
            end.feed(continuation(id).raw_block(&raw(&piece)).no_end_headers());
        }
        end.feed(continuation(id));
        let sent = end.sent();
        let is_over = sent
            .iter()
            .any(|seen| seen.code() == Some(code::ENHANCE_YOUR_CALM));
        assert_eq!(is_over, count > 990, "{sent:?}");
    }
}

/// Pins: a block that is only refused once it is whole.
#[test]
fn a_field_block_that_is_far_too_large_ends_the_connection() {
    let end = support::End::<Server>::new();
    let id = end.next_id();
    let part = vec![0; 16_384];
    let more = Wire::octets(&continuation(id).raw_block(&part).no_end_headers());
    let begun = headers(id).get("/").no_end_headers();
    end.dies_after((begun, more.repeat(8)), code::ENHANCE_YOUR_CALM, 1);
}

/// Pins: a slice of the buffer that keeps all of it alive.
#[test]
fn fields_that_are_kept_do_not_keep_the_frame_they_came_in() {
    let mut end = support::End::<Server>::new();
    let wire = Wire::octets(
        &headers(3)
            .get("/")
            .field("x-long", "y".repeat(10_000))
            .end(),
    );
    let mut kept = None;
    let info = measure(|| {
        end.machine().read(&wire);
        let id = StreamId::from_wire(3);
        let Ok(Some(Part::Head(request))) = end.machine().stream_mut(id).unwrap().recv() else {
            panic!("the request is whole");
        };
        kept = request.field_value("x-long").map(<[u8]>::len);
        drop(request);
    });
    assert_eq!(kept, Some(10_000));
    // What the stream and the tables need; the frame would be ten thousand more.
    assert!(info.bytes_current < 6000, "{info:?}");
}
