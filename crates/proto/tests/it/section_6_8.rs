//! GOAWAY (RFC 9113 §6.8).

use runtime::Runtime;
use testkit::{
    Pair, Wire, block, code, continuation, data, goaway, headers, kind, ping, rst_stream, settings,
    window_update,
};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, Request, Response, Server, StreamError,
    StreamId, UserError,
};

use crate::support::{End, both, get, increments_of_connection, narrow, post};

const MOST: u32 = 0x7fff_ffff;

fn result<R: tress_proto::Role>(end: &End<R>, id: u32) -> Option<Result<(), StreamError>> {
    let stream = end.peer.machine.stream(StreamId::from_wire(id));
    stream.and_then(|stream| stream.result())
}

/// A server that has said that it goes away, and not yet which stream is the last.
fn leaving() -> End<Server> {
    let mut end = End::<Server>::new();
    end.machine().go_away();
    end.quiet();
    end
}

/// A server that has named the first stream as the last.
fn left() -> End<Server> {
    let mut end = leaving();
    end.feed(ping(*b"lastcall").ack());
    assert_eq!(end.said(), ["GOAWAY stream 0 last 1 NO_ERROR \"\""]);
    end
}

#[test]
fn goaway_on_a_stream_is_a_connection_error() {
    both!(R => End::<R>::new().dies(goaway(0, 0).stream(1), code::PROTOCOL_ERROR));
}

/// Flaw 18 of the reference: GOAWAY gave its client no callback.
#[test]
fn the_application_learns_of_a_goaway() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(goaway(1, code::ENHANCE_YOUR_CALM).debug("slow down"));
        let events = end.events();
        let [Event::GoAway { last_stream_id, code }] = events[..] else { panic!("{events:?}") };
        assert_eq!((last_stream_id.value(), code), (1, ErrorCode::ENHANCE_YOUR_CALM));
        assert_eq!(end.machine().peer_debug_data(), b"slow down");
    });
}

#[test]
fn debug_data_is_kept_up_to_256_octets() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(goaway(1, 0).debug(vec![b'x'; 16_000]));
        assert_eq!(end.machine().peer_debug_data(), [b'x'; 256]);
    });
}

#[test]
fn no_stream_is_opened_after_a_goaway_of_the_server() {
    let mut end = End::<Client>::new();
    end.feed(goaway(MOST, 0));
    assert_eq!(end.machine().request(get()), Err(UserError::GoingAway));
    assert!(end.sent().is_empty());
    end.is_unharmed();
}

#[test]
fn streams_up_to_the_last_go_on_and_those_above_were_not_processed() {
    let mut end = End::<Client>::new();
    let (kept, dropped) = (end.open(), end.open());
    end.feed(goaway(kept, code::ENHANCE_YOUR_CALM));
    let error = StreamError::Unprocessed(ErrorCode::ENHANCE_YOUR_CALM);
    assert_eq!(result(&end, dropped), Some(Err(error)));
    assert!(error.is_retryable());
    assert_eq!(end.event_lines()[0], "goaway 3 ENHANCE_YOUR_CALM");
    assert!(
        end.sent().is_empty(),
        "not a word about a stream that the server ignores"
    );
    end.is_unharmed();
    end.feed(data(kept, "content"));
    assert_eq!(end.take(kept), [format!("{kept}: \"content\"")]);
    end.send(kept, b"more");
    assert_eq!(end.said(), [format!("DATA stream {kept} \"more\"")]);
    // Frames that the server sent on the other before are no error.
    end.tolerates((
        data(dropped, "late"),
        window_update(dropped, 1),
        rst_stream(dropped, 0),
    ));
}

#[test]
fn requests_that_were_never_sent_can_be_taken_back_with_their_content() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(3, 1));
    let id = end
        .machine()
        .request(post().field("x", "y"))
        .unwrap()
        .value();
    end.stream(id)
        .send_data(Bytes::from_static(b"one"))
        .unwrap();
    end.stream(id)
        .send_data(Bytes::from_static(b"two"))
        .unwrap();
    end.quiet();
    end.feed(goaway(MOST, 0));
    assert_eq!(result(&end, id), Some(Err(StreamError::Unsent)));
    assert!(StreamError::Unsent.is_retryable());
    let (request, content) = end.stream(id).take_unsent().unwrap();
    assert_eq!(request, post().field("x", "y"));
    assert_eq!(content, [&b"one"[..], b"two"]);
    assert!(end.stream(id).take_unsent().is_none(), "once");
    assert_eq!(end.take(id), [format!("{id}: the request was never sent")]);
    end.feed(data(1, "").end());
    end.stream(1).end().unwrap();
    let sent = end.sent();
    assert!(
        !sent.iter().any(|seen| seen.kind == kind::HEADERS),
        "{sent:?}"
    );
}

#[test]
fn a_request_that_was_sent_cannot_be_taken_back() {
    let mut end = End::<Client>::new();
    let id = end.open();
    assert!(end.stream(id).take_unsent().is_none());
    end.feed(goaway(1, 0));
    assert!(
        end.stream(id).take_unsent().is_none(),
        "though it may be made again"
    );
}

#[test]
fn an_endpoint_that_heard_goaway_says_goaway_and_closes_after_its_last_stream() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(goaway(1, 0));
        assert!(end.sent().is_empty());
        end.stream(1).end().unwrap();
        end.feed(data(1, "bye").end());
        let sent = end.sent();
        let last = sent.last().unwrap();
        assert_eq!((last.kind, last.code()), (kind::GOAWAY, Some(code::NO_ERROR)));
        assert_eq!(end.take(1), ["1: \"bye\"", "1: end"], "what arrived can be taken");
        let event_lines = end.event_lines();
        assert_eq!(event_lines.last().unwrap(), "closed");
        assert!(end.peer.is_closed());
    });
}

#[test]
fn a_goaway_with_an_error_is_the_reason_of_the_end() {
    both!(R => for eof in [true, false] {
        let mut end = End::<R>::new();
        end.feed(goaway(1, code::INTERNAL_ERROR));
        match eof {
            true => { end.peer.eof(); }
            false => {
                end.stream(1).end().unwrap();
                end.feed(data(1, "").end());
            }
        }
        let event_lines = end.event_lines();
        let reason = "closed: the peer ended the connection with INTERNAL_ERROR";
        assert_eq!(event_lines.last().unwrap(), reason);
    });
}

#[test]
fn goaway_while_no_stream_runs_ends_the_connection_at_once() {
    both!(R => {
        let mut end = End::<R>::new();
        end.stream(1).end().unwrap();
        end.feed(data(1, "").end());
        end.take(1);
        end.quiet();
        end.feed(goaway(0, 0));
        assert_eq!(end.event_lines(), ["goaway 0 NO_ERROR", "closed"]);
        let sent = end.sent();
        assert_eq!(sent[0].kind, kind::GOAWAY);
        assert!(end.peer.is_closed());
    });
}

#[test]
fn a_last_stream_that_grows_is_a_connection_error() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(goaway(1, 0));
        end.quiet();
        end.dies(goaway(3, 0), code::PROTOCOL_ERROR);
    });
}

#[test]
fn a_last_stream_that_shrinks_drops_more_streams() {
    let mut end = End::<Client>::new();
    let (a, b) = (end.open(), end.open());
    end.feed((goaway(MOST, 0), goaway(a, 0)));
    assert_eq!(result(&end, a), None);
    assert_eq!(
        result(&end, b),
        Some(Err(StreamError::Unprocessed(ErrorCode::NO_ERROR)))
    );
    end.feed(goaway(1, code::INTERNAL_ERROR));
    assert_eq!(
        result(&end, a),
        Some(Err(StreamError::Unprocessed(ErrorCode::INTERNAL_ERROR)))
    );
    end.is_unharmed();
}

#[test]
fn a_server_goes_away_in_two_phases() {
    let mut end = End::<Server>::new();
    end.machine().go_away();
    assert_eq!(
        end.said(),
        [
            format!("GOAWAY stream 0 last {MOST} NO_ERROR \"\""),
            "PING stream 0 \"lastcall\"".to_owned(),
        ]
    );
    // What the client opened before it heard of it still counts.
    let id = end.open();
    end.is_unharmed();
    end.feed(ping(*b"lastcall").ack());
    assert_eq!(
        end.said(),
        [format!("GOAWAY stream 0 last {id} NO_ERROR \"\"")]
    );
    assert!(
        end.event_lines().is_empty(),
        "the ping was not the application's"
    );
    end.feed(data(id, "").end());
    end.stream(id).end().unwrap();
    end.feed(data(1, "").end());
    assert!(!end.peer.is_closed());
    end.stream(1).end().unwrap();
    end.sent();
    assert!(end.peer.is_closed());
    assert_eq!(end.event_lines().last().unwrap(), "closed");
}

#[test]
fn going_away_twice_says_no_more_than_once() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().go_away();
        end.quiet();
        end.machine().go_away();
        assert!(end.sent().is_empty());
    });
}

#[test]
fn a_server_that_goes_away_while_no_stream_runs_closes_after_a_round_trip() {
    let mut end = End::<Server>::new();
    end.feed(rst_stream(1, 0));
    end.take(1);
    end.machine().go_away();
    end.quiet();
    assert!(!end.peer.is_closed());
    end.feed(ping(*b"lastcall").ack());
    assert_eq!(end.said(), ["GOAWAY stream 0 last 1 NO_ERROR \"\""]);
    assert_eq!(end.event_lines(), ["closed"]);
    assert!(end.peer.is_closed());
}

#[test]
fn streams_above_the_last_are_ignored() {
    let mut end = left();
    let id = end.next_id();
    end.tolerates((
        headers(id).post("/"),
        data(id, "content"),
        window_update(id, 1),
    ));
    end.tolerates((
        headers(id).field("x", "y").trailers(),
        rst_stream(id, code::CANCEL),
    ));
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
    assert!(end.event_lines().is_empty());
}

#[test]
fn streams_above_the_last_keep_the_tables_in_step() {
    let mut end = left();
    let id = end.next_id();
    let fields = block().request("GET", "/").indexing("trace", "left");
    let mut fragments = fields.fragments(6);
    let rest = fragments.split_off(1);
    let begun = headers(id).block(&fragments[0]).no_end_headers();
    let rest = continuation(id).raw_block(&rest.octets());
    end.tolerates((begun, rest));
    end.feed(headers(1).block(&block().indexed(62)).end());
    assert_eq!(end.take(1), ["1: trailers trace=left", "1: end"]);
}

#[test]
fn content_of_streams_above_the_last_counts_for_the_connection_and_is_credited() {
    let mut end = End::<Server>::with(narrow(1));
    end.machine().go_away();
    end.sent();
    end.feed(ping(*b"lastcall").ack());
    end.quiet();
    let id = end.next_id();
    end.feed((
        headers(id).post("/"),
        data(id, vec![0; 16_384]),
        data(id, vec![0; 16_384]),
    ));
    assert_eq!(end.said(), ["WINDOW_UPDATE stream 0 +32768"]);
}

#[test]
fn a_client_goes_away_in_one_phase() {
    let mut end = End::<Client>::new();
    end.machine().go_away();
    assert_eq!(end.said(), ["GOAWAY stream 0 last 0 NO_ERROR \"\""]);
    assert_eq!(end.machine().request(get()), Err(UserError::GoingAway));
    end.is_unharmed();
    end.feed(data(1, "bye").end());
    end.stream(1).end().unwrap();
    end.sent();
    assert_eq!(end.take(1), ["1: \"bye\"", "1: end"]);
    assert_eq!(end.event_lines().last().unwrap(), "closed");
    assert!(end.peer.is_closed());
}

#[test]
fn a_client_that_goes_away_still_opens_what_it_was_asked_to() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(3, 1));
    let id = end.machine().request(get()).unwrap().value();
    end.stream(id).end().unwrap();
    end.machine().go_away();
    end.quiet();
    end.feed(rst_stream(1, 0));
    let sent = end.sent();
    assert_eq!((sent[0].kind, sent[0].stream), (kind::HEADERS, id));
    assert_eq!(sent[1].kind, kind::GOAWAY, "after the last pending request");
    end.feed(headers(id).status(204).end());
    end.take(1);
    end.take(id);
    assert_eq!(end.event_lines().last().unwrap(), "closed");
}

#[test]
fn a_client_that_goes_away_while_no_stream_runs_closes_at_once() {
    let mut end = End::<Client>::new();
    end.feed(rst_stream(1, 0));
    end.take(1);
    end.quiet();
    end.machine().go_away();
    assert_eq!(end.said(), ["GOAWAY stream 0 last 0 NO_ERROR \"\""]);
    assert_eq!(end.event_lines(), ["closed"]);
    assert!(end.peer.is_closed());
}

#[test]
fn the_last_stream_that_we_name_never_grows() {
    let mut end = left();
    let id = end.next_id();
    end.feed(headers(id).get("/").end());
    end.machine().shutdown();
    let sent = end.sent();
    assert_eq!(sent.last().unwrap().last_stream(), Some(1));
}

#[test]
fn both_ends_may_go_away_at_once() {
    let mut end = leaving();
    end.feed(goaway(0, 0));
    end.is_unharmed();
    end.feed(data(1, "").end());
    end.stream(1).end().unwrap();
    let sent = end.sent();
    let last = sent.last().unwrap();
    assert_eq!((last.kind, last.last_stream()), (kind::GOAWAY, Some(1)));
    end.take(1);
    assert_eq!(end.event_lines().last().unwrap(), "closed");
}

#[test]
fn a_response_can_be_given_while_the_connection_goes_away() {
    let mut end = leaving();
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").end());
    end.stream(id).respond(Response::new(204)).unwrap();
    end.stream(id).end().unwrap();
    assert_eq!(
        end.said(),
        [format!(
            "HEADERS stream {id} END_STREAM END_HEADERS [:status: 204]"
        )]
    );
}

/// Pins: gOAWAY overtook it.
#[test]
fn a_reset_that_waits_when_a_connection_ends_in_good_order_is_sent() {
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<Server>::new(Config::default()),
    );
    let request = Request::post("http", "example.org", "/");
    let id = pair.a.request(request).unwrap();
    pair.a.go_away();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.reset(ErrorCode::CANCEL).unwrap();
    pair.run();
    let sent = pair.frames(testkit::Way::BToA);
    let kinds: Vec<u8> = sent.iter().map(|frame| frame.kind).collect();
    assert!(
        kinds.ends_with(&[kind::RST_STREAM, kind::GOAWAY]),
        "{sent:#?}"
    );
    let result = pair.a.stream(id).and_then(|stream| stream.result());
    assert_eq!(result, Some(Err(StreamError::Reset(ErrorCode::CANCEL))));
}

/// Pins: content that is ignored still uses up the window.
#[test]
fn content_behind_our_goaway_is_counted_and_credited() {
    let mut end = End::<Server>::with(narrow(2));
    end.machine().go_away();
    let sent = end.sent();
    let question = sent.iter().find(|seen| seen.kind == kind::PING).unwrap();
    let payload = question.payload[..].try_into().unwrap();
    end.feed(ping(payload).ack());
    assert_eq!(
        end.sent().last().unwrap().last_stream(),
        Some(1),
        "the last word"
    );
    let id = end.next_id();
    end.feed(headers(id).post("/"));
    for _ in 0..100 {
        end.feed(data(id, vec![0; 16_000]));
    }
    assert!(increments_of_connection(&mut end) >= 100 * 16_000 - 65_536);
}

/// Pins: the identifier was ignored.
#[test]
fn goaway_on_a_stream_is_refused() {
    both!(R => End::<R>::new().dies(goaway(0, 0).stream(1), code::PROTOCOL_ERROR));
}

/// Pins: all streams were ended, those of the sender of GOAWAY, too.
#[test]
fn streams_that_the_peer_opened_survive_its_goaway() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.feed(goaway(0, code::NO_ERROR));
    end.feed(data(id, "more").end());
    assert_eq!(
        end.take(id),
        [format!("{id}: \"more\""), format!("{id}: end")]
    );
    end.stream(id)
        .send_data(Bytes::from_static(b"answer"))
        .unwrap();
    end.stream(id).end().unwrap();
    assert_eq!(
        end.said(),
        [format!("DATA stream {id} END_STREAM \"answer\"")]
    );
}
