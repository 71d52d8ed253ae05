//! Each fault as either end sees it, and what follows from it for the frames that it does not touch.

use tress_testkit::{
    Seen, block, code, data, flag, goaway, headers, kind, ping, rst_stream, settings, settings_ack,
    unknown, window_update,
};

use super::{Talk, ms, seen};
use crate::shaper::{Item, Stage, Way};

fn head() -> tress_testkit::Block {
    block().status(200)
}

/// Kinds, streams and codes, which is what most tests are about.
fn short(frames: &[Seen]) -> Vec<(u8, u32, Option<u32>)> {
    let frames = frames.iter();
    frames
        .map(|its| (its.kind, its.stream, its.code()))
        .collect()
}

#[test]
fn a_stream_is_reset_for_both_ends_after_so_many_octets_of_its_answer() {
    let mut talk = Talk::greeted("rst after=1000 code=ENHANCE_YOUR_CALM");
    talk.client(headers(1).get("/a").end());
    talk.server((headers(1).block(&head()), data(1, [7; 600])));
    let out = talk.server(data(1, [7; 600]));
    assert_eq!(
        short(&out.down),
        [
            (kind::DATA, 1, None),
            (kind::RST_STREAM, 1, Some(code::ENHANCE_YOUR_CALM))
        ]
    );
    assert_eq!(out.down[0].content().len(), 400);
    // The server gets its credit of the connection back for what the client did not get.
    assert_eq!(
        out.up,
        seen((rst_stream(1, code::CANCEL), window_update(0, 200)))
    );
    let out = talk.server(data(1, [7; 600]).end());
    assert_eq!((out.down, out.up), (vec![], seen(window_update(0, 600))));
    let out = talk.client((window_update(1, 5), ping(*b"question")));
    assert_eq!(out.up, seen(ping(*b"question")));
}

#[test]
fn a_request_is_refused_and_the_blocks_after_it_are_understood() {
    let mut talk = Talk::greeted("refuse count=1");
    let first = block().request("GET", "/a").indexing("name", "value");
    let out = talk.client(headers(1).block(&first).end());
    assert_eq!(out.up, []);
    assert_eq!(out.down, seen(rst_stream(1, code::REFUSED_STREAM)));
    // It refers to what the first block has put into the table, which the server never saw.
    let second = block().request("GET", "/b").indexed(62);
    let out = talk.client(headers(3).block(&second).end());
    assert_eq!(out.up[0].stream, 3);
    assert_eq!(out.up[0].field("name").as_deref(), Some("value"));
    assert_eq!(out.up[0].field(":path").as_deref(), Some("/b"));
    assert!(out.up[0].has(flag::END_STREAM));
    assert_eq!(talk.client(data(1, "late")).down, seen(window_update(0, 4)));
}

#[test]
fn a_block_is_made_anew_only_where_the_table_is_another() {
    let mut talk = Talk::greeted("refuse count=1");
    talk.client(headers(1).block(&block().request("GET", "/a")).end());
    let wire = headers(3)
        .block(&block().request("GET", "/b").indexing("x", "y"))
        .padded(3)
        .end();
    assert_eq!(talk.client(wire.clone()).up, seen(wire));
}

#[test]
fn an_early_answer_comes_in_place_of_the_servers() {
    let mut talk = Talk::greeted("early status=429 method=POST");
    let out = talk.client(headers(1).post("/upload"));
    assert_eq!(out.up, []);
    assert_eq!(
        short(&out.down),
        [
            (kind::HEADERS, 1, None),
            (kind::RST_STREAM, 1, Some(code::NO_ERROR))
        ]
    );
    assert_eq!(out.down[0].field(":status").as_deref(), Some("429"));
    assert!(out.down[0].has(flag::END_STREAM));
    let out = talk.client(headers(3).get("/a").end());
    assert_eq!((out.up.len(), out.down), (1, vec![]));
}

#[test]
fn each_phase_of_goaway_says_its_last_stream_and_ends_when_it_should() {
    let all = |phase: &str| {
        let mut talk = Talk::greeted(&alloc::format!("goaway phase={phase} stream=3 wait=50ms"));
        talk.client(headers(1).get("/a").end());
        let out = talk.client(headers(3).get("/b").end());
        (talk, out)
    };
    let no_error = code::NO_ERROR;
    let (mut talk, out) = all("notice");
    assert_eq!(out.down, seen(goaway(0x7fff_ffff, no_error)));
    assert_eq!(talk.client(headers(5).get("/c").end()).up.len(), 1);

    let (mut talk, out) = all("accept");
    assert_eq!(out.down, seen(goaway(3, no_error)));
    assert_eq!(talk.client(headers(5).get("/c").end()).up, []);
    talk.server(headers(1).block(&head()).end());
    assert_eq!(talk.ends(), [None, None]);
    talk.server(headers(3).block(&head()).end());
    assert_eq!(talk.ends(), [Some(Item::Finish), Some(Item::Finish)]);

    let (mut talk, out) = all("refuse");
    assert_eq!((out.up, out.down), (vec![], seen(goaway(1, no_error))));
    talk.server(headers(1).block(&head()).end());
    assert_eq!(talk.ends(), [Some(Item::Finish), Some(Item::Finish)]);

    let (talk, out) = all("error");
    assert_eq!(out.down, seen(goaway(1, code::INTERNAL_ERROR)));
    assert_eq!(talk.ends(), [Some(Item::Close), Some(Item::Close)]);

    let (mut talk, out) = all("shutdown");
    assert_eq!(out.down, seen(goaway(0x7fff_ffff, no_error)));
    assert_eq!(talk.client(headers(5).get("/c").end()).up.len(), 1);
    assert_eq!(talk.wait(ms(49)).down, []);
    assert_eq!(talk.wait(ms(1)).down, seen(goaway(5, no_error)));
    for stream in [1, 3, 5] {
        talk.server(headers(stream).block(&head()).end());
    }
    assert_eq!(talk.ends(), [Some(Item::Finish), Some(Item::Finish)]);
}

#[test]
fn a_stall_holds_one_stream_for_its_time_and_no_other_frame() {
    let mut talk = Talk::greeted("stall path=/slow after=10 for=300ms");
    talk.client((headers(1).get("/slow").end(), headers(3).get("/fast").end()));
    let out = talk.server((headers(1).block(&head()), data(1, [1; 30]).end()));
    assert_eq!(out.down[1].content().len(), 10);
    assert_eq!(out.down.len(), 2);
    let others = (headers(3).block(&head()).end(), ping(*b"question"));
    assert_eq!(talk.server(others.clone()).down, seen(others));
    assert_eq!(talk.engine.next(), Some(ms(300)));
    assert_eq!(talk.wait(ms(299)).down, []);
    let out = talk.wait(ms(1));
    assert_eq!(out.down, seen(data(1, [1; 20]).end()));
}

#[test]
fn a_head_that_others_have_passed_is_understood() {
    let mut talk = Talk::greeted("stall path=/slow for=1s");
    talk.client((headers(1).get("/slow").end(), headers(3).get("/fast").end()));
    let slow = block().status(200).indexing("name", "slow");
    assert_eq!(talk.server(headers(1).block(&slow)).down, []);
    let fast = block().status(200).indexed(62).indexing("name", "fast");
    let out = talk.server(headers(3).block(&fast).end());
    assert_eq!(out.down[0].field("name").as_deref(), Some("slow"));
    let out = talk.wait(ms(1000));
    assert_eq!(out.down[0].field("name").as_deref(), Some("slow"));
    assert_eq!(out.down[0].stream, 1);
}

#[test]
fn a_stall_without_a_time_ends_when_both_ends_are_gone() {
    let mut talk = Talk::greeted("stall");
    talk.client(headers(1).get("/a").end());
    assert_eq!(talk.server(headers(1).block(&head()).end()).down, []);
    let items = talk.engine.finish(talk.now, Way::Down);
    assert_eq!(items, []);
    let items = talk.engine.finish(talk.now, Way::Up);
    assert_eq!(items.len(), 2);
}

#[test]
fn what_a_client_cancels_while_it_is_held_gives_the_server_its_credit_back() {
    let mut talk = Talk::greeted("stall after=0");
    talk.client(headers(1).get("/a").end());
    talk.server((headers(1).block(&head()), data(1, [1; 500])));
    let out = talk.client(rst_stream(1, code::CANCEL));
    assert_eq!(
        out.up,
        seen((rst_stream(1, code::CANCEL), window_update(0, 500)))
    );
}

#[test]
fn content_drips_in_pieces_at_intervals() {
    let mut talk = Talk::greeted("drip size=4 interval=10ms");
    talk.client(headers(1).get("/a").end());
    let out = talk.server((headers(1).block(&head()), data(1, "0123456789").end()));
    assert_eq!(out.down[1..], seen(data(1, "0123"))[..]);
    assert_eq!(talk.wait(ms(10)).down, seen(data(1, "4567")));
    assert_eq!(talk.wait(ms(9)).down, []);
    assert_eq!(talk.wait(ms(1)).down, seen(data(1, "89").end()));
}

#[test]
fn padding_of_a_frame_that_is_divided_is_credit_for_its_sender() {
    let mut talk = Talk::greeted("drip size=4 interval=10ms");
    talk.client(headers(1).get("/a").end());
    let out = talk.server((headers(1).block(&head()), data(1, "012345").padded(9)));
    assert_eq!(out.down[1..], seen(data(1, "0123"))[..]);
    assert_eq!(out.up, seen((window_update(0, 10), window_update(1, 10))));
}

#[test]
fn an_acknowledgment_comes_late_or_never_and_all_else_in_time() {
    let mut talk = Talk::greeted("settings-ack for=200ms");
    let out = talk.server((settings_ack(), ping(*b"question")));
    assert_eq!(out.down, seen(ping(*b"question")));
    assert_eq!(talk.wait(ms(200)).down, seen(settings_ack()));
    let mut talk = Talk::greeted("settings-ack from=client");
    assert_eq!(talk.client(settings_ack()).up, []);
    assert_eq!(talk.server(settings_ack()).down, seen(settings_ack()));
    assert_eq!(talk.wait(ms(100_000)).up, []);
}

#[test]
fn frames_are_of_lengths_that_none_may_have() {
    let zeros =
        |kind: u8, stream: u32, length: usize| unknown(kind, 0, stream, alloc::vec![0; length]);
    for (frame, wire) in [
        ("data", zeros(kind::DATA, 1, 16385)),
        ("ping", zeros(kind::PING, 0, 7)),
        ("settings", zeros(kind::SETTINGS, 0, 5)),
        ("window-update", zeros(kind::WINDOW_UPDATE, 1, 3)),
        ("rst-stream", zeros(kind::RST_STREAM, 1, 3)),
        ("goaway", zeros(kind::GOAWAY, 0, 7)),
    ] {
        let mut talk = Talk::greeted(&alloc::format!("length frame={frame}"));
        talk.client(headers(1).get("/a").end());
        let out = talk.server(headers(1).block(&head()).end());
        assert_eq!(out.down[0], seen(wire)[0], "{frame}");
        assert_eq!(out.down.len(), 2);
    }
}

#[test]
fn an_answer_lies_about_its_length_its_block_is_bad_or_its_trailers_are_lost() {
    let mut talk =
        Talk::greeted("content-length by=-3 path=/a; hpack path=/b; no-trailers path=/c");
    for (stream, path) in [(1, "/a"), (3, "/b"), (5, "/c")] {
        talk.client(headers(stream).get(path).end());
    }
    let length = head().literal("content-length", "10");
    let out = talk.server(headers(1).block(&length));
    assert_eq!(out.down[0].field("content-length").as_deref(), Some("7"));
    let trailers = block().indexing("x-sum", "1");
    talk.server((headers(5).block(&head()), data(5, "content")));
    let out = talk.server(headers(5).block(&trailers).end());
    assert_eq!(out.down, seen(data(5, "").end()));
    let out = talk.server(headers(3).block(&head()).end());
    assert_eq!(out.down[0].fragment(), [0x80]);
}

#[test]
fn a_connection_is_cut_in_the_middle_of_a_frame() {
    for (how, end) in [("close", Item::Close), ("reset", Item::Reset)] {
        let mut talk = Talk::greeted(&alloc::format!("cut after=5 how={how}"));
        talk.client(headers(1).get("/a").end());
        talk.server(headers(1).block(&head()));
        let wire = data(1, "0123456789");
        let octets = tress_testkit::Wire::octets(&wire);
        let items = talk.engine.take(talk.now, Way::Down, &octets);
        let cut = Item::Octets(octets[..14].to_vec().into());
        let down = Way::Down;
        assert_eq!(items, [(Way::Up, Item::Close), (down, cut), (down, end)]);
        assert_eq!(talk.client(ping(*b"question")).up, []);
    }
}

#[test]
fn a_client_is_notified_of_fewer_streams() {
    let mut talk = Talk::new("streams max=1");
    let out = talk.server(settings().set(3, 100).set(4, 70_000));
    assert_eq!(out.down, seen(settings().set(4, 70_000).set(3, 1)));
    let out = talk.server(settings());
    assert_eq!(out.down, seen(settings()));
}

#[test]
fn what_a_client_is_told_comes_behind_the_servers_first_settings() {
    for (fault, made) in [
        ("refuse", seen(rst_stream(1, code::REFUSED_STREAM))),
        ("goaway phase=error", seen(goaway(0, code::INTERNAL_ERROR))),
    ] {
        let mut talk = Talk::new(fault);
        let out = talk.client((
            tress_testkit::PREFACE,
            settings(),
            headers(1).get("/a").end(),
        ));
        assert_eq!(
            (out.up, out.down),
            (seen((tress_testkit::PREFACE, settings())), vec![])
        );
        let out = talk.server((settings(), settings_ack()));
        let expected = [seen(settings()), made].concat();
        assert_eq!(out.down[..2], expected);
    }
}
